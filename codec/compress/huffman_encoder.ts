/**
 * Compressing to DEFLATE (RFC 1951) with Huffman coding only: what zlib calls `Z_HUFFMAN_ONLY`. Any inflater reads it.
 *
 * @module
 */
import { BitWriter } from "./bit_writer.ts";
import { codeLengthOrder, END_OF_BLOCK, fixedLengths, MAX_CODE_BITS } from "./deflate_tables.ts";
import { canonical, type HuffmanCode, huffmanCode } from "./huffman_code.ts";

const BLOCK_BYTES = 32_768; // a code fits its data better in small blocks, and costs less in large ones
const LITERALS = 257; // the bytes and the end of the block
const MAX_CODE_LENGTH_BITS = 7;
const REPEAT = 16, ZEROS = 17, MANY_ZEROS = 18;

const fixedCode = canonical(fixedLengths);

/** Compresses `input`; the result is at most a few bytes larger than it. */
export function deflateHuffman(input: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(input.length / BLOCK_BYTES));
  const out = new BitWriter(input.length + blocks * 8);
  for (let i = 0; i < blocks; i++) {
    writeBlock(out, input.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES), i === blocks - 1);
  }
  return out.finish();
}

/** Writes one block in the way that takes the fewest bits: stored, with the fixed code, or with a code of its own. */
function writeBlock(out: BitWriter, bytes: Uint8Array, last: boolean): void {
  const counts = new Uint32Array(LITERALS);
  for (const byte of bytes) counts[byte]!++;
  counts[END_OF_BLOCK] = 1;
  const stored = 3 + 7 + 32 + bytes.length * 8, fixed = 3 + size(counts, fixedCode);
  const own = bytes.length === 0 ? undefined : new OwnCode(counts);
  out.write(Number(last), 1);
  if (own !== undefined && 3 + own.size < Math.min(stored, fixed)) {
    out.write(2, 2);
    own.write(out);
    writeSymbols(out, bytes, own.literals);
  } else if (fixed <= stored) {
    out.write(1, 2);
    writeSymbols(out, bytes, fixedCode);
  } else {
    out.write(0, 2);
    out.align();
    out.write(bytes.length, 16);
    out.write(bytes.length ^ 0xffff, 16);
    out.raw(bytes);
  }
}

/** Bits that symbols occurring `counts[i]` times take. */
function size(counts: Uint32Array, { lengths }: HuffmanCode): number {
  return counts.reduce((bits, count, symbol) => bits + count * lengths[symbol]!, 0);
}

function writeSymbols(out: BitWriter, bytes: Uint8Array, { codes, lengths }: HuffmanCode): void {
  for (const byte of bytes) out.write(codes[byte]!, lengths[byte]!);
  out.write(codes[END_OF_BLOCK]!, lengths[END_OF_BLOCK]!);
}

/** A code made for one block, and its description as it stands before the block's symbols (section 3.2.7). */
class OwnCode {
  readonly literals: HuffmanCode;
  /** Bits of the description and of the symbols. */
  readonly size: number;
  #runs: readonly Run[];
  #lengthCode: HuffmanCode;
  #lengthCount: number; // how many of its code lengths are sent

  constructor(counts: Uint32Array) {
    this.literals = huffmanCode(counts, MAX_CODE_BITS);
    this.#runs = runs(Uint8Array.of(...this.literals.lengths, 0)); // the 0 stands for: no distances
    const runCounts = new Uint32Array(19);
    for (const { symbol } of this.#runs) runCounts[symbol]!++;
    this.#lengthCode = huffmanCode(runCounts, MAX_CODE_LENGTH_BITS);
    this.#lengthCount = codeLengthOrder.findLastIndex((symbol) => runCounts[symbol]! > 0) + 1;
    const extra = this.#runs.reduce((bits, run) => bits + run.extraBits, 0);
    this.size = 14 + 3 * this.#lengthCount + size(runCounts, this.#lengthCode) + extra + size(counts, this.literals);
  }

  write(out: BitWriter): void {
    out.write(LITERALS - 257, 5);
    out.write(0, 5); // one distance code, of length 0
    out.write(this.#lengthCount - 4, 4);
    const { codes, lengths } = this.#lengthCode;
    for (const symbol of codeLengthOrder.subarray(0, this.#lengthCount)) out.write(lengths[symbol]!, 3);
    for (const { symbol, extra, extraBits } of this.#runs) {
      out.write(codes[symbol]!, lengths[symbol]!);
      out.write(extra, extraBits);
    }
  }
}

/** A code length, or a repetition of the last one or of zeros. */
interface Run {
  readonly symbol: number;
  readonly extra: number;
  readonly extraBits: number;
}

/** Code lengths with repetitions drawn together. */
function runs(lengths: Uint8Array): Run[] {
  const found: Run[] = [];
  for (let i = 0; i < lengths.length;) {
    const length = lengths[i]!;
    let n = 1;
    while (lengths[i + n] === length) n++;
    i += n;
    if (length !== 0) {
      found.push({ symbol: length, extra: 0, extraBits: 0 });
      n--;
    }
    for (; n > 0;) n -= pushRun(found, length, n);
  }
  return found;
}

/** Adds one run for up to `n` further lengths and returns how many it stands for. */
function pushRun(found: Run[], length: number, n: number): number {
  if (n < 3) {
    found.push({ symbol: length, extra: 0, extraBits: 0 });
    return 1;
  }
  const [symbol, base, extraBits] = length !== 0 ? [REPEAT, 3, 2] : n < 11 ? [ZEROS, 3, 3] : [MANY_ZEROS, 11, 7];
  const taken = Math.min(n, base + (1 << extraBits) - 1);
  found.push({ symbol, extra: taken - base, extraBits });
  return taken;
}
