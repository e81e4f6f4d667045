/**
 * Appends Avro's primitive values.
 *
 * Format: Apache Avro 1.12 specification, "Binary Encoding". Integers are zigzag varints, least bits first; text and bytes
 * have their length before them; floats are little-endian.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";

const twoTo32 = 0x1_0000_0000;

/** Appends an integer of 32 bits. */
export function putInt(w: Writer, n: number): void {
  w.reserve(5);
  putVarint(w, (n << 1 ^ n >> 31) >>> 0);
}

/** Appends a safe integer. */
export function putLong(w: Writer, n: number): void {
  if (n === (n | 0)) putInt(w, n);
  else putHalves(w, n >>> 0, Math.floor(n / twoTo32));
}

/** Appends a bigint within 64 bits. */
export function putBigLong(w: Writer, n: bigint): void {
  const small = Number(n);
  if (Number.isSafeInteger(small)) putLong(w, small);
  else putHalves(w, Number(BigInt.asUintN(32, n)), Number(n >> 32n));
}

/** Appends the zigzag form of the integer whose halves these are; `high` has the sign. */
function putHalves(w: Writer, low: number, high: number): void {
  w.reserve(10);
  const sign = high >> 31, bytes = w.bytes;
  let up = ((high << 1 | low >>> 31) ^ sign) >>> 0, down = (low << 1 ^ sign) >>> 0, at = w.pos;
  while (up > 0) {
    bytes[at++] = down & 0x7f | 0x80;
    down = (down >>> 7 | up << 25) >>> 0;
    up >>>= 7;
  }
  w.pos = at;
  putVarint(w, down);
}

/** Appends `n`, from 0 to 2^32-1; the caller has reserved 5 bytes. */
function putVarint(w: Writer, n: number): void {
  const bytes = w.bytes;
  let at = w.pos;
  while (n > 0x7f) {
    bytes[at++] = n & 0x7f | 0x80;
    n >>>= 7;
  }
  bytes[at++] = n;
  w.pos = at;
}

/** Appends an IEEE 754 number of 32 bits. */
export function putFloat(w: Writer, n: number): void {
  w.reserve(4);
  w.view.setFloat32(w.pos, n, true);
  w.pos += 4;
}

/** Appends an IEEE 754 number of 64 bits. */
export function putDouble(w: Writer, n: number): void {
  w.reserve(8);
  w.view.setFloat64(w.pos, n, true);
  w.pos += 8;
}

/** Appends a length and `bytes`. */
export function putBytes(w: Writer, bytes: Uint8Array): void {
  putLong(w, bytes.length);
  w.raw(bytes);
}

/** The most bytes whose length takes one byte. */
const maxShort = 63;

/** Appends a length and `text` as UTF-8; lone surrogates become U+FFFD. */
export function putText(w: Writer, text: string): void {
  const n = text.length;
  if (n <= maxShort) {
    w.reserve(n + 1);
    const bytes = w.bytes;
    let at = w.pos + 1, i = 0;
    for (; i < n; i++) {
      const c = text.charCodeAt(i);
      if (c > 127) break;
      bytes[at++] = c;
    }
    if (i === n) {
      bytes[w.pos] = n << 1;
      w.pos = at;
      return;
    }
  }
  putLongText(w, text);
}

/** Leaves the room that the length takes if all is ASCII, and moves the text when it took more. */
function putLongText(w: Writer, text: string): void {
  const head = w.pos;
  putInt(w, text.length);
  const start = w.pos, size = w.text(text);
  if (size === text.length) return;
  const room = start - head, wanted = sizeOf(size);
  if (wanted > room) {
    w.reserve(wanted - room);
    w.bytes.copyWithin(head + wanted, start, start + size);
  }
  w.pos = head;
  putInt(w, size);
  w.pos += size;
}

/** How many bytes a length takes. */
function sizeOf(n: number): number {
  return n < 0x40 ? 1 : n < 0x2000 ? 2 : n < 0x10_0000 ? 3 : n < 0x800_0000 ? 4 : 5;
}
