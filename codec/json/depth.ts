/**
 * How deep JSON text nests and how much it holds, which JSON.parse and JSON.stringify do not limit.
 *
 * `indexOf` finds the next bracket about ten times faster than a loop over every character, so that the loop is left for
 * text with many brackets from a peer, where only an exact answer will do.
 *
 * @module
 */

import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE, SPACE } from "./text.ts";
import { textEnd } from "./text_end.ts";

/** Whether `text`, valid JSON, may nest deeper than `max`: false is certain unless a text inside holds brackets. */
export function mayNestDeeper(text: string, max: number): boolean {
  return deepest(text, "{", "}") + deepest(text, "[", "]") > max;
}

function deepest(text: string, open: string, close: string): number {
  let depth = 0, most = 0, opened = text.indexOf(open), closed = text.indexOf(close);
  while (opened >= 0) {
    if (opened < closed || closed < 0) {
      if (++depth > most) most = depth;
      opened = text.indexOf(open, opened + 1);
    } else {
      depth--;
      closed = text.indexOf(close, closed + 1);
    }
  }
  return most;
}

/** Whether `text` has more than `max` opening brackets, so that it could nest deeper. */
export function opensMore(text: string, max: number): boolean {
  return count(text, "[", max) + count(text, "{", max) > max;
}

function count(text: string, open: string, max: number): number {
  let n = 0;
  for (let at = text.indexOf(open); at >= 0 && n <= max; at = text.indexOf(open, at + 1)) n++;
  return n;
}

/** What a byte does to the depth; 2 for a quote. */
const steps = new Int8Array(256);
steps.set([1], OPEN_BRACKET);
steps.set([-1], CLOSE_BRACKET);
steps.set([1], OPEN_BRACE);
steps.set([-1], CLOSE_BRACE);
steps.set([2], QUOTE);

/** Whether brackets outside of text nest deeper than `max` in the JSON `bytes[from..to)`. */
export function nestsDeeper(bytes: Uint8Array, from: number, to: number, max: number): boolean {
  let depth = 0;
  for (let i = from; i < to; i++) {
    const step = steps[bytes[i]!]!;
    if (step === 0) continue;
    if (step === 2) i = textEnd(bytes, i + 1, to);
    else if ((depth += step) > max) return true;
  }
  return false;
}

/**
 * Where the value that begins at `from` ends, if the JSON `bytes[from..to)` is well-formed there: at the latest at `to`. -1
 * when it nests deeper than `max`.
 */
export function valueEnd(bytes: Uint8Array, from: number, to: number, max: number): number {
  const first = from < to ? steps[bytes[from]!]! : 0;
  if (first === 2) return Math.min(to, textEnd(bytes, from + 1, to) + 1);
  if (first === 0) return scalarEnd(bytes, from, to);
  let depth = 0;
  for (let i = from; i < to; i++) {
    const step = steps[bytes[i]!]!;
    if (step === 0) continue;
    if (step === 2) i = textEnd(bytes, i + 1, to);
    else if ((depth += step) > max) return -1;
    else if (depth === 0) return i + 1;
  }
  return to;
}

function scalarEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  for (let byte = bytes[i]!; i < to && byte > SPACE && byte !== COMMA && steps[byte] === 0; byte = bytes[++i]!);
  return i;
}

/** How many commas and opening brackets stand outside of text in the JSON `bytes[from..to)`: at least one for each element. */
export function elementsOf(bytes: Uint8Array, from: number, to: number): number {
  let n = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!, step = steps[byte]!;
    if (step === 2) i = textEnd(bytes, i + 1, to);
    else if (step === 1 || byte === COMMA) n++;
  }
  return n;
}

/** How many colons stand outside of text in the JSON `bytes[from..to)`: one for each key. */
export function keysOf(bytes: Uint8Array, from: number, to: number): number {
  let n = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) i = textEnd(bytes, i + 1, to);
    else if (byte === COLON) n++;
  }
  return n;
}
