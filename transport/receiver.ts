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
  KNOWN_FLAGS,
  MetadataKey,
  Reader,
  readMetadata,
  readUser,
  refined,
  RpcError,
} from "../protocol/mod.ts";
import { compressorOfId, decompressBody } from "../codec/compress/mod.ts";
import { codecOfId } from "../codec/mod.ts";
import type { Connection, ConnectionOptions } from "./connection.ts";
import { readError } from "./error_frame.ts";
import { readHello } from "./hello.ts";
import { Incoming, tooLate } from "./incoming.ts";
import { overrun } from "./item_queue.ts";
import type { Outgoing } from "./outgoing.ts";
import { RequestReader } from "./request_reader.ts";

/** Answers a call: finds its handler, decodes `body` at once (its memory is reused) and runs it. */
export type Answer = (call: Incoming, body: Reader) => void;

/** Takes the frames of one connection. */
export class Receiver {
  /** The peer's hello is there. */
  greeted = false;
  /** Highest id of a call that came in. */
  lastId = 0;
  /** Set while stages run: opens the body of a batch frame. */
  openBatch: ((sealed: Uint8Array) => Promise<void>) | null = null;
  #connection: Connection;
  #options: ConnectionOptions;
  #reader = new Reader();
  #requests = new RequestReader();
  #leaving = false;
  #nowMs = -1;
  #sealed = 0; // > 0 while frames from an opened batch are dispatched

  /** Makes the receiver of `connection`. */
  constructor(connection: Connection, options: ConnectionOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#reader.maxDepth = connection.limits.maxDepth;
  }

  /** Whether this end has said that it goes away. */
  get leaving(): boolean {
    return this.#leaving;
  }

  /** Says that this end goes away: later calls are not run. */
  leave(): void {
    this.#leaving = true;
    this.#connection.outbox.goaway(this.lastId);
  }

  /** Deals with the whole frames in `bytes[at..end)`; a promise when it must wait before going on. */
  dispatch(bytes: Uint8Array, view: DataView, at: number, end: number): Promise<void> | undefined {
    this.#nowMs = -1;
    while (at < end && !this.#connection.ended) {
      const metadataAt = at + HEADER_SIZE, bodyAt = metadataAt + view.getUint32(at + 12);
      const next = bodyAt + view.getUint32(at + 16);
      this.#reader.reset(bytes, view, metadataAt, bodyAt);
      const waiting = this.#missing(view.getUint32(at), view.getUint32(at + 4)) ?? this.#frame(view, at, bodyAt, next);
      if (waiting !== undefined) {
        const { again, then } = waiting, from = again ? at : next;
        return then.then(() => this.dispatch(bytes, view, from, end));
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

  #frame(view: DataView, at: number, bodyAt: number, next: number): Wait | undefined {
    const type = view.getUint8(at + 2) & 15, id = view.getUint32(at + 8);
    if (!this.greeted && type !== FrameType.hello) {
      throw new FrameError("failed_precondition", "Cannot read frame: the first one must be a hello");
    }
    switch (type) {
      case FrameType.request:
        this.#request(view, at, bodyAt, next, id);
        return;
      case FrameType.response:
      case FrameType.item:
      case FrameType.end:
        this.#reply(type, view, at, bodyAt, next, id);
        return;
      case FrameType.batch:
        return this.#batch(bodyAt, next);
      default:
        this.#control(type, view, at, bodyAt, next, id);
    }
  }

  #control(type: number, view: DataView, at: number, bodyAt: number, next: number, id: number): void {
    switch (type) {
      case FrameType.hello:
        return this.#hello();
      case FrameType.cancel:
        return this.#connection.incoming.get(id)?.abort(cancelled(view.getUint16(at + 6)));
      case FrameType.window:
        return this.#window(id, this.#body(bodyAt, next).u32());
      case FrameType.ping:
        return this.#connection.outbox.pong(this.#body(bodyAt, next).peek(Math.min(next - bodyAt, 64)));
      case FrameType.goaway:
        return this.#goaway(view.getUint16(at + 6), bodyAt, next);
      case FrameType.pong:
        return;
    }
    if ((view.getUint8(at + 3) & Flag.required) === 0) return;
    const error = refined("unsupported", `Cannot read frame: type ${type} is unknown`);
    this.#connection.outbox.error(FrameType.response, id, error);
  }

  #body(bodyAt: number, next: number): Reader {
    const reader = this.#reader;
    reader.pos = bodyAt;
    reader.end = next;
    return reader;
  }

