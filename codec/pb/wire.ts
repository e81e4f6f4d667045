/**
 * Protocol Buffers on the wire: variable-length integers, keys, lengths, and skipping what is unknown.
 *
 * Format: protobuf.dev, "Encoding". A field is a key, `number << 3 | wire type`, and a body.
 *
 * @module
 */
import type { Reader, Writer } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";

/** Wire types: which form a field's body has. */
export const VARINT = 0, FIXED64 = 1, LENGTH = 2, GROUP = 3, GROUP_END = 4, FIXED32 = 5;

const twoTo32 = 0x1_0000_0000;

/** Appends a field's key, or none for 0, and makes room for a scalar after it. */
export function putKey(w: Writer, key: number): void {
  w.reserve(12);
  if (key > 0x7f) putVarint32(w, key);
  else if (key > 0) w.bytes[w.pos++] = key;
}

/** Throws a Misfit unless a known field has the wire type that its type wants. */
export function wantWire(wire: number, wanted: number): void {
  if (wire !== wanted) misfit(`got wire type ${wire}, want ${wanted}`);
}

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
  putVarint64(w, n >>> 0, Math.floor(n / twoTo32) >>> 0);
}

/** Appends a bigint of 64 bits; the caller has reserved 10 bytes. */
export function putBigVarint(w: Writer, n: bigint): void {
  const small = Number(n);
  if (Number.isSafeInteger(small)) return putVarint53(w, small);
  putVarint64(w, Number(BigInt.asUintN(32, n)), Number(BigInt.asUintN(32, n >> 32n)));
}

function putVarint64(w: Writer, low: number, high: number): void {
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

/** How many bytes `n` takes as a varint. */
function varintSize(n: number): number {
  return n < 0x80 ? 1 : n < 0x4000 ? 2 : n < 0x20_0000 ? 3 : n < 0x1000_0000 ? 4 : 5;
}

/** Leaves room for the length of a body of about `guess` bytes; returns where the body starts, for {@linkcode endBody}. */
export function startBody(w: Writer, guess: number): number {
  const size = varintSize(guess);
  w.reserve(size);
  return w.pos += size;
}

/** Puts the length before the body that started at `start` with that `guess`, and moves the body if the room is wrong. */
export function endBody(w: Writer, start: number, guess: number): void {
  const n = w.pos - start, room = varintSize(guess), size = varintSize(n);
  if (size !== room) {
    if (size > room) w.reserve(size - room);
    w.bytes.copyWithin(start + size - room, start, w.pos);
  }
  w.pos = start - room;
  putVarint32(w, n);
  w.pos += n;
}

/** Reads a varint and keeps its low 32 bits, as a signed number. */
export function takeVarint32(r: Reader): number {
  const bytes = r.bytes, end = r.end;
  let at = r.pos, value = 0;
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

/** Reads a varint and gives what `combine` makes of its halves, both unsigned. */
export function takeVarint64<T>(r: Reader, combine: (low: number, high: number) => T): T {
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

/** The signed 64-bit number of two halves, as a bigint. */
export function bigOf(low: number, high: number): bigint {
  const small = (high | 0) * twoTo32 + low;
  return Number.isSafeInteger(small) ? BigInt(small) : BigInt(high | 0) << 32n | BigInt(low);
}

/** The signed 64-bit number of two halves; throws a Misfit beyond ±(2^53-1). */
export function safeOf(low: number, high: number): number {
  const n = (high | 0) * twoTo32 + low;
  return Number.isSafeInteger(n) ? n : misfit(`got ${bigOf(low, high)}, which is beyond 53 bits`);
}

/** Reads a length, which the bytes left must have. */
export function takeLength(r: Reader): number {
  const byte = r.pos < r.end ? r.bytes[r.pos]! : 0x80;
  const n = byte < 0x80 ? byte : takeVarint64(r, lengthOf);
  if (byte < 0x80) r.pos++;
  return n <= r.end - r.pos ? n : r.short(n);
}

function lengthOf(low: number, high: number): number {
  return high * twoTo32 + low;
}

/** Reads a length and moves the reader's end to where the body ends; returns the end to put back. */
export function enterBody(r: Reader): number {
  const n = takeLength(r), outer = r.end;
  r.end = r.pos + n;
  return outer;
}

/** Skips the body of an unknown field with `key`; groups nest as deep as the reader allows. */
export function skipBody(r: Reader, key: number): void {
  switch (key & 7) {
    case VARINT:
      return void takeVarint32(r);
    case FIXED64:
      return void r.skip(8);
    case LENGTH:
      return void r.skip(takeLength(r));
    case FIXED32:
      return void r.skip(4);
    case GROUP:
      return skipGroup(r, key - GROUP + GROUP_END);
    default:
      misfit(`got wire type ${key & 7} of field ${key >>> 3}`);
  }
}

function skipGroup(r: Reader, end: number): void {
  r.enter();
  for (let key = takeKey(r); key !== end; key = takeKey(r)) skipBody(r, key);
  r.leave();
}

/** Reads a key; throws a Misfit for field number 0 and for a key of more than 32 bits. */
export function takeKey(r: Reader): number {
  const byte = r.pos < r.end ? r.bytes[r.pos]! : 0;
  if (byte > 7 && byte < 0x80) {
    r.pos++;
    return byte;
  }
  return takeVarint64(r, keyOf);
}

function keyOf(low: number, high: number): number {
  return high === 0 && low > 7 ? low : misfit("got a bad field number");
}
