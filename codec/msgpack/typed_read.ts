/**
 * Reads values from MessagePack along their schema, straight from the reader's bytes.
 *
 * Accepts a part of what the reader of any value and then `conform` accept, with the same values. Everything else, malformed
 * bytes and misfits included, is given up, for those two to read or to find words for.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { checkOneofs } from "../fit.ts";
import { giveUp } from "../give_up.ts";
import { addAbsent, type Plan } from "../plan.ts";
import type { Extensions } from "./extension.ts";
import { readAny } from "./read.ts";
import { readTimestamp, timestampType } from "./timestamp.ts";
import { arrayFamily, bytesFamily, type Family, mapFamily, textFamily } from "./wire.ts";

const nil = 0xc0;

/** How many fields are looked for, from the expected one on, before the key is looked up. */
const lookAhead = 4;

/** Reads one value from all of `r`; throws anything for bytes that the general way must judge. */
export function readTyped(r: Reader, plan: Plan): unknown {
  const value = readValue(r, plan);
  return r.pos === r.end ? value : giveUp();
}

/** Cases are numbered as in `Plan.kind`. */
function readValue(r: Reader, plan: Plan): unknown {
  switch (plan.kind) {
    case 0: // bool
      return readBool(r);
    case 1: // int8 int16 int32 uint8 uint16 uint32 int53
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
      return inRange(plan, readInteger(r, r.u8()));
    case 8: // int64
      return readBigInt(r, false);
    case 9: // float
      return Math.fround(readFloat(r));
    case 10: // double
      return readFloat(r);
    case 11: // string
      return readText(r);
    case 12: // bytes
      return readBytes(r);
    case 13: // enumeration
      return readName(r, plan);
    case 14: // list
      return readList(r, plan.value);
    case 15: // map
      return readMap(r, plan);
    case 16: // struct
      return readStruct(r, plan);
    case 17: // optional
      return isNil(r) ? undefined : readValue(r, plan.value);
    case 18: // uint64
      return readBigInt(r, true);
    default: // logical
      return readLogical(r, plan);
  }
}

function readBool(r: Reader): boolean {
  const byte = r.u8();
  return byte === 0xc3 ? true : byte === 0xc2 ? false : giveUp();
}

function inRange({ min, max }: Plan, n: number): number {
  return n >= min && n <= max ? n : giveUp();
}

/** Reads an integer of up to 53 bits whose first byte was `byte`. */
function readInteger(r: Reader, byte: number): number {
  if (byte < 0x80) return byte;
  if (byte >= 0xe0) return byte - 0x100;
  switch (byte) {
    case 0xcc:
      return r.u8();
    case 0xcd:
      return r.u16();
    case 0xce:
      return r.u32();
    case 0xcf:
      return safe(r.u32() * 2 ** 32 + r.u32());
    case 0xd0:
      return r.view.getInt8(r.skip(1));
    case 0xd1:
      return r.view.getInt16(r.skip(2));
    case 0xd2:
      return r.view.getInt32(r.skip(4));
    case 0xd3:
      return safe(r.view.getInt32(r.skip(4)) * 2 ** 32 + r.u32());
    default:
      return giveUp();
  }
}

function safe(n: number): number {
  return Number.isSafeInteger(n) ? n : giveUp();
}

function readBigInt(r: Reader, isUnsigned: boolean): bigint {
  const byte = r.u8();
  if (byte !== 0xcf && byte !== 0xd3) {
    const n = readInteger(r, byte);
    return isUnsigned && n < 0 ? giveUp() : BigInt(n);
  }
  const at = r.skip(8), n = byte === 0xcf ? r.view.getBigUint64(at) : r.view.getBigInt64(at);
  return n === (isUnsigned ? BigInt.asUintN(64, n) : BigInt.asIntN(64, n)) ? n : giveUp();
}

function readFloat(r: Reader): number {
  const byte = r.u8();
  if (byte === 0xcb) return r.view.getFloat64(r.skip(8));
  if (byte === 0xca) return r.view.getFloat32(r.skip(4));
  return byte === 0xcf || byte === 0xd3 ? giveUp() : readInteger(r, byte);
}

