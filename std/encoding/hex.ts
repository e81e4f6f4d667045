/**
 * Hexadecimal text.
 *
 * @module
 */
import { toBytes } from "./to_bytes.ts";

/** `src` as hexadecimal text in lower case. */
export function encodeHex(src: string | Uint8Array | ArrayBuffer): string {
  return toBytes(src).toHex();
}

/** Bytes of hexadecimal text in either case. Throws RangeError for an odd length, TypeError for another character. */
export function decodeHex(src: string): Uint8Array<ArrayBuffer> {
  if (src.length % 2 !== 0) {
    throw new RangeError(`Cannot decode input as hex: Length (${src.length}) must be divisible by 2`);
  }
  const bad = /[^0-9a-f]/i.exec(src);
  if (bad !== null) throw new TypeError(`Cannot decode input as hex: Invalid character (${bad[0]})`);
  return Uint8Array.fromHex(src);
}
