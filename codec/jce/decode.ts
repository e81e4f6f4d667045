/**
 * Reads values by their {@linkcode Plan}. Strict: a misfit for a missing required field, another type, a number out of
 * range, an unknown enumeration number, fields out of order, or anything left over that is not a field.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { checkOneofs } from "../fit.ts";
import { misfit, within } from "../misfit.ts";
import { OPTIONAL_KIND, type Plan, STRUCT_KIND } from "../plan.ts";
import {
  finish,
  readBigInt,
  readBytes,
  readCount,
  readFloat,
  readInt,
  readText,
  readType,
  seek,
  wrongType,
} from "./read.ts";
import { DOUBLE, FLOAT, INT1, INT2, INT4, INT8, LIST, MAP, STRUCT } from "./wire.ts";

/** Most elements an array is made with at once; the engine would make a larger one a hash table. */
const maxDense = 1 << 24;

/** Reads a message: a struct's bare fields, or any other value as the field with tag 0. */
export function readRoot(r: Reader, plan: Plan): unknown {
  if (plan.kind === STRUCT_KIND) return readFields(r, plan, false);
  if (plan.logical) return plan.logical.fromBase(readRoot(r, plan.value));
  let inner = plan;
  while (inner.kind === OPTIONAL_KIND) inner = inner.value;
  const type = seek(r, 0, -1);
  if (type < 0 && inner === plan) misfit("it is missing");
  const value = type < 0 ? undefined : readValue(r, inner, type);
  finish(r, 0, false);
  return value;
}

function readFields(r: Reader, plan: Plan, nested: boolean): unknown {
  r.enter();
  r.count(1 + plan.room);
  const { keys, tags, plans, absent, absentParts } = plan;
  const out = new plan.Record();
  let i = 0, last = -1;
  try {
    for (; i < keys.length; i++) {
      const tag = tags[i]!, type = seek(r, tag, last);
      last = tag;
      if (type >= 0) out[keys[i]!] = readValue(r, plans[i]!, type);
      else if (absent[i] !== undefined) {
        r.count(absentParts[i]!);
        out[keys[i]!] = absent[i]!();
      }
    }
  } catch (error) {
    throw within("." + keys[i], error);
  }
  if (plan.oneofs) checkOneofs(plan.oneofs, out);
  finish(r, last, nested);
  r.leave();
  return out;
}

/** Reads the body of one field of `type`; the cases are numbered as in {@linkcode Plan.kind}. */
function readValue(r: Reader, plan: Plan, type: number): unknown {
  switch (plan.kind) {
    case 0: // bool
      return readRanged(r, plan, type, INT1, 0, 1) === 1;
    case 1: // int8
      return readInt(r, type, INT1, plan.label);
    case 2: // int16
      return readInt(r, type, INT2, plan.label);
    case 3: // int32
      return readInt(r, type, INT4, plan.label);
    case 4: // uint8
      return readRanged(r, plan, type, INT2, 0, 0xff);
    case 5: // uint16
      return readRanged(r, plan, type, INT4, 0, 0xffff);
    case 6: // uint32
      return readRanged(r, plan, type, INT8, 0, 0xffff_ffff);
    case 7: // int53
      return readRanged(r, plan, type, INT8, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    case 8: // int64
      return readBigInt(r, type, plan.label);
    case 9: // float
      return readFloat(r, type, FLOAT, plan.label);
    case 10: // double
      return readFloat(r, type, DOUBLE, plan.label);
    case 11: // string
      return readText(r, type);
    case 12: // bytes
      return readBytes(r, type);
    case 13: // enumeration
      return readName(r, plan, type);
    case 14: // list
      return readList(r, plan, type);
    case 15: // map
      return readMap(r, plan, type);
    case 16: // struct
      return type === STRUCT ? readFields(r, plan, true) : wrongType(type, plan.label);
    case 18: // uint64
      return BigInt.asUintN(64, readBigInt(r, type, plan.label));
    default: // logical
      return plan.logical!.fromBase(readValue(r, plan.value, type));
  }
}

function readRanged(r: Reader, plan: Plan, type: number, widest: number, least: number, most: number): number {
  const n = readInt(r, type, widest, plan.label);
  return n >= least && n <= most ? n : misfit(`got ${n}, want ${plan.label}`);
}

function readName(r: Reader, plan: Plan, type: number): string {
  const n = readInt(r, type, INT4, plan.label);
  return plan.names.get(n) ?? misfit(`got ${n}, want ${plan.label}`);
}

function readList(r: Reader, plan: Plan, type: number): unknown[] {
  if (type !== LIST) wrongType(type, plan.label);
  r.enter();
  const n = readCount(r, 1), element = plan.value;
  r.count(n + 1);
  const list: unknown[] = n > maxDense ? [] : new Array(n);
  let i = 0;
  try {
    for (; i < n; i++) list[i] = readValue(r, element, readType(r, 0));
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  r.leave();
  return list;
}

function readMap(r: Reader, plan: Plan, type: number): Map<unknown, unknown> {
  if (type !== MAP) wrongType(type, plan.label);
  r.enter();
  const map = new Map<unknown, unknown>();
  const n = readCount(r, 2);
  r.count(n + 1);
  let i = 0;
  try {
    for (; i < n; i++) {
      const key = readValue(r, plan.key, readType(r, 0));
      map.set(key, readValue(r, plan.value, readType(r, 1)));
    }
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  r.leave();
  return map;
}
