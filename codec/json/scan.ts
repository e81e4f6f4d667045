/**
 * Reading the parts of JSON text from bytes. Each accepts exactly what `JSON.parse` does, and gives the same value.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { valueEnd } from "./depth.ts";
import { giveUp } from "../give_up.ts";
import { BACKSLASH, LARGE_E, MINUS, PLUS, POINT, QUOTE, SMALL_E, SPACE, ZERO } from "./text.ts";
import { textEnd } from "./text_end.ts";

/** Moves past white space and returns the byte there, without moving past it; 0 at the end. */
export function next(r: Reader): number {
  const { bytes, end } = r;
  while (r.pos < end) {
    const c = bytes[r.pos]!;
    if (c > SPACE || !isSpace(c)) return c;
    r.pos++;
  }
  return 0;
}

function isSpace(c: number): boolean {
  return c === SPACE || c === 0x0a || c === 0x0d || c === 0x09;
}

/** Moves past white space and the byte `wanted`. */
export function take(r: Reader, wanted: number): void {
  if (next(r) !== wanted) giveUp();
  r.pos++;
}

/** Moves past `word`, and returns it. */
export function wantWord(r: Reader, word: string): string {
  const n = word.length;
  if (n > r.end - r.pos) giveUp();
  for (let i = 0; i < n; i++) if (r.bytes[r.pos++] !== word.charCodeAt(i)) giveUp();
  return word;
}

/** Text whose end is farther is left to the engine, and text whose end is very far, with the whole message. */
const maxLoop = 64, maxText = 1 << 14;

/** Reads a text with its quotes. */
export function readText(r: Reader): string {
  const { bytes } = r, start = r.pos + 1, near = Math.min(r.end, start + maxLoop);
  if (start > near || bytes[r.pos] !== QUOTE) giveUp();
  let at = start;
  while (at < near) {
    const c = bytes[at]!;
    if (c === QUOTE) {
      r.pos = start;
      const text = r.text(at - start);
      r.pos = at + 1;
      return text;
    }
    if (c < SPACE) giveUp();
    if (c === BACKSLASH) break;
    at++;
  }
  return readAnyText(r, at);
}

/** Reads a text with its quotes, which has no end before `from`. */
function readAnyText(r: Reader, from: number): string {
  const last = Math.min(r.end, from + maxText), close = textEnd(r.bytes, from, last);
  if (close >= last) giveUp();
  return JSON.parse(r.text(close + 1 - r.pos));
}

/** Powers of ten that a double holds exactly. */
const powers: readonly number[] = Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/** Reads a number. */
export function readNumber(r: Reader): number {
  const { bytes, pos, end } = r, isNegative = pos < end && bytes[pos] === MINUS, start = isNegative ? pos + 1 : pos;
  let at = start, n = 0, c = 0;
  for (; at < end && (c = bytes[at]! - ZERO) >= 0 && c <= 9; at++) n = n * 10 + c;
  if (at === start || bytes[start] === ZERO && at > start + 1) giveUp();
  let places = 0;
  if (at < end && bytes[at] === POINT) {
    const point = at++;
    for (; at < end && (c = bytes[at]! - ZERO) >= 0 && c <= 9; at++) n = n * 10 + c;
    places = at - point - 1;
    if (places === 0) giveUp();
  }
  const hasExponent = at < end && (bytes[at] === SMALL_E || bytes[at] === LARGE_E);
  // A quotient of two numbers that are exact is rounded once, so it is the nearest to the text.
  if (hasExponent || n > Number.MAX_SAFE_INTEGER || places > 22) return readLongNumber(r, at, hasExponent);
  r.pos = at;
  if (places > 0) n /= powers[places]!;
  return isNegative ? -n : n;
}

/** Reads an integer of at most 15 digits in quotes; when something else comes, returns undefined and stays where it is. */
export function readShortDecimal(r: Reader): number | undefined {
  const { bytes, pos, end } = r, isNegative = pos + 1 < end && bytes[pos + 1] === MINUS;
  const start = pos + (isNegative ? 2 : 1), last = Math.min(end, start + 16);
  let at = start, n = 0, c = 0;
  for (; at < last && (c = bytes[at]! - ZERO) >= 0 && c <= 9; at++) n = n * 10 + c;
  if (at === start || at === last || bytes[at] !== QUOTE || bytes[start] === ZERO && at > start + 1) return undefined;
  r.pos = at + 1;
  return isNegative ? -n : n;
}

/** Reads a number, of which `at` is where its exponent begins or else where it ends. */
function readLongNumber(r: Reader, at: number, hasExponent: boolean): number {
  const { bytes, end, pos } = r;
  if (hasExponent) {
    at++;
    if (at < end && (bytes[at] === PLUS || bytes[at] === MINUS)) at++;
    const start = at;
    while (at < end && bytes[at]! >= ZERO && bytes[at]! <= ZERO + 9) at++;
    if (at === start) giveUp();
  }
  return Number(r.text(at - pos));
}

/** Reads a value of any kind and forgets it. */
export function readAnyValue(r: Reader): void {
  const end = valueEnd(r.bytes, r.pos, r.end, r.maxDepth - r.depth);
  if (end < 0) giveUp();
  JSON.parse(r.text(end - r.pos));
}
