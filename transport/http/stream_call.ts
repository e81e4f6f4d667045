/**
 * A call that sends a stream: a wire of its own, whose frames are passed on.
 *
 * @module
 */
import { FrameType, isLater, Reader, refined, type RpcError } from "../../protocol/mod.ts";
import { parseAddress } from "../address.ts";
import { readError } from "../error_frame.ts";
import { FrameSource } from "../frame_source.ts";
import { type FrameView, makeFrame } from "../frame_view.ts";
import { readHello } from "../hello.ts";
import type { Wire } from "../transport.ts";
import { dialGlobal } from "../websocket/dial_global.ts";
import { DuplexWire } from "./duplex_wire.ts";
import { errorIn } from "./failure.ts";
import { lostBy } from "./fetch_call.ts";
import { framesIn } from "./frames_in.ts";
import type { CallInit, WireCall } from "./http_wire.ts";
import { bareType, FRAMES } from "./media_type.ts";

const MAX_ENTRIES = 1000;

/** Passes the frames of one call on over a connection that is for this call only. */
export class StreamCall implements WireCall {
  #init: CallInit;
  #id: number;
  #dial: () => Promise<Wire>;
  #wire: Wire | null = null;
  #waiting: Uint8Array[];
  #isWriting = true; // until the wire is there
  #isOver = false;
  #unwanted = new AbortController();

  /** Takes a REQUEST frame; `byWebSocket`: goes over one. */
  constructor(frame: FrameView, init: CallInit, byWebSocket: boolean) {
    this.#init = init;
    this.#id = frame.id;
    this.#waiting = [init.ownHello, frame.bytes.slice()];
    this.#dial = byWebSocket ? () => this.#webSocket() : () => Promise.resolve(this.#duplex());
  }

  /** Connects, and passes on from then. */
  start(): void {
    this.#run().catch((error) => this.#fail(lostBy(error)));
  }

  /** Takes an ITEM, the END or a WINDOW. */
  take({ bytes }: FrameView): void {
    this.#waiting.push(bytes.slice());
    this.#write();
  }

  /** Gives it up. */
  cancel(): void {
    this.#isOver = true;
    this.#unwanted.abort();
    this.#wire?.close();
  }

  async #run(): Promise<void> {
    const wire = this.#wire = await this.#dial();
    if (this.#isOver) return wire.close();
    this.#isWriting = false;
    this.#write();
    const source = new FrameSource((into) => wire.read(into), this.#init.own);
    while (!this.#isOver && await source.fill()) {
      for (const frame of framesIn(source)) this.#got(frame);
    }
    throw new Error("the connection ended before the call");
  }

  async #write(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    try {
      for (let bytes = this.#waiting.shift(); bytes !== undefined; bytes = this.#waiting.shift()) {
        for (let at = 0; at < bytes.length;) at += await this.#wire!.write(bytes.subarray(at));
      }
    } catch { /* reading tells what is wrong */ }
    this.#isWriting = false;
  }

  #got(frame: FrameView): void {
    if (this.#isOver) return;
    switch (frame.type) {
      case FrameType.hello:
        return this.#greeted(frame);
      case FrameType.ping:
        return this.take(makeFrame({ type: FrameType.pong, body: frame.body }));
      case FrameType.goaway:
        return this.#left(frame);
      case FrameType.response:
      case FrameType.item:
      case FrameType.end:
      case FrameType.window:
        this.#init.deliver(frame);
    }
    if (frame.type === FrameType.response || frame.type === FrameType.end) this.#finish();
  }

  /** Streams may be sent as this server says, not as another behind the same address. */
  #greeted({ metadata }: FrameView): void {
    const gained = readHello(new Reader(metadata), MAX_ENTRIES).streamWindowBytes - this.#init.peer.streamWindowBytes;
    if (gained <= 0) return;
    const body = new Uint8Array(4);
    new DataView(body.buffer).setUint32(0, gained);
    this.#init.deliver(makeFrame({ type: FrameType.window, id: this.#id, body }));
  }

  #left({ status, metadata, body }: FrameView): void {
    if (status !== 0) return this.#fail(readError(status, new Reader(metadata), MAX_ENTRIES, new Map()));
    if (isLater(this.#id, new Reader(body).u32())) {
      this.#fail(refined("going_away", "Cannot run it: the server is going away"));
    }
  }

  #fail(error: RpcError): void {
    if (this.#isOver) return;
    this.#init.fail(this.#id, error);
    this.#finish();
  }

  #finish(): void {
    this.cancel();
    this.#init.done(this.#id);
  }

  /** A request whose answer comes while its body is still sent. */
  #duplex(): Wire {
    const answer = Promise.withResolvers<ReadableStream<Uint8Array> | null>(),
      wire = new DuplexWire(answer.promise, "", "");
    const { signal } = this.#unwanted, headers = { "content-type": FRAMES, accept: FRAMES };
    const request = { method: "POST", headers, body: wire.body, duplex: "half", signal } as const;
    this.#init.fetch("/", request).then(bodyOf).then(answer.resolve, answer.reject);
    return wire;
  }

  async #webSocket(): Promise<Wire> {
    const address = parseAddress(this.#init.base.replace(/^http/, "ws"));
    try {
      return await dialGlobal(address, { signal: this.#unwanted.signal });
    } catch (cause) {
      throw refined("going_away", `Cannot send it: ${(cause as Error).message}`, { cause }); // it has not left
    }
  }
}

/** The frames of an answer. Throws what it says when it is none of frames. */
async function bodyOf(response: Response): Promise<ReadableStream<Uint8Array> | null> {
  if (response.ok && bareType(response.headers.get("content-type") ?? "") === FRAMES) return response.body;
  throw errorIn(response, await response.bytes());
}
