/**
 * The keys that say what a value is that JSON has no form for.
 *
 * @module
 */

/** The tags; an object with one of them has no other key. */
export const UNDEFINED = "$undefined", NUMBER = "$number", BIGINT = "$bigint", DATE = "$date";
/** The tags of what holds more. */
export const BYTES = "$bytes", MAP = "$map", SET = "$set";

/** What tags begin with, and what a key gets put before it that begins so itself. */
export const MARK = "$";

/** The text for `n`: decimal up to 64 bits, and beyond hexadecimal, which reads in linear time. */
export function bigintText(n: bigint): string {
  if (BigInt.asIntN(64, n) === n || BigInt.asUintN(64, n) === n) return String(n);
  return n < 0n ? `-0x${(-n).toString(16)}` : `0x${n.toString(16)}`;
}

/** The text for `date`: as `toISOString` has it, or null for an invalid one. */
export function dateText(date: Date): string | null {
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
