/**
 * No compression: bytes travel as they are.
 *
 * @module
 */
import type { Compressor } from "./compressor.ts";
import { tooLarge } from "./error.ts";

/** The compressor that leaves bytes as they are. */
export const none: Compressor = {
  name: "none",
  id: 0,
  compress: (bytes) => bytes,
  decompress(bytes, maxBytes) {
    if (bytes.length > maxBytes) throw tooLarge(maxBytes);
    return bytes;
  },
};
