/**
 * One registration with one center: a lease that is kept alive, and taken again when the center has lost it.
 *
 * @module
 */
import { backoff, type Clock, type Code, RpcError } from "../../protocol/mod.ts";
import type { ServiceClient } from "../service_client.ts";
import type { CenterMethods } from "./center_contract.ts";
import { pause } from "./pause.ts";
import type { Instance } from "./registry.ts";

const BACKOFF_MS = 50, MAX_BACKOFF_MS = 2000, GOODBYE_MS = 1000, BEATS_PER_LEASE = 3;
/** Bounds of what is believed of a center's time to live. */
const MIN_TTL_MS = 100, MAX_TTL_MS = 3_600_000;

/** Failures that time mends. */
const passing: ReadonlySet<Code> = new Set(["unavailable", "deadline_exceeded", "canceled"]);

/** What a lease needs. */
export interface CenterLeaseInit {
  /** The center. */
  readonly center: ServiceClient<CenterMethods>;
  /** What is registered: for these services ... */
  readonly services: readonly string[];
  /** ... this instance. */
  readonly instance: Instance;
  /** Time. */
  readonly clock: Clock;
  /** Hears why the center refuses the registration. */
  readonly onError?: (error: unknown) => void;
}

/** Keeps an instance registered with one center until closed. */
export class CenterLease {
  /** Resolves when the center has it for the first time, or it is closed; never rejects. */
  readonly ready: Promise<void>;
  #init: CenterLeaseInit;
  #lease: string | null = null;
  #ttlMs = MAX_BACKOFF_MS * BEATS_PER_LEASE;
  #stop = new AbortController();
  #giveUp = new AbortController();
  #running: Promise<void>;
  #resolveReady!: () => void;
  #refusal = "";

  /** Starts registering. */
  constructor(init: CenterLeaseInit) {
    this.#init = init;
    this.ready = new Promise((resolve) => this.#resolveReady = resolve);
    this.#running = this.#run();
  }

  /** Whether the center has it now, as far as is known. */
  get held(): boolean {
    return this.#lease !== null;
  }

  /** Gives the lease back; waits at most a second for the center to know. */
  async close(): Promise<void> {
    this.#stop.abort();
    const cancel = this.#init.clock.after(GOODBYE_MS, () => this.#giveUp.abort());
    await this.#running; // a lease that is just being given must be given back too
    const lease = this.#lease;
    this.#lease = null;
    if (lease !== null) await this.#init.center.deregister({ lease }, { signal: this.#giveUp.signal }).catch(() => {});
    cancel();
    this.#resolveReady();
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted;) {
      try {
        await (this.#lease === null ? this.#register() : this.#beat(this.#lease));
        failures = 0;
      } catch (error) {
        failures++;
        this.#report(error);
      }
      if (failures === 0 && this.#lease === null) continue; // the center has lost it: at once again
      const delayMs = failures === 0 ? this.#untilBeat() : this.#untilRetry(failures);
      await pause(this.#init.clock, delayMs, this.#stop.signal);
    }
  }

  async #register(): Promise<void> {
    const { center, services } = this.#init, { id, address, weight = 100, metadata = {} } = this.#init.instance;
    const instance = { id, address, weight, metadata: new Map(Object.entries(metadata)) };
    const request = { services: [...services], instance };
    const { lease, ttlMs } = await center.register(request, { signal: this.#giveUp.signal });
    this.#lease = lease;
    this.#ttlMs = Math.min(Math.max(ttlMs, MIN_TTL_MS), MAX_TTL_MS);
    this.#refusal = "";
    this.#resolveReady();
  }

  async #beat(lease: string): Promise<void> {
    const timeout = Math.max(this.#ttlMs / BEATS_PER_LEASE, 500);
    try {
      await this.#init.center.heartbeat({ lease }, { timeout, signal: this.#giveUp.signal });
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== "not_found") throw error;
      this.#lease = null;
    }
  }

  /** Up to a fifth early, so that servers started together do not beat in step. */
  #untilBeat(): number {
    return this.#ttlMs / BEATS_PER_LEASE * (1 - 0.2 * this.#init.clock.random());
  }

  /** Never longer than between two heartbeats: a center that comes back must know everybody within a lease. */
  #untilRetry(failures: number): number {
    return backoff(this.#init.clock, failures, BACKOFF_MS, Math.min(MAX_BACKOFF_MS, this.#ttlMs / BEATS_PER_LEASE));
  }

  /** Reports what trying again will not mend, once; that a center is not there is nothing to talk about. */
  #report(error: unknown): void {
    const { code, message } = RpcError.from(error);
    if (passing.has(code) || message === this.#refusal) return;
    this.#refusal = message;
    this.#init.onError?.(error);
  }
}
