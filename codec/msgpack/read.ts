/**
 * Reads any value from MessagePack. Strict: text must be UTF-8, and nothing is taken that the bytes left can't hold.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { got } from "../fit.ts";
import { Misfit, misfit, within } from "../misfit.ts";
import { keyPath, stepOf } from "../walk.ts";
import { BIGINT_TYPE, type Extensions, largeBigIntOf, MAP_TYPE, SET_TYPE, UNDEFINED_TYPE } from "./extension.ts";
import { readTimestamp, timestampType } from "./timestamp.ts";

/**
 * Reads one value. 64-bit integer formats are bigints, all others numbers; a map is an object, or a Map when a key is no
 * text. A key `__proto__` is an error when `extensions` are exact; else it makes a Map, for a schema to judge.
 */
export function readAny(r: Reader, extensions: Extensions): unknown {
  const byte = r.u8();
  if (byte < 0x80) return byte;
  if (byte < 0x90) return readMap(r, byte & 0x0f, extensions);
  if (byte < 0xa0) return readArray(r, byte & 0x0f, extensions);
  if (byte < 0xc0) return r.text(byte & 0x1f);
  if (byte >= 0xe0) return byte - 0x100;
  return byte < 0xd4 && byte > 0xc9 ? readNumber(r, byte) : readLong(r, byte, extensions);
}

function readNumber(r: Reader, byte: number): number | bigint {
  switch (byte) {
    case 0xca:
      return r.view.getFloat32(r.skip(4));
    case 0xcb:
      return r.view.getFloat64(r.skip(8));
    case 0xcc:
      return r.u8();
    case 0xcd:
      return r.u16();
    case 0xce:
      return r.u32();
    case 0xcf:
      return r.view.getBigUint64(r.skip(8));
    case 0xd0:
      return r.view.getInt8(r.skip(1));
    case 0xd1:
      return r.view.getInt16(r.skip(2));
    case 0xd2:
      return r.view.getInt32(r.skip(4));
    default:
      return r.view.getBigInt64(r.skip(8));
  }
}

function readLong(r: Reader, byte: number, extensions: Extensions): unknown {
  switch (byte) {
    case 0xc0:
      return null;
    case 0xc2:
      return false;
    case 0xc3:
      return true;
    case 0xc4:
      return takeBytes(r, r.u8());
    case 0xc5:
      return takeBytes(r, r.u16());
    case 0xc6:
      return takeBytes(r, r.u32());
    case 0xd9:
      return r.text(r.u8());
    case 0xda:
      return r.text(r.u16());
    case 0xdb:
      return r.text(r.u32());
    case 0xdc:
      return readArray(r, r.u16(), extensions);
    case 0xdd:
      return readArray(r, r.u32(), extensions);
    case 0xde:
      return readMap(r, r.u16(), extensions);
    case 0xdf:
      return readMap(r, r.u32(), extensions);
    default:
      return readExtension(r, byte, extensions);
  }
}

function readExtension(r: Reader, byte: number, extensions: Extensions): unknown {
  if (byte === 0xc1) misfit("got 0xc1, which is no MessagePack format");
  const n = byte === 0xc7 ? r.u8() : byte === 0xc8 ? r.u16() : byte === 0xc9 ? r.u32() : 1 << byte - 0xd4;
  const type = r.view.getInt8(r.skip(1));
  if (type === timestampType) return readTimestamp(r, n);
  if (type >= UNDEFINED_TYPE && type <= BIGINT_TYPE) return readOurs(r, n, type, extensions);
  const own = extensions.own.find((one) => one.type === type);
  return own ? own.decode(takeBytes(r, n)) : misfit(`got extension type ${type}, which is unknown`);
}

