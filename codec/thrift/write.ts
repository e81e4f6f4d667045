/**
 * Writes values by their {@linkcode Plan} in either protocol. Checks every value on the way: one that does not fit is a
 * misfit.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { checkOneofs, isRecord, unfit } from "../fit.ts";
import { misfit, within } from "../misfit.ts";
import { BOOL_KIND, OPTIONAL_KIND, type Plan, STRUCT_KIND, unshadowed } from "../plan.ts";
import { keyPath } from "../walk.ts";
import { wireOf } from "./plan.ts";
import { type Protocol, STOP, STRUCT } from "./protocol.ts";

/** Writes a message: a struct, or any other value as the field 0 of one, as in the reply to a call. */
export function writeRoot(p: Protocol, w: Writer, plan: Plan, value: unknown): void {
  if (plan.kind === STRUCT_KIND) return writeStruct(p, w, plan, value);
  if (plan.logical && wireOf(plan) === STRUCT) return writeRoot(p, w, plan.value, plan.logical.toBase(value));
  let inner = plan;
  while (inner.kind === OPTIONAL_KIND) inner = inner.value;
  if (value !== undefined || inner === plan) writeField(p, w, inner, 0, 0, value);
  w.u8(STOP);
}

function writeStruct(p: Protocol, w: Writer, plan: Plan, value: unknown): void {
  if (!isRecord(value)) unfit(value, plan.type);
  w.enter();
  const { keys, tags, plans, required } = plan;
  const fields = plan.shadows ? unshadowed(value, keys) : value;
  let i = 0, last = 0;
  try {
    // Keys that come in tag order are read through the engine's enumeration cache, in half the time of a keyed read.
    for (const key in fields) {
      const field = fields[key];
      if (key !== keys[i]) break;
      if (field !== undefined) {
        writeField(p, w, plans[i]!, tags[i]!, last, field);
        last = tags[i]!;
      } else if (required[i]) misfit("it is missing");
      i++;
    }
    for (; i < keys.length; i++) {
      const field = fields[keys[i]!];
      if (field !== undefined) {
        writeField(p, w, plans[i]!, tags[i]!, last, field);
        last = tags[i]!;
      } else if (required[i]) misfit("it is missing");
    }
  } catch (error) {
    throw within("." + keys[i], error);
  }
  if (plan.oneofs) checkOneofs(plan.oneofs, fields);
  w.u8(STOP);
  w.leave();
}

function writeField(p: Protocol, w: Writer, plan: Plan, id: number, last: number, value: unknown): void {
  if (plan.kind === BOOL_KIND) {
    return p.writeBoolField(w, typeof value === "boolean" ? value : unfit(value, plan.type), id, last);
  }
  if (plan.logical && plan.value.kind === BOOL_KIND) {
    return writeField(p, w, plan.value, id, last, plan.logical.toBase(value));
  }
  p.writeField(w, wireOf(plan), id, last);
  writeValue(p, w, plan, value);
}

/** Writes one value without a head; the cases are numbered as in {@linkcode Plan.kind}. */
function writeValue(p: Protocol, w: Writer, plan: Plan, value: unknown): void {
  const n = value as number;
  switch (plan.kind) {
    case 0: // bool
      return p.writeBool(w, typeof value === "boolean" ? value : unfit(value, plan.type));
    case 1: // int8
      return w.u8(n === (n << 24 >> 24) ? n : unfit(value, plan.type));
    case 2: // int16
      return p.writeI16(w, n === (n << 16 >> 16) ? n : unfit(value, plan.type));
    case 3: // int32
      return p.writeI32(w, n === (n | 0) ? n : unfit(value, plan.type));
    case 4: // uint8
      return p.writeI16(w, n === (n & 0xff) ? n : unfit(value, plan.type));
    case 5: // uint16
      return p.writeI32(w, n === (n & 0xffff) ? n : unfit(value, plan.type));
    case 6: // uint32
      return p.writeI53(w, n === n >>> 0 ? n : unfit(value, plan.type));
    case 7: // int53
      return p.writeI53(w, Number.isSafeInteger(value) ? n : unfit(value, plan.type));
    case 8: // int64
      if (typeof value !== "bigint" || value !== BigInt.asIntN(64, value)) unfit(value, plan.type);
      return p.writeI64(w, value);
    case 9: // float
      return p.writeDouble(w, typeof value === "number" ? Math.fround(value) : unfit(value, plan.type));
    case 10: // double
      return p.writeDouble(w, typeof value === "number" ? value : unfit(value, plan.type));
    case 11: // string
      return p.writeText(w, typeof value === "string" ? value : unfit(value, plan.type));
    case 12: // bytes
      return p.writeBytes(w, value instanceof Uint8Array ? value : unfit(value, plan.type));
    case 13: // enumeration
      return p.writeI32(w, plan.numbers.get(value as string) ?? unfit(value, plan.type));
    case 14: // list
      return writeList(p, w, plan, Array.isArray(value) ? value : unfit(value, plan.type));
    case 15: // map
      return writeMap(p, w, plan, value instanceof Map ? value : unfit(value, plan.type));
    case 16: // struct
      return writeStruct(p, w, plan, value);
    case 18: // uint64
      if (typeof value !== "bigint" || value !== BigInt.asUintN(64, value)) unfit(value, plan.type);
      return p.writeI64(w, BigInt.asIntN(64, value));
    default: // logical
      return writeValue(p, w, plan.value, plan.logical!.toBase(value));
  }
}

function writeList(p: Protocol, w: Writer, plan: Plan, list: readonly unknown[]): void {
  w.enter();
  const n = list.length, element = plan.value;
  p.writeList(w, wireOf(element), n);
  let i = 0;
  try {
    for (; i < n; i++) writeValue(p, w, element, list[i]);
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  w.leave();
}

function writeMap(p: Protocol, w: Writer, plan: Plan, map: ReadonlyMap<unknown, unknown>): void {
  w.enter();
  p.writeMap(w, wireOf(plan.key), wireOf(plan.value), map.size);
  let at: unknown;
  try {
    for (const [key, value] of map) {
      at = key;
      writeValue(p, w, plan.key, key);
      writeValue(p, w, plan.value, value);
    }
  } catch (error) {
    throw within(keyPath(at), error);
  }
  w.leave();
}
