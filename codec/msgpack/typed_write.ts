/**
 * Writes values as MessagePack along their schema, straight into the writer's bytes.
 *
 * Only what is plain to write: everything else, misfits included, is given up, for the general way to write or to find words
 * for.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { checkOneofs, isRecord } from "../fit.ts";
import { giveUp } from "../give_up.ts";
import { type Plan, unshadowed } from "../plan.ts";
import { writeTimestamp } from "./timestamp.ts";
import {
  arrayFamily,
  bytesFamily,
  mapFamily,
  textFamily,
  writeHead,
  writeInteger,
  writeLong,
  writeNumber,
  writeText,
} from "./wire.ts";

/** Appends `value`; throws anything for a value that the general way must judge. Cases are numbered as in `Plan.kind`. */
export function writeTyped(w: Writer, plan: Plan, value: unknown): void {
  switch (plan.kind) {
    case 0: // bool
      return w.u8(value === true ? 0xc3 : value === false ? 0xc2 : giveUp());
    case 1: // int8 int16 int32 uint8 uint16 uint32 int53
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
      return writeInteger(w, inRange(plan, value));
    case 8: // int64
      return writeLong(w, typeof value === "bigint" && value === BigInt.asIntN(64, value) ? value : giveUp());
    case 9: // float
      return writeNumber(w, typeof value === "number" ? Math.fround(value) : giveUp());
    case 10: // double
      return writeNumber(w, typeof value === "number" ? value : giveUp());
    case 11: // string
      return writeText(w, typeof value === "string" ? value : giveUp());
    case 12: // bytes
      return writeBytes(w, value instanceof Uint8Array ? value : giveUp());
    case 13: // enumeration
      return writeText(w, plan.numbers.has(value as string) ? value as string : giveUp());
    case 14: // list
      return writeList(w, plan.value, Array.isArray(value) ? value : giveUp());
    case 15: // map
      return writeMap(w, plan, value instanceof Map ? value : giveUp());
    case 16: // struct
      return writeStruct(w, plan, isRecord(value) ? value : giveUp());
    case 17: // optional
      return value === undefined ? w.u8(0xc0) : writeTyped(w, plan.value, value);
    case 18: // uint64
      return writeLong(w, typeof value === "bigint" && value === BigInt.asUintN(64, value) ? value : giveUp());
    default: // logical
      return writeLogical(w, plan, value);
  }
}

function inRange({ min, max }: Plan, value: unknown): number {
  const n = value as number;
  return Number.isInteger(value) && n >= min && n <= max ? n : giveUp();
}

function writeBytes(w: Writer, bytes: Uint8Array): void {
  writeHead(w, bytesFamily, bytes.length);
  w.raw(bytes);
}

function writeLogical(w: Writer, { logical, value: base }: Plan, value: unknown): void {
  const form = logical!.toBase(value);
  if (logical!.name === "timestamp" && value instanceof Date) writeTimestamp(w, value);
  else writeTyped(w, base, form);
}

function writeList(w: Writer, element: Plan, list: readonly unknown[]): void {
  w.enter();
  writeHead(w, arrayFamily, list.length);
  for (let i = 0; i < list.length; i++) writeTyped(w, element, list[i]);
  w.leave();
}

function writeMap(w: Writer, { key, value }: Plan, map: ReadonlyMap<unknown, unknown>): void {
  let left = map.size;
  w.enter();
  writeHead(w, mapFamily, left);
  for (const [entryKey, entryValue] of map) {
    writeTyped(w, key, entryKey);
    writeTyped(w, value, entryValue);
    left--;
  }
  if (left !== 0) giveUp();
  w.leave();
}

/** The head is written last, when the fields are counted: for up to 15 it has one byte, for more three. */
function writeStruct(w: Writer, plan: Plan, record: Record<string, unknown>): void {
  const { keys, plans, utf8, required } = plan, start = w.pos, isShort = keys.length < mapFamily.room;
  const fields = plan.shadows ? unshadowed(record, keys) : record;
  w.enter();
  w.reserve(3);
  w.pos = start + (isShort ? 1 : 3);
  let i = 0, n = 0;
  // Keys that come in tag order are read through the engine's enumeration cache, in half the time of a keyed read.
  for (const key in fields) {
    if (key !== keys[i]) break;
    const field = fields[key];
    if (field !== undefined) {
      writeField(w, utf8[i]!, plans[i]!, field);
      n++;
    } else if (required[i]) giveUp();
    i++;
  }
  for (; i < keys.length; i++) {
    const field = fields[keys[i]!];
    if (field !== undefined) {
      writeField(w, utf8[i]!, plans[i]!, field);
      n++;
    } else if (required[i]) giveUp();
  }
  if (plan.oneofs) checkOneofs(plan.oneofs, fields);
  if (isShort) w.bytes[start] = mapFamily.fix | n;
  else if (n < mapFamily.room || n > 0xffff) giveUp();
  else {
    w.bytes[start] = mapFamily.bits16;
    w.view.setUint16(start + 1, n);
  }
  w.leave();
}

function writeField(w: Writer, key: Uint8Array, plan: Plan, value: unknown): void {
  const n = key.length;
  if (n < textFamily.room) {
    w.reserve(n + 1);
    const { bytes, pos } = w;
    bytes[pos] = textFamily.fix | n;
    for (let i = 0; i < n; i++) bytes[pos + 1 + i] = key[i]!;
    w.pos = pos + n + 1;
  } else {
    writeHead(w, textFamily, n);
    w.raw(key);
  }
  writeTyped(w, plan, value);
}
