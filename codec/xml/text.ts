/**
 * Text with all that XML lets stand in it: references, CDATA sections, ends of lines, values of attributes
 * (XML 1.0, sections 2.4, 2.7, 2.11, 3.3.3, 4.1, 4.6).
 *
 * Both functions append the text that is meant to `into`, as UTF-8 which whoever reads it must still find valid.
 *
 * @module
 */
import type { Reader, Writer } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";
import {
  AMPERSAND,
  BANG,
  BRACKET,
  FORBIDDEN,
  GREATER,
  HASH,
  isChar,
  isSpace,
  LAST_PLANE,
  LESS,
  NEWLINE,
  PLAIN,
  RETURN,
  SEMICOLON,
  SPACE,
  textKinds,
  ZERO,
} from "./chars.ts";
import { noCharacter, skipMisc, skipped } from "./misc.ts";

/** Reads text up to the next tag: a "<" that begins no CDATA section, comment or instruction. */
export function readText(r: Reader, into: Writer, refuseInstructions: boolean): void {
  for (;;) {
    readCharacters(r, into);
    if (r.pos >= r.end) return;
    if (r.bytes[r.pos + 1] === BANG && skipped(r, "<![CDATA[")) readCdata(r, into);
    else if (!skipMisc(r, refuseInstructions)) return;
  }
}

/** Reads characters and references, up to a "<" or the end. */
function readCharacters(r: Reader, into: Writer): void {
  const { bytes, end } = r;
  for (;;) {
    copyPlain(r, into);
    if (r.pos >= end) return;
    const byte = bytes[r.pos]!;
    if (byte === LESS) return;
    if (byte === AMPERSAND) readReference(r, into);
    else {
      if (byte === BRACKET && skipped(r, "]]>")) misfit("got ]]> in text");
      copySpecial(r, into);
    }
  }
}

/** Reads the rest of a CDATA section. */
function readCdata(r: Reader, into: Writer): void {
  const { bytes, end } = r;
  for (;;) {
    copyPlain(r, into);
    if (r.pos >= end) misfit("it ends in a CDATA section");
    if (bytes[r.pos] === BRACKET && skipped(r, "]]>")) return;
    copySpecial(r, into);
  }
}

/** Reads the value of an attribute with its `quote`s, the second of them at the reader's position or behind it. */
export function readValue(r: Reader, into: Writer, quote: number): void {
  const { bytes, end } = r;
  for (;;) {
    copyPlain(r, into, quote);
    if (r.pos >= end) misfit("it ends in an attribute");
    const byte = bytes[r.pos]!;
    if (byte === quote) {
      r.pos++;
      return;
    }
    if (byte === LESS) misfit("got < in an attribute");
    if (byte === AMPERSAND) readReference(r, into);
    else if (isSpace(byte)) {
      if (!skipped(r, "\r\n")) r.pos++;
      into.u8(SPACE);
    } else copySpecial(r, into);
  }
}

/** Copies bytes that stand for themselves; in an attribute with `quote`s, neither these nor other white space than SPACE. */
function copyPlain(r: Reader, into: Writer, quote = -1): void {
  const { bytes, pos, end } = r;
  if (pos < end && (bytes[pos]! & 0xc0) === 0x80) misfit("text is not valid UTF-8"); // parts are not joined to a character
  const at = quote < 0 ? plainEnd(bytes, pos, end) : plainValueEnd(bytes, pos, { end, quote });
  if (at > pos) into.raw(r.peek(at - pos));
}

/** Where, from `at` on, the first byte stands that is not simply a part of a character in text. */
export function plainEnd(bytes: Uint8Array, at: number, end: number): number {
  for (;; at++) {
    while (at < end && textKinds[bytes[at]!] === PLAIN) at++;
    if (at >= end) return end;
    const byte = bytes[at]!;
    if (byte === LAST_PLANE) checkLastPlane(bytes, at);
    else if (byte !== BRACKET || bytes[at + 1] === BRACKET && bytes[at + 2] === GREATER) return at;
  }
}

/** The same in the value of an attribute, which ends before `quote`. */
export function plainValueEnd(
  bytes: Uint8Array,
  at: number,
  { end, quote }: { readonly end: number; readonly quote: number },
): number {
  for (let byte; at < end && textKinds[byte = bytes[at]!] === PLAIN && byte !== quote && byte >= SPACE;) at++;
  return at;
}

/** Copies one character that has to be looked at, and is no markup here. */
function copySpecial(r: Reader, into: Writer): void {
  const { bytes, pos } = r, byte = bytes[pos]!;
  if (textKinds[byte] === FORBIDDEN) noCharacter(byte);
  if (byte === RETURN) {
    if (!skipped(r, "\r\n")) r.pos++;
    return into.u8(NEWLINE);
  }
  if (byte === LAST_PLANE) checkLastPlane(bytes, pos);
  into.raw(r.peek(byte === LAST_PLANE ? 3 : 1));
}

/** Refuses U+FFFE and U+FFFF; the first byte of the character is at `at`. */
function checkLastPlane(bytes: Uint8Array, at: number): void {
  if (bytes[at + 1] === 0xbf && bytes[at + 2]! >= 0xbe) noCharacter(0xff00 | bytes[at + 2]! + 0x40);
}

const entities: readonly (readonly [name: string, byte: number])[] = [
  ["&lt;", LESS],
  ["&gt;", GREATER],
  ["&amp;", AMPERSAND],
  ["&quot;", 0x22],
  ["&apos;", 0x27],
];

function readReference(r: Reader, into: Writer): void {
  if (r.bytes[r.pos + 1] === HASH) return readNumbered(r, into);
  for (const [name, byte] of entities) if (skipped(r, name)) return into.u8(byte);
  const near = r.bytes.subarray(r.pos, Math.min(r.end, r.pos + 24)), semicolon = near.indexOf(SEMICOLON);
  const what = String.fromCharCode(...near.subarray(0, semicolon + 1));
  misfit(/^&[\w:.-]+;$/.test(what) ? `got ${what}, which is not declared` : "got an & that begins no reference");
}

/** Reads a reference to a character by its number. */
function readNumbered(r: Reader, into: Writer): void {
  const isHex = skipped(r, "&#x");
  if (!isHex) r.pos += 2;
  const { bytes, end, pos } = r, base = isHex ? 16 : 10;
  let at = pos, code = 0, digit = 0;
  for (; at < end && (digit = digitOf(bytes[at]!)) < base; at++) code = Math.min(code * base + digit, 0x7fff_ffff);
  if (at === pos || at >= end || bytes[at] !== SEMICOLON) misfit("got a reference to a character that is no number");
  if (!isChar(code)) noCharacter(code);
  r.pos = at + 1;
  if (code < 0x80) into.u8(code);
  else into.text(String.fromCodePoint(code));
}

/** Value of a hexadecimal digit; 99 for other bytes. */
function digitOf(byte: number): number {
  if (byte >= ZERO && byte <= ZERO + 9) return byte - ZERO;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 && byte >= 0x41 ? letter - 0x57 : 99;
}
