/**
 * The seam every compressor fills: bytes to fewer bytes and back.
 *
 * @module
 */

/** A compression of whole bodies. */
export interface Compressor {
  /** Name users choose it by. */
  readonly name: string;
  /** Number in the frame header: 0 none, 1-127 erpc's own, 128-255 users'. */
  readonly id: number;
  /** Compresses `bytes`, which stay as they are; the result may be `bytes` itself. */
  compress(bytes: Uint8Array): Uint8Array;
  /**
   * Gives back what was compressed; the result may be a view of `bytes`. Throws `RpcError`: `resource_exhausted` as soon
   * as there is more than `maxBytes`, `invalid_argument` for anything but one whole, unspoilt piece of compressed data.
   */
  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array;
}
