/**
 * How each scalar, and an enumeration, is written as Protocol Buffers.
 *
 * @module
 */
import type { Reader, Writer } from "../../protocol/mod.ts";
import { fitter, unfit, want } from "../fit.ts";
import { misfit } from "../misfit.ts";
import type { AnyType, EnumType, ScalarKind } from "../schema/type.ts";
import {
  bigOf,
  endBody,
  FIXED32,
  FIXED64,
  LENGTH,
  putBigVarint,
  putKey,
  putVarint32,
  putVarint53,
  safeOf,
  startBody,
  takeLength,
  takeVarint32,
  takeVarint64,
  VARINT,
} from "./wire.ts";

/** How one value is written, whether it stands alone, in a list or in a map. */
export interface Element {
  /** Wire type of its body. */
  readonly wire: number;
  /** The value that stands for one that isn't there; undefined for a struct, which must be there. */
  zero(): unknown;
  /** Appends `key` (0 for none) and `value`, or nothing for a zero unless `always`; throws a Misfit for another type. */
  write(w: Writer, key: number, value: unknown, always: boolean): void;
  /** Reads one; throws a Misfit for a value out of range. */
  take(r: Reader): unknown;
}

/** The element for a scalar or enumeration; throws TypeError for an enumeration without a zero. */
export function scalarOf(type: AnyType): Element {
  return type.kind === "enumeration" ? enumOf(type) : makers[type.kind as ScalarKind](type);
}

const makers: { readonly [K in ScalarKind]: (type: AnyType) => Element } = {
  bool: boolOf,
  int8: narrowOf,
  int16: narrowOf,
  int32: (type) => varintOf(type, takeVarint32),
  int53: (type) => varintOf(type, (r) => takeVarint64(r, safeOf)),
  int64: int64Of,
  uint64: int64Of,
  uint8: narrowOf,
  uint16: narrowOf,
  uint32: (type) => varintOf(type, (r) => takeVarint32(r) >>> 0),
  float: (type) => fixedOf(type, FIXED32, putFloat, (r) => r.view.getFloat32(r.skip(4), true)),
  double: (type) => fixedOf(type, FIXED64, putDouble, (r) => r.view.getFloat64(r.skip(8), true)),
  string: textOf,
  bytes: bytesOf,
};

function varintOf(type: AnyType, take: Element["take"]): Element {
  const fit = fitter(type) as (value: unknown) => number;
  return {
    wire: VARINT,
    zero: () => 0,
    write(w, key, value, always) {
      const n = fit(value);
      if (n === 0 && !always) return;
      putKey(w, key);
      putVarint53(w, n);
    },
    take,
  };
}

function fixedOf(type: AnyType, wire: number, put: (w: Writer, n: number) => void, take: Element["take"]): Element {
  const fit = fitter(type) as (value: unknown) => number;
  return {
    wire,
    zero: () => 0,
    write(w, key, value, always) {
      const n = fit(value);
      if (!always && Object.is(n, 0)) return;
      putKey(w, key);
      put(w, n);
    },
    take,
  };
}

/** Integers that are wider on the wire, so that what is read must be checked. */
function narrowOf(type: AnyType): Element {
  const fit = fitter(type);
  return varintOf(type, (r) => fit(takeVarint32(r)));
}

function int64Of(type: AnyType): Element {
  const fit = fitter(type) as (value: unknown) => bigint;
  return {
    wire: VARINT,
    zero: () => 0n,
    write(w, key, value, always) {
      const n = fit(value);
      if (!always && n === 0n) return;
      putKey(w, key);
      putBigVarint(w, n);
    },
    take: (r) => takeVarint64(r, bigOf),
  };
}

function boolOf(type: AnyType): Element {
  return {
    wire: VARINT,
    zero: () => false,
    write(w, key, value, always) {
      if (typeof value !== "boolean") unfit(value, type);
      if (!always && !value) return;
      putKey(w, key);
      w.bytes[w.pos++] = value ? 1 : 0;
    },
    take: (r) => takeVarint64(r, (low, high) => low !== 0 || high !== 0),
  };
}

function enumOf(type: EnumType): Element {
  const zero = type.names.get(0);
  if (zero === undefined) throw new TypeError(`Cannot use ${type.name} in pb: proto3 wants a name for the number 0`);
  return {
    wire: VARINT,
    zero: () => zero,
    write(w, key, value, always) {
      const n = type.numbers.get(value as string) ?? unfit(value, type);
      if (!always && n === 0) return;
      putKey(w, key);
      putVarint53(w, n);
    },
    take(r) {
      const n = takeVarint32(r);
      return type.names.get(n) ?? misfit(`got ${n}, want ${want(type)}`);
    },
  };
}

function textOf(type: AnyType): Element {
  return {
    wire: LENGTH,
    zero: () => "",
    write(w, key, value, always) {
      if (typeof value !== "string") unfit(value, type);
      if (!always && value === "") return;
      putKey(w, key);
      putText(w, value);
    },
    take: (r) => r.text(takeLength(r)),
  };
}

function bytesOf(type: AnyType): Element {
  return {
    wire: LENGTH,
    zero: () => new Uint8Array(0),
    write(w, key, value, always) {
      if (!(value instanceof Uint8Array)) unfit(value, type);
      if (!always && value.length === 0) return;
      putKey(w, key);
      putVarint32(w, value.length);
      w.raw(value);
    },
    take(r) {
      r.count(1);
      return r.take(takeLength(r));
    },
  };
}

function putText(w: Writer, text: string): void {
  const { length } = text, start = startBody(w, length), written = w.text(text);
  if (written < 0x80 && length < 0x80) w.bytes[start - 1] = written;
  else endBody(w, start, length);
}

function putFloat(w: Writer, n: number): void {
  w.view.setFloat32(w.pos, n, true);
  w.pos += 4;
}

function putDouble(w: Writer, n: number): void {
  w.view.setFloat64(w.pos, n, true);
  w.pos += 8;
}
