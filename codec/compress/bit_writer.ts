/**
 * Writing bits in DEFLATE's order (RFC 1951, section 3.1.1): the first bit is the lowest of the first byte.
 *
 * @module
 */

/** Appends bits to a buffer of fixed size. */
export class BitWriter {
  #bytes: Uint8Array;
  #pos = 0;
  #bits = 0; // not yet written, lowest first
  #count = 0; // how many those are, below 8 between calls

  /** Makes a writer of at most `size` bytes. */
  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
  }

  /** Appends the low `count` (at most 16) bits of `value`, which has no higher ones. */
  write(value: number, count: number): void {
    this.#bits |= value << this.#count;
    this.#count += count;
    while (this.#count >= 8) {
      this.#bytes[this.#pos++] = this.#bits;
      this.#bits >>>= 8;
      this.#count -= 8;
    }
  }

  /** Fills the current byte with zeros. */
  align(): void {
    if (this.#count > 0) this.write(0, 8 - this.#count);
  }

  /** Appends whole bytes; the writer must be aligned. */
  raw(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#pos);
    this.#pos += bytes.length;
  }

  /** What was written, filled to whole bytes. */
  finish(): Uint8Array {
    this.align();
    return this.#bytes.subarray(0, this.#pos);
  }
}
