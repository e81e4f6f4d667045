/**
 * DEFLATE by the runtime's zlib, through `node:zlib`.
 *
 * @module
 */
import type * as Zlib from "node:zlib";
import { crc32 } from "./checksum.ts";
import type { DeflateEngine, Inflated } from "./deflate_engine.ts";
import { broken, tooLarge } from "./error.ts";

/** `node:zlib` as imported. */
export type ZlibModule = typeof Zlib;

/** What `inflateRawSync` gives with the option `info`; the type declarations leave it out. */
interface ResultWithEngine {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

const MIN_CHUNK_BYTES = 64, MAX_CHUNK_BYTES = 65_536; // zlib's least, and where larger ones stop being faster

/** Makes the engine; throws when this runtime's `node:zlib` does not tell how much of its input it used. */
export function nativeEngine(zlib: ZlibModule): DeflateEngine {
  const huffmanOnly = { strategy: zlib.constants.Z_HUFFMAN_ONLY };
  const engine: DeflateEngine = {
    deflate: (bytes) => plain(zlib.deflateRawSync(bytes)),
    deflateHuffman: (bytes) => plain(zlib.deflateRawSync(bytes, huffmanOnly)),
    inflate: (bytes, maxBytes) => inflate(zlib, bytes, maxBytes),
    crc32: zlib.crc32 ?? crc32,
  };
  const emptyBlockAndMore = Uint8Array.of(3, 0, 0);
  if (engine.inflate(emptyBlockAndMore, 1).used !== 2) throw new Error("Cannot use node:zlib: it hides what it used");
  return engine;
}

function inflate(zlib: ZlibModule, bytes: Uint8Array, maxBytes: number): Inflated {
  try {
    const { buffer, engine } = zlib.inflateRawSync(bytes, {
      maxOutputLength: Math.max(1, maxBytes),
      chunkSize: Math.max(MIN_CHUNK_BYTES, Math.min(maxBytes + 1, MAX_CHUNK_BYTES)),
      info: true,
    }) as unknown as ResultWithEngine;
    if (buffer.length <= maxBytes) return { bytes: plain(buffer), used: engine.bytesWritten };
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code !== "ERR_BUFFER_TOO_LARGE") throw broken(message, error);
  }
  throw tooLarge(maxBytes);
}

/** The same bytes without Node's methods on them. */
function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
