/**
 * The zlib format (RFC 1950): DEFLATE between a header of two bytes and an Adler-32 checksum. HTTP calls it "deflate".
 *
 * @module
 */
import { adler32 } from "./checksum.ts";
import type { Compressor } from "./compressor.ts";
import type { DeflateEngine } from "./deflate_engine.ts";
import { engine } from "./engine.ts";
import { broken } from "./error.ts";

const HEADER = 0x789c; // DEFLATE with a window of 32 KiB, default level
const HEADER_SIZE = 2, TRAILER_SIZE = 4;

/** The zlib compressor on `engine`. */
export function zlibOn(engine: DeflateEngine): Compressor {
  return { name: "zlib", id: 2, compress, decompress };

  function compress(bytes: Uint8Array): Uint8Array {
    const deflated = engine.deflate(bytes), trailer = HEADER_SIZE + deflated.length;
    const out = new Uint8Array(trailer + TRAILER_SIZE), view = new DataView(out.buffer);
    view.setUint16(0, HEADER);
    out.set(deflated, HEADER_SIZE);
    view.setUint32(trailer, adler32(bytes));
    return out;
  }

  function decompress(input: Uint8Array, maxBytes: number): Uint8Array {
    const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
    checkHeader(view);
    const { bytes, used } = engine.inflate(input.subarray(HEADER_SIZE), maxBytes), trailer = HEADER_SIZE + used;
    if (input.length < trailer + TRAILER_SIZE) throw broken("the data ends too early");
    if (view.getUint32(trailer) !== adler32(bytes)) throw broken("the checksum is wrong");
    if (input.length > trailer + TRAILER_SIZE) throw broken("something follows the data");
    return bytes;
  }
}

/** Throws unless there is a header that announces DEFLATE without a preset dictionary. */
function checkHeader(view: DataView): void {
  if (view.byteLength < HEADER_SIZE) throw broken("the data ends too early");
  const header = view.getUint16(0), method = header >> 8 & 0x0f, window = header >> 12;
  if (header % 31 !== 0 || method !== 8 || window > 7) throw broken("this is not zlib data");
  if ((header & 0x20) !== 0) throw broken("it needs a dictionary");
}

/** The zlib compressor. */
export const zlib: Compressor = zlibOn(engine);
