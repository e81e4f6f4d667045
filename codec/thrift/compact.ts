/**
 * Thrift's compact protocol: field ids as differences, integers of variable length, booleans within the head.
 *
 * Normative source: Apache Thrift, doc/specs/thrift-compact-protocol.md. Booleans in lists, sets and maps have the type 1,
 * as Apache's implementations write it; 2, which the text wants, is read as well.
 *
 * @module
 */
import type { Reader, Writer } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";
import {
  BOOL,
  checkCount,
  checkLength,
  DOUBLE,
  headOf,
  I16,
  I32,
  I64,
  I8,
  LIST,
  MAP,
  type MessageHead,
  type Protocol,
  SET,
  STOP,
  STRING,
  STRUCT,
  UUID,
} from "./protocol.ts";
import {
  bigOf,
  numberOf,
  putVarint32,
  putZigzag32,
  putZigzag64,
  takeVarint32,
  takeZigzag32,
  takeZigzag64,
} from "./varint.ts";

const PROTOCOL = 0x82, VERSION = 1, TRUE = 1, FALSE = 2, twoTo32 = 0x1_0000_0000;

/** Types of the binary protocol by those of the compact one. */
const types: readonly number[] = [STOP, BOOL, BOOL, I8, I16, I32, I64, DOUBLE, STRING, LIST, SET, MAP, STRUCT, UUID];
/** Types of the compact protocol by those of the binary one. */
const codes: readonly number[] = Array.from({ length: UUID + 1 }, (_, type) => Math.max(0, types.indexOf(type)));

class CompactProtocol implements Protocol {
  writeMessage(w: Writer, { name, type, sequence }: MessageHead): void {
    w.reserve(7);
    w.bytes[w.pos++] = PROTOCOL;
    w.bytes[w.pos++] = type << 5 | VERSION;
    putVarint32(w, sequence);
    this.writeText(w, name);
  }

  writeField(w: Writer, type: number, id: number, last: number): void {
    w.reserve(4);
    putField(w, codes[type]!, id, last);
  }

  writeBoolField(w: Writer, value: boolean, id: number, last: number): void {
    w.reserve(4);
    putField(w, value ? TRUE : FALSE, id, last);
  }

  writeBool(w: Writer, value: boolean): void {
    w.u8(value ? TRUE : FALSE);
  }

  writeI16(w: Writer, n: number): void {
    this.writeI32(w, n);
  }

  writeI32(w: Writer, n: number): void {
    w.reserve(5);
    putZigzag32(w, n);
  }

  writeI53(w: Writer, n: number): void {
    w.reserve(10);
    if (n === (n | 0)) putZigzag32(w, n);
    else putZigzag64(w, Math.floor(n / twoTo32), n >>> 0);
  }

  writeI64(w: Writer, n: bigint): void {
    w.reserve(10);
    const view = w.view, at = w.pos;
    view.setBigInt64(at, n);
    putZigzag64(w, view.getInt32(at), view.getUint32(at + 4));
  }

  writeDouble(w: Writer, n: number): void {
    w.reserve(8);
    w.view.setFloat64(w.pos, n, true);
    w.pos += 8;
  }

  writeText(w: Writer, text: string): void {
    const room = varintSize(text.length);
    w.reserve(room);
    w.pos += room;
    const size = w.text(text), needed = varintSize(size), start = w.pos - size;
    if (needed !== room) {
      w.reserve(needed - room);
      w.bytes.copyWithin(start + needed - room, start, w.pos);
    }
    w.pos = start - room;
    putVarint32(w, size);
    w.pos += size;
  }

  writeBytes(w: Writer, bytes: Uint8Array): void {
    w.reserve(5);
    putVarint32(w, bytes.length);
    w.raw(bytes);
  }

  writeList(w: Writer, type: number, n: number): void {
    w.reserve(6);
    w.bytes[w.pos++] = (n < 15 ? n : 15) << 4 | codes[type]!;
    if (n >= 15) putVarint32(w, n);
  }

  writeMap(w: Writer, key: number, value: number, n: number): void {
    w.reserve(6);
    putVarint32(w, n);
    if (n > 0) w.bytes[w.pos++] = codes[key]! << 4 | codes[value]!;
  }

  readMessage(r: Reader): MessageHead {
    const protocol = r.u8(), version = r.u8();
    if (protocol !== PROTOCOL) misfit(`got the protocol 0x${protocol.toString(16)}, want 0x82`);
    if ((version & 31) !== VERSION) misfit(`got version ${version & 31}, want ${VERSION}`);
    const sequence = takeVarint32(r) | 0;
    return { name: r.text(this.readLength(r)), type: version >> 5, sequence };
  }

  readField(r: Reader, last: number): number {
    const byte = r.pos < r.end ? r.bytes[r.pos++]! : r.short(1), code = byte & 15;
    if (code === STOP) return byte === STOP ? 0 : misfit(`got ${byte}, want the head of a field`);
    const delta = byte >> 4, id = delta > 0 ? last + delta : this.readI16(r);
    if (id > 0x7fff) misfit(`got field ${id}, want one up to 32767`);
    return headOf(id, typeOf(code), code === TRUE);
  }

  readBoolField(_r: Reader, head: number): boolean {
    return (head & 0x80) !== 0;
  }

  readBool(r: Reader): boolean {
    const byte = r.u8();
    return byte <= FALSE ? byte === TRUE : misfit(`got ${byte}, want a boolean of 1 or 2`);
  }

  readI16(r: Reader): number {
    const n = takeZigzag32(r);
    return n === n << 16 >> 16 ? n : misfit(`got ${n}, want an integer of 16 bits`);
  }

  readI32(r: Reader): number {
    return takeZigzag32(r);
  }

  readI53(r: Reader): number {
    return takeZigzag64(r, numberOf);
  }

  readI64(r: Reader): bigint {
    return takeZigzag64(r, bigOf);
  }

  readDouble(r: Reader): number {
    return r.view.getFloat64(r.skip(8), true);
  }

  readLength(r: Reader): number {
    const byte = r.pos < r.end ? r.bytes[r.pos]! : 0x80;
    if (byte > 0x7f) return checkLength(r, takeVarint32(r));
    r.pos++;
    return checkLength(r, byte);
  }

  readList(r: Reader): number {
    const byte = r.u8(), n = byte >> 4;
    return checkCount(r, n < 15 ? n : takeVarint32(r), 1) * 32 + typeOf(byte & 15);
  }

  readMap(r: Reader): number {
    const n = checkCount(r, takeVarint32(r), 2);
    if (n === 0) return 0;
    const byte = r.u8();
    return n * 1024 + typeOf(byte >> 4) * 32 + typeOf(byte & 15);
  }
}

function putField(w: Writer, code: number, id: number, last: number): void {
  const delta = id - last;
  if (delta > 0 && delta < 16) w.bytes[w.pos++] = delta << 4 | code;
  else {
    w.bytes[w.pos++] = code;
    putZigzag32(w, id);
  }
}

function typeOf(code: number): number {
  return types[code] ?? misfit(`got compact type ${code}, which is unknown`);
}

/** How many bytes `n` takes as a varint. */
function varintSize(n: number): number {
  return n < 0x80 ? 1 : n < 0x4000 ? 2 : n < 0x20_0000 ? 3 : n < 0x1000_0000 ? 4 : 5;
}

/** The compact protocol. */
export const compact: Protocol = new CompactProtocol();
