/**
 * Writes every kind of frame of one connection into its sink.
 *
 * @module
 */
import type { Coder } from "../codec/mod.ts";
import { compressBody, type Compressor } from "../codec/compress/mod.ts";
import {
  beginFrame,
  endFrame,
  FrameType,
  HEADER_SIZE,
  type Metadata,
  MetadataKey,
  RpcError,
  travelling,
  utf8Length,
  writeText,
  writeU32,
  writeU8,
  writeUser,
} from "../protocol/mod.ts";
import { writeError } from "./error_frame.ts";
import type { FrameSink } from "./frame_sink.ts";
import { type Hello, unknownPeer } from "./hello.ts";
import type { MethodSpec } from "./method.ts";

/** Compression of bodies: with what, and from which size on. */
export interface BodyCompression {
  /** The compressor. */
  readonly compressor: Compressor;
  /** Bodies below this many bytes go as they are. */
  readonly thresholdBytes: number;
}

/** What a request frame says besides its body. */
export interface RequestHead {
  /** The method. */
  readonly spec: MethodSpec;
  /** Bits of {@linkcode Flag}. */
  readonly flags: number;
  /** Codec number. */
  readonly codec: number;
  /** Milliseconds left, or 0 for none. */
  readonly timeoutMs: number;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** User metadata. */
  readonly metadata: Metadata | null;
  /** Compression of the body, and of the reply. */
  readonly compress: BodyCompression | null;
}

const MAX_NAME_BYTES = 255, MAX_TIMEOUT_MS = 0xffffffff;

/** Writes frames. Every method encodes in place and starts the next write; one that throws leaves nothing behind. */
export class Outbox {
  /** Where frames go. */
  readonly sink: FrameSink;
  /** What the peer has said of itself. */
  peer: Hello = unknownPeer;
  /** The peer keeps asking for answers that it does not read: they have piled up beyond the limit. */
  isStuck = false;
  /** Methods that get a number, so that later requests need not name them. */
  maxRoutes = 4096;
  #maxPending: number;
  #owed = 0; // bytes written at the peer's bidding since there was room for them
  #routes = new Map<MethodSpec, number>();

  /** Makes an outbox over `sink` that counts as full above `maxPendingBytes`. */
  constructor(sink: FrameSink, maxPendingBytes: number) {
    this.sink = sink;
    this.#maxPending = maxPendingBytes;
  }

  /** Whether more is pending than the limit allows; then wait for room before encoding more. */
  get isFull(): boolean {
    return this.sink.pending > this.#maxPending;
  }

  /** Calls `resume` once when half of the limit is free again. */
  whenRoom(resume: () => void): void {
    this.sink.whenBelow(Math.max(1, this.#maxPending >> 1), resume);
  }

  /** A request with `value` as its body, or without a body when it opens a stream. */
  request(id: number, head: RequestHead, coder: Coder, value: unknown): void {
    const { sink } = this;
    sink.ready();
    const at = beginFrame(sink, FrameType.request, head.flags, head.codec, 0, id);
    let newRoute = false;
    try {
      newRoute = this.#writeRoute(head.spec);
      if (head.timeoutMs > 0) writeU32(sink, MetadataKey.timeout, Math.min(Math.ceil(head.timeoutMs), MAX_TIMEOUT_MS));
      if (head.attempt > 1 || head.metadata !== null || head.compress !== null) writeExtras(sink, head);
      this.#writeBody(at, coder, value, head.compress);
    } catch (error) {
      if (newRoute) this.#routes.delete(head.spec);
      this.#undo(at, error);
    }
    sink.flush();
  }

  /** The reply of a unary call. */
  response(
    id: number,
    codec: number,
    coder: Coder,
    value: unknown,
    metadata: Metadata | null,
    compress: BodyCompression | null,
  ): void {
    this.#message(FrameType.response, id, codec, coder, value, metadata, compress);
  }

  /** One item of a stream; returns its cost, the size of its frame. */
  item(id: number, codec: number, coder: Coder, value: unknown, metadata: Metadata | null = null): number {
    return this.#message(FrameType.item, id, codec, coder, value, metadata, null);
  }

  /** An error in place of a reply (`response`) or of a clean end (`end`). */
  error(type: number, id: number, error: RpcError, metadata: Metadata | null = null): void {
    const { sink } = this;
    sink.ready();
    const at = beginFrame(sink, type, 0, 0, travelling(error.status), id);
    writeError(sink, error, metadata, this.peer.maxMetadataBytes);
    this.#endOwed(at, sink.pos);
  }

  /** The clean end of a stream. */
  end(id: number, metadata: Metadata | null = null): void {
    const { sink } = this;
    sink.ready();
    const at = beginFrame(sink, FrameType.end, 0, 0, 0, id);
    try {
      if (metadata !== null) writeUser(sink, metadata);
      this.#checkMetadata(sink.pos - at - HEADER_SIZE);
    } catch (error) {
      this.#undo(at, error);
    }
    this.#endOwed(at, sink.pos);
  }

  /** The caller no longer wants call `id`, because of `status`: `canceled`, or `deadline_exceeded`. */
  cancel(id: number, status: number): void {
    this.#bare(FrameType.cancel, id, status);
  }

  /** The sender of stream `id` may send `bytes` more. */
  window(id: number, bytes: number): void {
    this.#bare(FrameType.window, id, 0, bytes);
  }

  /** Asks for a pong with the same number. */
  ping(n: number): void {
    this.#bare(FrameType.ping, 0, 0, n);
  }

  /** Answers a ping whose body is `body`. */
  pong(body: Uint8Array): void {
    const { sink } = this;
    sink.ready();
    const at = beginFrame(sink, FrameType.pong, 0, 0, 0, 0);
    sink.raw(body);
    this.#endOwed(at, at + HEADER_SIZE);
  }

  /** No new calls: those above `lastId` were not run. With an error, the connection ends. */
  goaway(lastId: number, error?: RpcError): void {
    const { sink } = this;
    sink.ready();
    const at = beginFrame(sink, FrameType.goaway, 0, 0, error?.status ?? 0, 0);
    if (error !== undefined) writeError(sink, error, null, this.peer.maxMetadataBytes);
    const bodyAt = sink.pos;
    sink.u32(lastId);
    endFrame(sink, at, bodyAt);
    sink.flush();
  }

  #bare(type: number, id: number, status: number, body?: number): void {
    const { sink } = this;
    sink.ready();
    const at = beginFrame(sink, type, 0, 0, status, id), bodyAt = sink.pos;
    if (body !== undefined) sink.u32(body);
    endFrame(sink, at, bodyAt);
    sink.flush();
  }

  /**
   * Ends a frame that the peer has provoked and that waits for no room. While it reads, such frames are few; one that only
   * asks is found out here.
   */
  #endOwed(at: number, bodyAt: number): void {
    const { sink } = this;
    endFrame(sink, at, bodyAt);
    this.#owed = this.isFull ? this.#owed + sink.pos - at : 0;
    if (this.#owed > this.#maxPending) this.isStuck = true;
    sink.flush();
  }

  #message(
    type: number,
    id: number,
    codec: number,
    coder: Coder,
    value: unknown,
    metadata: Metadata | null,
    compress: BodyCompression | null,
  ): number {
    const { sink } = this;
    sink.ready();
    const at = beginFrame(sink, type, 0, codec, 0, id);
    try {
      if (metadata !== null) writeUser(sink, metadata);
      this.#writeBody(at, coder, value, compress);
    } catch (error) {
      this.#undo(at, error);
    }
    sink.flush();
    return sink.pos - at;
  }

