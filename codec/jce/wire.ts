/**
 * JCE on the wire: type numbers, field heads, and the fields that both JCE codecs write.
 *
 * Normative source: TarsCpp `servant/tup/Tars.h`. Everything is big-endian. A field is a head, `tag << 4 | type` (or
 * `0xf0 | type` and one more byte for tags of 15 and above), and a body whose length follows from the type.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";

/** Type numbers of a field head. */
export const INT1 = 0, INT2 = 1, INT4 = 2, INT8 = 3, FLOAT = 4, DOUBLE = 5, STRING1 = 6, STRING4 = 7;
/** Type numbers of a field head, containers and the bodyless zero. */
export const MAP = 8, LIST = 9, STRUCT = 10, STRUCT_END = 11, ZERO = 12, SIMPLE_LIST = 13;

/** The most that a head takes. */
const headRoom = 2;

/** Appends a field's head; the caller has reserved 2 bytes. */
export function putHead(w: Writer, tag: number, type: number): void {
  if (tag < 15) w.bytes[w.pos++] = tag << 4 | type;
  else {
    w.bytes[w.pos++] = 0xf0 | type;
    w.bytes[w.pos++] = tag;
  }
}

/** Appends a field's head. */
export function writeHead(w: Writer, tag: number, type: number): void {
  w.reserve(headRoom);
  putHead(w, tag, type);
}

/** Appends a safe integer as the narrowest integer field. */
export function writeInt(w: Writer, tag: number, n: number): void {
  w.reserve(headRoom + 8);
  if (n === 0) putHead(w, tag, ZERO);
  else if (n === (n << 24 >> 24)) {
    putHead(w, tag, INT1);
    w.bytes[w.pos++] = n;
  } else if (n === (n << 16 >> 16)) {
    putHead(w, tag, INT2);
    w.view.setInt16(w.pos, n);
    w.pos += 2;
  } else if (n === (n | 0)) {
    putHead(w, tag, INT4);
    w.view.setInt32(w.pos, n);
    w.pos += 4;
  } else {
    putHead(w, tag, INT8);
    w.view.setInt32(w.pos, Math.floor(n / 0x1_0000_0000));
    w.view.setUint32(w.pos + 4, n >>> 0);
    w.pos += 8;
  }
}

/** Appends a bigint within 64 bits as the narrowest integer field. */
export function writeBigInt(w: Writer, tag: number, n: bigint): void {
  const small = Number(n);
  if (small === (small | 0)) return writeInt(w, tag, small);
  w.reserve(headRoom + 8);
  putHead(w, tag, INT8);
  w.view.setBigInt64(w.pos, n);
  w.pos += 8;
}

/** Appends a float field, always with its body. */
export function writeFloat(w: Writer, tag: number, n: number): void {
  w.reserve(headRoom + 4);
  putHead(w, tag, FLOAT);
  w.view.setFloat32(w.pos, n);
  w.pos += 4;
}

/** Appends a double field, always with its body. */
export function writeDouble(w: Writer, tag: number, n: number): void {
  w.reserve(headRoom + 8);
  putHead(w, tag, DOUBLE);
  w.view.setFloat64(w.pos, n);
  w.pos += 8;
}

/** Appends `bytes` as a simple list. */
export function writeBytes(w: Writer, tag: number, bytes: Uint8Array): void {
  w.reserve(headRoom + 1);
  putHead(w, tag, SIMPLE_LIST);
  putHead(w, 0, INT1);
  writeInt(w, 0, bytes.length);
  w.raw(bytes);
}

/** Appends a string field; lone surrogates become U+FFFD. */
export function writeText(w: Writer, tag: number, text: string): void {
  const n = text.length;
  if (n > 255) return writeLong(w, tag, text);
  w.reserve(headRoom + 4 + n * 3);
  putHead(w, tag, STRING1);
  const bytes = w.bytes, start = w.pos + 1;
  if (n <= 64) {
    let at = start, i = 0;
    for (; i < n; i++) {
      const c = text.charCodeAt(i);
      if (c > 127) break;
      bytes[at++] = c;
    }
    if (i === n) {
      bytes[start - 1] = n;
      w.pos = at;
      return;
    }
  }
  w.pos = start;
  const size = w.text(text);
  if (size <= 255) bytes[start - 1] = size;
  else widen(w, tag, size);
}

function writeLong(w: Writer, tag: number, text: string): void {
  w.reserve(headRoom + 4);
  putHead(w, tag, STRING4);
  const at = w.pos;
  w.pos += 4;
  const size = w.text(text);
  w.view.setUint32(at, size);
}

/** Turns the string1 just written, `size` bytes of text, into a string4: only few characters, but more than 255 bytes. */
function widen(w: Writer, tag: number, size: number): void {
  const start = w.pos - size;
  w.bytes.copyWithin(start + 3, start, w.pos);
  w.pos = start - 1 - (tag < 15 ? 1 : 2);
  putHead(w, tag, STRING4);
  w.view.setUint32(w.pos, size);
  w.pos += 4 + size;
}
