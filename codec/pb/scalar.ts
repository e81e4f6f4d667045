/**
 * Reading what is one value in Protocol Buffers.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { unfit, want } from "../fit.ts";
import { misfit } from "../misfit.ts";
import type { AnyType } from "../schema/type.ts";
import type { Field } from "./plan.ts";
import { takeInt53, takeInt64, takeUnsigned, takeVarint32 } from "./varint.ts";
import { enterBody, skipBody, takeKey, takeLength, VARINT } from "./wire.ts";

/**
 * Reads the body of a scalar, enumeration or timestamp; the cases are numbered as in {@linkcode Field.form}. Pieces of a
 * timestamp change `old`. Undefined for an open enumeration's number that has no name.
 */
export function readScalar(r: Reader, field: Field, old: unknown): unknown {
  switch (field.form) {
    case 0: // bool
      return takeUnsigned(r) !== 0;
    case 1: // int8
      return inRange(takeVarint32(r), -0x80, 0x7f, field.type);
    case 2: // int16
      return inRange(takeVarint32(r), -0x8000, 0x7fff, field.type);
    case 3: // int32
      return takeVarint32(r);
    case 4: // uint8
      return inRange(takeVarint32(r), 0, 0xff, field.type);
    case 5: // uint16
      return inRange(takeVarint32(r), 0, 0xffff, field.type);
    case 6: // uint32
      return takeVarint32(r) >>> 0;
    case 7: // int53
      return takeInt53(r);
    case 8: // int64
      return takeInt64(r);
    case 9: // float
      return r.view.getFloat32(r.skip(4), true);
    case 10: // double
      return r.view.getFloat64(r.skip(8), true);
    case 11: // string
      return r.text(takeLength(r));
    case 12: // bytes
      r.count(1);
      return r.take(takeLength(r));
    case 13: // enumeration
      return readName(r, field);
    case 17: // timestamp
      return readTimestamp(r, field, old as Date | undefined);
    default:
      return readRare(r, field);
  }
}

function readRare(r: Reader, { form }: Field): unknown {
  switch (form) {
    case 18: // uint64
      return BigInt.asUintN(64, takeInt64(r));
    case 20: { // zigzag int32
      const n = takeVarint32(r);
      return n >>> 1 ^ -(n & 1);
    }
    case 21: { // zigzag int64
      const n = BigInt.asUintN(64, takeInt64(r));
      return n >> 1n ^ -(n & 1n);
    }
    case 22: // fixed uint32
      return r.view.getUint32(r.skip(4), true);
    case 23: // fixed uint64
      return r.view.getBigUint64(r.skip(8), true);
    case 24: // fixed int32
      return r.view.getInt32(r.skip(4), true);
    default: // fixed int64
      return r.view.getBigInt64(r.skip(8), true);
  }
}

function inRange(n: number, min: number, max: number, type: AnyType): number {
  return n >= min && n <= max ? n : unfit(n, type);
}

function readName(r: Reader, { names, open, type }: Field): string | undefined {
  const n = takeVarint32(r), name = names.get(n);
  return name !== undefined || open ? name : misfit(`got ${n}, want ${want(type)}`);
}

/** Reads a google.protobuf.Timestamp, to the nearest millisecond, as protobuf-es makes a Date of one. */
function readTimestamp(r: Reader, { logical }: Field, old: Date | undefined): unknown {
  const end = enterBody(r), before = old?.getTime() ?? 0;
  let seconds = Math.floor(before / 1000), nanos = (before - seconds * 1000) * 1_000_000;
  while (r.pos < r.end) {
    const head = takeKey(r);
    if (head === (1 << 3 | VARINT)) seconds = takeInt53(r);
    else if (head === (2 << 3 | VARINT)) nanos = takeVarint32(r);
    else skipBody(r, head);
  }
  r.end = end;
  if (nanos < 0 || nanos >= 1_000_000_000) misfit(`got ${nanos} nanoseconds, want 0 to 999999999`);
  return logical!.fromBase(seconds * 1000 + Math.round(nanos / 1_000_000));
}

/** What a field is when it isn't there, fresh each time; undefined for a struct or timestamp, which must be there. */
export function zeroOf(field: Field): unknown {
  switch (field.form) {
    case 0: // bool
      return false;
    case 8: // int64 uint64
    case 18:
    case 21:
    case 23:
    case 25:
      return 0n;
    case 11: // string
      return "";
    case 12: // bytes
      return new Uint8Array(0);
    case 13: // enumeration
      return field.names.get(0);
    case 14: // list
      return [];
    case 15: // map
      return new Map();
    case 16: // struct timestamp
    case 17:
      return undefined;
    case 19: // logical
      return zeroOf(field.item);
    default:
      return 0;
  }
}