  /** Writes names and a new number for them, or the number they have; whether the number is new. */
  #writeRoute(spec: MethodSpec): boolean {
    const { sink } = this, known = this.#routes.get(spec);
    sink.reserve(5);
    if (known !== undefined) {
      putRoute(sink, known);
      return false;
    }
    if (utf8Length(spec.service) > MAX_NAME_BYTES || utf8Length(spec.method) > MAX_NAME_BYTES) {
      throw new RpcError("invalid_argument", `Cannot call ${spec.name}: a name is longer than ${MAX_NAME_BYTES} bytes`);
    }
    writeText(sink, MetadataKey.service, spec.service);
    writeText(sink, MetadataKey.method, spec.method);
    const number = this.#routes.size;
    if (number === this.maxRoutes) return false;
    sink.reserve(5);
    putRoute(sink, number);
    this.#routes.set(spec, number);
    return true;
  }

  #writeBody(at: number, coder: Coder, value: unknown, compress: BodyCompression | null): void {
    const { sink, peer } = this, bodyAt = sink.pos;
    this.#checkMetadata(bodyAt - at - HEADER_SIZE);
    sink.limit = bodyAt + peer.maxBodyBytes + 65536; // room for what a codec reserves beyond what it writes
    if (value !== undefined) coder.encode(value, sink);
    sink.limit = Infinity;
    const length = sink.pos - bodyAt;
    if (length > peer.maxBodyBytes) {
      throw new RpcError(
        "resource_exhausted",
        `Cannot send: a body of ${length} bytes, the peer takes ${peer.maxBodyBytes}`,
      );
    }
    if (compress !== null && length >= compress.thresholdBytes) this.#compress(at, bodyAt, compress);
    endFrame(sink, at, bodyAt);
  }

  #checkMetadata(bytes: number): void {
    const { maxMetadataBytes } = this.peer;
    if (bytes <= maxMetadataBytes) return;
    throw new RpcError(
      "resource_exhausted",
      `Cannot send: ${bytes} bytes of metadata, the peer takes ${maxMetadataBytes}`,
    );
  }

  #compress(at: number, bodyAt: number, { compressor, thresholdBytes }: BodyCompression): void {
    const { sink } = this;
    const small = compressBody(compressor, sink.bytes.subarray(bodyAt, sink.pos), thresholdBytes);
    if (small === undefined) return;
    sink.pos = bodyAt;
    sink.raw(small);
    sink.bytes[at + 5] = compressor.id;
  }

  #undo(at: number, error: unknown): never {
    const { sink } = this;
    sink.pos = at;
    sink.limit = Infinity;
    sink.depth = 0;
    throw error;
  }
}

/** Writes a route number into room that is reserved. */
function putRoute(sink: FrameSink, number: number): void {
  const at = sink.pos, { view } = sink;
  view.setUint32(at, MetadataKey.route << 24 | 2 << 8 | number >> 8);
  view.setUint8(at + 4, number);
  sink.pos = at + 5;
}

function writeExtras(sink: FrameSink, { attempt, metadata, compress }: RequestHead): void {
  if (attempt > 1) writeU8(sink, MetadataKey.attempt, Math.min(attempt, 255));
  if (compress !== null) writeU8(sink, MetadataKey.accept, compress.compressor.id);
  if (metadata !== null) writeUser(sink, metadata);
}
