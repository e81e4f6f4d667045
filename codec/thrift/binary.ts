/**
 * Thrift's binary protocol: everything big-endian and of a fixed size.
 *
 * Normative source: Apache Thrift, doc/specs/thrift-binary-protocol.md.
 *
 * @module
 */
import type { Reader, Writer } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";
import { BOOL, checkCount, checkLength, headOf, type MessageHead, type Protocol, STOP } from "./protocol.ts";

/** Upper half of the first word of a message. */
const VERSION = 0x8001, twoTo32 = 0x1_0000_0000;

class BinaryProtocol implements Protocol {
  writeMessage(w: Writer, { name, type, sequence }: MessageHead): void {
    w.u16(VERSION);
    w.u16(type);
    this.writeText(w, name);
    w.u32(sequence);
  }

  writeField(w: Writer, type: number, id: number): void {
    w.reserve(3);
    const bytes = w.bytes, at = w.pos;
    bytes[at] = type;
    bytes[at + 1] = id >> 8;
    bytes[at + 2] = id;
    w.pos = at + 3;
  }

  writeBoolField(w: Writer, value: boolean, id: number): void {
    this.writeField(w, BOOL, id);
    w.u8(value ? 1 : 0);
  }

  writeBool(w: Writer, value: boolean): void {
    w.u8(value ? 1 : 0);
  }

  writeI16(w: Writer, n: number): void {
    w.u16(n);
  }

  writeI32(w: Writer, n: number): void {
    w.u32(n);
  }

  writeI53(w: Writer, n: number): void {
    w.reserve(8);
    w.view.setInt32(w.pos, Math.floor(n / twoTo32));
    w.view.setUint32(w.pos + 4, n >>> 0);
    w.pos += 8;
  }

  writeI64(w: Writer, n: bigint): void {
    w.reserve(8);
    w.view.setBigInt64(w.pos, n);
    w.pos += 8;
  }

  writeDouble(w: Writer, n: number): void {
    w.reserve(8);
    w.view.setFloat64(w.pos, n);
    w.pos += 8;
  }

  writeText(w: Writer, text: string): void {
    w.reserve(4);
    const at = w.pos;
    w.pos += 4;
    const size = w.text(text);
    w.view.setUint32(at, size);
  }

  writeBytes(w: Writer, bytes: Uint8Array): void {
    w.u32(bytes.length);
    w.raw(bytes);
  }

  writeList(w: Writer, type: number, n: number): void {
    w.u8(type);
    w.u32(n);
  }

  writeMap(w: Writer, key: number, value: number, n: number): void {
    w.u8(key);
    w.u8(value);
    w.u32(n);
  }

  readMessage(r: Reader): MessageHead {
    const version = r.u16();
    if (version !== VERSION) misfit(`got the version 0x${version.toString(16)}, want 0x8001`);
    const type = r.u16() & 0xff, name = r.text(this.readLength(r));
    return { name, type, sequence: this.readI32(r) };
  }

  readField(r: Reader): number {
    const at = r.pos, bytes = r.bytes;
    if (at + 3 > r.end) return r.u8() === STOP ? 0 : r.short(2);
    const type = bytes[at]!;
    if (type === STOP) {
      r.pos = at + 1;
      return 0;
    }
    if (type > 16) misfit(`got Thrift type ${type}, which is unknown`);
    r.pos = at + 3;
    return headOf(bytes[at + 1]! << 24 >> 16 | bytes[at + 2]!, type, false);
  }

  readBoolField(r: Reader): boolean {
    return this.readBool(r);
  }

  readBool(r: Reader): boolean {
    const byte = r.u8();
    return byte < 2 ? byte === 1 : misfit(`got ${byte}, want a boolean of 0 or 1`);
  }

  readI16(r: Reader): number {
    return r.view.getInt16(r.skip(2));
  }

  readI32(r: Reader): number {
    return r.view.getInt32(r.skip(4));
  }

  readI53(r: Reader): number {
    const at = r.skip(8);
    return r.view.getInt32(at) * twoTo32 + r.view.getUint32(at + 4);
  }

  readI64(r: Reader): bigint {
    return r.view.getBigInt64(r.skip(8));
  }

  readDouble(r: Reader): number {
    return r.view.getFloat64(r.skip(8));
  }

  readLength(r: Reader): number {
    return checkLength(r, this.readI32(r));
  }

  readList(r: Reader): number {
    const type = r.u8() & 31;
    return checkCount(r, this.readI32(r), 1) * 32 + type;
  }

  readMap(r: Reader): number {
    const key = r.u8() & 31, value = r.u8() & 31;
    return checkCount(r, this.readI32(r), 2) * 1024 + key * 32 + value;
  }
}

/** The binary protocol. */
export const binary: Protocol = new BinaryProtocol();
