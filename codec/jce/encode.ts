/**
 * Writes values by their {@linkcode Plan}. Checks every value on the way: one that does not fit is a misfit.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { keyPath } from "../walk.ts";
import { checkOneofs, isRecord, unfit } from "../fit.ts";
import { misfit, within } from "../misfit.ts";
import { OPTIONAL_KIND, type Plan, STRUCT_KIND, unshadowed } from "../plan.ts";
import {
  LIST,
  MAP,
  STRUCT,
  STRUCT_END,
  writeBigInt,
  writeBytes,
  writeDouble,
  writeFloat,
  writeHead,
  writeInt,
  writeText,
} from "./wire.ts";

/** Writes a message: a struct's bare fields, or any other value as the field with tag 0. */
export function writeRoot(w: Writer, plan: Plan, value: unknown): void {
  if (plan.kind === STRUCT_KIND) writeFields(w, plan, value);
  else if (plan.logical) writeRoot(w, plan.value, plan.logical.toBase(value));
  else {
    let inner = plan;
    while (inner.kind === OPTIONAL_KIND) inner = inner.value;
    if (value !== undefined || inner === plan) writeValue(w, inner, 0, value);
  }
}

function writeFields(w: Writer, plan: Plan, value: unknown): void {
  if (!isRecord(value)) unfit(value, plan.type);
  w.enter();
  const { keys, tags, plans, required } = plan;
  const fields = plan.shadows ? unshadowed(value, keys) : value;
  let i = 0;
  try {
    // Keys that come in tag order are read through the engine's enumeration cache, in half the time of a keyed read.
    for (const key in fields) {
      const field = fields[key];
      if (key !== keys[i]) break;
      if (field !== undefined) writeValue(w, plans[i]!, tags[i]!, field);
      else if (required[i]) misfit("it is missing");
      i++;
    }
    for (; i < keys.length; i++) {
      const field = fields[keys[i]!];
      if (field !== undefined) writeValue(w, plans[i]!, tags[i]!, field);
      else if (required[i]) misfit("it is missing");
    }
  } catch (error) {
    throw within("." + keys[i], error);
  }
  if (plan.oneofs) checkOneofs(plan.oneofs, fields);
  w.leave();
}

/** Writes one value as the field `tag`; the cases are numbered as in {@linkcode Plan.kind}. */
function writeValue(w: Writer, plan: Plan, tag: number, value: unknown): void {
  const n = value as number;
  switch (plan.kind) {
    case 0: // bool
      return writeInt(w, tag, value === true ? 1 : value === false ? 0 : unfit(value, plan.type));
    case 1: // int8
      return writeInt(w, tag, n === (n << 24 >> 24) ? n : unfit(value, plan.type));
    case 2: // int16
      return writeInt(w, tag, n === (n << 16 >> 16) ? n : unfit(value, plan.type));
    case 3: // int32
      return writeInt(w, tag, n === (n | 0) ? n : unfit(value, plan.type));
    case 4: // uint8
      return writeInt(w, tag, n === (n & 0xff) ? n : unfit(value, plan.type));
    case 5: // uint16
      return writeInt(w, tag, n === (n & 0xffff) ? n : unfit(value, plan.type));
    case 6: // uint32
      return writeInt(w, tag, n === n >>> 0 ? n : unfit(value, plan.type));
    case 7: // int53
      return writeInt(w, tag, Number.isSafeInteger(value) ? n : unfit(value, plan.type));
    case 8: // int64
      if (typeof value !== "bigint" || value !== BigInt.asIntN(64, value)) unfit(value, plan.type);
      return writeBigInt(w, tag, value);
    case 9: // float
      return writeFloat(w, tag, typeof value === "number" ? value : unfit(value, plan.type));
    case 10: // double
      return writeDouble(w, tag, typeof value === "number" ? value : unfit(value, plan.type));
    case 11: // string
      return writeText(w, tag, typeof value === "string" ? value : unfit(value, plan.type));
    case 12: // bytes
      return writeBytes(w, tag, value instanceof Uint8Array ? value : unfit(value, plan.type));
    case 13: // enumeration
      return writeInt(w, tag, plan.numbers.get(value as string) ?? unfit(value, plan.type));
    case 14: // list
      return writeList(w, plan, tag, Array.isArray(value) ? value : unfit(value, plan.type));
    case 15: // map
      return writeMap(w, plan, tag, value instanceof Map ? value : unfit(value, plan.type));
    case 16: // struct
      writeHead(w, tag, STRUCT);
      writeFields(w, plan, value);
      return w.u8(STRUCT_END);
    case 18: // uint64
      if (typeof value !== "bigint" || value !== BigInt.asUintN(64, value)) unfit(value, plan.type);
      return writeBigInt(w, tag, BigInt.asIntN(64, value));
    default: // logical
      return writeValue(w, plan.value, tag, plan.logical!.toBase(value));
  }
}

function writeList(w: Writer, plan: Plan, tag: number, list: readonly unknown[]): void {
  w.enter();
  writeHead(w, tag, LIST);
  const n = list.length, element = plan.value;
  writeInt(w, 0, n);
  let i = 0;
  try {
    for (; i < n; i++) writeValue(w, element, 0, list[i]);
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  w.leave();
}

function writeMap(w: Writer, plan: Plan, tag: number, map: ReadonlyMap<unknown, unknown>): void {
  w.enter();
  writeHead(w, tag, MAP);
  writeInt(w, 0, map.size);
  let at: unknown;
  try {
    for (const [key, value] of map) {
      at = key;
      writeValue(w, plan.key, 0, key);
      writeValue(w, plan.value, 1, value);
    }
  } catch (error) {
    throw within(keyPath(at), error);
  }
  w.leave();
}
