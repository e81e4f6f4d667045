/**
 * Writes any value as MessagePack.
 *
 * Format: the MessagePack specification, "Formats". Everything is big-endian, in the shortest form there is.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { got, isRecord } from "../fit.ts";
import { stepOf } from "../jce/any_write.ts";
import { misfit, within } from "../misfit.ts";
import { keyPath } from "../walk.ts";
import {
  type Extensions,
  MAP_TYPE,
  type MsgpackExtension,
  SET_TYPE,
  UNDEFINED_TYPE,
  writeExtension,
  writeLargeBigInt,
} from "./extension.ts";
import { writeTimestamp } from "./timestamp.ts";

/** First bytes of the formats of one family that has lengths: below `room` in the byte `fix` itself, else after a byte. */
interface Family {
  readonly fix: number;
  readonly room: number;
  /** With a length of 8 bits; 0 when the family has none. */
  readonly bits8: number;
  readonly bits16: number;
  readonly bits32: number;
}

const textFamily: Family = { fix: 0xa0, room: 32, bits8: 0xd9, bits16: 0xda, bits32: 0xdb };
const bytesFamily: Family = { fix: 0, room: 0, bits8: 0xc4, bits16: 0xc5, bits32: 0xc6 };
const arrayFamily: Family = { fix: 0x90, room: 16, bits8: 0, bits16: 0xdc, bits32: 0xdd };
const mapFamily: Family = { fix: 0x80, room: 16, bits8: 0, bits16: 0xde, bits32: 0xdf };

/** Appends `value`; throws a Misfit with the path for what MessagePack and `extensions` can't say. */
export function writeAny(w: Writer, value: unknown, extensions: Extensions): void {
  switch (typeof value) {
    case "string":
      return writeText(w, value);
    case "number":
      return writeNumber(w, value);
    case "bigint":
      return writeBigInt(w, value, extensions);
    case "boolean":
      return w.u8(value ? 0xc3 : 0xc2);
    case "undefined":
      return extensions.isExact ? writeUndefined(w) : w.u8(0xc0);
    case "object":
      return value === null ? w.u8(0xc0) : writeObject(w, value, extensions);
    default:
      misfit(`got ${got(value)}, which MessagePack has no form for`);
  }
}

function writeNumber(w: Writer, n: number): void {
  w.reserve(9);
  if (n === (n | 0) && !Object.is(n, -0)) return n < 0 ? putNegative(w, n) : putUnsigned(w, n);
  if (n === n >>> 0 && n > 0) return putUnsigned(w, n);
  w.bytes[w.pos] = 0xcb;
  w.view.setFloat64(w.pos + 1, n);
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

function writeUndefined(w: Writer): void {
  writeExtension(w, UNDEFINED_TYPE, () => w.u8(0));
}

function writeBigInt(w: Writer, n: bigint, { isExact }: Extensions): void {
  if (BigInt.asIntN(64, n) !== n && BigInt.asUintN(64, n) !== n) {
    if (isExact) return writeLargeBigInt(w, n);
    misfit("got a bigint of more than 64 bits, which MessagePack has no form for");
  }
  w.reserve(9);
  w.bytes[w.pos] = n < 0n ? 0xd3 : 0xcf;
  w.view.setBigInt64(w.pos + 1, n);
  w.pos += 9;
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

function writeHead(w: Writer, family: Family, n: number): void {
  w.reserve(5);
  putHead(w, w.pos, family, n);
  w.pos += headSize(family, n);
}

function writeText(w: Writer, text: string): void {
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

function writeObject(w: Writer, value: object, extensions: Extensions): void {
  const own = extensions.own.length > 0 ? extensions.own.find((one) => one.is(value)) : undefined;
  if (own) writeOwn(w, value, own);
  else if (value instanceof Uint8Array) {
    writeHead(w, bytesFamily, value.length);
    w.raw(value);
  } else if (value instanceof Date) writeTimestamp(w, value);
  else {
    w.enter();
    if (Array.isArray(value)) writeArray(w, value, extensions);
    else if (value instanceof Map) writeAnyMap(w, value, extensions);
    else if (value instanceof Set && extensions.isExact) writeSet(w, value, extensions);
    else if (isRecord(value)) writeRecord(w, value, extensions);
    else misfit(`got ${got(value)}, which MessagePack has no form for`);
    w.leave();
  }
}

function writeOwn(w: Writer, value: object, own: MsgpackExtension): void {
  const bytes: unknown = own.encode(value);
  if (!(bytes instanceof Uint8Array)) misfit(`got ${got(bytes)} from extension ${own.type}, want bytes`);
  writeExtension(w, own.type, () => w.raw(bytes));
}

function writeArray(w: Writer, array: readonly unknown[], extensions: Extensions): void {
  writeHead(w, arrayFamily, array.length);
  let at = 0;
  try {
    for (; at < array.length; at++) writeAny(w, array[at], extensions);
  } catch (error) {
    throw within(`[${at}]`, error);
  }
}

function writeSet(w: Writer, set: ReadonlySet<unknown>, extensions: Extensions): void {
  writeExtension(w, SET_TYPE, () => writeArray(w, [...set], extensions));
}

function writeRecord(w: Writer, record: Record<string, unknown>, extensions: Extensions): void {
  const keys = Object.keys(record);
  let n = 0, at = 0;
  for (const key of keys) if (record[key] !== undefined) n++;
  writeHead(w, mapFamily, n);
  try {
    for (; at < keys.length; at++) {
      const key = keys[at]!, value = record[key];
      if (value === undefined) continue;
      if (key === "__proto__") misfit("a key may not be __proto__");
      writeText(w, key);
      writeAny(w, value, extensions);
      n--;
    }
  } catch (error) {
    throw within(stepOf(keys[at]!), error);
  }
  if (n !== 0) misfit("it changed while it was encoded");
}

/** A Map as one of MessagePack, where that comes back as a Map. */
function writeAnyMap(w: Writer, map: ReadonlyMap<unknown, unknown>, extensions: Extensions): void {
  if (!extensions.isExact || isPlainMap(map)) writeMap(w, map, extensions);
  else writeExtension(w, MAP_TYPE, () => writeMap(w, map, extensions));
}

/** Whether the keys are such that a reader takes them for those of a Map: scalars, and not all of them text. */
function isPlainMap(map: ReadonlyMap<unknown, unknown>): boolean {
  let isObject = true;
  for (const key of map.keys()) {
    if (typeof key === "object" || key === undefined) return false;
    if (typeof key !== "string") isObject = false;
  }
  return !isObject;
}

function writeMap(w: Writer, map: ReadonlyMap<unknown, unknown>, extensions: Extensions): void {
  writeHead(w, mapFamily, map.size);
  let n = map.size;
  for (const [key, value] of map) {
    try {
      if (!extensions.isExact && (typeof key === "object" || key === undefined)) misfit(`got ${got(key)} as a key`);
      writeAny(w, key, extensions);
      writeAny(w, value, extensions);
      n--;
    } catch (error) {
      throw within(keyPath(key), error);
    }
  }
  if (n !== 0) misfit("it changed while it was encoded");
}