/** Reads the head of something of `family` and returns its length. */
function readHead(r: Reader, { fix, room, bits8, bits16, bits32 }: Family): number {
  const byte = r.u8();
  if (byte >= fix && byte < fix + room) return byte - fix;
  if (byte === bits8 && bits8 !== 0) return r.u8();
  return byte === bits16 ? r.u16() : byte === bits32 ? r.u32() : giveUp();
}

function readText(r: Reader): string {
  return r.text(readHead(r, textFamily));
}

function readBytes(r: Reader): Uint8Array {
  const n = readHead(r, bytesFamily);
  r.count(1);
  return r.take(n);
}

function readName(r: Reader, { numbers }: Plan): string {
  const name = readText(r);
  return numbers.has(name) ? name : giveUp();
}

function isNil(r: Reader): boolean {
  if (r.pos >= r.end || r.bytes[r.pos] !== nil) return false;
  r.pos++;
  return true;
}

const withoutExtensions: Extensions = { isExact: false, own: [] };

function readLogical(r: Reader, { logical, value: base }: Plan): unknown {
  const { pos } = r;
  if (logical!.name !== "timestamp") return logical!.fromBase(readValue(r, base));
  const byte = r.u8(), n = byte === 0xd6 ? 4 : byte === 0xd7 ? 8 : byte === 0xc7 ? r.u8() : -1;
  if (n >= 0) return r.u8() === (timestampType & 0xff) ? logical!.fromBase(readTimestamp(r, n).getTime()) : giveUp();
  r.pos = pos;
  return logical!.fromBase(readValue(r, base));
}

function readList(r: Reader, element: Plan): unknown[] {
  const n = readHead(r, arrayFamily), list: unknown[] = [];
  if (n > r.left) giveUp();
  r.count(n + 1);
  r.enter();
  for (let i = 0; i < n; i++) list.push(readValue(r, element));
  r.leave();
  return list;
}

/** Reads the head of a map and returns the number of its entries. */
function enterMap(r: Reader): number {
  const n = readHead(r, mapFamily);
  if (n * 2 > r.left) giveUp();
  r.count(n + 1);
  r.enter();
  return n;
}

function readMap(r: Reader, { key, value }: Plan): Map<unknown, unknown> {
  const n = enterMap(r), map = new Map<unknown, unknown>();
  for (let i = 0; i < n; i++) {
    const entryKey = readValue(r, key);
    map.set(entryKey, readValue(r, value));
  }
  if (map.size !== n) giveUp();
  r.leave();
  return map;
}

function readStruct(r: Reader, plan: Plan): unknown {
  const { keys, plans, required } = plan, n = enterMap(r), out = new plan.Record();
  r.count(plan.room);
  let expected = 0, isOrdered = true, isComplete = n === keys.length, hasNil = false;
  for (let i = 0; i < n; i++) {
    const at = readKey(r, plan, expected);
    if (at < 0) {
      readAny(r, withoutExtensions);
      isComplete = false;
      continue;
    }
    const key = keys[at]!;
    if (at !== expected) isComplete = false;
    if (at < expected) isOrdered = false;
    if (!isOrdered && (hasNil || out[key] !== undefined)) giveUp(); // a field twice, or under two names
    if (!required[at] && isNil(r)) hasNil = true;
    else out[key] = readValue(r, plans[at]!);
    expected = at + 1;
  }
  if (!isComplete || hasNil) addAbsent(r, plan, out);
  if (plan.oneofs) checkOneofs(plan.oneofs, out);
  r.leave();
  return out;
}

/** Reads a key and returns the place of its field, -1 when there is none. */
function readKey(r: Reader, { utf8, places }: Plan, expected: number): number {
  const last = Math.min(expected + lookAhead, utf8.length);
  for (let at = expected; at < last; at++) if (skipped(r, utf8[at]!)) return at;
  return places.get(readText(r)) ?? -1;
}

/** Moves past the short text `wanted` if that is what comes. */
function skipped(r: Reader, wanted: Uint8Array): boolean {
  const { bytes, pos } = r, n = wanted.length;
  if (n >= r.end - pos || n >= textFamily.room || bytes[pos] !== (textFamily.fix | n)) return false;
  for (let i = 0; i < n; i++) if (bytes[pos + 1 + i] !== wanted[i]) return false;
  r.pos = pos + n + 1;
  return true;
}
