/**
 * One method of one client: how its calls are attempted, and attempted again.
 *
 * @module
 */
import { provesNotRun, refined, RpcError, type TimerWheel } from "../protocol/mod.ts";
import type { BodyCompression, Coders, MethodSpec, Outgoing, OutgoingOwner } from "../transport/mod.ts";
import type { Directory, Member } from "./directory.ts";
import type { ProcessHold } from "./process_hold.ts";
import type { Retry, RetryDecision } from "./retry/mod.ts";

/** The options of a client that have to be loaded. */
export interface LoadedOptions {
  /** Retry mode. */
  readonly retry: Retry;
  /** Compression of bodies, or null. */
  readonly compress: BodyCompression | null;
  /** Coders of a method in the client's codec. */
  readonly coders: (spec: MethodSpec) => Coders;
}

/** What every target of a client shares. */
export interface TargetInit {
  /** Time. */
  readonly wheel: TimerWheel;
  /** Holds the process while calls are in flight; null when they need not. */
  readonly hold: ProcessHold | null;
  /** Options, when they are loaded. */
  readonly loaded: () => LoadedOptions | null;
  /** Resolves when `loaded` gives something; rejects when an option names what does not exist. */
  readonly load: () => Promise<unknown>;
  /** The directory of a service, when what it needs is loaded. */
  readonly directory: (service: string) => Directory;
  /** Whether the client is closed. */
  readonly closed: () => boolean;
}

/** Attempts the calls of one method. */
export class Target implements OutgoingOwner {
  /** The method. */
  readonly spec: MethodSpec;
  #init: TargetInit;
  #coders: Coders | null = null;
  #compress: BodyCompression | null = null;
  #directory: Directory | null = null;

  /** Makes the target of `spec`. */
  constructor(spec: MethodSpec, init: TargetInit) {
    this.spec = spec;
    this.#init = init;
  }

  /** Makes the first attempt; at once when everything is there. A call that has ended already is not made. */
  start(call: Outgoing): void {
    this.#init.hold?.enter();
    if (!call.settled) this.#attempt(call);
  }

  /** Makes another attempt after a failed one, when that is allowed and the time suffices; else tells what to fail with. */
  retry(call: Outgoing, error: RpcError): RpcError | null {
    let decision: RetryDecision | null;
    try {
      decision = this.#decide(call, error);
    } catch (cause) {
      return this.#undecided(error, cause);
    }
    if (decision === null) return call.mayHaveRun ? perhapsRun(error) : error;
    if (!provesNotRun(error.status)) call.mayHaveRun = true;
    if (decision.elsewhere && call.endpoint !== "") (call.tried ??= new Set()).add(call.endpoint);
    call.attempt++;
    call.id = 0;
    this.#init.wheel.clock.after(decision.delayMs, () => this.#again(call), false);
    return null;
  }

  #decide(call: Outgoing, error: RpcError): RetryDecision | null {
    const loaded = this.#init.loaded();
    if (loaded === null || this.#init.closed() || (call.streams && call.id !== 0)) return null;
    const { attempt, idempotent } = call;
    const decision = loaded.retry.decide({ error, attempt, idempotent, notRun: provesNotRun(error.status) });
    return decision !== null && call.dueMs - this.#init.wheel.clock.now() > decision.delayMs ? decision : null;
  }

  #again(call: Outgoing): void {
    if (call.settled) return;
    call.measure(this.#init.wheel.clock.now());
    this.#attempt(call);
  }

  /** The call has ended. */
  ended(_call: Outgoing, error: RpcError | undefined): void {
    this.#init.hold?.leave();
    if (error !== undefined) return;
    try {
      this.#init.loaded()?.retry.succeeded?.();
    } catch (failure) { // the call has succeeded all the same
      console.error(`Cannot tell the retry mode that ${this.spec.name} has succeeded:`, failure);
    }
  }

  #attempt(call: Outgoing): void {
    try {
      this.#attemptNow(call);
    } catch (error) {
      call.fail(RpcError.from(error, "internal"));
    }
  }

  #attemptNow(call: Outgoing): void {
    const coders = this.#coders, directory = this.#directory;
    if (coders === null || directory === null) return void this.#attemptLater(call, null);
    const member = directory.pick(call, call.tried, 0);
    if (member === null) return void this.#attemptLater(call, null);
    const connection = member.pool.ready();
    if (connection === null) return void this.#attemptLater(call, member);
    call.endpoint = member.id;
    call.coders = coders;
    call.compress = this.#compress;
    connection.open(call);
  }

  /**
   * Waits for what is missing: the codec, the first snapshot, a connection to the member that was `picked`, if one was (a
   * balancer is asked once an attempt, or it would not be fair). The call's deadline ends the waiting.
   */
  async #attemptLater(call: Outgoing, picked: Member | null): Promise<void> {
    try {
      const directory = await this.#load();
      if (call.settled) return; // it was cancelled meanwhile
      const member = picked ?? directory.pick(call, call.tried, this.#init.wheel.clock.now());
      if (member === null) throw this.#init.closed() ? this.#closed() : directory.none(this.spec.name);
      call.endpoint = member.id;
      let connection = member.pool.ready();
      while (connection === null) { // many may wait for one place, so look again in the turn that takes it
        const acquired = await member.pool.acquire();
        if (call.settled) return member.pool.passOn();
        connection = acquired.usable ? member.pool.ready() : acquired; // opening fails on one that has just ended
      }
      call.measure(this.#init.wheel.clock.now());
      call.coders = this.#coders;
      call.compress = this.#compress;
      connection.open(call);
    } catch (error) {
      call.fail(RpcError.from(error, "invalid_argument"));
    }
  }

  async #load(): Promise<Directory> {
    if (this.#init.loaded() === null) await this.#init.load();
    if (this.#init.closed()) throw this.#closed();
    const { coders, compress } = this.#init.loaded()!;
    this.#coders ??= coders(this.spec);
    this.#compress = compress;
    const directory = this.#init.directory(this.spec.service);
    await directory.ready;
    return this.#directory = directory;
  }

  #undecided(error: RpcError, cause: unknown): RpcError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new RpcError(error.code, `${error.message} (and the retry mode failed: ${why})`, { cause });
  }

  #closed(): RpcError {
    return refined("not_sent", `Cannot call ${this.spec.name}: the client is closed`);
  }
}

/** `error` without the claim that the call did not run, when that is true of its last attempt only. */
function perhapsRun(error: RpcError): RpcError {
  if (!provesNotRun(error.status)) return error;
  const { code, message, details, retryAfterMs } = error;
  return new RpcError(code, `${message} (an earlier attempt may have run)`, {
    cause: error,
    details,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