function readOurs(r: Reader, n: number, type: number, extensions: Extensions): unknown {
  if (type === BIGINT_TYPE) return largeBigIntOf(takeBytes(r, n));
  if (n > r.left) r.short(n);
  const { end } = r;
  r.end = r.pos + n;
  const value = type === MAP_TYPE
    ? readAnyMap(r, extensions)
    : type === SET_TYPE
    ? readSet(r, extensions)
    : r.u8() === 0
    ? undefined
    : misfit("got another undefined than 0");
  if (r.left > 0) {
    misfit(`${r.left === 1 ? "1 byte follows" : `${r.left} bytes follow`} the content of extension ${type}`);
  }
  r.end = end;
  return value;
}

function takeBytes(r: Reader, n: number): Uint8Array {
  r.count(1);
  return r.take(n);
}

function readArray(r: Reader, n: number, extensions: Extensions): unknown[] {
  if (n > r.left) r.short(n);
  r.count(n + 1);
  r.enter();
  const array: unknown[] = [];
  try {
    while (array.length < n) array.push(readAny(r, extensions));
  } catch (error) {
    throw within(`[${array.length}]`, error);
  }
  r.leave();
  return array;
}

function readSet(r: Reader, extensions: Extensions): Set<unknown> {
  const byte = r.u8(), n = byte >> 4 === 9 ? byte & 0x0f : byte === 0xdc ? r.u16() : byte === 0xdd ? r.u32() : -1;
  if (n < 0) misfit("got a set that is no array");
  const set = new Set(readArray(r, n, extensions));
  return set.size === n ? set : misfit("an element of a set stands twice");
}

/** Reads a map as a Map, whatever its keys are. */
function readAnyMap(r: Reader, extensions: Extensions): Map<unknown, unknown> {
  const byte = r.u8(), n = byte >> 4 === 8 ? byte & 0x0f : byte === 0xde ? r.u16() : byte === 0xdf ? r.u32() : -1;
  if (n < 0) misfit("got a Map that is no map");
  enterMap(r, n);
  const map = new Map<unknown, unknown>();
  let i = 0;
  try {
    for (; i < n; i++) {
      const key = readAny(r, extensions);
      map.set(key, readAny(r, extensions));
    }
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  if (map.size !== n) misfit("a key of a Map stands twice");
  r.leave();
  return map;
}

function readMap(r: Reader, n: number, extensions: Extensions): Record<string, unknown> | Map<unknown, unknown> {
  enterMap(r, n);
  const start = r.pos, object: Record<string, unknown> = {};
  let map: Map<unknown, unknown> | undefined, key: unknown;
  try {
    for (let i = 0; i < n; i++) {
      key = undefined;
      key = readAny(r, extensions);
      if (typeof key === "object" || key === undefined) misfit(`got ${got(key)} as a key`);
      if (!map && (typeof key !== "string" || key === "__proto__")) map = mapFor(key, object, extensions);
      if (map) map.set(key, readAny(r, extensions));
      else object[key as string] = readAny(r, extensions);
    }
  } catch (error) {
    throw key === undefined ? error : within(map ? keyPath(key) : stepOf(String(key)), error);
  }
  if ((map?.size ?? Object.keys(object).length) !== n) findRepeated(r.reset(r.bytes, r.view, start, r.end), extensions);
  r.leave();
  return map ?? object;
}

/** Throws the misfit with the path for the entries at `r`, among which a key stands twice. */
function findRepeated(r: Reader, extensions: Extensions): never {
  for (const seen = new Set<unknown>();;) {
    const key = readAny(r, extensions);
    if (seen.has(key)) {
      throw within(typeof key === "string" ? stepOf(key) : keyPath(key), new Misfit("it stands twice"));
    }
    seen.add(key);
    readAny(r, extensions);
  }
}

/** Goes into a map of `n` entries. */
function enterMap(r: Reader, n: number): void {
  if (n * 2 > r.left) r.short(n * 2);
  r.count(n + 1);
  r.enter();
}

/** The Map to go on with, because `key` can't be one of an object. */
function mapFor(key: unknown, soFar: Record<string, unknown>, { isExact }: Extensions): Map<unknown, unknown> {
  if (key === "__proto__" && isExact) misfit("a key may not be __proto__");
  return new Map(Object.entries(soFar));
}
