/**
 * Keys of objects, read without making the same text again and again.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { readText } from "./read.ts";
import { STRING1 } from "./wire.ts";

const slots = 512, maxLength = 32;

/** Remembers the short ASCII keys seen last; a fixed number of them, so that hostile keys cost time only. */
export class KeyCache {
  readonly #keys: string[] = new Array<string>(slots).fill("");

  /** Reads the body of a string field of `type`. */
  read(r: Reader, type: number): string {
    const bytes = r.bytes, start = r.pos + 1, n = start < r.end ? bytes[start - 1]! : 0, end = start + n;
    if (type !== STRING1 || n === 0 || n > maxLength || end > r.end) return readText(r, type);
    const slot = (n * 31 + bytes[start]! * 7 + bytes[end - 1]! * 13 + bytes[start + (n >> 1)]!) % slots;
    const known = this.#keys[slot]!;
    if (known.length === n && isAt(known, bytes, start)) {
      r.pos = end;
      return known;
    }
    const key = readText(r, type);
    // All ASCII when no longer in bytes. The engine keeps one copy of each property name, and that is the fast one.
    if (key.length === n) this.#keys[slot] = Object.keys({ [key]: 0 })[0]!;
    return key;
  }
}

function isAt(key: string, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < key.length; i++) if (key.charCodeAt(i) !== bytes[at + i]) return false;
  return true;
}
