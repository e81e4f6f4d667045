/**
 * Reading symbols of a canonical Huffman code (RFC 1951, section 3.2.2).
 *
 * @module
 */
import { MAX_CODE_BITS } from "./deflate_tables.ts";
import { broken } from "./error.ts";

/** Codes up to this length are found in one step. A longer table costs more to build, which hostile input makes us repeat. */
const FAST_BITS = 9;

/** Finds the symbol that the next bits of a stream stand for. */
export class HuffmanDecoder {
  #fast = new Uint16Array(1 << FAST_BITS);
  #counts = new Uint16Array(MAX_CODE_BITS + 1);
  #symbols: Uint16Array;

  /**
   * Makes a decoder for the code whose symbol `i` takes `lengths[i]` bits, 0 for none. Throws `invalid_argument` for
   * lengths that no code has, and for a code that leaves bits without a meaning unless it is a single code of one bit, or
   * no code at all: the rules of zlib.
   */
  constructor(lengths: Uint8Array) {
    for (const length of lengths) this.#counts[length]!++;
    this.#counts[0] = 0;
    const next = this.#firstIndexes();
    this.#symbols = new Uint16Array(lengths.length);
    lengths.forEach((length, symbol) => {
      if (length > 0) this.#symbols[next[length]!++] = symbol;
    });
    this.#fillFast();
  }

  /** Checks the code and gives where the symbols of each length begin. */
  #firstIndexes(): Uint16Array {
    const next = new Uint16Array(MAX_CODE_BITS + 2);
    let left = 1;
    for (let length = 1; length <= MAX_CODE_BITS; length++) {
      left = left * 2 - this.#counts[length]!;
      if (left < 0) throw broken("a Huffman code has too many codes");
      next[length + 1] = next[length]! + this.#counts[length]!;
    }
    const symbols = next[MAX_CODE_BITS + 1]!;
    const single = symbols === 1 && this.#counts[1] === 1;
    if (left > 0 && symbols > 0 && !single) throw broken("a Huffman code is incomplete");
    return next;
  }

  #fillFast(): void {
    let code = 0, index = 0;
    for (let length = 1; length <= FAST_BITS; length++, code <<= 1) {
      for (let n = this.#counts[length]!; n > 0; n--, code++) {
        const entry = this.#symbols[index++]! << 4 | length;
        for (let i = reverseBits(code, length); i < 1 << FAST_BITS; i += 1 << length) this.#fast[i] = entry;
      }
    }
  }

  /** Symbol that the low bits of `bits` (at least 15, first bit lowest) begin with, as `symbol << 4 | length`; 0 for none. */
  decode(bits: number): number {
    return this.#fast[bits & ((1 << FAST_BITS) - 1)]! || this.#decodeLong(bits);
  }

  #decodeLong(bits: number): number {
    let code = 0, first = 0, index = 0;
    for (let length = 1; length <= MAX_CODE_BITS; length++, bits >>= 1) {
      code = code << 1 | bits & 1;
      const count = this.#counts[length]!;
      if (code - first < count) return this.#symbols[index + code - first]! << 4 | length;
      index += count;
      first = (first + count) << 1;
    }
    return 0;
  }
}

/** The low `length` bits of `code` in reverse: Huffman codes are packed from their highest bit (section 3.1.1). */
export function reverseBits(code: number, length: number): number {
  let reversed = 0;
  for (let i = 0; i < length; i++) reversed = reversed << 1 | code >> i & 1;
  return reversed;
}
