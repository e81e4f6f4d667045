/**
 * Calls that come in: request frames, and the items of their streams.
 *
 * @module
 */
import { Flag, FrameError, FrameType, isLater, KNOWN_FLAGS, type Reader, refined, RpcError } from "../protocol/mod.ts";
import type { Connection } from "./connection.ts";
import { readError } from "./error_frame.ts";
import type { FrameReader } from "./frame_reader.ts";
import { Incoming, tooLate } from "./incoming.ts";
import { overrun } from "./item_queue.ts";
import { noStreams as refusesStreams } from "./loss.ts";
import { RequestReader } from "./request_reader.ts";

/**
 * Answers a call: finds its handler, decodes `body` at once (its memory is reused) and runs it. What it throws refuses the
 * call, which then was not run.
 */
export type Answer = (call: Incoming, body: Reader) => void;

/** Takes the calls that come in on one connection. */
export class RequestReceiver {
  /** Highest id of a call that came in. */
  lastId = 0;
  /** Whether later calls are not run any more. */
  leaving = false;
  #connection: Connection;
  #frames: FrameReader;
  #answer: Answer;
  #requests = new RequestReader();
  #nowMs = -1;
  #wrapped = false; // ids have started again from below

  /** Makes the receiver of `connection`, whose frames `frames` reads. */
  constructor(connection: Connection, frames: FrameReader, answer: Answer = refuse) {
    this.#connection = connection;
    this.#frames = frames;
    this.#answer = answer;
  }

  /** Frames that came together begin: the clock is read once for all of them. */
  begin(): void {
    this.#nowMs = -1;
  }

  /** Takes a request frame. */
  request(view: DataView, at: number, bodyAt: number, next: number, id: number): void {
    this.#checkId(id);
    if (this.leaving) return; // the goaway has told the caller that this was not run
    this.lastId = id;
    const { outbox, limits } = this.#connection, flags = view.getUint8(at + 3);
    try {
      this.#requests.read(this.#frames.metadata, limits.maxMetadataEntries);
      const compression = view.getUint8(at + 5), bytes = rawBytes(compression, view, bodyAt, next);
      const call = this.#makeCall(id, view.getUint8(at + 4), flags, bytes);
      this.#check(call, flags);
      this.#answer(
        call,
        compression === 0 ? this.#frames.body(bodyAt, next) : this.#inflated(compression, bodyAt, next),
      );
    } catch (error) {
      if ((flags & Flag.oneway) === 0) outbox.error(FrameType.response, id, RpcError.from(error, "internal"));
    }
  }

  /** Takes an item or the end of the request stream of `call`. */
  item(type: number, view: DataView, at: number, bodyAt: number, next: number, call: Incoming): void {
    const { requests } = call, status = view.getUint16(at + 6), { maxMetadataEntries } = this.#connection.limits;
    if (requests === null || type === FrameType.response) return;
    try {
      if (type === FrameType.end) {
        const { metadata } = this.#frames;
        return requests.end(status === 0 ? undefined : readError(status, metadata, maxMetadataEntries, new Map()));
      }
      const { request, id: codec } = call.coders!;
      if (view.getUint8(at + 4) !== codec) {
        throw new RpcError("invalid_argument", `Cannot read an item: codec ${view.getUint8(at + 4)}, want ${codec}`);
      }
      const body = this.#frames.inflated(view.getUint8(at + 5), bodyAt, next), size = Math.max(next - at, body.left);
      if (!requests.push(request.decode(body), next - at, size)) throw overrun();
    } catch (error) {
      call.fail(RpcError.from(error, "invalid_argument"));
    }
  }

  /** Ids have the caller's parity and grow; when they have wrapped around, none is that of a call that still runs. */
  #checkId(id: number): void {
    const { lastId } = this;
    if (!this.#connection.isOurs(id) && id !== 0 && (lastId === 0 || isLater(id, lastId))) {
      if (id < lastId) this.#wrapped = true;
      if (!this.#wrapped || this.#connection.incoming.get(id) === undefined) return;
    }
    throw new FrameError("internal", `Cannot read request: id ${id} is not new`);
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

  #now(): number {
    if (this.#nowMs < 0) this.#nowMs = this.#connection.now();
    return this.#nowMs;
  }

  #check(call: Incoming, flags: number): void {
    const { incoming, incomingBytes, limits, noStreams } = this.#connection;
    if ((flags & ~KNOWN_FLAGS) !== 0) throw refined("unsupported", `Cannot run a request with flags ${flags}: unknown`);
    if (call.requests !== null && noStreams !== undefined) {
      throw refusesStreams(`${call.service}.${call.method}`, noStreams);
    }
    if (call.bodyBytes > limits.maxBodyBytes) {
      throw refined(
        "request_too_large",
        `Cannot run a request of ${call.bodyBytes} bytes: the limit is ${limits.maxBodyBytes}`,
      );
    }
    if (incoming.size >= limits.maxCalls || incomingBytes + call.bodyBytes > limits.maxCallBytes) {
      const what = incoming.size >= limits.maxCalls
        ? `${limits.maxCalls} calls`
        : `${limits.maxCallBytes} bytes of calls`;
      throw refined("overloaded", `Cannot run ${call.service}.${call.method}: ${what} run on this connection already`);
    }
  }

  #inflated(compression: number, bodyAt: number, next: number): Reader {
    try {
      return this.#frames.inflated(compression, bodyAt, next);
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== "invalid_argument") throw error;
      throw refined("bad_request_body", error.message, { cause: error });
    }
  }
}

/** Size of a body once it is decompressed, as it says of itself. */
function rawBytes(compression: number, view: DataView, bodyAt: number, next: number): number {
  return compression === 0 || next - bodyAt < 4 ? next - bodyAt : view.getUint32(bodyAt);
}

function refuse(call: Incoming): void {
  throw refined("no_service", `Cannot run ${call.service}.${call.method}: this end handles no calls`);
}
