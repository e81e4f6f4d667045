/**
 * One connection: calls in both directions share it, each with its own id, credit, deadline and end.
 *
 * @module
 */
import type { Codec } from "../codec/mod.ts";
import type { Compressor } from "../codec/compress/mod.ts";
import {
  codes,
  FrameError,
  MAGIC,
  type Peer,
  refined,
  RpcError,
  systemWheel,
  type TimerWheel,
  Writer,
} from "../protocol/mod.ts";
import { CallTable } from "./call_table.ts";
import { FrameSink } from "./frame_sink.ts";
import { FrameSource } from "./frame_source.ts";
import { Heartbeat } from "./heartbeat.ts";
import { type Hello, writeHello } from "./hello.ts";
import type { Incoming } from "./incoming.ts";
import { ItemSender } from "./item_sender.ts";
import { defaultLimits, defaultTiming, type Limits, type Timing } from "./limits.ts";
import { Outbox } from "./outbox.ts";
import type { Outgoing } from "./outgoing.ts";
import { Receiver } from "./receiver.ts";
import type { Answer } from "./request_receiver.ts";
import { batchLimits, maxChunkBytes, openStages, sealStages } from "./staged.ts";
import type { Stage } from "./stage/mod.ts";
import type { Wire } from "./transport.ts";

/** How a connection behaves. */
export interface ConnectionOptions {
  /** Which end this is: the dialer speaks first and uses odd ids. */
  readonly role: "dialer" | "acceptor";
  /** Codecs of one's own for requests that come in, besides the built-in ones. */
  readonly codecs?: readonly Codec[];
  /** Compressors of one's own for bodies that come in, besides the built-in ones. */
  readonly compressors?: readonly Compressor[];
  /** Answers calls that come in; default: every call fails with `no_service`. */
  readonly answer?: Answer;
  /** Makes the peer that handlers see as `context.peer`. */
  readonly makePeer?: (connection: Connection) => Peer;
  /** Stages between frames and socket; both ends must run the same. */
  readonly stages?: readonly Stage[];
  /** Bounds. */
  readonly limits?: Limits;
  /** Times. */
  readonly timing?: Timing;
  /** Time. */
  readonly wheel?: TimerWheel;
  /** An open connection does not keep the process alive. */
  readonly background?: boolean;
  /** Called when the connection takes no new calls any more, and again when it has ended. */
  readonly onChange?: (connection: Connection) => void;
}

/** A live connection over a wire. It reads by itself until it ends. */
export class Connection {
  /** Bounds. */
  readonly limits: Limits;
  /** Deadlines hang here. */
  readonly wheel: TimerWheel;
  /** Writes frames. */
  readonly outbox: Outbox;
  /** Calls that went out and are not over. */
  readonly outgoing: CallTable<Outgoing> = new CallTable();
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
  #nextId: number;
  #parity: number;
  #askedId = 0;
  #queued = new Set<Outgoing>();
  #draining = false;
  #peerLeaves = false;
  #ended = false;
  #resolveClosed!: (error: Error | undefined) => void;
  #peer: Peer | null = null;
  #whenIdle: (() => void) | null = null;
  #nonce = new Uint8Array(0);
  #greeting: Promise<void> = Promise.resolve(); // a hello that is written around the stages

