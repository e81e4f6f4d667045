/**
 * Many calls over one request whose body and answer are frames: those that send streams, and unary ones when there are many
 * at once, for a request each would cost several times as much.
 *
 * @module
 */
import {
  Flag,
  FrameType,
  isLater,
  Reader,
  refined,
  type RpcError,
  systemWheel,
  WheelEntry,
} from "../../protocol/mod.ts";
import { readError } from "../error_frame.ts";
import { FrameSink } from "../frame_sink.ts";
import { FrameSource } from "../frame_source.ts";
import { type FrameView, makeFailure, makeFrame } from "../frame_view.ts";
import { readHello } from "../hello.ts";
import type { Wire } from "../transport.ts";
import { lostBy } from "./fetch_call.ts";
import { framesIn } from "./frames_in.ts";
import type { CallInit, WireCall } from "./http_wire.ts";
import { notCallable } from "./peer_wire.ts";

const MAX_ENTRIES = 1000;
/** A channel without calls is kept for so long, because it keeps the process alive. */
const IDLE_MS = 50;
/** So long a server has to answer, before it is taken for one that does not have channels. */
const PROVE_MS = 1000;

/** What a channel needs besides. */
export interface ChannelInit extends CallInit {
  /** Connects. */
  readonly dial: (signal: AbortSignal) => Promise<Wire>;
  /** It takes no more calls. */
  readonly onEnd: () => void;
}

/** Passes the frames of calls on, in both directions. */
export class Channel extends WheelEntry implements WireCall {
  /** The server has answered: it is not a proxy in between that keeps the body until it is over. */
  isProven = false;
  #init: ChannelInit;
  #calls = new Set<number>();
  #sink: FrameSink;
  #wire: Wire | null = null;
  #gained = 0; // bytes that streams may send beyond what the wire's connection knows
  #isOver = false;
  #isLeaving = false;
  #unwanted = new AbortController();

  /** Begins to connect; what is sent meanwhile waits. */
  constructor(init: ChannelInit) {
    super();
    this.#init = init;
    this.#sink = new FrameSink((bytes) => this.#write(bytes), () => {}, true); // reading tells what is wrong
    this.#sink.hold();
    this.#send(init.ownHello);
    this.#rest(PROVE_MS);
    this.#run().catch((error) => this.#fail(lostBy(error)));
  }

  /** Opens the call of a REQUEST frame. */
  open({ id, flags, bytes }: FrameView): void {
    this.#calls.add(id);
    systemWheel.remove(this);
    this.#send(bytes);
    if ((flags & Flag.stream) !== 0) this.#grant(id);
  }

  /** Takes what the connection writes behind a request. */
  take(frame: FrameView): void {
    this.#send(frame.bytes);
    if (frame.type === FrameType.cancel) this.#ended(frame.id);
  }

  /** Gives up every call. */
  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    systemWheel.remove(this);
    this.#unwanted.abort();
    this.#wire?.close();
    this.#leave();
  }

  /** Nothing has been going on for a while. */
  override onDue(): void {
    this.abort();
  }

  async #run(): Promise<void> {
    const wire = this.#wire = await this.#init.dial(this.#unwanted.signal);
    if (this.#isOver) return wire.close();
    this.#sink.release();
    const source = new FrameSource((into) => wire.read(into), this.#init.own);
    while (!this.#isOver && await source.fill()) {
      for (const frame of framesIn(source)) this.#got(frame);
    }
    throw new Error("the server has ended the stream of frames");
  }

  #send(bytes: Uint8Array): void {
    this.#sink.ready();
    this.#sink.raw(bytes);
    this.#sink.flush();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#wire!.write(bytes.subarray(at));
  }

  #got(frame: FrameView): void {
    if (this.#isOver) return;
    switch (frame.type) {
      case FrameType.hello:
        return this.#greeted(frame);
      case FrameType.request:
        return this.#send(makeFailure(frame.id, notCallable("the client")).bytes);
      case FrameType.ping:
        return this.#send(makeFrame({ type: FrameType.pong, body: frame.body }).bytes);
      case FrameType.goaway:
        return this.#left(frame);
      case FrameType.item:
      case FrameType.window:
        return this.#init.deliver(frame);
      case FrameType.response:
      case FrameType.end:
        this.#init.deliver(frame);
        this.#init.done(frame.id);
        this.#ended(frame.id);
    }
  }

  #ended(id: number): void {
    if (!this.#calls.delete(id) || this.#calls.size > 0) return;
    if (this.#isLeaving) this.abort();
    else this.#rest(IDLE_MS);
  }

  /** Ends after a while, unless there are calls. */
  #rest(ms: number): void {
    systemWheel.add(this, systemWheel.clock.now() + ms);
  }

  #greeted({ metadata }: FrameView): void {
    this.isProven = true;
    this.#gained = readHello(new Reader(metadata), MAX_ENTRIES).streamWindowBytes - this.#init.peer.streamWindowBytes;
    for (const id of this.#calls) this.#grant(id);
    if (this.#calls.size === 0) this.#rest(IDLE_MS);
  }

  /** Streams may be sent as this server says, which may be another one behind the same address. */
  #grant(id: number): void {
    if (this.#gained <= 0) return;
    const body = new Uint8Array(4);
    new DataView(body.buffer).setUint32(0, this.#gained);
    this.#init.deliver(makeFrame({ type: FrameType.window, id, body }));
  }

  #left({ status, metadata, body }: FrameView): void {
    if (status !== 0) return this.#fail(readError(status, new Reader(metadata), MAX_ENTRIES, new Map()));
    const lastId = new Reader(body).u32(), error = refined("going_away", "Cannot run it: the server is going away");
    this.#leave();
    for (const id of this.#calls) {
      if (!isLater(id, lastId)) continue;
      this.#init.fail(id, error);
      this.#ended(id);
    }
    if (this.#calls.size === 0) this.abort();
  }

  #leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.#init.onEnd();
  }

  #fail(error: RpcError): void {
    if (this.#isOver) return;
    const calls = [...this.#calls];
    this.#calls.clear();
    this.abort();
    for (const id of calls) this.#init.fail(id, error);
  }
}
