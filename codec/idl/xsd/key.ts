/**
 * Keys of a schema from names of XML: what {@linkcode nameOf} made of them.
 *
 * @module
 */
import { nameOf } from "../../xml/name.ts";

const escapes = /_x([0-9A-Fa-f]{8}|[0-9A-Fa-f]{4})_/g;

/** The key whose name is `name`; the name itself where no key has it. */
export function keyOf(name: string): string {
  for (const key of ["", name, name.replace(escapes, unescaped)]) if (nameOf(key) === name) return key;
  return name;
}

function unescaped(escape: string, digits: string): string {
  const code = parseInt(digits, 16);
  return code <= 0x10_ffff ? String.fromCodePoint(code) : escape;
}
