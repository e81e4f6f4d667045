/**
 * Reads any value from MessagePack. Strict: text must be UTF-8, and nothing is taken that the bytes left can't hold.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { got } from "../fit.ts";
import { misfit } from "../misfit.ts";
import { readTimestamp, timestampType } from "./timestamp.ts";

/**
 * Reads one value. 64-bit integer formats are bigints, all others numbers; a map is an object, or a Map when a key is no
 * text. A key `__proto__` makes a Map when `anyKey`, for a schema to judge, and is an error else.
 */
export function readAny(r: Reader, anyKey: boolean): unknown {
  const byte = r.u8();
  if (byte < 0x80) return byte;
  if (byte < 0x90) return readMap(r, byte & 0x0f, anyKey);
  if (byte < 0xa0) return readArray(r, byte & 0x0f, anyKey);
  if (byte < 0xc0) return r.text(byte & 0x1f);
  if (byte >= 0xe0) return byte - 0x100;
  return byte < 0xd4 && byte > 0xc9 ? readNumber(r, byte) : readLong(r, byte, anyKey);
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

function readLong(r: Reader, byte: number, anyKey: boolean): unknown {
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
      return readArray(r, r.u16(), anyKey);
    case 0xdd:
      return readArray(r, r.u32(), anyKey);
    case 0xde:
      return readMap(r, r.u16(), anyKey);
    case 0xdf:
      return readMap(r, r.u32(), anyKey);
    default:
      return readExtension(r, byte);
  }
}

function readExtension(r: Reader, byte: number): unknown {
  if (byte === 0xc1) misfit("got 0xc1, which is no MessagePack format");
  const n = byte === 0xc7 ? r.u8() : byte === 0xc8 ? r.u16() : byte === 0xc9 ? r.u32() : 1 << byte - 0xd4;
  const type = r.view.getInt8(r.skip(1));
  return type === timestampType ? readTimestamp(r, n) : misfit(`got extension type ${type}, which is unknown`);
}

function takeBytes(r: Reader, n: number): Uint8Array {
  r.count(1);
  return r.take(n);
}

function readArray(r: Reader, n: number, anyKey: boolean): unknown[] {
  if (n > r.left) r.short(n);
  r.count(n + 1);
  r.enter();
  const array: unknown[] = [];
  for (let i = 0; i < n; i++) array.push(readAny(r, anyKey));
  r.leave();
  return array;
}

function readMap(r: Reader, n: number, anyKey: boolean): Record<string, unknown> | Map<unknown, unknown> {
  if (n * 2 > r.left) r.short(n * 2);
  r.count(n + 1);
  r.enter();
  const object: Record<string, unknown> = {};
  let map: Map<unknown, unknown> | undefined;
  for (let i = 0; i < n; i++) {
    const key = readAny(r, anyKey);
    if (!map && (typeof key !== "string" || key === "__proto__")) map = mapFor(key, object, anyKey);
    if (map) map.set(typeof key === "object" ? misfit(`got ${got(key)} as a key`) : key, readAny(r, anyKey));
    else object[key as string] = readAny(r, anyKey);
  }
  r.leave();
  return map ?? object;
}

/** The Map to go on with, because `key` can't be one of an object. */
function mapFor(key: unknown, soFar: Record<string, unknown>, anyKey: boolean): Map<unknown, unknown> {
  if (key === "__proto__" && !anyKey) misfit("a key may not be __proto__");
  return new Map(Object.entries(soFar));
}
