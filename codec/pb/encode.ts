/**
 * Writes values as Protocol Buffers. Checks every value on the way: one that does not fit is a misfit.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { checkOneofs, isRecord, unfit } from "../fit.ts";
import { misfit, within } from "../misfit.ts";
import { unshadowed } from "../plan.ts";
import { type AnyType, unknownFields } from "../schema/type.ts";
import { keyPath } from "../walk.ts";
import type { Field, Message, Values } from "./plan.ts";
import { maxVarint, putBigVarint, putVarint32, putVarint53 } from "./varint.ts";
import { endBody, FIXED32, FIXED64, putKey, startBody } from "./wire.ts";

/** Room for a key. */
const keyRoom = 5;
/** Room for a key and any scalar but text and bytes. */
const room = keyRoom + maxVarint;

/** Appends the fields of `value`; throws a Misfit with the path. */
export function writeMessage(w: Writer, message: Message, value: unknown): void {
  if (!isRecord(value)) unfit(value, message.type);
  w.enter();
  const { keys, fields } = message, record = message.shadows ? unshadowed(value, keys) : value;
  let i = 0;
  try {
    // Keys that come in tag order are read through the engine's enumeration cache, in half the time of a keyed read.
    for (const key in record) {
      const inner = record[key];
      if (key !== keys[i]) break;
      if (inner !== undefined) writeField(w, fields[i]!, inner);
      else if (!fields[i]!.optional) misfit("it is missing");
      i++;
    }
    for (; i < keys.length; i++) {
      const inner = record[keys[i]!];
      if (inner !== undefined) writeField(w, fields[i]!, inner);
      else if (!fields[i]!.optional) misfit("it is missing");
    }
  } catch (error) {
    throw within("." + keys[i], error);
  }
  if (message.oneofs !== null) checkOneofs(message.oneofs, record);
  if (message.keepUnknown) writeUnknown(w, value);
  w.leave();
}

function writeUnknown(w: Writer, values: Values): void {
  const bytes = values[unknownFields];
  if (bytes instanceof Uint8Array) w.raw(bytes);
  else if (bytes !== undefined) unfit(bytes, { kind: "bytes" });
}

/** Appends one value with its key, or nothing for a zero that need not be there; the cases are as in {@linkcode Field.form}. */
function writeField(w: Writer, field: Field, value: unknown): void {
  const n = value as number;
  switch (field.form) {
    case 0: // bool
      return putInt(w, field, value === true ? 1 : value === false ? 0 : unfit(value, field.type));
    case 1: // int8
      return putInt(w, field, n === (n << 24 >> 24) ? n : unfit(value, field.type));
    case 2: // int16
      return putInt(w, field, n === (n << 16 >> 16) ? n : unfit(value, field.type));
    case 3: // int32
      return putInt(w, field, n === (n | 0) ? n : unfit(value, field.type));
    case 4: // uint8
      return putInt(w, field, n === (n & 0xff) ? n : unfit(value, field.type));
    case 5: // uint16
      return putInt(w, field, n === (n & 0xffff) ? n : unfit(value, field.type));
    case 6: // uint32
      return putInt(w, field, n === n >>> 0 ? n : unfit(value, field.type));
    case 7: // int53
      return putInt(w, field, Number.isSafeInteger(value) ? n : unfit(value, field.type));
    case 8: // int64
      return putBigInt(w, field, signed(value, field.type));
    case 9: // float
      return putFixed32(w, field, typeof value === "number" ? Math.fround(value) : unfit(value, field.type));
    case 10: // double
      return putDouble(w, field, typeof value === "number" ? value : unfit(value, field.type));
    case 11: // string
      return putText(w, field, typeof value === "string" ? value : unfit(value, field.type));
    case 12: // bytes
      return putBytes(w, field, value instanceof Uint8Array ? value : unfit(value, field.type));
    case 13: // enumeration
      return putInt(w, field, field.numbers.get(value as string) ?? unfit(value, field.type));
    case 14: // list
      return writeList(w, field, Array.isArray(value) ? value : unfit(value, field.type));
    case 15: // map
      return writeMap(w, field, value instanceof Map ? value : unfit(value, field.type));
    case 16: // struct
      return writeStruct(w, field, value);
    case 17: // timestamp
      return writeTimestamp(w, field, field.logical!.toBase(value) as number);
    default:
      return writeRare(w, field, value);
  }
}

function writeRare(w: Writer, field: Field, value: unknown): void {
  const n = value as number;
  switch (field.form) {
    case 18: // uint64
      return putBigInt(w, field, unsigned(value, field.type));
    case 19: // logical
      return writeField(w, field.item, field.logical!.toBase(value));
    case 20: // zigzag int32
      return putInt(w, field, n === (n | 0) ? (n << 1 ^ n >> 31) >>> 0 : unfit(value, field.type));
    case 21: // zigzag int64
      return putBigInt(w, field, zigzag(signed(value, field.type)));
    case 22: // fixed uint32
      return putFixed32(w, field, n === n >>> 0 ? n >>> 0 : unfit(value, field.type));
    case 24: // fixed int32
      return putFixed32(w, field, n === (n | 0) ? n | 0 : unfit(value, field.type));
    case 23: // fixed uint64
      return putFixed64(w, field, unsigned(value, field.type));
    default: // fixed int64
      return putFixed64(w, field, signed(value, field.type));
  }
}

