/**
 * The calls of one peer of HTTP as a connection sees them: each request becomes a REQUEST frame, and what the connection
 * answers goes back to whoever waits for it. Bodies are not looked at.
 *
 * @module
 */
import { FrameType, isLater, Reader, refined, RpcError } from "../../protocol/mod.ts";
import { type FrameView, makeFailure, makeFrame, makeHello } from "../frame_view.ts";
import { FrameWire } from "../frame_wire.ts";
import { type Hello, readHello } from "../hello.ts";
import type { WebWire } from "./web_listener.ts";

/** Waits for what a call is answered with. */
export interface Waiter {
  /** Takes a RESPONSE, ITEM or END, whose memory must be copied; whether more is wanted. */
  got(frame: FrameView): boolean;
  /** The connection has ended. */
  lost(error: RpcError): void;
}

/** Bytes of a reply's stream that may be on their way to a peer. */
export const STREAM_WINDOW: number = 256 << 10;
const MAX_HELLO_ENTRIES = 100;

/** A wire whose dialer is a peer of HTTP. */
export class PeerWire extends FrameWire implements WebWire {
  /** Address of the peer. */
  readonly remote: string;
  /** Address that was asked. */
  readonly local: string;
  /** Resolves with what the connection says of itself; null when it never does. */
  readonly greeted: Promise<Hello | null>;
  /** The same, once it is there. */
  hello: Hello | null = null;
  /** Resolves when the wire is closed. */
  readonly closed: Promise<void>;
  #waiting = new Map<number, Waiter>();
  #nextId = 1;
  #leaving = false;
  #greet: (hello: Hello | null) => void;
  #resolveClosed: () => void;

  /** Makes the wire of the peer at `remote`. */
  constructor(remote: string, local: string) {
    super();
    this.remote = remote;
    this.local = local;
    const greeted = Promise.withResolvers<Hello | null>(), closed = Promise.withResolvers<void>();
    this.greeted = greeted.promise;
    this.#greet = greeted.resolve;
    this.closed = closed.promise;
    this.#resolveClosed = closed.resolve;
    this.deliver(makeHello({ agent: "http", streamWindowBytes: STREAM_WINDOW }));
  }

  /** Whether it takes calls. */
  get usable(): boolean {
    return !this.#leaving && !this.isOver;
  }

  /** Starts the call of a REQUEST frame, whose answer `waiter` gets, if one is wanted; the call's id. */
  call(frame: FrameView, waiter: Waiter | null): number {
    const id = frame.id = this.#nextId;
    this.#nextId = (id + 2) >>> 0;
    if (waiter !== null) this.#waiting.set(id, waiter);
    this.deliver(frame);
    return id;
  }

  /** Nobody waits for the answer of call `id` any more. */
  cancel(id: number): void {
    if (!this.#waiting.delete(id) || this.isOver) return;
    this.deliver(makeFrame({ type: FrameType.cancel, status: 1, id }));
    this.#settle();
  }

  /** The reader of the stream that call `id` is answered with has taken so many bytes. */
  grant(id: number, bytes: number): void {
    if (!this.#waiting.has(id)) return;
    const body = new Uint8Array(4);
    new DataView(body.buffer).setUint32(0, bytes);
    this.deliver(makeFrame({ type: FrameType.window, id, body }));
  }

  /** Ends the wire when nothing waits any more. */
  leave(): void {
    this.#leaving = true;
    this.#settle();
  }

  /** Takes what the connection writes. */
  protected override send(frame: FrameView): void {
    switch (frame.type) {
      case FrameType.hello:
        this.hello = readHello(new Reader(frame.metadata), MAX_HELLO_ENTRIES);
        return this.#greet(this.hello);
      case FrameType.response:
      case FrameType.item:
      case FrameType.end:
        return this.#answer(frame);
      case FrameType.request:
        return this.deliver(makeFailure(frame.id, notCallable(this.remote)));
      case FrameType.ping:
        if (this.#waiting.size === 0) return this.leave(); // nothing has come for a while: the peer is forgotten
        return this.deliver(makeFrame({ type: FrameType.pong, body: frame.body.slice() }));
      case FrameType.goaway:
        return frame.status === 0 ? this.#goaway(new Reader(frame.body).u32()) : this.end();
    }
  }

  /** Whoever waits learns that nothing will come. */
  protected override release(): void {
    const lost = new RpcError("unavailable", "Cannot answer: the connection has ended");
    this.#leaving = true;
    for (const waiter of this.#waiting.values()) waiter.lost(lost);
    this.#waiting.clear();
    this.#greet(null);
    this.#resolveClosed();
  }

  /** Calls that the connection has not read before it went away are not run. */
  #goaway(lastId: number): void {
    for (const [id, waiter] of this.#waiting) {
      if (!isLater(id, lastId)) continue;
      this.#waiting.delete(id);
      waiter.lost(refined("going_away", "Cannot answer: the server is going away"));
    }
    this.leave();
  }

  #answer(frame: FrameView): void {
    const { id } = frame, waiter = this.#waiting.get(id);
    if (waiter === undefined) return;
    const goesOn = frame.type === FrameType.item;
    if (!goesOn) this.#waiting.delete(id);
    if (!waiter.got(frame) && goesOn) this.cancel(id);
    this.#settle();
  }

  #settle(): void {
    if (this.#leaving && this.#waiting.size === 0) this.end();
  }
}

/** Error of a call to a client: none can be made to one that comes over HTTP. */
export function notCallable(remote: string): RpcError {
  return refined("unsupported", `Cannot call ${remote}: it came over HTTP, use ws`);
}
