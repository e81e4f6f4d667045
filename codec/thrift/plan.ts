/**
 * What Thrift makes of schema types: the wire type of each, and which can't be expressed.
 *
 * @module
 */
import { OPTIONAL_KIND, type Plan, planOf } from "../plan.ts";
import type { Type } from "../schema/type.ts";
import { BOOL, DOUBLE, I16, I32, I64, I8, LIST, MAP, SET, STRING, STRUCT } from "./protocol.ts";

const maxId = 0x7fff;

/** The plan of `type`; throws TypeError for what Thrift can't express. */
export function thriftPlanOf(type: Type, codec: string): Plan {
  const known = new Map<Type, Plan>(), plan = planOf(type, known);
  for (const { type, value, tags, keys } of known.values()) {
    const large = tags.findIndex((tag) => tag > maxId);
    if (large >= 0) {
      throw new TypeError(
        `Cannot compile a schema for ${codec}: tag ${tags[large]} of ${keys[large]} is above ${maxId}`,
      );
    }
    if (value.kind === OPTIONAL_KIND && type.kind !== "optional") {
      throw new TypeError(`Cannot compile a schema for ${codec}: a ${type.kind} cannot hold optional values`);
    }
  }
  return plan;
}

/** Wire types by {@linkcode Plan.kind}: unsigned integers are the next larger signed ones; 0 where it takes a look inside. */
const wires: readonly number[] = [
  BOOL,
  I8,
  I16, // int16
  I32, // int32
  I16, // uint8
  I32, // uint16
  I64, // uint32
  I64, // int53
  I64, // int64
  DOUBLE, // float
  DOUBLE,
  STRING,
  STRING, // bytes
  I32, // enumeration
  LIST,
  MAP,
  STRUCT,
  0, // optional
  I64, // uint64
  0, // logical
];

/** The wire type of values of `plan`. */
export function wireOf(plan: Plan): number {
  const wire = wires[plan.kind]!;
  if (wire > 0) return wire;
  const inner = wireOf(plan.value);
  return inner === LIST && plan.logical?.name === "set" ? SET : inner;
}
