/**
 * Writes values as JSON along their schema, straight into the writer's bytes.
 *
 * Only what is plain to write: everything else, misfits included, is given up, for the way by `JSON.stringify` to write or
 * to find words for.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { checkOneofs, isRecord } from "../fit.ts";
import { INT64_KIND, type Plan, TEXT_KIND, UINT64_KIND, unshadowed } from "../plan.ts";
import { floatForm, logicals } from "./dialect.ts";
import { giveUp } from "../give_up.ts";
import { putAscii, putInteger, putText } from "./put.ts";
import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "./text.ts";

/** Room for a separator and any scalar but text and bytes, which make their own. */
const room = 32;

/** Appends `value`; throws anything for a value that the general way must judge. */
export function writeTyped(w: Writer, plan: Plan, value: unknown): void {
  w.reserve(room);
  writeValue(w, plan, value);
}

/** Appends a value for which there is {@linkcode room}; the cases are numbered as in `Plan.kind`. */
function writeValue(w: Writer, plan: Plan, value: unknown): void {
  switch (plan.kind) {
    case 0: // bool
      return putAscii(w, value === true ? "true" : value === false ? "false" : giveUp());
    case 1: // int8 int16 int32 uint8 uint16 uint32 int53
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
      return putInteger(w, inRange(plan, value));
    case 8: // int64
      return putBigInt(w, typeof value === "bigint" && value === BigInt.asIntN(64, value) ? value : giveUp());
    case 9: // float
      return putFloat(w, typeof value === "number" ? Math.fround(value) : giveUp());
    case 10: // double
      return putFloat(w, typeof value === "number" ? value : giveUp());
    case 11: // string
      return putText(w, typeof value === "string" ? value : giveUp());
    case 12: // bytes
      return putBytes(w, value instanceof Uint8Array ? value : giveUp());
    case 13: // enumeration
      return putText(w, plan.numbers.has(value as string) ? value as string : giveUp());
    case 14: // list
      return writeList(w, plan.value, Array.isArray(value) ? value : giveUp());
    case 15: // map
      return writeMap(w, plan, value instanceof Map ? value : giveUp());
    case 16: // struct
      return writeStruct(w, plan, isRecord(value) ? value : giveUp());
    case 17: // optional
      return value === undefined ? putAscii(w, "null") : writeValue(w, plan.value, value);
    case 18: // uint64
      return putBigInt(w, typeof value === "bigint" && value === BigInt.asUintN(64, value) ? value : giveUp());
    default: // logical
      return writeLogical(w, plan, value);
  }
}

function inRange({ min, max }: Plan, value: unknown): number {
  const n = value as number;
  return Number.isInteger(value) && n >= min && n <= max ? n : giveUp();
}

function writeStruct(w: Writer, plan: Plan, record: Record<string, unknown>): void {
  const { keys, plans, quoted, required } = plan, start = w.pos;
  const fields = plan.shadows ? unshadowed(record, keys) : record;
  w.enter();
  let i = 0;
  // Keys that come in tag order are read through the engine's enumeration cache, in half the time of a keyed read.
  for (const key in fields) {
    if (key !== keys[i]) break;
    const field = fields[key];
    if (field !== undefined) writeField(w, quoted[i]!, plans[i]!, field);
    else if (required[i]) giveUp();
    i++;
  }
  for (; i < keys.length; i++) {
    const field = fields[keys[i]!];
    if (field !== undefined) writeField(w, quoted[i]!, plans[i]!, field);
    else if (required[i]) giveUp();
  }
  if (plan.oneofs) checkOneofs(plan.oneofs, fields);
  close(w, start, OPEN_BRACE, CLOSE_BRACE);
}

function writeField(w: Writer, quoted: Uint8Array, plan: Plan, value: unknown): void {
  const n = quoted.length;
  w.reserve(n + room);
  const { bytes, pos } = w;
  bytes[pos] = COMMA;
  for (let i = 0; i < n; i++) bytes[pos + 1 + i] = quoted[i]!;
  w.pos = pos + n + 1;
  writeValue(w, plan, value);
}

function writeList(w: Writer, element: Plan, list: readonly unknown[]): void {
  const start = w.pos;
  w.enter();
  for (let i = 0; i < list.length; i++) {
    const value = list[i];
    w.reserve(room);
    w.bytes[w.pos++] = COMMA;
    if (element.kind === TEXT_KIND && typeof value === "string") putText(w, value); // the commonest, 5 ns faster
    else writeValue(w, element, value);
  }
  close(w, start, OPEN_BRACKET, CLOSE_BRACKET);
}

function writeMap(w: Writer, { key, value }: Plan, map: ReadonlyMap<unknown, unknown>): void {
  const start = w.pos;
  w.enter();
  for (const [entryKey, entryValue] of map) {
    w.u8(COMMA);
    writeKey(w, key, entryKey);
    w.u8(COLON);
    writeTyped(w, value, entryValue);
  }
  close(w, start, OPEN_BRACE, CLOSE_BRACE);
}

/** Ends what was written since `start` with a comma before each part: the first of them becomes the bracket. */
function close(w: Writer, start: number, opening: number, closing: number): void {
  if (w.pos === start) w.u8(opening);
  else w.bytes[start] = opening;
  w.u8(closing);
  w.leave();
}

/** Texts and 64-bit integers have quotes as values, too. */
function writeKey(w: Writer, plan: Plan, key: unknown): void {
  const { kind } = plan;
  if (kind === TEXT_KIND || kind === INT64_KIND || kind === UINT64_KIND) return writeTyped(w, plan, key);
  w.u8(QUOTE);
  writeTyped(w, plan, key);
  w.u8(QUOTE);
}

function writeLogical(w: Writer, { logical, value: base }: Plan, value: unknown): void {
  const form = logical!.toBase(value), textOf = logicals[logical!.name];
  if (textOf) putText(w, textOf(value as never));
  else writeTyped(w, base, form);
}

function putBigInt(w: Writer, value: bigint): void {
  const n = Number(value);
  w.bytes[w.pos++] = QUOTE;
  if (Number.isSafeInteger(n)) putInteger(w, n);
  else putAscii(w, String(value));
  w.u8(QUOTE);
}

function putFloat(w: Writer, n: number): void {
  if (Number.isSafeInteger(n) && !Object.is(n, -0)) return putInteger(w, n);
  const form = floatForm(n);
  if (typeof form === "string") putText(w, form);
  else putAscii(w, String(n));
}

function putBytes(w: Writer, bytes: Uint8Array): void {
  w.u8(QUOTE);
  w.text(bytes.toBase64());
  w.u8(QUOTE);
}
