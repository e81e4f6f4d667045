/**
 * DEFLATE (RFC 1951) with Huffman coding only: quick, but text only shrinks to some 60 %. Bare: no header, no checksum.
 *
 * @module
 */
import type { Compressor } from "./compressor.ts";
import type { DeflateEngine } from "./deflate_engine.ts";
import { engine } from "./engine.ts";
import { broken } from "./error.ts";

/** The huffman compressor on `engine`. Decompresses any DEFLATE stream. */
export function huffmanOn(engine: DeflateEngine): Compressor {
  return {
    name: "huffman",
    id: 3,
    compress: (bytes) => engine.deflateHuffman(bytes),
    decompress(bytes, maxBytes) {
      const inflated = engine.inflate(bytes, maxBytes);
      if (inflated.used !== bytes.length) throw broken("something follows the data");
      return inflated.bytes;
    },
  };
}

/** The huffman compressor. */
export const huffman: Compressor = huffmanOn(engine);
