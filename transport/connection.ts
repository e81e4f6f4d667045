/**
 * One connection: calls in both directions share it, each with its own id, credit, deadline and end.
 *
 * @module
 */
import { codes, type Identity, type Peer, RpcError, systemWheel, type TimerWheel } from "../protocol/mod.ts";
import { CallTable } from "./call_table.ts";
import { Caller } from "./caller.ts";
import type { ConnectionOptions } from "./connection_options.ts";
import { Farewell } from "./farewell.ts";
import { FrameSink } from "./frame_sink.ts";
import { FrameSource } from "./frame_source.ts";
import { Greeting } from "./greeting.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Hello } from "./hello.ts";
import type { Incoming } from "./incoming.ts";
import { defaultLimits, defaultTiming, type Limits } from "./limits.ts";
import { notSent } from "./loss.ts";
import { Outbox } from "./outbox.ts";
import type { Outgoing } from "./outgoing.ts";
import { Receiver } from "./receiver.ts";
import { refuse } from "./refusal.ts";
import { batchLimits, type Dispatcher } from "./staged.ts";
import type { Wire } from "./transport.ts";

/** A live connection over a wire. It reads by itself until it ends. */
export class Connection {
  /** Bounds. */
  readonly limits: Limits;
  /** Deadlines hang here. */
  readonly wheel: TimerWheel;
  /** Writes frames. */
  readonly outbox: Outbox;
  /** Calls that went out and are not over. */
  readonly outgoing: CallTable<Outgoing>;
  /** Calls that came in and whose handlers run. */
  readonly incoming: CallTable<Incoming> = new CallTable();
  /** Resolves when the connection has ended: with the error that ended it, or undefined after a clean end. */
  readonly closed: Promise<Error | undefined>;
  /** Bytes of the bodies of calls that run. */
  incomingBytes = 0;
  /** Called when a call that went out is over. */
  onRoom: (() => void) | null = null;
  #options: ConnectionOptions;
  #wire: Wire;
  #source: FrameSource;
  #receiver: Receiver;
  #heartbeat: Heartbeat;
  #caller: Caller;
  #farewell: Farewell;
  #parity: number;
  #draining = false;
  #leaves = false; // ends as soon as nothing runs any more
  #ended = false;
  #cause: RpcError | undefined = undefined;
  #resolveClosed!: (error: Error | undefined) => void;
  #peer: Peer | null = null;
  #greeting: Greeting;

  /** Starts talking over `wire`. */
  constructor(wire: Wire, options: ConnectionOptions) {
    this.#wire = wire;
    this.#options = options;
    this.limits = options.limits ?? defaultLimits;
    this.wheel = options.wheel ?? systemWheel;
    this.closed = new Promise((resolve) => this.#resolveClosed = resolve);
    this.#parity = options.role === "dialer" ? 1 : 0;
    const sink = new FrameSink((bytes) => this.#write(bytes), (error) => this.#end(error), true);
    sink.maxDepth = this.limits.maxDepth;
    this.outbox = new Outbox(sink, this.limits.maxPendingBytes);
    if (wire.routes === false) this.outbox.maxRoutes = 0;
    this.#caller = new Caller(this, this.outbox, 2 - this.#parity);
    this.outgoing = this.#caller.calls;
    this.#farewell = new Farewell({
      sink,
      clock: this.wheel.clock,
      end: () => this.#end(undefined),
      closed: this.closed,
    });
    const frameLimits = options.stages?.length ? batchLimits(this.limits) : this.limits;
    this.#source = new FrameSource((into) => wire.read(into), frameLimits);
    this.#receiver = new Receiver(this, options);
    const heart = {
      source: this.#source,
      outbox: this.outbox,
      receiver: this.#receiver,
      giveUp: this.close.bind(this),
    };
    this.#heartbeat = new Heartbeat(heart, this.wheel, options.timing ?? defaultTiming);
    if (options.background) wire.background?.();
    this.#greeting = this.#makeGreeting();
    if (options.role === "dialer") this.#greeting.say();
    this.#run();
  }

  /** Which end this is. */
  get role(): "dialer" | "acceptor" {
    return this.#options.role;
  }

  /** Whether calls with this id are made here: the dialer's ids are odd. */
  isOurs(id: number): boolean {
    return (id & 1) === this.#parity;
  }

  /** Address of the other end. */
  get remote(): string {
    return this.#wire.remote;
  }

  /** Who the other end has proven to be; undefined without a certificate. */
  get identity(): Identity | undefined {
    return this.#wire.identity;
  }

  /** Why calls with streams can't be made or answered; undefined when they can. */
  get noStreams(): string | undefined {
    return this.#wire.noStreams;
  }

  /** Whether new calls may be opened. */
  get usable(): boolean {
    return !this.#draining && !this.#ended;
  }

  /** Whether it has ended. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether this end takes no more calls because it is going away. */
  get draining(): boolean {
    return this.#draining;
  }

  /** Calls the peer runs at once for this connection. */
  get maxCalls(): number {
    return this.outbox.peer.maxCalls;
  }

  /** What handlers see of the other end. */
  get peer(): Peer {
    if (this.#peer === null) {
      const { makePeer } = this.#options;
      if (makePeer === undefined) throw new TypeError("Cannot call back: this connection has no peer");
      this.#peer = makePeer(this);
    }
    return this.#peer;
  }

  /** The clock deadlines are measured on. */
  now(): number {
    return this.wheel.clock.now();
  }

