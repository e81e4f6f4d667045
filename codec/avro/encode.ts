/**
 * Writes values by their {@linkcode Node}. Checks every value on the way: one that does not fit is a misfit.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { checkOneofs, got, isRecord, unfit } from "../fit.ts";
import { misfit, within } from "../misfit.ts";
import { unshadowed } from "../plan.ts";
import { keyPath } from "../walk.ts";
import { bytesOfUuid, daysOf, unscaledOf } from "./forms.ts";
import type { Node } from "./node.ts";
import { putBigLong, putBytes, putDouble, putFloat, putInt, putLong, putText } from "./write.ts";

/** Writes one value; the cases are numbered as in {@linkcode Node.op}. */
export function writeValue(w: Writer, node: Node, value: unknown): void {
  const n = value as number, { type } = node.plan;
  switch (node.op) {
    case 0: // null
      return value === undefined ? undefined : misfit(`got ${got(value)}, want nothing`);
    case 1: // boolean
      return w.u8(value === true ? 1 : value === false ? 0 : unfit(value, type));
    case 2: // int
      return putInt(w, n === (n | 0) && n >= node.min && n <= node.max ? n : unfit(value, type));
    case 3: // long
      return putLong(w, Number.isSafeInteger(value) && n >= node.min && n <= node.max ? n : unfit(value, type));
    case 4: // bigint
      if (typeof value !== "bigint" || value !== BigInt.asIntN(node.size, value)) unfit(value, type);
      return putBigLong(w, value);
    case 5: // biguint
      if (typeof value !== "bigint" || value !== BigInt.asUintN(node.size, value)) unfit(value, type);
      return putBigLong(w, BigInt.asIntN(64, value));
    case 6: // float
      return putFloat(w, typeof value === "number" ? value : unfit(value, type));
    case 7: // double
      return putDouble(w, typeof value === "number" ? value : unfit(value, type));
    case 8: // real
      return putLong(w, isWithin(value, node.size) ? value : unfitInteger(value, node.size));
    case 9: // string
      return putText(w, typeof value === "string" ? value : unfit(value, type));
    case 10: // bytes
      return putBytes(w, value instanceof Uint8Array ? value : unfit(value, type));
    case 12: // enum
      return putLong(w, node.indexes.get(value as string) ?? unfit(value, type));
    case 13: // array
      return writeArray(w, node, Array.isArray(value) ? value : unfit(value, type));
    case 16: // record
      return writeRecord(w, node, value);
    case 17: // optional
      if (value === undefined) return w.u8(node.nullAt << 1);
      w.u8(node.valueAt << 1);
      return writeValue(w, node.nodes[0]!, value);
    case 20: // logical
      return writeValue(w, node.nodes[0]!, node.logical!.toBase(value));
    default:
      return writeRare(w, node, value);
  }
}

function writeRare(w: Writer, node: Node, value: unknown): void {
  const { type } = node.plan;
  switch (node.op) {
    case 11: // fixed
      return writeFixed(w, node, value instanceof Uint8Array ? value : unfit(value, type));
    case 14: // map
      return writeMap(w, node, value instanceof Map ? value : unfit(value, type));
    case 15: // entries
      return writeEntries(w, node, value instanceof Map ? value : unfit(value, type));
    case 18: // union
      return writeUnion(w, node, value);
    case 19: // member
      return writeMember(w, node, value);
    case 21: // scaled
      return putBigLong(w, BigInt(value as number) * BigInt(node.size));
    case 22: // days
      return putInt(w, daysOf(value as string));
    case 23: // unscaled
      return writeUnscaled(w, node, unscaledOf(value as string, node.size));
    case 24: // uuid_bytes
      return w.raw(bytesOfUuid(value as string));
    case 25: // skip
      return w.raw(node.constant ?? misfit(`the schema on the wire wants it, and the type has no such field`));
    default: // fail
      misfit(node.label);
  }
}

function isWithin(value: unknown, bits: number): value is number {
  return Number.isSafeInteger(value) && (bits === 64 || value === (value as number | 0));
}

function unfitInteger(value: unknown, bits: number): never {
  misfit(`got ${typeof value === "number" ? value : got(value)}, want an integer of ${bits} bits`);
}

