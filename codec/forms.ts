/**
 * Texts that stand for values in formats which have no form of their own for them.
 *
 * @module
 */
import { misfit } from "./misfit.ts";

const decimal = /^-?(?:0|[1-9][0-9]{0,18})$/;

/** Whether `text` is an integer of up to 19 decimal digits, without needless zeros. */
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
