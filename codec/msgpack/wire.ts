/**
 * The formats of MessagePack.
 *
 * Format: the MessagePack specification, "Formats". Everything is big-endian, in the shortest form there is.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";

/** First bytes of the formats of one family that has lengths: below `room` in the byte `fix` itself, else after a byte. */
export interface Family {
  /** The byte itself. */
  readonly fix: number;
  /** Lengths that it has room for. */
  readonly room: number;
  /** With a length of 8 bits; 0 when the family has none. */
  readonly bits8: number;
  /** With a length of 16 bits. */
  readonly bits16: number;
  /** With a length of 32 bits. */
  readonly bits32: number;
}

/** Text, by its bytes. */
export const textFamily: Family = { fix: 0xa0, room: 32, bits8: 0xd9, bits16: 0xda, bits32: 0xdb };
/** Bytes. */
export const bytesFamily: Family = { fix: 0, room: 0, bits8: 0xc4, bits16: 0xc5, bits32: 0xc6 };
/** Arrays, by the number of their elements. */
export const arrayFamily: Family = { fix: 0x90, room: 16, bits8: 0, bits16: 0xdc, bits32: 0xdd };
/** Maps, by the number of their entries. */
export const mapFamily: Family = { fix: 0x80, room: 16, bits8: 0, bits16: 0xde, bits32: 0xdf };

/** Appends a number: an integer of up to 32 bits as such, any other number as float 64. */
export function writeNumber(w: Writer, n: number): void {
  w.reserve(9);
  if (n === (n | 0) && !Object.is(n, -0)) return n < 0 ? putNegative(w, n) : putUnsigned(w, n);
  if (n === n >>> 0 && n > 0) return putUnsigned(w, n);
  w.bytes[w.pos] = 0xcb;
  w.view.setFloat64(w.pos + 1, n);
  w.pos += 9;
}

/** Appends a safe integer; what has more than 32 bits, with 64. */
export function writeInteger(w: Writer, n: number): void {
  if (n === (n | 0) || n === n >>> 0) return writeNumber(w, n + 0);
  w.reserve(9);
  const at = w.pos;
  w.bytes[at] = n < 0 ? 0xd3 : 0xcf;
  w.view.setInt32(at + 1, Math.floor(n / 2 ** 32));
  w.view.setUint32(at + 5, n >>> 0);
  w.pos = at + 9;
}

/** Appends a bigint of 64 bits. */
export function writeLong(w: Writer, n: bigint): void {
  w.reserve(9);
  w.bytes[w.pos] = n < 0n ? 0xd3 : 0xcf;
  w.view.setBigInt64(w.pos + 1, n);
  w.pos += 9;
}

function putUnsigned(w: Writer, n: number): void {
  const at = w.pos;
  if (n < 0x80) {
    w.bytes[at] = n;
    w.pos = at + 1;
  } else if (n < 0x100) {
    w.bytes[at] = 0xcc;
    w.bytes[at + 1] = n;
    w.pos = at + 2;
  } else if (n < 0x1_0000) {
    w.bytes[at] = 0xcd;
    w.view.setUint16(at + 1, n);
    w.pos = at + 3;
  } else {
    w.bytes[at] = 0xce;
    w.view.setUint32(at + 1, n);
    w.pos = at + 5;
  }
}

function putNegative(w: Writer, n: number): void {
  const at = w.pos;
  if (n >= -0x20) {
    w.bytes[at] = n;
    w.pos = at + 1;
  } else if (n >= -0x80) {
    w.bytes[at] = 0xd0;
    w.bytes[at + 1] = n;
    w.pos = at + 2;
  } else if (n >= -0x8000) {
    w.bytes[at] = 0xd1;
    w.view.setInt16(at + 1, n);
    w.pos = at + 3;
  } else {
    w.bytes[at] = 0xd2;
    w.view.setInt32(at + 1, n);
    w.pos = at + 5;
  }
}

function headSize(family: Family, n: number): number {
  if (n < family.room) return 1;
  return n < 0x100 && family.bits8 ? 2 : n < 0x1_0000 ? 3 : 5;
}

/** Puts the head of `n` bytes or elements at `at`; the caller has made room for it. */
function putHead(w: Writer, at: number, family: Family, n: number): void {
  if (n < family.room) w.bytes[at] = family.fix | n;
  else if (n < 0x100 && family.bits8) {
    w.bytes[at] = family.bits8;
    w.bytes[at + 1] = n;
  } else if (n < 0x1_0000) {
    w.bytes[at] = family.bits16;
    w.view.setUint16(at + 1, n);
  } else {
    w.bytes[at] = family.bits32;
    w.view.setUint32(at + 1, n);
  }
}

/** Appends the head of `n` bytes, elements or entries. */
export function writeHead(w: Writer, family: Family, n: number): void {
  w.reserve(5);
  putHead(w, w.pos, family, n);
  w.pos += headSize(family, n);
}

/** Appends `text`. */
export function writeText(w: Writer, text: string): void {
  const start = w.pos, guess = headSize(textFamily, text.length);
  w.reserve(guess);
  w.pos = start + guess;
  const n = w.text(text), more = headSize(textFamily, n) - guess;
  if (more > 0) {
    w.reserve(more);
    w.bytes.copyWithin(start + guess + more, start + guess, w.pos);
    w.pos += more;
  }
  putHead(w, start, textFamily, n);
}
