/**
 * Decompressing DEFLATE (RFC 1951) in one go, as strict as zlib: what zlib refuses is refused here.
 *
 * @module
 */
import type { Inflated } from "./deflate_engine.ts";
import * as tables from "./deflate_tables.ts";
import { broken, tooLarge } from "./error.ts";
import { HuffmanDecoder } from "./huffman_decoder.ts";

const { END_OF_BLOCK, MAX_MATCH_BYTES } = tables;
const MAX_INPUT_BYTES = 0x1000_0000; // positions are counted in bits, in 32 of them

interface Codes {
  readonly literals: HuffmanDecoder;
  readonly distances: HuffmanDecoder;
}

const fixedCodes: Codes = {
  literals: new HuffmanDecoder(tables.fixedLengths),
  distances: new HuffmanDecoder(tables.fixedDistanceLengths),
};

/**
 * Decompresses the stream that `input` (at most 256 MiB) begins with. Memory grows with what was written, not with what is
 * announced, and stops at `maxBytes`. Throws `RpcError` as {@linkcode DeflateEngine.inflate} says.
 */
export function inflate(input: Uint8Array, maxBytes: number): Inflated {
  if (input.length > MAX_INPUT_BYTES) throw tooLarge(MAX_INPUT_BYTES);
  const inflater = new Inflater(input, maxBytes);
  while (!inflater.readBlock());
  return { bytes: inflater.output, used: inflater.used };
}

class Inflater {
  #input: Uint8Array;
  #at = 0; // next bit of the input
  #end: number; // first bit behind the input
  #maxBytes: number;
  #capacity: number; // bytes that may be written before there must be more room
  #out: Uint8Array; // always has room for one match more than the capacity
  #length = 0; // bytes written

  constructor(input: Uint8Array, maxBytes: number) {
    this.#input = input;
    this.#end = input.length * 8;
    this.#maxBytes = maxBytes;
    this.#capacity = Math.min(maxBytes, input.length * 4);
    this.#out = new Uint8Array(this.#capacity + MAX_MATCH_BYTES);
  }

  get output(): Uint8Array {
    return this.#out.subarray(0, this.#length);
  }

  get used(): number {
    return (this.#at + 7) >>> 3;
  }

  /** Decompresses one block; true when it was the last. */
  readBlock(): boolean {
    const last = this.#take(1) === 1, kind = this.#take(2);
    if (kind === 0) this.#copyStored();
    else if (kind === 1) this.#readSymbols(fixedCodes);
    else if (kind === 2) this.#readSymbols(this.#readCodes());
    else throw broken("a block has an unknown kind");
    return last;
  }

  #take(bits: number): number {
    const at = this.#at;
    this.#at += bits;
    if (this.#at > this.#end) throw broken("the data ends too early");
    return peek(this.#input, at) & ((1 << bits) - 1);
  }

  #copyStored(): void {
    this.#at = this.used * 8;
    const length = this.#take(16);
    if (this.#take(16) !== (length ^ 0xffff)) throw broken("a stored block has a wrong length");
    const start = this.used;
    this.#at += length * 8;
    if (this.#at > this.#end) throw broken("the data ends too early");
    this.#makeRoom(this.#length + length);
    this.#out.set(this.#input.subarray(start, start + length), this.#length);
    this.#length += length;
  }

  #readCodes(): Codes {
    const literals = this.#take(5) + 257, distances = this.#take(5) + 1;
    if (literals > 286 || distances > 30) throw broken("a block has too many codes");
    const lengths = this.#readCodeLengths(literals + distances);
    if (lengths[END_OF_BLOCK] === 0) throw broken("a block can't end");
    return {
      literals: new HuffmanDecoder(lengths.subarray(0, literals)),
      distances: new HuffmanDecoder(lengths.subarray(literals)),
    };
  }

  #readCodeLengths(count: number): Uint8Array {
    const codeLengths = new Uint8Array(19), lengths = new Uint8Array(count);
    for (let i = 0, n = this.#take(4) + 4; i < n; i++) codeLengths[tables.codeLengthOrder[i]!] = this.#take(3);
    const code = new HuffmanDecoder(codeLengths);
    for (let i = 0; i < count;) {
      const symbol = this.#takeSymbol(code);
      if (symbol < 16) {
        lengths[i++] = symbol;
        continue;
      }
      if (symbol === 16 && i === 0) throw broken("a code length repeats nothing");
      const repeat = symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7);
      if (i + repeat > count) throw broken("a block has too many code lengths");
      if (symbol === 16) lengths.fill(lengths[i - 1]!, i, i + repeat);
      i += repeat;
    }
    return lengths;
  }

  #takeSymbol(code: HuffmanDecoder): number {
    const entry = code.decode(peek(this.#input, this.#at));
    if (entry === 0) throw broken("a code stands for nothing");
    this.#take(entry & 15);
    return entry >> 4;
  }

  /** Writes what the symbols of a block stand for. Kept in local variables: this is where the time goes. */
  #readSymbols({ literals, distances }: Codes): void {
    const input = this.#input, inputEnd = this.#end;
    let out = this.#out, length = this.#length, at = this.#at;
    for (;;) {
      const entry = literals.decode(peek(input, at)), symbol = entry >> 4;
      at += entry & 15;
      if (entry === 0 || symbol > 285) throw broken("a code stands for nothing");
      if (at > inputEnd) throw broken("the data ends too early");
      if (symbol < END_OF_BLOCK) {
        out[length++] = symbol;
      } else if (symbol === END_OF_BLOCK) {
        break;
      } else {
        const extra = tables.lengthExtraBits[symbol - 257]!;
        const end = length + tables.lengthBase[symbol - 257]! + (peek(input, at) & ((1 << extra) - 1));
        at += extra;
        const far = distances.decode(peek(input, at)), farExtra = tables.distanceExtraBits[far >> 4]!;
        at += far & 15;
        if (far === 0 || far >> 4 > 29) throw broken("a distance stands for nothing");
        const distance = tables.distanceBase[far >> 4]! + (peek(input, at) & ((1 << farExtra) - 1));
        at += farExtra;
        if (distance > length) throw broken("a distance reaches before the start");
        for (let from = length - distance; length < end; length++, from++) out[length] = out[from]!;
      }
      if (length > this.#capacity) {
        this.#length = length;
        this.#makeRoom(length);
        out = this.#out;
      }
    }
    this.#length = length;
    this.#at = at;
  }

  /** Makes the capacity at least `length`; throws when that is beyond the limit. */
  #makeRoom(length: number): void {
    if (length <= this.#capacity) return;
    if (length > this.#maxBytes) throw tooLarge(this.#maxBytes);
    this.#capacity = Math.min(this.#maxBytes, length * 2);
    const larger = new Uint8Array(this.#capacity + MAX_MATCH_BYTES);
    larger.set(this.#out.subarray(0, this.#length));
    this.#out = larger;
  }
}

/** At least 17 bits from bit `at`, first bit lowest; zeros behind the end. */
function peek(input: Uint8Array, at: number): number {
  const i = at >>> 3;
  return (input[i]! | input[i + 1]! << 8 | input[i + 2]! << 16) >>> (at & 7);
}
