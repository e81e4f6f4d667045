/**
 * Variable-length integers of Protocol Buffers: seven bits a byte, the least significant first.
 *
 * Format: protobuf.dev, "Encoding", section "Base 128 Varints".
 *
 * @module
 */
import type { Reader, Writer } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";

const twoTo32 = 0x1_0000_0000;

/** Most bytes of a varint, which a writer reserves before it appends one. */
export const maxVarint = 10;

/** Appends `n`, a whole number of 0 to 2^32-1; the caller has reserved 5 bytes. */
export function putVarint32(w: Writer, n: number): void {
  const bytes = w.bytes;
  let at = w.pos;
  while (n > 0x7f) {
    bytes[at++] = n & 0x7f | 0x80;
    n >>>= 7;
  }
  bytes[at++] = n;
  w.pos = at;
}

/** Appends a safe integer, a negative one in two's complement of 64 bits; the caller has reserved 10 bytes. */
export function putVarint53(w: Writer, n: number): void {
  if (n >= 0 && n < twoTo32) return putVarint32(w, n);
  putHalves(w, n >>> 0, Math.floor(n / twoTo32) >>> 0);
}

/** Appends the low 64 bits of a bigint; the caller has reserved 10 bytes. */
export function putBigVarint(w: Writer, n: bigint): void {
  const small = Number(n);
  if (Number.isSafeInteger(small)) return putVarint53(w, small);
  putHalves(w, Number(BigInt.asUintN(32, n)), Number(BigInt.asUintN(32, n >> 32n)));
}

function putHalves(w: Writer, low: number, high: number): void {
  const bytes = w.bytes;
  let at = w.pos;
  while (high > 0) {
    bytes[at++] = low & 0x7f | 0x80;
    low = (low >>> 7 | high << 25) >>> 0;
    high >>>= 7;
  }
  w.pos = at;
  putVarint32(w, low);
}

/** How many bytes `n`, below 2^32, takes as a varint. */
export function varintSize(n: number): number {
  return n < 0x80 ? 1 : n < 0x4000 ? 2 : n < 0x20_0000 ? 3 : n < 0x1000_0000 ? 4 : 5;
}

/** Reads a varint and keeps its low 32 bits, as a signed number. */
export function takeVarint32(r: Reader): number {
  const bytes = r.bytes, end = r.end;
  let at = r.pos, value = 0;
  if (at < end && bytes[at]! < 0x80) return bytes[r.pos++]!;
  for (let shift = 0; shift < 70 && at < end; shift += 7) {
    const byte = bytes[at++]!;
    if (shift < 32) value |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      if (shift === 63 && byte > 1) break;
      r.pos = at;
      return value;
    }
  }
  return badVarint(r);
}

/** Reads a varint of up to 7 bytes; -1, without moving, for a longer one. */
function takeShort(r: Reader): number {
  const bytes = r.bytes, end = Math.min(r.end, r.pos + 7);
  let value = 0, scale = 1;
  for (let at = r.pos; at < end; scale *= 128) {
    const byte = bytes[at++]!;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      r.pos = at;
      return value;
    }
  }
  return -1;
}

/** Reads a varint of any length and gives what `combine` makes of its halves, both unsigned. */
function takeLong<T>(r: Reader, combine: (low: number, high: number) => T): T {
  const bytes = r.bytes, end = r.end;
  let at = r.pos, low = 0, high = 0;
  for (let shift = 0; shift < 70 && at < end; shift += 7) {
    const byte = bytes[at++]!, bits = byte & 0x7f;
    if (shift < 32) low |= bits << shift;
    if (shift > 31) high |= bits << shift - 32;
    else if (shift === 28) high |= bits >> 4;
    if (byte < 0x80) {
      if (shift === 63 && byte > 1) break;
      r.pos = at;
      return combine(low >>> 0, high >>> 0);
    }
  }
  return badVarint(r);
}

function badVarint(r: Reader): never {
  return misfit(r.end - r.pos < 10 ? "the bytes end within an integer" : "got an integer of more than 64 bits");
}

/** Reads a varint as a number without a sign; beyond 2^53 it is inexact. */
export function takeUnsigned(r: Reader): number {
  const n = takeShort(r);
  return n < 0 ? takeLong(r, (low, high) => high * twoTo32 + low) : n;
}

/** Reads a signed integer of 64 bits as a number; throws a Misfit beyond ±(2^53-1). */
export function takeInt53(r: Reader): number {
  const n = takeShort(r);
  return n < 0 ? takeLong(r, safeOf) : n;
}

/** Reads a signed integer of 64 bits. */
export function takeInt64(r: Reader): bigint {
  const n = takeShort(r);
  return n < 0 ? takeLong(r, bigOf) : BigInt(n);
}

function bigOf(low: number, high: number): bigint {
  const small = (high | 0) * twoTo32 + low;
  return Number.isSafeInteger(small) ? BigInt(small) : BigInt(high | 0) << 32n | BigInt(low);
}

function safeOf(low: number, high: number): number {
  const n = (high | 0) * twoTo32 + low;
  return Number.isSafeInteger(n) ? n : misfit(`got ${bigOf(low, high)}, which is beyond 53 bits`);
}
