/**
 * Reads any JavaScript data from a self-describing JCE field; the format is in `../JCE.md`.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { BIGINT_TAG, BOOL_TAG, DATE_TAG, MAP_TAG, NOTHING_TAG, SET_TAG } from "./any_write.ts";
import type { KeyCache } from "./key_cache.ts";
import { misfit, within } from "../misfit.ts";
import { stepOf } from "../walk.ts";
import {
  readBigInt,
  readBytes,
  readCount,
  readFloat,
  readHead,
  readInt,
  readText,
  readType,
  wrongType,
} from "./read.ts";
import { DOUBLE, INT1, INT8, LIST, MAP, SIMPLE_LIST, STRING1, STRING4, ZERO } from "./wire.ts";

/** Most elements an array is made with at once; the engine would make a larger one a hash table. */
const maxDense = 1 << 24;

/** Reads the next field; `natural` is the tag of a value that its type alone describes. */
export function readAny(r: Reader, natural: number, keys: KeyCache): unknown {
  const head = readHead(r), tag = head >> 4, type = head & 15;
  if (tag === natural) return readNatural(r, type, keys);
  switch (tag) {
    case BOOL_TAG:
      return readBit(r, type) === 1;
    case NOTHING_TAG:
      return readBit(r, type) === 1 ? undefined : null;
    case BIGINT_TAG:
      return type === STRING1 || type === STRING4 ? readHex(r, type) : readBigInt(r, type, "a bigint");
    case DATE_TAG:
      return readDate(r, type);
    case MAP_TAG:
      return readMap(r, type, keys);
    case SET_TAG:
      return readSet(r, type, keys);
    default:
      misfit(`tag ${tag} says nothing`);
  }
}

function readNatural(r: Reader, type: number, keys: KeyCache): unknown {
  switch (type) {
    case STRING1:
    case STRING4:
      return readText(r, type);
    case MAP:
      return readRecord(r, keys);
    case LIST:
      return readList(r, keys);
    case SIMPLE_LIST:
      return readBytes(r, type);
    default:
      return type <= INT8 || type === ZERO ? readSafe(r, type) : readFloat(r, type, DOUBLE, "data");
  }
}

function readSafe(r: Reader, type: number): number {
  const n = readInt(r, type, INT8, "an integer");
  return Number.isSafeInteger(n) ? n : misfit(`got ${n}, which is beyond 53 bits`);
}

function readBit(r: Reader, type: number): number {
  const n = readInt(r, type, INT1, "0 or 1");
  return n === (n & 1) ? n : misfit(`got ${n}, want 0 or 1`);
}

const hex = /^-?[1-9a-f][0-9a-f]*$/, maxHexDigits = 1 << 26;

function readHex(r: Reader, type: number): bigint {
  const text = readText(r, type);
  if (text.length > maxHexDigits || !hex.test(text)) misfit("got text that is not hexadecimal, want a bigint");
  return text.startsWith("-") ? -BigInt("0x" + text.slice(1)) : BigInt("0x" + text);
}

function readDate(r: Reader, type: number): Date {
  if (type !== DOUBLE) wrongType(type, "a date");
  const ms = readFloat(r, type, DOUBLE, "a date"), date = new Date(ms);
  return Object.is(date.getTime(), ms) ? date : misfit(`got ${ms}, want a date`);
}

function readList(r: Reader, keys: KeyCache): unknown[] {
  r.enter();
  const n = readCount(r, 1);
  r.count(n + 1);
  const list: unknown[] = n > maxDense ? [] : new Array(n);
  let i = 0;
  try {
    for (; i < n; i++) list[i] = readAny(r, 0, keys);
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  r.leave();
  return list;
}

function readSet(r: Reader, type: number, keys: KeyCache): Set<unknown> {
  if (type !== LIST) wrongType(type, "a set");
  r.enter();
  const set = new Set<unknown>(), n = readCount(r, 1);
  r.count(n + 1);
  let i = 0;
  try {
    for (; i < n; i++) set.add(readAny(r, 0, keys));
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  r.leave();
  return set;
}

function readRecord(r: Reader, keys: KeyCache): Record<string, unknown> {
  r.enter();
  const record: Record<string, unknown> = {}, n = readCount(r, 2);
  r.count(n + 1);
  let key = "";
  try {
    for (let i = 0; i < n; i++) {
      key = "";
      key = keys.read(r, readType(r, 0));
      if (key === "__proto__") misfit("a key may not be __proto__");
      record[key] = readAny(r, 1, keys);
    }
  } catch (error) {
    throw within(stepOf(key), error);
  }
  r.leave();
  return record;
}

function readMap(r: Reader, type: number, keys: KeyCache): Map<unknown, unknown> {
  if (type !== MAP) wrongType(type, "a map");
  r.enter();
  const map = new Map<unknown, unknown>(), n = readCount(r, 2);
  r.count(n + 1);
  let i = 0;
  try {
    for (; i < n; i++) {
      const key = readAny(r, 0, keys);
      map.set(key, readAny(r, 1, keys));
    }
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  r.leave();
  return map;
}
