/**
 * Texts that stand for values in formats which have no form of their own for them.
 *
 * @module
 */
import { misfit } from "./misfit.ts";

const decimal = /^-?(?:0|[1-9][0-9]{0,19})$/;

/** Whether `text` is an integer of up to 20 decimal digits, without needless zeros. */
export function isDecimal(text: string): boolean {
  return decimal.test(text);
}

/** Numbers that JSON has no number for, by the text that stands for each. */
export const floatTexts: ReadonlyMap<unknown, number> = new Map([
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
  ["-0", -0],
]);

/** The bytes of base64 `text`, usual or URL-safe, padded or not; throws a Misfit for any other text. */
export function bytesOfText(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.fromBase64(text, { alphabet: /[-_]/.test(text) ? "base64url" : "base64" });
  } catch {
    return misfit("got text that is not base64, want bytes");
  }
}

const rfc3339 = /^(\d{4}-\d\d-(\d\d)T)(\d\d:[0-5]\d:[0-5]\d)(\.\d{1,9})?(Z|[+-]\d\d:[0-5]\d)$/;

/**
 * Milliseconds since 1970 of `text`, a time as RFC 3339 has it; what is finer than a millisecond is cut off. Throws a Misfit
 * for any other text, for days that a month doesn't have, and for leap seconds.
 */
export function parseTimestamp(text: string): number {
  const [, date = "", day, time = "", fraction = "", zone = ""] = rfc3339.exec(text) ?? [];
  const start = Date.parse(date + "00:00:00Z");
  const ms = Date.parse(date + time + fraction.slice(0, 4) + zone);
  if (Number.isNaN(ms) || new Date(start).getUTCDate() !== Number(day)) {
    misfit("got text that is no time of RFC 3339, want a timestamp");
  }
  return ms;
}
