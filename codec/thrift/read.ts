/**
 * Reads values by their {@linkcode Plan} in either protocol.
 *
 * As code of Apache's generator does, it skips a field with an unknown id, and one with a known id and another wire type
 * than the schema's, so that either may be missing afterwards. Everything else is strict: a misfit for a missing required
 * field, one that stands twice, elements of another type, a number out of range, an unknown number of an enumeration.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { checkOneofs } from "../fit.ts";
import { misfit, wantEnd, within } from "../misfit.ts";
import { addAbsent, BOOL_KIND, OPTIONAL_KIND, type Plan, STRUCT_KIND } from "../plan.ts";
import { wireOf } from "./plan.ts";
import { type Protocol, STRUCT, typeName } from "./protocol.ts";
import { skipField } from "./skip.ts";

/** Most elements an array is made with at once; the engine would make a larger one a hash table. */
const maxDense = 1 << 24;

/** Reads a message, which ends where the reader does: a struct, or any other value as the field 0 of one. */
export function readRoot(p: Protocol, r: Reader, plan: Plan): unknown {
  if (plan.logical && wireOf(plan) === STRUCT) return plan.logical.fromBase(readRoot(p, r, plan.value));
  const value = plan.kind === STRUCT_KIND ? readStruct(p, r, plan) : readBare(p, r, plan);
  wantEnd(r);
  return value;
}

function readBare(p: Protocol, r: Reader, plan: Plan): unknown {
  let inner = plan;
  while (inner.kind === OPTIONAL_KIND) inner = inner.value;
  const wire = wireOf(inner);
  let value: unknown;
  for (let head = p.readField(r, 0); head !== 0; head = p.readField(r, head >> 8)) {
    if (head >> 8 !== 0 || (head & 31) !== wire) skipField(p, r, head);
    else value = value === undefined ? readField(p, r, inner, head) : misfit("it stands twice");
  }
  return value === undefined && inner === plan ? misfit("it is missing") : value;
}

function readStruct(p: Protocol, r: Reader, plan: Plan): unknown {
  r.enter();
  r.count(1 + plan.room);
  const { keys, tags, plans } = plan, out = new plan.Record();
  let next = 0, furthest = 0, there = 0, key: string | undefined;
  try {
    for (let last = 0;;) {
      key = undefined;
      const head = p.readField(r, last);
      if (head === 0) break;
      last = head >> 8;
      const place = tags[next] === last ? next : tags.indexOf(last);
      if (place < 0 || (head & 31) !== wireOf(plans[place]!)) skipField(p, r, head);
      else {
        key = keys[place]!;
        if (place < furthest && Object.hasOwn(out, key)) misfit("it stands twice");
        out[key] = readField(p, r, plans[place]!, head);
        next = place + 1;
        if (next > furthest) furthest = next;
        there++;
      }
    }
  } catch (error) {
    throw key === undefined ? error : within("." + key, error);
  }
  if (there < keys.length) addAbsent(r, plan, out);
  if (plan.oneofs) checkOneofs(plan.oneofs, out);
  r.leave();
  return out;
}

function readField(p: Protocol, r: Reader, plan: Plan, head: number): unknown {
  if (plan.kind === BOOL_KIND) return p.readBoolField(r, head);
  if (plan.logical && plan.value.kind === BOOL_KIND) return plan.logical.fromBase(p.readBoolField(r, head));
  return readValue(p, r, plan);
}

/** Reads one value that has the plan's wire type; the cases are numbered as in {@linkcode Plan.kind}. */
function readValue(p: Protocol, r: Reader, plan: Plan): unknown {
  switch (plan.kind) {
    case 0: // bool
      return p.readBool(r);
    case 1: // int8
      return r.view.getInt8(r.skip(1));
    case 2: // int16
      return p.readI16(r);
    case 3: // int32
      return p.readI32(r);
    case 4: // uint8
      return ranged(plan, p.readI16(r));
    case 5: // uint16
      return ranged(plan, p.readI32(r));
    case 6: // uint32
      return ranged(plan, p.readI53(r));
    case 7: // int53
      return ranged(plan, p.readI53(r));
    case 8: // int64
      return p.readI64(r);
    case 9: // float
      return Math.fround(p.readDouble(r));
    case 10: // double
      return p.readDouble(r);
    case 11: // string
      return r.text(p.readLength(r));
    case 12: // bytes
      r.count(1);
      return r.take(p.readLength(r));
    case 13: // enumeration
      return nameOf(plan, p.readI32(r));
    case 14: // list
      return readList(p, r, plan);
    case 15: // map
      return readMap(p, r, plan);
    case 16: // struct
      return readStruct(p, r, plan);
    case 18: // uint64
      return BigInt.asUintN(64, p.readI64(r));
    default: // logical
      return plan.logical!.fromBase(readValue(p, r, plan.value));
  }
}

function ranged(plan: Plan, n: number): number {
  return n >= plan.min && n <= plan.max ? n : misfit(`got ${n}, want ${plan.label}`);
}

function nameOf(plan: Plan, n: number): string {
  return plan.names.get(n) ?? misfit(`got ${n}, want ${plan.label}`);
}

function readList(p: Protocol, r: Reader, plan: Plan): unknown[] {
  r.enter();
  const head = p.readList(r), type = head & 31, n = (head - type) / 32, element = plan.value;
  if (n > 0) wantType(type, wireOf(element), "elements");
  r.count(n + 1);
  const list: unknown[] = n > maxDense ? [] : new Array(n);
  let i = 0;
  try {
    for (; i < n; i++) list[i] = readValue(p, r, element);
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  r.leave();
  return list;
}

function readMap(p: Protocol, r: Reader, plan: Plan): Map<unknown, unknown> {
  r.enter();
  const head = p.readMap(r), types = head & 1023, n = (head - types) / 1024, map = new Map<unknown, unknown>();
  if (n > 0) wantType(types >> 5, wireOf(plan.key), "keys");
  if (n > 0) wantType(types & 31, wireOf(plan.value), "values");
  r.count(n + 1);
  let i = 0;
  try {
    for (; i < n; i++) {
      const key = readValue(p, r, plan.key);
      map.set(key, readValue(p, r, plan.value));
    }
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  r.leave();
  return map;
}

function wantType(type: number, wanted: number, what: string): void {
  if (type !== wanted) misfit(`got ${what} of Thrift ${typeName(type)}, want ${typeName(wanted)}`);
}
