/**
 * Protocol Buffers on the wire: keys, lengths, and skipping what is unknown.
 *
 * Format: protobuf.dev, "Encoding". A field is a key, `number << 3 | wire type`, and a body.
 *
 * @module
 */
import type { Reader, Writer } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";
import { putVarint32, takeUnsigned, takeVarint32, varintSize } from "./varint.ts";

/** Wire types: which form a field's body has. */
export const VARINT = 0, FIXED64 = 1, LENGTH = 2, GROUP = 3, GROUP_END = 4, FIXED32 = 5;

/** Appends a field's key, or none for 0; the caller has reserved 5 bytes. */
export function putKey(w: Writer, key: number): void {
  if (key > 0x7f) putVarint32(w, key);
  else if (key > 0) w.bytes[w.pos++] = key;
}

/** Throws a Misfit unless a known field has the wire type that its type wants. */
export function wantWire(wire: number, wanted: number): void {
  if (wire !== wanted) misfit(`got wire type ${wire}, want ${wanted}`);
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

/** Reads a length, which the bytes left must have. */
export function takeLength(r: Reader): number {
  const byte = r.pos < r.end ? r.bytes[r.pos]! : 0x80;
  const n = byte < 0x80 ? byte : takeUnsigned(r);
  if (byte < 0x80) r.pos++;
  return n <= r.end - r.pos ? n : r.short(n);
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
  const key = takeUnsigned(r);
  return key > 7 && key < 2 ** 32 ? key : misfit("got a bad field number");
}
