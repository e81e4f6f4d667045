/**
 * The constants of DEFLATE (RFC 1951, sections 3.2.5 to 3.2.7).
 *
 * @module
 */

/** Symbol that ends a block. */
export const END_OF_BLOCK = 256;
/** Bits of the longest code for literals, lengths and distances. */
export const MAX_CODE_BITS = 15;
/** Longest match. */
export const MAX_MATCH_BYTES = 258;

/** Order in which the lengths of the code for code lengths are sent. */
export const codeLengthOrder: Uint8Array = Uint8Array.of(
  ...[16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15],
);

/** Extra bits of the match length that symbol 257 + i stands for. */
export const lengthExtraBits: Uint8Array = Uint8Array.from(
  { length: 29 },
  (_, i) => i < 8 || i === 28 ? 0 : (i >> 2) - 1,
);
/** Smallest match length that symbol 257 + i stands for. */
export const lengthBase: Uint16Array = bases(3, lengthExtraBits);
lengthBase[28] = MAX_MATCH_BYTES; // has a symbol of its own, out of line

/** Extra bits of the distance that symbol i stands for. */
export const distanceExtraBits: Uint8Array = Uint8Array.from({ length: 30 }, (_, i) => i < 4 ? 0 : (i >> 1) - 1);
/** Smallest distance that symbol i stands for. */
export const distanceBase: Uint16Array = bases(1, distanceExtraBits);

/** Code lengths of literals and match lengths in a block with fixed codes. */
export const fixedLengths: Uint8Array = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280)
  .fill(8, 280);
/** Code lengths of distances in a block with fixed codes; the last two stand for nothing. */
export const fixedDistanceLengths: Uint8Array = new Uint8Array(32).fill(5);

function bases(first: number, extraBits: Uint8Array): Uint16Array {
  let next = first;
  return Uint16Array.from(extraBits, (bits) => {
    const base = next;
    next += 1 << bits;
    return base;
  });
}
