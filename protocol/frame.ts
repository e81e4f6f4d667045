/**
 * The frame: one fixed header for every message in both directions. See protocol/PROTOCOL.md, "Frame".
 *
 * ```
 * 0 magic 0x3B   1 magic 0xEF   2 version<<4 | type   3 flags      4 codec   5 compression   6-7 status u16
 * 8-11 id u32    12-15 metadata length u32            16-19 body length u32   then metadata, then body
 * ```
 *
 * @module
 */
import { RpcError } from "./error.ts";
import type { Writer } from "./writer.ts";

/** Bytes of the fixed header. */
export const HEADER_SIZE = 20;
/** First two bytes of every frame; no HTTP letter, no TLS record type. */
export const MAGIC = 0x3bef;
/** Protocol version this code speaks. */
export const VERSION = 1;

/** What a frame is. */
export const FrameType = {
  /** First frame of each side: limits, features, stages. */
  hello: 0,
  /** Opens a call. */
  request: 1,
  /** Ends a call: its one reply, or its error. */
  response: 2,
  /** One message of a stream. */
  item: 3,
  /** Ends a stream; from the callee it ends the call and carries its status. */
  end: 4,
  /** The sender no longer wants the call. */
  cancel: 5,
  /** Asks for a pong with the same body. */
  ping: 6,
  /** Answers a ping. */
  pong: 7,
  /** Grants more bytes to the sender of a stream. */
  window: 8,
  /** The sender takes no new calls; those above its id were not run. */
  goaway: 9,
  /** Whole frames of one flush, sealed by the connection's stages. */
  batch: 10,
} as const;

/** Bits of the flags byte. Unknown bits of the low half are ignored, those of the high half must be understood. */
export const Flag = {
  /** Request: may be run more than once. */
  idempotent: 0x01,
  /** Request: no response wanted. */
  oneway: 0x10,
  /** Request: the caller will send items, then an end; the body is empty. */
  stream: 0x20,
  /** Frame type: answer `unimplemented` if you do not know it, instead of skipping it. */
  required: 0x80,
} as const;

/** Flags that this code understands or may ignore: on a request ... */
export const KNOWN_FLAGS = 0x0f | Flag.oneway | Flag.stream | Flag.required;
/** ... and on every other frame. */
export const KNOWN_OTHER_FLAGS = 0x0f | Flag.required;

/** Bounds that are checked on a header, before anything is allocated for the frame. */
export interface FrameLimits {
  /** Largest metadata block, bytes. */
  readonly maxMetadataBytes: number;
  /** Largest body, bytes. */
  readonly maxBodyBytes: number;
}

/** A header that makes the connection useless: what follows can't be found or can't be trusted. */
export class FrameError extends RpcError {}

/**
 * Size of the frame whose header starts at `at`, or 0 while fewer than 20 bytes are there.
 * Throws {@linkcode FrameError} for wrong magic or version (as soon as those bytes are there) and for a length over its limit.
 */
export function frameSize(bytes: Uint8Array, view: DataView, at: number, end: number, limits: FrameLimits): number {
  if (end - at < HEADER_SIZE) {
    if (end > at) checkStart(bytes, at, end);
    return 0;
  }
  if (view.getUint16(at) !== MAGIC || bytes[at + 2]! >> 4 !== VERSION) checkStart(bytes, at, end);
  const metadata = view.getUint32(at + 12), body = view.getUint32(at + 16);
  if (metadata > limits.maxMetadataBytes) throw tooLarge("metadata", metadata, limits.maxMetadataBytes);
  if (body > limits.maxBodyBytes) throw tooLarge("body", body, limits.maxBodyBytes);
  return HEADER_SIZE + metadata + body;
}

function checkStart(bytes: Uint8Array, at: number, end: number): void {
  if (bytes[at] !== MAGIC >> 8 || (end - at > 1 && bytes[at + 1] !== (MAGIC & 0xff))) {
    throw new FrameError(
      "invalid_argument",
      `Cannot read frame: the peer does not speak erpc but ${guess(bytes[at]!)}`,
    );
  }
  const version = bytes[at + 2]! >> 4;
  if (end - at > 2 && version !== VERSION) {
    throw new FrameError("unimplemented", `Cannot read frame: version ${version} is unknown, want ${VERSION}`);
  }
}

/** What a peer with this first byte probably speaks. */
function guess(first: number): string {
  if (first === 0x15 || first === 0x16) return "TLS (use the option tls)";
  return first >= 0x20 && first < 0x7f ? "a protocol of text, such as HTTP" : "something unknown";
}

function tooLarge(what: string, size: number, limit: number): FrameError {
  return new FrameError("resource_exhausted", `Cannot read frame: ${what} of ${size} bytes, the limit is ${limit}`);
}

/** Writes a header with both lengths 0 and returns where it starts; set the lengths with {@linkcode endFrame}. */
export function beginFrame(
  out: Writer,
  type: number,
  flags: number,
  codec: number,
  status: number,
  id: number,
): number {
  out.reserve(HEADER_SIZE);
  const at = out.pos, { view } = out;
  view.setUint32(at, MAGIC << 16 | VERSION << 12 | type << 8 | flags);
  view.setUint32(at + 4, codec << 24 | status);
  view.setUint32(at + 8, id);
  view.setUint32(at + 12, 0);
  view.setUint32(at + 16, 0);
  out.pos = at + HEADER_SIZE;
  return at;
}

/** Sets the lengths of the frame that starts at `at`, whose body starts at `bodyAt` and ends at `out.pos`. */
export function endFrame(out: Writer, at: number, bodyAt: number): void {
  out.view.setUint32(at + 12, bodyAt - at - HEADER_SIZE);
  out.view.setUint32(at + 16, out.pos - bodyAt);
}

/** Whether call id `a` came after `b`; ids wrap at 2^32. */
export function isLater(a: number, b: number): boolean {
  return ((a - b) | 0) > 0;
}