  /** Starts talking over `wire`. */
  constructor(wire: Wire, options: ConnectionOptions) {
    this.#wire = wire;
    this.#options = options;
    this.limits = options.limits ?? defaultLimits;
    this.wheel = options.wheel ?? systemWheel;
    this.closed = new Promise((resolve) => this.#resolveClosed = resolve);
    this.#nextId = options.role === "dialer" ? 1 : 2;
    this.#parity = this.#nextId & 1;
    const sink = new FrameSink((bytes) => this.#write(bytes), (error) => this.#end(error), true);
    this.outbox = new Outbox(sink, this.limits.maxPendingBytes);
    const frameLimits = options.stages?.length ? batchLimits(this.limits) : this.limits;
    this.#source = new FrameSource((into) => wire.read(into), frameLimits);
    this.#receiver = new Receiver(this, options);
    this.#heartbeat = new Heartbeat(this, this.wheel, options.timing ?? defaultTiming);
    if (options.background) wire.background?.();
    if (options.stages?.length) sink.hold();
    if (options.role === "dialer") this.#sayHello();
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
    const used = this.#nextId !== this.#askedId;
    this.#askedId = this.#nextId;
    return used;
  }

  /** Sends the request of `call`, whose coders are set. The call fails when it can't be encoded. */
  open(call: Outgoing): void {
    if (!this.usable) return call.fail(refined("not_sent", `Cannot send ${call.spec.name}: the connection is closing`));
    if (this.outbox.isFull) return this.#openLater(call);
    const id = this.#nextId, coders = call.coders!;
    call.id = id;
    call.codec = coders.id;
    try {
      this.outbox.request(id, call, coders.request, call.streams ? undefined : call.request);
    } catch (error) {
      return call.fail(RpcError.from(error, "invalid_argument"));
    }
    this.#nextId = this.#idAfter(id);
    call.sentAt = this.outbox.sink.streamPos;
    call.connection = this;
    if (call.oneway) return call.gotResponse(undefined);
    this.outgoing.add(call);
    if (call.streams) this.#stream(call);
  }

  /** Waits unencoded while there is too much to write. */
  #openLater(call: Outgoing): void {
    this.#queued.add(call);
    this.outbox.whenRoom(() => {
      if (!this.#queued.delete(call) || call.settled) return;
      call.measure(this.now());
      this.open(call);
    });
  }

  /** Ids wrap around; one that a long call still has is left out. */
  #idAfter(id: number): number {
    do id = (id + 2) >>> 0 || 2; while (this.outgoing.get(id) !== undefined);
    return id;
  }

  /** The caller of `call` no longer waits, because of `status`. */
  abandon(call: Outgoing, status: number = codes.canceled): void {
    if (this.outgoing.delete(call.id) !== undefined && !this.#ended) this.outbox.cancel(call.id, status);
    this.finished();
  }

  /** A call that went out is over. */
  finished(): void {
    if (this.#draining && this.outgoing.size === 0 && this.incoming.size === 0) this.#whenIdle?.();
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

  /** The peer's hello is there: stages start, streams get their whole credit. */
  greet(hello: Hello): void {
    const { stages = [], role } = this.#options, names = stages.map(({ name }) => name);
    if (names.join() !== hello.stages.join()) {
      throw new FrameError(
        "failed_precondition",
        `Cannot talk: this end runs stages [${names}], the other [${hello.stages}]`,
      );
    }
    const gained = hello.streamWindowBytes - this.outbox.peer.streamWindowBytes;
    this.outbox.peer = hello;
    for (const { sender } of this.outgoing.values()) sender?.grant(gained);
    if (role === "acceptor") this.#sayHello();
    if (stages.length > 0) this.#startStages(stages, hello.nonce);
  }

  /** The peer takes no new calls; those above `lastId` were not run. */
  peerGoesAway(isAbove: (id: number) => boolean, error: RpcError | undefined): void {
    this.#stopUsing();
    this.#peerLeaves = true;
    const why = error === undefined ? "is going away" : `closes the connection: ${error.message}`;
    for (const call of this.outgoing.values()) {
      if (!isAbove(call.id)) continue;
      this.outgoing.delete(call.id);
      call.fail(refined("going_away", `Cannot run ${call.spec.name}: ${this.remote} ${why}`, { cause: error }));
    }
    if (error !== undefined) this.#end(error);
    else this.#closeWhenIdle();
  }

  /** Takes no new calls, lets the running ones finish, then closes; resolves when that has happened. */
  async drain(): Promise<void> {
    if (this.#ended) return;
    if (!this.#receiver.leaving) {
      this.#receiver.leave();
      this.#stopUsing();
      this.#closeWhenIdle();
    }
    await this.closed;
  }

  /** Closes at once; calls in flight fail with `error`, by default `unavailable`. */
  close(error?: RpcError): void {
    this.#end(error);
  }

  // ---- for the heartbeat

  /** Bytes read so far. */
  get heardBytes(): number {
    return this.#source.heardBytes;
  }

  /** Bytes of a frame that has begun to arrive. */
  get partialBytes(): number {
    return this.#source.partial;
  }

  /** The peer's hello is there. */
  get greeted(): boolean {
    return this.#receiver.greeted;
  }

  /** Sends a ping. */
  ping(): void {
    this.outbox.ping(this.heardBytes >>> 0);
  }

  /** Gives memory back. */
  rest(): void {
    this.outbox.sink.shrink();
  }

  /** The peer is not there, or not honest. */
  giveUp(error: RpcError): void {
    this.#end(error);
  }

  // ---- inside

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

  /** Tells a peer that broke the rules why the connection ends; one of another protocol gets no frame. */
  async #refuse(error: unknown): Promise<void> {
    if (this.#ended || !(error instanceof RpcError) || error.code === "data_loss") return;
    this.#stopUsing();
    const { sink } = this.outbox, waitsForStages = this.#options.stages?.length && this.#receiver.openBatch === null;
    if (!this.greeted && isForeign(this.#source.rest)) {
      if (looksLikeHttp(this.#source.rest)) await this.#within(REFUSE_MS, this.#write(httpRefusal()));
      return;
    }
    if (waitsForStages && this.role === "dialer") return; // what is held back must not go out unsealed
    this.outbox.goaway(this.#receiver.lastId, error);
    if (waitsForStages) sink.release();
    await this.#within(REFUSE_MS, new Promise<void>((resolve) => sink.whenBelow(1, resolve)));
  }

  /** Resolves when `done` has settled, the time is up or the connection has ended. */
  async #within(ms: number, done: Promise<void>): Promise<void> {
    const late = Promise.withResolvers<void>(), cancel = this.wheel.clock.after(ms, late.resolve, false);
    await Promise.race([done.catch(() => {}), late.promise, this.closed]);
    cancel();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    let n = await this.#wire.write(bytes);
    while (n < bytes.length) n += await this.#wire.write(bytes.subarray(n));
  }

  #sayHello(): void {
    const { limits } = this, { stages = [] } = this.#options;
    if (stages.length > 0) this.#nonce = crypto.getRandomValues(new Uint8Array(16));
    const hello = { agent: AGENT, ...limits, stages: stages.map(({ name }) => name), nonce: this.#nonce };
    if (stages.length === 0) {
      writeHello(this.outbox.sink, hello);
      return this.outbox.sink.flush();
    }
    const out = new Writer(256); // goes around the stages
    writeHello(out, hello);
    this.#greeting = this.#write(out.slice());
    this.#greeting.catch((error) => this.#end(error));
  }

  #startStages(stages: readonly Stage[], remoteNonce: Uint8Array): void {
    const link = { role: this.role, localNonce: this.#nonce, remoteNonce, maxChunkBytes: maxChunkBytes(this.limits) };
    const pairs = stages.map((stage) => stage.connect(link));
    const onError = (error: unknown) => this.#end(error),
      to = {
        dispatch: (bytes: Uint8Array, view: DataView, at: number, end: number) =>
          this.#receiver.dispatch(bytes, view, at, end, true),
      };
    const write = (bytes: Uint8Array) => this.#greeting.then(() => this.#write(bytes));
    this.outbox.sink.redirect(sealStages(pairs.map(({ seal }) => seal), write, onError));
    this.#receiver.openBatch = openStages(pairs.map(({ open }) => open).reverse(), this.limits, to, onError);
    this.outbox.sink.release();
  }

  #stream(call: Outgoing): void {
    const { id } = call, { outbox } = this;
    const sender = new ItemSender(outbox, id, call.codec, call.coders!.request, outbox.peer.streamWindowBytes);
    call.sender = sender;
    sender.run(call.request as AsyncIterable<unknown>).then(
      () => sender.stopped || outbox.end(id),
      (error) => call.cancel(RpcError.from(error, "aborted")),
    );
  }

  #stopUsing(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#options.onChange?.(this);
  }

  #closeWhenIdle(): void {
    this.#whenIdle = () => {
      this.#whenIdle = null;
      this.outbox.sink.whenBelow(1, () => this.#part());
    };
    this.finished();
  }

  /**
   * Nothing runs any more. Who was told of the end closes; who has told waits for that a while, for closing while requests
   * are on their way would reset the connection, and the peer might never read the goaway.
   */
  #part(): void {
    if (this.#peerLeaves) return this.#end(undefined);
    const cancel = this.wheel.clock.after(LINGER_MS, () => this.#end(undefined), false);
    this.closed.then(cancel);
  }

  /** The one place where a connection ends: everything that waits learns it. */
  #end(error: unknown): void {
    if (this.#ended) return;
    this.#ended = this.#draining = true;
    this.#heartbeat.stop();
    this.#wire.close();
    const cause = error === undefined ? undefined : RpcError.from(error, "unavailable");
    const { sink } = this.outbox;
    for (const call of this.outgoing.values()) {
      this.outgoing.delete(call.id);
      call.fail(lost(call, this.remote, sink.hasHanded(call.sentAt), cause));
    }
    for (const call of this.#queued) call.fail(lost(call, this.remote, false, cause));
    this.#queued.clear();
    const gone = new RpcError("canceled", `Cannot answer: the connection to ${this.remote} has ended`, { cause });
    for (const call of this.incoming.values()) call.abort(gone);
    sink.abandon();
    this.#options.onChange?.(this);
    this.#resolveClosed(cause);
  }
}

/** How long a peer that is refused has to read why. */
const REFUSE_MS = 1000;
/** How long a peer that was told of the end has to close the connection. */
const LINGER_MS = 1000;

/** Name and version that hellos carry. */
const AGENT = "erpc-deno/0.1.0";

function lost(call: Outgoing, remote: string, handed: boolean, cause: RpcError | undefined): RpcError {
  const why = cause === undefined ? "the connection was closed" : cause.message;
  if (!handed) return refined("not_sent", `Cannot send ${call.spec.name} to ${remote}: ${why}`, { cause });
  const code = cause?.code === "unauthenticated" || cause?.code === "failed_precondition" ? cause.code : "unavailable";
  return new RpcError(code, `Cannot finish ${call.spec.name} at ${remote}: ${why}`, { cause });
}

/** Whether these bytes, if any, are of another protocol. */
function isForeign(bytes: Uint8Array): boolean {
  return bytes.length > 0 && (bytes[0] !== MAGIC >> 8 || bytes.length > 1 && bytes[1] !== (MAGIC & 0xff));
}

function looksLikeHttp(bytes: Uint8Array): boolean {
  return /^[A-Z]{3,7} [/*a-z]/.test(String.fromCharCode(...bytes.subarray(0, 9)));
}

function httpRefusal(): Uint8Array {
  return new TextEncoder().encode(
    "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\nThis port speaks erpc.\n",
  );
}
