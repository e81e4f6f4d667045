/**
 * Reads whole frames and gives each to whom it concerns.
 *
 * @module
 */
import {
  codes,
  Flag,
  FrameError,
  FrameType,
  HEADER_SIZE,
  isLater,
  KNOWN_OTHER_FLAGS,
  refined,
  RpcError,
} from "../protocol/mod.ts";
import { compressorOfId } from "../codec/compress/mod.ts";
import { codecOfId } from "../codec/mod.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionOptions } from "./connection_options.ts";
import { readError } from "./error_frame.ts";
import { FrameReader } from "./frame_reader.ts";
import { readHello } from "./hello.ts";
import { ReplyReceiver } from "./reply_receiver.ts";
import { RequestReceiver } from "./request_receiver.ts";

/** Takes the frames of one connection. */
export class Receiver {
  /** The peer's hello is there. */
  greeted = false;
  /** Set while stages run: opens the body of a batch frame. */
  openBatch: ((sealed: Uint8Array) => Promise<void>) | null = null;
  #connection: Connection;
  #options: ConnectionOptions;
  #frames: FrameReader;
  #requests: RequestReceiver;
  #replies: ReplyReceiver;

  /** Makes the receiver of `connection`. */
  constructor(connection: Connection, options: ConnectionOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#frames = new FrameReader(connection.limits, options.compressors);
    this.#requests = new RequestReceiver(connection, this.#frames, options.answer);
    this.#replies = new ReplyReceiver(connection, this.#frames);
  }

  /** Whether this end has said that it goes away. */
  get leaving(): boolean {
    return this.#requests.leaving;
  }

  /** Highest id of a call that came in. */
  get lastId(): number {
    return this.#requests.lastId;
  }

  /** Says that this end goes away: later calls are not run. */
  leave(): void {
    this.#requests.leaving = true;
    if (this.greeted || this.#connection.role === "dialer") this.#connection.outbox.goaway(this.lastId);
  }

  /**
   * Deals with the whole frames in `bytes[at..end)`; a promise when it must wait before going on. `opened`: they come from
   * the stages.
   */
  dispatch(bytes: Uint8Array, view: DataView, at: number, end: number, opened = false): Promise<void> | undefined {
    this.#requests.begin();
    while (at < end && !this.#connection.ended) {
      const metadataAt = at + HEADER_SIZE, bodyAt = metadataAt + view.getUint32(at + 12);
      const next = bodyAt + view.getUint32(at + 16);
      this.#frames.metadata.reset(bytes, view, metadataAt, bodyAt);
      const waiting = this.#missing(view.getUint32(at), view.getUint32(at + 4)) ??
        this.#frame(view, at, bodyAt, next, opened);
      if (waiting !== undefined) {
        const { again, then } = waiting, from = again ? at : next;
        return then.then(() => this.dispatch(bytes, view, from, end, opened));
      }
      at = next;
    }
  }

  /** What must be loaded before the frame with this header can be dealt with: a codec or compressor used for the first time. */
  #missing(start: number, coding: number): Wait | undefined {
    const compression = (coding >>> 16) & 0xff, { codecs, compressors } = this.#options;
    const compressor = compression === 0 ? undefined : compressorOfId(compression, compressors);
    if (compressor instanceof Promise) return { again: true, then: compressor };
    if (((start >>> 8) & 15) !== FrameType.request) return;
    const codec = codecOfId(coding >>> 24, codecs);
    if (codec instanceof Promise) return { again: true, then: codec };
  }