  /** Whether calls were opened since this was last asked. */
  takeUsed(): boolean {
    return this.#caller.takeUsed();
  }

  /** Sends the request of `call`, whose coders are set. The call fails when it can't be encoded. */
  open(call: Outgoing): void {
    if (!this.usable) return call.fail(notSent(call, this.remote, this.#cause));
    this.#caller.open(call);
  }

  /** The caller of `call` no longer waits, because of `status`. */
  abandon(call: Outgoing, status: number = codes.canceled): void {
    this.#caller.abandon(call, status);
    this.finished();
  }

  /** A call is over, in either direction. */
  finished(): void {
    if (this.#draining && this.#leaves && this.outgoing.size === 0 && this.incoming.size === 0) this.#farewell.idle();
    this.onRoom?.();
  }

  /** A call that came in takes its time. */
  track(call: Incoming, dueMs: number): void {
    this.incoming.add(call);
    this.incomingBytes += call.bodyBytes;
    if (dueMs !== Infinity) this.wheel.add(call, dueMs);
  }

  /** The handler of a tracked call has settled. */
  untrack(call: Incoming): void {
    this.incoming.delete(call.id);
    this.incomingBytes -= call.bodyBytes;
    this.finished();
  }

  /** The peer's hello is there: stages start, streams get their whole credit. What it returns opens sealed chunks. */
  greet(hello: Hello): ((sealed: Uint8Array) => Promise<void>) | null {
    const gained = hello.streamWindowBytes - this.outbox.peer.streamWindowBytes;
    const openBatch = this.#greeting.take(hello);
    this.#caller.grant(gained);
    return openBatch;
  }

  /** The peer takes no new calls; those above `lastId` were not run. */
  peerGoesAway(isAbove: (id: number) => boolean, error: RpcError | undefined): void {
    this.#stopUsing();
    this.#caller.refuseAbove(isAbove, error);
    if (error !== undefined) return this.#end(error);
    this.#farewell.peerLeaves = this.#leaves = true;
    this.finished();
  }

  /** Takes no new calls, lets the running ones finish, then closes; resolves when that has happened. */
  async drain(): Promise<void> {
    if (this.#ended) return;
    if (!this.#receiver.leaving) {
      this.#receiver.leave();
      this.#stopUsing();
      this.#leaves = true;
      this.finished();
    }
    await this.closed;
  }

  /** Closes at once; calls in flight fail with `error`, by default `unavailable`. */
  close(error?: RpcError): void {
    this.#end(error);
  }

  /** The peer's hello is there. */
  get greeted(): boolean {
    return this.#receiver.greeted;
  }

  // ---- inside

  #makeGreeting(): Greeting {
    const { limits, outbox } = this, { role, stages = [] } = this.#options, receiver = this.#receiver;
    const opened: Dispatcher = { dispatch: (bytes, view, at, end) => receiver.dispatch(bytes, view, at, end, true) };
    const write = (bytes: Uint8Array) => this.#write(bytes), onError = (error: unknown) => this.#end(error);
    return new Greeting({ role, limits, stages, outbox, write, opened, onError });
  }

  async #run(): Promise<void> {
    try {
      const source = this.#source;
      while (await source.fill()) {
        const waiting = this.#receiver.dispatch(source.bytes, source.view, source.start, source.end);
        if (waiting !== undefined) await waiting;
        if (this.#ended) return;
        if (this.outbox.isStuck) {
          throw new RpcError("resource_exhausted", `Cannot answer ${this.remote}: it does not read`);
        }
      }
      this.#end(undefined);
    } catch (error) {
      await this.#refuse(error);
      this.#end(error);
    }
  }

  /** Tells the peer why the connection ends, if there is time. */
  async #refuse(error: unknown): Promise<void> {
    if (this.#ended) return;
    this.#stopUsing();
    this.#caller.failAll(this.#cause = RpcError.from(error, "unavailable"), true);
    const { outbox, greeted } = this, { lastId } = this.#receiver, maySpeak = this.#greeting.mayRefuse();
    await this.#within(
      REFUSE_MS,
      refuse(error, { wire: this.#wire, source: this.#source, outbox, lastId, greeted, maySpeak }),
    );
  }

  /** Resolves when `done` has settled, the time is up or the connection has ended. */
  async #within(ms: number, done: Promise<void>): Promise<void> {
    const late = Promise.withResolvers<void>(), cancel = this.wheel.clock.after(ms, late.resolve, false);
    await Promise.race([done.catch(() => {}), late.promise, this.closed]);
    cancel();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const { sink } = this.outbox;
    for (let at = 0, n = 0; at < bytes.length; at += n) {
      n = await this.#wire.write(at === 0 ? bytes : bytes.subarray(at));
      sink.sentBytes += n;
    }
  }

  #stopUsing(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#options.onChange?.(this);
  }

  /** The one place where a connection ends: everything that waits learns it. */
  #end(error: unknown): void {
    if (this.#ended) return;
    this.#ended = this.#draining = true;
    this.#heartbeat.stop();
    this.#wire.close();
    const cause = error === undefined ? undefined : RpcError.from(error, "unavailable");
    this.#caller.failAll(this.#cause ??= cause, false);
    const gone = new RpcError("canceled", `Cannot answer: the connection to ${this.remote} has ended`, { cause });
    for (const call of this.incoming.values()) call.abort(gone);
    this.outbox.sink.abandon();
    this.#options.onChange?.(this);
    this.#resolveClosed(cause);
  }
}

/** How long a peer that is refused has to read why. */
const REFUSE_MS = 1000;
