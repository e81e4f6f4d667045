/**
 * Names of elements and attributes, without their prefix (NCName of "Namespaces in XML 1.0"): reading them, and making
 * them from the keys of a schema.
 *
 * A key that is no such name is written the way of SQL/XML (ISO 9075-14) and .NET's `XmlConvert`: a character that can't
 * stand there as `_x` with its number in hexadecimal and `_`, so that `x y` becomes `x_x0020_y`.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";
import { nameRest, nameStart } from "./chars.ts";

/** Most bytes that a name may have. */
export const maxName = 1024;

/** What an ASCII byte may be in a name: 0 nothing, 1 any part of it, 2 not its beginning; 3 for all other bytes. */
const kinds = new Uint8Array(256);
kinds.fill(3, 0x80);
for (let byte = 0; byte < 0x80; byte++) {
  const char = String.fromCharCode(byte);
  if (/[A-Z_a-z]/.test(char)) kinds[byte] = 1;
  else if (/[-.0-9]/.test(char)) kinds[byte] = 2;
}

const wholeName = new RegExp(`^[${nameStart}][${nameRest}]*$`, "u");

/** Moves past a name. */
export function skipName(r: Reader): void {
  const { bytes, pos } = r, last = Math.min(r.end, pos + maxName + 1);
  let at = pos, seen = 0;
  for (let kind; at < last && (kind = kinds[bytes[at]!]!) > 0; at++) seen |= kind & 2;
  if (at === pos) misfit(at < r.end ? `got ${shown(bytes[at]!)}, want a name` : "it ends where a name is wanted");
  if (at - pos > maxName) misfit(`a name has more than ${maxName} bytes`);
  if (seen !== 0 && kinds[bytes[pos]!] !== 1 || hasOther(bytes, pos, at)) checkName(r, at);
  r.pos = at;
}

function hasOther(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at]! > 0x7f) return true;
  return false;
}

function checkName(r: Reader, end: number): void {
  const start = r.pos, name = r.text(end - start);
  if (!wholeName.test(name)) {
    r.pos = start;
    misfit(`got ${JSON.stringify(name.slice(0, 24))}, want a name`);
  }
}

/** `byte` for an error message. */
export function shown(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `the byte ${byte}`;
}

const noStart = new RegExp(`^[^${nameStart}]`, "u"), noRest = new RegExp(`[^${nameRest}]`, "gu");
const looksEscaped = /_(?=x(?:[0-9A-Fa-f]{4}|[0-9A-Fa-f]{8})_)/g;

/** The name for `key`, which is `key` itself where that is one; different keys have different names. */
export function nameOf(key: string): string {
  // Nothing else becomes the name of the empty key: a key of that form has its first "_" escaped.
  if (key === "") return "_x005F_";
  return key.replace(looksEscaped, escaped).replace(noStart, escaped).replace(noRest, escaped);
}

function escaped(char: string): string {
  const code = char.codePointAt(0)!;
  return `_x${code.toString(16).toUpperCase().padStart(code > 0xffff ? 8 : 4, "0")}_`;
}