  #hello(): void {
    if (this.greeted) throw new FrameError("failed_precondition", "Cannot read frame: a second hello");
    const hello = readHello(this.#reader, this.#connection.limits.maxMetadataEntries);
    this.greeted = true;
    this.#connection.greet(hello);
  }

  #batch(bodyAt: number, next: number): Wait {
    if (this.openBatch === null || this.#sealed > 0) {
      throw new FrameError("failed_precondition", "Cannot read frame: a batch where no stages run");
    }
    return { again: false, then: this.openBatch(this.#body(bodyAt, next).take()) };
  }

  #goaway(status: number, bodyAt: number, next: number): void {
    const { limits } = this.#connection;
    const error = status === 0 ? undefined : readError(status, this.#reader, limits.maxMetadataEntries, new Map());
    const lastId = this.#body(bodyAt, next).u32();
    this.#connection.peerGoesAway((id) => isLater(id, lastId), error);
  }

  #window(id: number, bytes: number): void {
    const { incoming, outgoing } = this.#connection;
    (this.#isOurs(id) ? outgoing.get(id) : incoming.get(id))?.sender?.grant(bytes & 0x7fffffff);
  }

  #isOurs(id: number): boolean {
    return (id & 1) === (this.#options.role === "dialer" ? 1 : 0);
  }

  // ---- calls that come in

  #request(view: DataView, at: number, bodyAt: number, next: number, id: number): void {
    if (this.#isOurs(id) || id === 0 || this.lastId !== 0 && !isLater(id, this.lastId)) {
      throw new FrameError("failed_precondition", `Cannot read request: id ${id} is not new`);
    }
    const { outbox, limits } = this.#connection, flags = view.getUint8(at + 3);
    try {
      this.#requests.read(this.#reader, limits.maxMetadataEntries);
      if (this.#leaving) return; // the goaway has told the caller that this was not run
      this.lastId = id;
      const call = this.#makeCall(id, view.getUint8(at + 4), flags, next - bodyAt);
      this.#checkRequest(call, flags);
      const body = this.#inflate(view.getUint8(at + 5), bodyAt, next);
      (this.#options.answer ?? refuse)(call, body);
    } catch (error) {
      this.lastId = id;
      if ((flags & Flag.oneway) === 0) outbox.error(FrameType.response, id, RpcError.from(error, "internal"));
    }
  }

  #makeCall(id: number, codec: number, flags: number, bodyBytes: number): Incoming {
    const { route, timeoutMs, attempt, accept, user } = this.#requests;
    if (timeoutMs < 0) throw tooLate(route);
    return new Incoming(this.#connection, {
      id,
      route,
      codec,
      oneway: (flags & Flag.oneway) !== 0,
      stream: (flags & Flag.stream) !== 0,
      dueMs: timeoutMs === 0 ? Infinity : this.#now() + timeoutMs,
      attempt,
      accept,
      metadata: user,
      bodyBytes,
    });
  }

  /** The clock, read once for all frames that came together. */
  #now(): number {
    if (this.#nowMs < 0) this.#nowMs = this.#connection.now();
    return this.#nowMs;
  }

