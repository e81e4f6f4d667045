/**
 * Making canonical Huffman codes with a longest code (RFC 1951, section 3.2.2).
 *
 * @module
 */
import { MAX_CODE_BITS } from "./deflate_tables.ts";
import { reverseBits } from "./huffman_decoder.ts";

/** A code: symbol `i` is sent as the low `lengths[i]` bits of `codes[i]`. */
export interface HuffmanCode {
  /** Bits of each symbol, 0 for those that do not occur. */
  readonly lengths: Uint8Array;
  /** Code of each symbol, first bit lowest. */
  readonly codes: Uint16Array;
}

/**
 * The code for symbols that occur `counts[i]` times (at least two symbols, fewer than 2^32 times in all), shortest where
 * no symbol needs more than `maxBits`, else nearly so.
 */
export function huffmanCode(counts: Uint32Array, maxBits: number): HuffmanCode {
  const symbols = Array.from(counts.keys()).filter((symbol) => counts[symbol]! > 0);
  symbols.sort((a, b) => counts[a]! - counts[b]! || a - b);
  const perLength = limit(depths(symbols.map((symbol) => counts[symbol]!)), maxBits);
  const lengths = new Uint8Array(counts.length);
  let next = 0;
  for (let length = maxBits; length > 0; length--) {
    for (let n = perLength[length]!; n > 0; n--) lengths[symbols[next++]!] = length;
  }
  return canonical(lengths);
}

/** The code that follows from its lengths. */
export function canonical(lengths: Uint8Array): HuffmanCode {
  const perLength = new Uint16Array(MAX_CODE_BITS + 1), next = new Uint16Array(MAX_CODE_BITS + 1);
  for (const length of lengths) perLength[length]!++;
  perLength[0] = 0;
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    next[length] = (next[length - 1]! + perLength[length - 1]!) << 1;
  }
  const codes = Uint16Array.from(lengths, (length) => length === 0 ? 0 : reverseBits(next[length]!++, length));
  return { lengths, codes };
}

/** How many leaves of the Huffman tree over ascending `weights` hang at each depth. */
function depths(weights: number[]): number[] {
  const leaves = weights.length, root = 2 * leaves - 2;
  const parents: number[] = [];
  let leaf = 0, inner = leaves;
  for (let node = leaves; node <= root; node++) {
    weights[node] = 0;
    for (let child = 0; child < 2; child++) {
      const lightest = leaf < leaves && (inner >= node || weights[leaf]! <= weights[inner]!) ? leaf++ : inner++;
      weights[node]! += weights[lightest]!;
      parents[lightest] = node;
    }
  }
  const depth: number[] = [], perDepth: number[] = [];
  depth[root] = 0;
  for (let node = root - 1; node >= 0; node--) {
    const below = depth[node] = depth[parents[node]!]! + 1;
    if (node < leaves) perDepth[below] = (perDepth[below] ?? 0) + 1;
  }
  return perDepth;
}

/** Moves leaves that hang too deep up to `maxBits`, and others down until the code fits its bits again. */
function limit(perDepth: number[], maxBits: number): number[] {
  const perLength = new Array<number>(maxBits + 1).fill(0);
  perDepth.forEach((n, depth) => perLength[Math.min(depth, maxBits)]! += n);
  let taken = perLength.reduce((sum, n, length) => sum + (n << (maxBits - length)), 0);
  for (; taken > 1 << maxBits; taken--) {
    let length = maxBits - 1;
    while (perLength[length] === 0) length--;
    perLength[length]!--; // one code becomes the start of two longer ones: one for its leaf, one for a deepest leaf
    perLength[length + 1]! += 2;
    perLength[maxBits]!--;
  }
  return perLength;
}
