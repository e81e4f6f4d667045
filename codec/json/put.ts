/**
 * Appending JSON's scalars as bytes.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { BACKSLASH, DELETE, MINUS, QUOTE, SPACE, ZERO } from "./text.ts";

/** Longest text written by a loop here: beyond, the engine's own way is faster. */
const maxLoop = 100;

/** 1 for each UTF-16 unit that stands for itself in text and is one byte. */
const plain = new Uint8Array(0x1_0000);
plain.fill(1, SPACE, DELETE + 1);
plain[QUOTE] = plain[BACKSLASH] = 0;

/** Appends `text` in quotes; what is not plain ASCII goes the way of `JSON.stringify`. */
export function putText(w: Writer, text: string): void {
  const n = text.length;
  if (n > maxLoop) return putAnyText(w, text);
  w.reserve(n + 2);
  const bytes = w.bytes, start = w.pos + 1;
  for (let i = 0; i < n; i++) {
    const unit = text.charCodeAt(i);
    if (plain[unit] === 0) return putAnyText(w, text);
    bytes[start + i] = unit;
  }
  bytes[start - 1] = QUOTE;
  bytes[start + n] = QUOTE;
  w.pos = start + n + 1;
}

function putAnyText(w: Writer, text: string): void {
  w.text(JSON.stringify(text));
}

/** Appends short `text` that is ASCII. */
export function putAscii(w: Writer, text: string): void {
  const n = text.length, at = w.pos;
  w.reserve(n);
  for (let i = 0; i < n; i++) w.bytes[at + i] = text.charCodeAt(i);
  w.pos = at + n;
}

const lowUnit = 1e8, lowDigits = 8;

/** Appends a safe integer, -0 as 0; the caller has reserved 17 bytes. */
export function putInteger(w: Writer, n: number): void {
  if (n < 0) {
    w.bytes[w.pos++] = MINUS;
    n = -n;
  }
  if (n < lowUnit) return putDigits(w, n | 0, digitsOf(n));
  const high = Math.floor(n / lowUnit);
  putDigits(w, high | 0, digitsOf(high));
  putDigits(w, n - high * lowUnit | 0, lowDigits);
}

/** How many digits `n` has, which is below 10^8. */
function digitsOf(n: number): number {
  if (n < 1e4) return n < 100 ? n < 10 ? 1 : 2 : n < 1000 ? 3 : 4;
  return n < 1e6 ? n < 1e5 ? 5 : 6 : n < 1e7 ? 7 : 8;
}

/** Appends the last `digits` digits of `n`, from the last one on. */
function putDigits(w: Writer, n: number, digits: number): void {
  const bytes = w.bytes, end = w.pos + digits;
  for (let at = end - 1; at >= w.pos; at--) {
    const rest = n / 10 | 0;
    bytes[at] = ZERO + n - rest * 10;
    n = rest;
  }
  w.pos = end;
}