  #checkRequest(call: Incoming, flags: number): void {
    const { incoming, incomingBytes, limits } = this.#connection;
    if ((flags & ~KNOWN_FLAGS) !== 0) throw refined("unsupported", `Cannot run a request with flags ${flags}: unknown`);
    if (incoming.size >= limits.maxCalls || incomingBytes + call.bodyBytes > limits.maxCallBytes) {
      const what = incoming.size >= limits.maxCalls ? `${limits.maxCalls} calls` : `${limits.maxCallBytes} bytes of calls`;
      throw refined("overloaded", `Cannot run ${call.service}.${call.method}: ${what} run on this connection already`);
    }
  }

  /** A reader of the body, decompressed when it was compressed. */
  #inflate(compression: number, bodyAt: number, next: number): Reader {
    const body = this.#body(bodyAt, next);
    if (compression === 0) return body;
    const compressor = compressorOfId(compression, this.#options.compressors);
    if (compressor === undefined || compressor instanceof Promise) throw refined("unsupported", `Cannot read body: compression ${compression} is unknown here`);
    const raw = decompressBody(compressor, body.peek(), this.#connection.limits.maxBodyBytes);
    return body.reset(raw, new DataView(raw.buffer, raw.byteOffset, raw.byteLength), 0, raw.length);
  }

  // ---- replies, and items of request streams

  #reply(type: number, view: DataView, at: number, bodyAt: number, next: number, id: number): void {
    const { outgoing, incoming } = this.#connection;
    if (!this.#isOurs(id)) {
      const call = incoming.get(id);
      if (call !== undefined) this.#requestItem(type, view, at, bodyAt, next, call);
      return;
    }
    const call = type === FrameType.item ? outgoing.get(id) : outgoing.delete(id);
    if (call === undefined) return; // late: cancelled meanwhile
    try {
      this.#giveReply(type, view, at, bodyAt, next, call);
    } catch (error) {
      if (type === FrameType.item) this.#connection.abandon(call);
      call.fail(RpcError.from(error, "internal"));
    }
    if (type !== FrameType.item) this.#connection.finished();
  }

  #giveReply(type: number, view: DataView, at: number, bodyAt: number, next: number, call: Outgoing): void {
    const { maxMetadataEntries } = this.#connection.limits, status = view.getUint16(at + 6), reader = this.#reader;
    if (status !== 0 && type !== FrameType.item) {
      const user = new Map<string, string | Uint8Array>();
      const error = readError(status, reader, maxMetadataEntries, user);
      if (user.size > 0) call.gotMetadata(user);
      return call.fail(error);
    }
    if (reader.pos < reader.end) call.gotMetadata(this.#userMetadata());
    if (type === FrameType.end) return call.gotEnd();
    const { response, id: codec } = call.coders!;
    if (view.getUint8(at + 4) !== codec) {
      throw refined("unsupported", `Cannot read the reply of ${call.spec.name}: codec ${view.getUint8(at + 4)}, want ${codec}`);
    }
    const value = response.decode(this.#inflate(view.getUint8(at + 5), bodyAt, next));
    if (type === FrameType.response) call.gotResponse(value);
    else call.gotItem(value, next - at);
  }

  #userMetadata(): Map<string, string | Uint8Array> {
    const user = new Map<string, string | Uint8Array>();
    readMetadata(this.#reader, this.#connection.limits.maxMetadataEntries, (key, value) => {
      if (key === MetadataKey.text || key === MetadataKey.bytes) readUser(key, value, user);
    });
    return user;
  }

  #requestItem(type: number, view: DataView, at: number, bodyAt: number, next: number, call: Incoming): void {
    const { requests } = call, status = view.getUint16(at + 6);
    if (requests === null || type === FrameType.response) return;
    try {
      if (type === FrameType.end) {
        return requests.end(
          status === 0 ? undefined : readError(status, this.#reader, this.#connection.limits.maxMetadataEntries, new Map()),
        );
      }
      const value = call.coders!.request.decode(this.#inflate(view.getUint8(at + 5), bodyAt, next));
      if (!requests.push(value, next - at)) throw overrun();
    } catch (error) {
      call.fail(RpcError.from(error, "invalid_argument"));
    }
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

function refuse(call: Incoming): void {
  call.fail(refined("no_service", `Cannot run ${call.service}.${call.method}: this end handles no calls`));
}
