/**
 * Writes any JavaScript data as a self-describing JCE field; the format is in `../JCE.md`.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { got, isRecord } from "../fit.ts";
import { stepOf } from "../walk.ts";
import { misfit, within } from "../misfit.ts";
import { LIST, MAP, writeBigInt, writeBytes, writeDouble, writeFloat, writeHead, writeInt, writeText } from "./wire.ts";

/** Tags that say what a field is, where its type alone does not; 0 and 1 (a map's value) are natural. */
export const BOOL_TAG = 2, NOTHING_TAG = 3, BIGINT_TAG = 4, DATE_TAG = 5, MAP_TAG = 6, SET_TAG = 7;

/** Writes `value` as one field; `natural` is the tag of a value that its type alone describes. */
export function writeAny(w: Writer, natural: number, value: unknown): void {
  switch (typeof value) {
    case "string":
      return writeText(w, natural, value);
    case "number":
      return writeNumber(w, natural, value);
    case "boolean":
      return writeInt(w, BOOL_TAG, value ? 1 : 0);
    case "undefined":
      return writeInt(w, NOTHING_TAG, 1);
    case "bigint":
      return writeBig(w, value);
    case "object":
      return value === null ? writeInt(w, NOTHING_TAG, 0) : writeObject(w, natural, value);
    default:
      misfit(`got ${got(value)}, want data`);
  }
}

function writeNumber(w: Writer, tag: number, n: number): void {
  if (Number.isSafeInteger(n) && !Object.is(n, -0)) writeInt(w, tag, n);
  else if (n === Math.fround(n)) writeFloat(w, tag, n);
  else writeDouble(w, tag, n);
}

function writeBig(w: Writer, n: bigint): void {
  if (n === BigInt.asIntN(64, n)) writeBigInt(w, BIGINT_TAG, n);
  else writeText(w, BIGINT_TAG, n.toString(16));
}

function writeObject(w: Writer, natural: number, value: object): void {
  if (Array.isArray(value)) writeList(w, natural, value.length, value.values());
  else if (isRecord(value)) writeRecord(w, natural, value);
  else if (value instanceof Uint8Array) writeBytes(w, natural, value);
  else if (value instanceof Date) writeDouble(w, DATE_TAG, value.getTime());
  else if (value instanceof Map) writeMap(w, value);
  else if (value instanceof Set) writeList(w, SET_TAG, value.size, value.values());
  else misfit(`got ${got(value)}, want data`);
}

function writeList(w: Writer, tag: number, n: number, values: Iterable<unknown>): void {
  w.enter();
  writeHead(w, tag, LIST);
  writeInt(w, 0, n);
  let i = 0;
  try {
    for (const value of values) {
      writeAny(w, 0, value);
      i++;
    }
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  checkCount(i, n);
  w.leave();
}

function writeRecord(w: Writer, tag: number, fields: Record<string, unknown>): void {
  w.enter();
  writeHead(w, tag, MAP);
  const own = Object.keys(fields).length,
    n = own - undefinedOf(fields, own);
  writeInt(w, 0, n);
  let at = "", seen = 0, written = 0;
  try {
    // Own keys come first, and are read through the engine's enumeration cache, in half the time of a keyed read.
    for (const key in fields) {
      if (++seen > own) break;
      const value = fields[at = key];
      if (key === "__proto__") misfit("a key may not be __proto__");
      if (value === undefined) continue;
      writeText(w, 0, key);
      writeAny(w, 1, value);
      written++;
    }
  } catch (error) {
    throw within(stepOf(at), error);
  }
  checkCount(written, n);
  w.leave();
}

function undefinedOf(fields: Record<string, unknown>, own: number): number {
  let seen = 0, n = 0;
  for (const key in fields) {
    if (++seen > own) break;
    if (fields[key] === undefined) n++;
  }
  return n;
}

function writeMap(w: Writer, map: ReadonlyMap<unknown, unknown>): void {
  w.enter();
  writeHead(w, MAP_TAG, MAP);
  const n = map.size;
  writeInt(w, 0, n);
  let i = 0;
  try {
    for (const [key, value] of map) {
      writeAny(w, 0, key);
      writeAny(w, 1, value);
      i++;
    }
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  checkCount(i, n);
  w.leave();
}

/** A getter or proxy may give another answer the second time; bytes with a wrong count must not leave. */
function checkCount(written: number, announced: number): void {
  if (written !== announced) misfit("it changed while it was encoded");
}
