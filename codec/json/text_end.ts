/**
 * Where a text in JSON ends.
 *
 * @module
 */
import { BACKSLASH, QUOTE } from "./text.ts";

/** How far a loop looks: beyond, the engine's search is faster. */
const maxLoop = 64;

/** Where the quote stands that ends the text which goes on at `from`; `to` or more when there is none. */
export function textEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let start = from;;) {
    const near = Math.min(to, start + maxLoop);
    let i = start;
    for (let byte = bytes[i]; i < near && byte !== QUOTE; byte = bytes[++i]) if (byte === BACKSLASH) i++;
    if (i < near || near === to) return i;
    const quote = bytes.indexOf(QUOTE, i);
    if (quote < 0) return to;
    if (quote >= to || !isEscaped(bytes, quote, i)) return quote;
    start = quote + 1;
  }
}

/** Whether an odd number of backslashes stands before `at`, none of them before `from`. */
function isEscaped(bytes: Uint8Array, at: number, from: number): boolean {
  let first = at;
  while (first > from && bytes[first - 1] === BACKSLASH) first--;
  return (at - first & 1) === 1;
}