  #frame(view: DataView, at: number, bodyAt: number, next: number, opened: boolean): Wait | undefined {
    const type = view.getUint8(at + 2) & 15, id = view.getUint32(at + 8);
    if (!this.greeted || this.openBatch !== null) this.#checkOrder(type, opened);
    if (type === FrameType.request) {
      this.#requests.request(view, at, bodyAt, next, id);
      return;
    }
    if ((view.getUint8(at + 3) & ~KNOWN_OTHER_FLAGS) !== 0) return this.#unknown(type, id);
    switch (type) {
      case FrameType.response:
      case FrameType.item:
      case FrameType.end:
        return this.#reply(type, view, at, bodyAt, next, id);
      case FrameType.batch:
        return this.#batch(bodyAt, next);
      default:
        return this.#control(type, view, at, bodyAt, next, id);
    }
  }

  /** A hello comes first, unless the peer only says that it goes away; once stages run, everything comes through them. */
  #checkOrder(type: number, opened: boolean): void {
    if (!this.greeted && type !== FrameType.hello && type !== FrameType.goaway) {
      throw new FrameError("internal", "Cannot read frame: the first one must be a hello");
    }
    if (this.openBatch !== null && opened === (type === FrameType.batch)) {
      throw new FrameError(
        "internal",
        "Cannot read frame: it went around the stages, or through them twice",
      );
    }
  }

  #reply(type: number, view: DataView, at: number, bodyAt: number, next: number, id: number): undefined {
    if (this.#connection.isOurs(id)) return void this.#replies.reply(type, view, at, bodyAt, next, id);
    const call = this.#connection.incoming.get(id);
    if (call !== undefined) this.#requests.item(type, view, at, bodyAt, next, call);
  }

  #control(type: number, view: DataView, at: number, bodyAt: number, next: number, id: number): undefined {
    switch (type) {
      case FrameType.hello:
        return this.#hello();
      case FrameType.cancel:
        return void this.#connection.incoming.get(id)?.abort(cancelled(view.getUint16(at + 6)));
      case FrameType.window:
        return this.#window(id, this.#frames.body(bodyAt, next).u32());
      case FrameType.ping:
        return void this.#connection.outbox.pong(this.#frames.body(bodyAt, next).peek(Math.min(next - bodyAt, 64)));
      case FrameType.goaway:
        return this.#goaway(view.getUint16(at + 6), bodyAt, next);
      case FrameType.pong:
        return;
    }
    if ((view.getUint8(at + 3) & Flag.required) !== 0) this.#unknown(type, id);
  }

  /** A frame that must not be skipped and is unknown, or has unknown flags: ends its call, and the sender is told. */
  #unknown(type: number, id: number): undefined {
    const what = `type ${type} with these flags is unknown`,
      error = refined("unsupported", `Cannot read frame: ${what}`);
    if (type === FrameType.hello || type === FrameType.batch) { // what follows depends on it
      throw new FrameError("unimplemented", error.message, { status: "unsupported" });
    }
    if (id !== 0 && this.#connection.isOurs(id)) return void this.#replies.drop(id, what);
    const call = this.#connection.incoming.get(id);
    if (call === undefined) this.#connection.outbox.error(FrameType.response, id, error);
    else call.fail(error);
  }

  #hello(): undefined {
    if (this.greeted) throw new FrameError("internal", "Cannot read frame: a second hello");
    const hello = readHello(this.#frames.metadata, this.#connection.limits.maxMetadataEntries);
    this.greeted = true;
    this.openBatch = this.#connection.greet(hello);
    // Our hello must be first, and goes out now.
    if (this.leaving && this.#connection.role === "acceptor") this.#connection.outbox.goaway(this.lastId);
  }

  #batch(bodyAt: number, next: number): Wait {
    if (this.openBatch === null) {
      throw new FrameError("internal", "Cannot read frame: a batch where no stages run");
    }
    return { again: false, then: this.openBatch(this.#frames.body(bodyAt, next).take()) };
  }

  #goaway(status: number, bodyAt: number, next: number): undefined {
    const { limits } = this.#connection, { metadata } = this.#frames;
    const error = status === 0 ? undefined : readError(status, metadata, limits.maxMetadataEntries, new Map());
    const lastId = this.#frames.body(bodyAt, next).u32();
    this.#connection.peerGoesAway((id) => isLater(id, lastId), error);
  }

  #window(id: number, bytes: number): undefined {
    const { incoming, outgoing } = this.#connection;
    (this.#connection.isOurs(id) ? outgoing.get(id) : incoming.get(id))?.sender?.grant(bytes & 0x7fffffff);
  }
}

/** What `dispatch` must wait for, and whether the same frame is then read again. */
interface Wait {
  readonly again: boolean;
  readonly then: Promise<unknown>;
}

function cancelled(status: number): RpcError {
  if (status !== codes.deadline_exceeded) return new RpcError("canceled", "Cannot go on: the caller has cancelled");
  return new RpcError("deadline_exceeded", "Cannot go on: the caller's deadline has passed");
}
