/**
 * What gzip, zlib and huffman are made of: DEFLATE (RFC 1951) and the checksums of its two containers.
 *
 * @module
 */

/** What decompressing gave. */
export interface Inflated {
  /** The decompressed bytes. */
  readonly bytes: Uint8Array;
  /** How many bytes of the input the DEFLATE stream took; what follows them is not looked at. */
  readonly used: number;
}

/** DEFLATE without a container, in one go. */
export interface DeflateEngine {
  /** Compresses with matches and Huffman coding, at zlib's level 6 or something like it. */
  deflate(bytes: Uint8Array): Uint8Array;
  /** Compresses with Huffman coding only. */
  deflateHuffman(bytes: Uint8Array): Uint8Array;
  /**
   * Decompresses the stream that `bytes` begins with. Throws `RpcError`: `resource_exhausted` beyond `maxBytes`,
   * `invalid_argument` for a stream that is broken or cut short.
   */
  inflate(bytes: Uint8Array, maxBytes: number): Inflated;
  /** CRC-32 as gzip uses it (RFC 1952, section 8), unsigned. */
  crc32(bytes: Uint8Array): number;
}
