/**
 * Writes any value as MessagePack.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { got, isRecord } from "../fit.ts";
import { misfit, within } from "../misfit.ts";
import { keyPath, stepOf } from "../walk.ts";
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
import { arrayFamily, bytesFamily, mapFamily, writeHead, writeLong, writeNumber, writeText } from "./wire.ts";

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

function writeUndefined(w: Writer): void {
  writeExtension(w, UNDEFINED_TYPE, () => w.u8(0));
}

function writeBigInt(w: Writer, n: bigint, { isExact }: Extensions): void {
  if (BigInt.asIntN(64, n) !== n && BigInt.asUintN(64, n) !== n) {
    if (isExact) return writeLargeBigInt(w, n);
    misfit("got a bigint of more than 64 bits, which MessagePack has no form for");
  }
  writeLong(w, n);
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
