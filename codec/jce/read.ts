/**
 * Reading JCE fields: heads, bodies by type, and skipping what is not wanted. Strict: any other type than wanted, a wider
 * integer, or more announced than there is, is a misfit.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";
import {
  DOUBLE,
  FLOAT,
  INT1,
  INT2,
  INT4,
  INT8,
  LIST,
  MAP,
  SIMPLE_LIST,
  STRING1,
  STRING4,
  STRUCT,
  STRUCT_END,
  ZERO,
} from "./wire.ts";

/** Reads a head as `tag << 4 | type`. */
export function readHead(r: Reader): number {
  const head = r.u8();
  return head < 0xf0 ? head : r.u8() << 4 | head & 15;
}

/** Reads the head of a field that must have `tag` and returns its type. */
export function readType(r: Reader, tag: number): number {
  const head = readHead(r);
  if (head >> 4 !== tag) misfit(`got tag ${head >> 4}, want ${tag}`);
  return head & 15;
}

/**
 * Moves to the field `tag` of a struct and returns its type, or -1 when it is not there; skips fields of smaller tags,
 * which must be above `last`, the tag wanted before.
 */
export function seek(r: Reader, tag: number, last: number): number {
  const pos = r.pos;
  if (pos < r.end) {
    const head = r.bytes[pos]!;
    if (head >> 4 === tag && tag < 15 && head !== STRUCT_END) { // whose tag is 0
      r.pos = pos + 1;
      return head & 15;
    }
  }
  return seekFar(r, tag, last);
}

function seekFar(r: Reader, tag: number, last: number): number {
  while (r.pos < r.end) {
    const start = r.pos, head = readHead(r), found = head >> 4, type = head & 15;
    if (found > tag || type === STRUCT_END) {
      r.pos = start;
      return -1;
    }
    if (found <= last) misfit(`tag ${found} stands twice or after a larger one`);
    if (found === tag) return type;
    skip(r, type);
    last = found;
  }
  return -1;
}

/** Skips what follows the last wanted field: unknown fields of larger tags, up to the struct's end, or the input's. */
export function finish(r: Reader, last: number, nested: boolean): void {
  while (r.pos < r.end) {
    const head = readHead(r), tag = head >> 4, type = head & 15;
    if (type === STRUCT_END && nested) return;
    if (type === STRUCT_END || tag <= last) misfit(`tag ${tag} of type ${type} stands where it must not`);
    skip(r, type);
    last = tag;
  }
  if (nested) misfit("the struct has no end");
}

/** Throws the misfit for a field of `type`, which can't be what is wanted. */
export function wrongType(type: number, wanted: string): never {
  misfit(`got JCE type ${type}, want ${wanted}`);
}

/** Skips the body of a field of `type`. */
export function skip(r: Reader, type: number): void {
  switch (type) {
    case ZERO:
      return;
    case INT1:
      return void r.skip(1);
    case INT2:
      return void r.skip(2);
    case INT4:
    case FLOAT:
      return void r.skip(4);
    case INT8:
    case DOUBLE:
      return void r.skip(8);
    case STRING1:
    case STRING4:
      return void r.skip(textLength(r, type));
    case SIMPLE_LIST:
      return void r.skip(bytesLength(r));
    default:
      return skipContainer(r, type);
  }
}

function skipContainer(r: Reader, type: number): void {
  r.enter();
  if (type === STRUCT) {
    for (let inner = readHead(r) & 15; inner !== STRUCT_END; inner = readHead(r) & 15) skip(r, inner);
  } else if (type === LIST || type === MAP) {
    for (let n = readCount(r, type === MAP ? 2 : 1) * (type === MAP ? 2 : 1); n > 0; n--) skip(r, readHead(r) & 15);
  } else misfit(`JCE type ${type} is unknown`);
  r.leave();
}

/** Reads an integer of at most the width of `widest` (an integer type); beyond ±(2^53-1) it is inexact. */
export function readInt(r: Reader, type: number, widest: number, wanted: string): number {
  if (type === ZERO) return 0;
  if (type > widest) wrongType(type, wanted);
  if (type === INT1) return r.view.getInt8(r.skip(1));
  if (type === INT2) return r.view.getInt16(r.skip(2));
  if (type === INT4) return r.view.getInt32(r.skip(4));
  const at = r.skip(8);
  return r.view.getInt32(at) * 0x1_0000_0000 + r.view.getUint32(at + 4);
}

/** Reads an integer as a bigint. */
export function readBigInt(r: Reader, type: number, wanted: string): bigint {
  if (type === ZERO) return 0n; // the one that is always there, however many zeros come
  return type === INT8 ? r.view.getBigInt64(r.skip(8)) : BigInt(readInt(r, type, INT4, wanted));
}

/** Reads a float, or a double as well when `widest` is its type. */
export function readFloat(r: Reader, type: number, widest: number, wanted: string): number {
  if (type === DOUBLE && widest === DOUBLE) return r.view.getFloat64(r.skip(8));
  if (type === FLOAT) return r.view.getFloat32(r.skip(4));
  return type === ZERO ? 0 : wrongType(type, wanted);
}

/** Reads a string. */
export function readText(r: Reader, type: number): string {
  return r.text(textLength(r, type));
}

function textLength(r: Reader, type: number): number {
  if (type === STRING1) return r.u8();
  return type === STRING4 ? r.u32() : wrongType(type, "a string");
}

/** Reads bytes as a copy, from a simple list or from a list of int8. */
export function readBytes(r: Reader, type: number): Uint8Array<ArrayBuffer> {
  r.count(1);
  if (type === SIMPLE_LIST) return r.take(bytesLength(r));
  if (type !== LIST) wrongType(type, "bytes");
  const bytes = new Uint8Array(readCount(r, 1));
  for (let i = 0; i < bytes.length; i++) bytes[i] = readInt(r, readType(r, 0), INT1, "a byte");
  return bytes;
}

function bytesLength(r: Reader): number {
  if (readType(r, 0) !== INT1) misfit("got a simple list of something else, want bytes");
  return readCount(r, 1);
}

/** Reads a count of things that take `least` bytes each or more. */
export function readCount(r: Reader, least: number): number {
  const n = readInt(r, readType(r, 0), INT4, "a count");
  if (n < 0 || n * least > r.end - r.pos) misfit(`a count of ${n}, with ${r.end - r.pos} bytes left`);
  return n;
}
