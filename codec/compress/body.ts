/**
 * Compressed bodies as they travel: the length of the original as a big-endian u32, then the compressed bytes.
 *
 * @module
 */
import { RpcError } from "../../protocol/mod.ts";
import type { Compressor } from "./compressor.ts";
import { broken, tooLarge } from "./error.ts";

/** Bodies shorter than this are not compressed: they hardly shrink, and it costs more time than it saves. */
export const DEFAULT_THRESHOLD_BYTES = 1024;

const LENGTH_SIZE = 4;

/**
 * The body that stands for `bytes`, or undefined when it goes uncompressed: because it is shorter than `threshold`
 * (default {@linkcode DEFAULT_THRESHOLD_BYTES}), because it did not shrink, or because the compressor is `none`.
 */
export function compressBody(
  compressor: Compressor,
  bytes: Uint8Array,
  threshold: number = DEFAULT_THRESHOLD_BYTES,
): Uint8Array | undefined {
  if (bytes.length < threshold || compressor.id === 0) return undefined;
  const compressed = compressor.compress(bytes);
  if (LENGTH_SIZE + compressed.length >= bytes.length) return undefined;
  const body = new Uint8Array(LENGTH_SIZE + compressed.length);
  new DataView(body.buffer).setUint32(0, bytes.length);
  body.set(compressed, LENGTH_SIZE);
  return body;
}

/**
 * The original of a body that {@linkcode compressBody} made; may be a view of it. Throws `resource_exhausted` when the
 * original is announced as longer than `maxBytes`, before anything is decompressed, and `invalid_argument` when the body
 * is broken or its original is not exactly as long as announced.
 */
export function decompressBody(compressor: Compressor, body: Uint8Array, maxBytes: number): Uint8Array {
  if (body.length < LENGTH_SIZE) throw broken("the body ends inside its length");
  const length = new DataView(body.buffer, body.byteOffset).getUint32(0);
  if (length > maxBytes) throw tooLarge(maxBytes);
  const bytes = decompressAtMost(compressor, body.subarray(LENGTH_SIZE), length);
  if (bytes.length !== length) throw broken(`${length} bytes announced, ${bytes.length} found`);
  return bytes;
}

/** Decompresses to at most the announced `length`: here more than that means a lying body, not an exhausted limit. */
function decompressAtMost(compressor: Compressor, bytes: Uint8Array, length: number): Uint8Array {
  try {
    return compressor.decompress(bytes, length);
  } catch (error) {
    if (!(error instanceof RpcError) || error.code !== "resource_exhausted") throw error;
    throw broken(`${length} bytes announced, more found`, error);
  }
}
