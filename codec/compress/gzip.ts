/**
 * The gzip format (RFC 1952): DEFLATE between a header and a CRC-32 checksum with the length. Exactly one member: a body is
 * one piece of data, so a second member is refused like anything else behind the first.
 *
 * @module
 */
import type { Compressor } from "./compressor.ts";
import type { DeflateEngine } from "./deflate_engine.ts";
import { engine } from "./engine.ts";
import { broken } from "./error.ts";

const HEADER: Uint8Array = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff); // no time, unknown system
const TRAILER_SIZE = 8;
const FLAG_CRC = 2, FLAG_EXTRA = 4, FLAG_NAME = 8, FLAG_COMMENT = 16, RESERVED_FLAGS = 0xe0;

/** The gzip compressor on `engine`. */
export function gzipOn(engine: DeflateEngine): Compressor {
  return { name: "gzip", id: 1, compress, decompress };

  function compress(bytes: Uint8Array): Uint8Array {
    const deflated = engine.deflate(bytes), trailer = HEADER.length + deflated.length;
    const out = new Uint8Array(trailer + TRAILER_SIZE), view = new DataView(out.buffer);
    out.set(HEADER);
    out.set(deflated, HEADER.length);
    view.setUint32(trailer, engine.crc32(bytes), true);
    view.setUint32(trailer + 4, bytes.length, true);
    return out;
  }

  function decompress(input: Uint8Array, maxBytes: number): Uint8Array {
    const start = headerSize(input, engine);
    const { bytes, used } = engine.inflate(input.subarray(start), maxBytes), trailer = start + used;
    if (input.length < trailer + TRAILER_SIZE) throw broken("the data ends too early");
    const view = new DataView(input.buffer, input.byteOffset + trailer, TRAILER_SIZE);
    if (view.getUint32(0, true) !== engine.crc32(bytes)) throw broken("the checksum is wrong");
    if (view.getUint32(4, true) !== bytes.length >>> 0) throw broken("the length is wrong");
    if (input.length > trailer + TRAILER_SIZE) throw broken("something follows the data");
    return bytes;
  }
}

/** Size of the header that `input` begins with; what it says of a file is skipped. */
function headerSize(input: Uint8Array, engine: DeflateEngine): number {
  if (HEADER.subarray(0, 3).some((byte, i) => i < input.length && input[i] !== byte)) {
    throw broken("this is not gzip data");
  }
  const flags = input[3] ?? 0;
  if ((flags & RESERVED_FLAGS) !== 0) throw broken("the header has unknown flags");
  let at = HEADER.length;
  if ((flags & FLAG_EXTRA) !== 0) at += 2 + (input[at] ?? 0) + ((input[at + 1] ?? 0) << 8);
  if ((flags & FLAG_NAME) !== 0) at = textEnd(input, at);
  if ((flags & FLAG_COMMENT) !== 0) at = textEnd(input, at);
  const crcAt = at;
  if ((flags & FLAG_CRC) !== 0) at += 2;
  if (at > input.length) throw broken("the data ends too early");
  if (at > crcAt && (input[crcAt]! | input[crcAt + 1]! << 8) !== (engine.crc32(input.subarray(0, crcAt)) & 0xffff)) {
    throw broken("the checksum of the header is wrong");
  }
  return at;
}

/** Position behind the zero that ends a text. */
function textEnd(input: Uint8Array, from: number): number {
  const zero = input.indexOf(0, from);
  return zero < 0 ? Infinity : zero + 1;
}

/** The gzip compressor. */
export const gzip: Compressor = gzipOn(engine);
