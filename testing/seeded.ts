/**
 * Random numbers that come again: the same seed gives the same sequence.
 *
 * @module
 */

/**
 * Makes a source of numbers in [0, 1) from a seed of 32 bits (mulberry32 by Tommy Ettinger, public domain).
 *
 * @example
 * ```ts
 * import { seeded } from "@erpc/erpc/testing";
 * const a = seeded(7), b = seeded(7);
 * console.assert(a() === b() && a() === b());
 * ```
 */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