function signed(value: unknown, type: AnyType): bigint {
  return typeof value === "bigint" && value === BigInt.asIntN(64, value) ? value : unfit(value, type);
}

function unsigned(value: unknown, type: AnyType): bigint {
  return typeof value === "bigint" && value === BigInt.asUintN(64, value) ? value : unfit(value, type);
}

function zigzag(n: bigint): bigint {
  return n < 0n ? -2n * n - 1n : 2n * n;
}

function putInt(w: Writer, { head, always }: Field, n: number): void {
  if (n === 0 && !always) return;
  w.reserve(room);
  putKey(w, head);
  if (n >= 0 && n < 0x80) w.bytes[w.pos++] = n;
  else putVarint53(w, n);
}

function putBigInt(w: Writer, { head, always }: Field, n: bigint): void {
  if (n === 0n && !always) return;
  w.reserve(room);
  putKey(w, head);
  putBigVarint(w, n);
}

function putFixed32(w: Writer, { head, always, form }: Field, n: number): void {
  if (!always && Object.is(n, 0)) return;
  w.reserve(room);
  putKey(w, head);
  if (form === 9) w.view.setFloat32(w.pos, n, true);
  else w.view.setInt32(w.pos, n, true);
  w.pos += 4;
}

function putFixed64(w: Writer, { head, always }: Field, n: bigint): void {
  if (!always && n === 0n) return;
  w.reserve(room);
  putKey(w, head);
  w.view.setBigInt64(w.pos, n, true);
  w.pos += 8;
}

function putDouble(w: Writer, { head, always }: Field, n: number): void {
  if (!always && Object.is(n, 0)) return;
  w.reserve(room);
  putKey(w, head);
  w.view.setFloat64(w.pos, n, true);
  w.pos += 8;
}

function putText(w: Writer, { head, always }: Field, text: string): void {
  const n = text.length;
  if (n === 0 && !always) return;
  if (n > 64) return putLongText(w, head, text);
  w.reserve(room + n * 3);
  putKey(w, head);
  const bytes = w.bytes, start = w.pos + 1;
  let at = start, i = 0;
  for (; i < n; i++) {
    const c = text.charCodeAt(i);
    if (c > 127) break;
    bytes[at++] = c;
  }
  w.pos = i === n ? at : start;
  if (i < n && w.text(text) > 127) endBody(w, start, 1);
  else bytes[start - 1] = w.pos - start;
}

function putLongText(w: Writer, head: number, text: string): void {
  w.reserve(room);
  putKey(w, head);
  const start = startBody(w, text.length);
  w.text(text);
  endBody(w, start, text.length);
}

function putBytes(w: Writer, { head, always }: Field, bytes: Uint8Array): void {
  if (bytes.length === 0 && !always) return;
  w.reserve(room);
  putKey(w, head);
  putVarint32(w, bytes.length);
  w.raw(bytes);
}

function writeStruct(w: Writer, { head, message }: Field, value: unknown): void {
  w.reserve(room);
  putKey(w, head);
  const guess = message!.size, start = startBody(w, guess);
  writeMessage(w, message!, value);
  message!.size = w.pos - start;
  endBody(w, start, guess);
}

function writeList(w: Writer, { head, item }: Field, list: readonly unknown[]): void {
  const n = list.length;
  if (n === 0) return;
  if (item.head !== 0) return writeElements(w, item, list);
  w.reserve(room);
  putKey(w, head);
  const guess = item.wire === FIXED64 ? 8 * n : item.wire === FIXED32 ? 4 * n : n, start = startBody(w, guess);
  writeElements(w, item, list);
  endBody(w, start, guess);
}

function writeElements(w: Writer, item: Field, list: readonly unknown[]): void {
  let i = 0;
  try {
    for (; i < list.length; i++) writeField(w, item, list[i]);
  } catch (error) {
    throw within(`[${i}]`, error);
  }
}

function writeMap(w: Writer, { head, mapKey, item }: Field, map: ReadonlyMap<unknown, unknown>): void {
  let at: unknown;
  try {
    for (const [key, value] of map) {
      at = key;
      w.reserve(room);
      putKey(w, head);
      const start = startBody(w, 1);
      writeField(w, mapKey, key);
      writeField(w, item, value);
      endBody(w, start, 1);
    }
  } catch (error) {
    throw within(keyPath(at), error);
  }
}

/** A google.protobuf.Timestamp: seconds in field 1, nanoseconds in field 2. Its length always takes one byte. */
function writeTimestamp(w: Writer, { head }: Field, ms: number): void {
  w.reserve(2 * room);
  putKey(w, head);
  const start = w.pos + 1, seconds = Math.floor(ms / 1000), nanos = (ms - seconds * 1000) * 1_000_000;
  w.pos = start;
  if (seconds !== 0) {
    w.bytes[w.pos++] = 0x08;
    putVarint53(w, seconds);
  }
  if (nanos !== 0) {
    w.bytes[w.pos++] = 0x10;
    putVarint32(w, nanos);
  }
  w.bytes[start - 1] = w.pos - start;
}
