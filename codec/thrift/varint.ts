/**
 * Variable-length integers of Thrift's compact protocol: seven bits a byte, least first; signed ones zigzag.
 *
 * @module
 */
import type { Reader, Writer } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";

const twoTo32 = 0x1_0000_0000;

/** Appends the low 32 bits of `n`, unsigned; the caller has reserved 5 bytes. */
export function putVarint32(w: Writer, n: number): void {
  const bytes = w.bytes;
  let at = w.pos;
  n >>>= 0;
  while (n > 0x7f) {
    bytes[at++] = n & 0x7f | 0x80;
    n >>>= 7;
  }
  bytes[at++] = n;
  w.pos = at;
}

/** Appends an integer of up to 32 bits, zigzag; the caller has reserved 5 bytes. */
export function putZigzag32(w: Writer, n: number): void {
  putVarint32(w, n << 1 ^ n >> 31);
}

/** Appends the 64-bit integer of those halves, the upper one signed, zigzag; the caller has reserved 10 bytes. */
export function putZigzag64(w: Writer, high: number, low: number): void {
  const sign = high >> 31, bytes = w.bytes;
  let up = ((high << 1 | low >>> 31) ^ sign) >>> 0, down = (low << 1 ^ sign) >>> 0, at = w.pos;
  while (up > 0) {
    bytes[at++] = down & 0x7f | 0x80;
    down = (down >>> 7 | up << 25) >>> 0;
    up >>>= 7;
  }
  w.pos = at;
  putVarint32(w, down);
}

/** Reads an unsigned integer of up to 32 bits. */
export function takeVarint32(r: Reader): number {
  const bytes = r.bytes, end = r.end;
  let at = r.pos, n = 0;
  for (let shift = 0; shift < 35 && at < end; shift += 7) {
    const byte = bytes[at++]!;
    n |= (byte & 0x7f) << shift;
    if (byte > 0x7f) continue;
    if (shift === 28 && byte > 15) break;
    r.pos = at;
    return n >>> 0;
  }
  return badVarint(r, 32);
}

/** Reads a zigzag integer of up to 32 bits. */
export function takeZigzag32(r: Reader): number {
  const n = takeVarint32(r);
  return n >>> 1 ^ -(n & 1);
}

/** Reads a zigzag integer of up to 64 bits and gives what `combine` makes of its halves, the upper one signed. */
export function takeZigzag64<T>(r: Reader, combine: (high: number, low: number) => T): T {
  const bytes = r.bytes, end = r.end;
  let at = r.pos, low = 0, high = 0;
  for (let shift = 0; shift < 70 && at < end; shift += 7) {
    const byte = bytes[at++]!, bits = byte & 0x7f;
    if (shift < 32) low |= bits << shift;
    if (shift > 31) high |= bits << shift - 32;
    else if (shift === 28) high |= bits >> 4;
    if (byte > 0x7f) continue;
    if (shift === 63 && byte > 1) break;
    r.pos = at;
    const sign = -(low & 1);
    return combine(high >>> 1 ^ sign, ((low >>> 1 | high << 31) ^ sign) >>> 0);
  }
  return badVarint(r, 64);
}

function badVarint(r: Reader, bits: number): never {
  const most = Math.ceil(bits / 7);
  return misfit(r.end - r.pos < most ? "the bytes end within an integer" : `got an integer of more than ${bits} bits`);
}

/** The number of two halves; beyond ±(2^53-1) it is inexact. */
export function numberOf(high: number, low: number): number {
  return high * twoTo32 + low;
}

/** The bigint of two halves. */
export function bigOf(high: number, low: number): bigint {
  const small = high * twoTo32 + low;
  return Number.isSafeInteger(small) ? BigInt(small) : BigInt(high) << 32n | BigInt(low);
}
