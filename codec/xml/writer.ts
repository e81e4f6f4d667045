/**
 * Appending XML: tags, attributes, and text with what markup would take for itself escaped (XML 1.0, sections 2.4, 2.11,
 * 3.3.3). What is written is read back exactly, ends of lines and white space in attributes too.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { AMPERSAND, EQUALS, GREATER, LESS, noChar, QUOTE, SLASH, SPACE } from "./chars.ts";
import { noCharacter } from "./misc.ts";

/** Longest text written by a loop here: beyond, the engine's own way is faster. */
const maxLoop = 100;

/** 1 for each UTF-16 unit that stands for itself in text and is one byte. */
const plain = new Uint8Array(0x1_0000);
plain.fill(1, SPACE, 0x80);
plain[0x09] = plain[0x0a] = 1;
plain[AMPERSAND] = plain[LESS] = plain[GREATER] = 0;

/** Appends `text` if it is short ASCII that stands for itself, and tells whether it did. */
export function putPlain(w: Writer, text: string): boolean {
  const n = text.length;
  if (n > maxLoop) return false;
  w.reserve(n);
  const { bytes, pos } = w;
  for (let i = 0; i < n; i++) {
    const unit = text.charCodeAt(i);
    if (plain[unit] === 0) return false;
    bytes[pos + i] = unit;
  }
  w.pos = pos + n;
  return true;
}

/** Appends `text` as what an element contains; throws a Misfit for a character that XML does not have. */
export function writeText(w: Writer, text: string): void {
  if (putPlain(w, text)) return;
  checkCharacters(text);
  w.text(/[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (char) => escapes[char]!) : text);
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

/** Appends a space, `name`, and `value` in quotes; throws a Misfit for a character that XML does not have. */
export function writeAttribute(w: Writer, name: string, value: string): void {
  checkCharacters(value);
  w.u8(SPACE);
  w.text(name);
  w.u8(EQUALS);
  w.u8(QUOTE);
  w.text(value.replace(/[&<>"\t\n\r]/g, (char) => escapes[char]!));
  w.u8(QUOTE);
}

/** Appends the start tag of `name`, which must be one, with `attributes` by name. */
export function writeStart(w: Writer, name: string, attributes: Readonly<Record<string, string>> = {}): void {
  w.u8(LESS);
  w.text(name);
  for (const [key, value] of Object.entries(attributes)) writeAttribute(w, key, value);
  w.u8(GREATER);
}

/** Appends the end tag of `name`. */
export function writeEnd(w: Writer, name: string): void {
  w.u8(LESS);
  w.u8(SLASH);
  w.text(name);
  w.u8(GREATER);
}

/** Throws a Misfit when `text` has a character that XML does not have. */
function checkCharacters(text: string): void {
  const bad = noChar.exec(text);
  if (bad) noCharacter(bad[0].charCodeAt(0));
}