function writeRecord(w: Writer, node: Node, value: unknown): void {
  const { plan, keys, nodes, required } = node;
  if (!isRecord(value)) unfit(value, plan.type);
  w.enter();
  const fields = plan.shadows ? unshadowed(value, plan.keys) : value;
  let i = 0;
  try {
    // Keys that come in the schema's order are read through the engine's enumeration cache, in half the time.
    for (const key in fields) {
      if (key !== keys[i]) break;
      const field = fields[key];
      if (field === undefined && required[i]) misfit("it is missing");
      writeValue(w, nodes[i]!, field);
      i++;
    }
    for (; i < keys.length; i++) {
      const field = fields[keys[i]!];
      if (field === undefined && required[i]) misfit("it is missing");
      writeValue(w, nodes[i]!, field);
    }
  } catch (error) {
    throw within("." + keys[i], error);
  }
  if (plan.oneofs) checkOneofs(plan.oneofs, fields);
  w.leave();
}

function writeArray(w: Writer, node: Node, list: readonly unknown[]): void {
  w.enter();
  const n = list.length, element = node.nodes[0]!;
  let i = 0;
  if (n > 0) putLong(w, n);
  try {
    for (; i < n; i++) writeValue(w, element, list[i]);
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  w.u8(0);
  w.leave();
}

function writeMap(w: Writer, node: Node, map: ReadonlyMap<unknown, unknown>): void {
  w.enter();
  const { nodes: [value], plan } = node;
  let at: unknown;
  if (map.size > 0) putLong(w, map.size);
  try {
    for (const [key, item] of map) {
      at = key;
      putText(w, typeof key === "string" ? key : unfit(key, plan.key.type));
      writeValue(w, value!, item);
    }
  } catch (error) {
    throw within(keyPath(at), error);
  }
  w.u8(0);
  w.leave();
}

function writeEntries(w: Writer, node: Node, map: ReadonlyMap<unknown, unknown>): void {
  w.enter();
  const [keys, values] = node.nodes;
  let at: unknown;
  if (map.size > 0) putLong(w, map.size);
  try {
    for (const [key, item] of map) {
      at = key;
      writeValue(w, keys!, key);
      writeValue(w, values!, item);
    }
  } catch (error) {
    throw within(keyPath(at), error);
  }
  w.u8(0);
  w.leave();
}

function writeUnion(w: Writer, node: Node, value: unknown): void {
  const { valueAt, nullAt, indexes } = node;
  let at = value === undefined ? nullAt : valueAt;
  if (at < 0 && value === undefined) misfit("it is missing");
  if (at < 0) {
    const key = memberOf(node, value);
    at = indexes.get(key) ?? misfit(`got ${key}, which the schema on the wire hasn't got`);
  }
  putLong(w, at);
  writeValue(w, node.nodes[at]!, value);
}

/** Key of the one field that is there in the object `value`. */
function memberOf({ plan }: Node, value: unknown): string {
  if (!isRecord(value)) unfit(value, plan.type);
  const fields = plan.shadows ? unshadowed(value, plan.keys) : value;
  checkOneofs(plan.oneofs!, fields);
  return plan.keys.find((key) => fields[key] !== undefined)!;
}

function writeMember(w: Writer, node: Node, value: unknown): void {
  const key = node.keys[0]!, there = memberOf(node, value);
  if (there !== key) misfit(`got ${there}, which the schema on the wire hasn't got`);
  w.enter();
  try {
    writeValue(w, node.nodes[0]!, (value as Record<string, unknown>)[key]);
  } catch (error) {
    throw within("." + key, error);
  }
  w.leave();
}

function writeFixed(w: Writer, node: Node, bytes: Uint8Array): void {
  if (bytes.length !== node.size) misfit(`got ${bytes.length} bytes, want ${node.size}`);
  w.raw(bytes);
}

/** Writes a decimal's number: as bytes, or as a fixed whose sign fills what is left. */
function writeUnscaled(w: Writer, node: Node, bytes: Uint8Array): void {
  if (node.schema.type === "bytes") putBytes(w, bytes);
  else w.raw(bytes);
}
