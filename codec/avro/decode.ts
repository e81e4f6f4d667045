/**
 * Reads values by their {@linkcode Node}. Strict: a misfit for a number out of range, an unknown symbol or branch, more
 * than one field of a group, a block that is not as long as it says.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { checkOneofs } from "../fit.ts";
import { misfit, within } from "../misfit.ts";
import { dateOf, decimalOf, uuidOf } from "./forms.ts";
import type { Node } from "./node.ts";
import { skipValue } from "./skip.ts";
import {
  checkBlock,
  endBlock,
  takeBigLong,
  takeBlockEnd,
  takeBoolean,
  takeBytes,
  takeDouble,
  takeFloat,
  takeIndex,
  takeInt,
  takeLength,
  takeLong,
  takeNearLong,
  takeText,
} from "./take.ts";

/** Most elements an array is made with at once; the engine would make a larger one a hash table. */
const maxDense = 1 << 24;

/** Reads one value; the cases are numbered as in {@linkcode Node.op}. */
export function readValue(r: Reader, node: Node): unknown {
  switch (node.op) {
    case 0: // null
      return undefined;
    case 1: // boolean
      return takeBoolean(r);
    case 2: // int
      return ranged(takeInt(r), node);
    case 3: // long
      return ranged(takeLong(r), node);
    case 4: // bigint
      return takeBigLong(r);
    case 5: // biguint
      return node.size === 64 ? BigInt.asUintN(64, takeBigLong(r)) : BigInt(ranged(takeInt(r), node));
    case 6: // float
      return takeFloat(r);
    case 7: // double
      return takeDouble(r);
    case 8: // real
      return node.plan.type.kind === "float" ? Math.fround(takeNearLong(r)) : takeNearLong(r);
    case 9: // string
      return takeText(r);
    case 10: // bytes
      return takeBytes(r);
    case 12: // enum
      return readSymbol(r, node);
    case 13: // array
      return readArray(r, node);
    case 16: // record
      return readRecord(r, node);
    case 17: // optional
      return takeIndex(r, 2, "branch") === node.nullAt ? undefined : readValue(r, node.nodes[0]!);
    case 20: // logical
      return node.logical!.fromBase(readValue(r, node.nodes[0]!));
    default:
      return readRare(r, node);
  }
}

function readRare(r: Reader, node: Node): unknown {
  switch (node.op) {
    case 11: // fixed
      r.count(1);
      return r.take(node.size);
    case 14: // map
      return readMap(r, node);
    case 15: // entries
      return readEntries(r, node);
    case 18: // union
      return readValue(r, node.nodes[takeIndex(r, node.nodes.length, "branch")]!);
    case 19: // member
      return readMember(r, node);
    case 21: // scaled
      return floorDivided(takeBigLong(r), BigInt(node.size));
    case 22: // days
      return dateOf(takeInt(r));
    case 23: // unscaled
      return decimalOf(r.peek(node.schema.type === "bytes" ? takeLength(r) : node.size), node.max, node.scale);
    case 24: // uuid_bytes
      return uuidOf(r.peek(16));
    case 25: // skip
      return skipValue(r, node.schema);
    default: // fail
      return misfit(node.label);
  }
}

function ranged(n: number, node: Node): number {
  return n >= node.min && n <= node.max ? n : misfit(`got ${n}, want ${node.label}`);
}

function readSymbol(r: Reader, node: Node): string {
  const { symbols } = node, index = takeIndex(r, symbols.length, "symbol");
  return symbols[index] ?? misfit(`got symbol ${index}, which is none of ${node.label}`);
}

/** What is written in milliseconds; a finer time is cut to the millisecond it lies in. */
function floorDivided(n: bigint, by: bigint): number {
  const cut = n / by;
  return Number(n < 0n && cut * by !== n ? cut - 1n : cut);
}

function readRecord(r: Reader, node: Node): unknown {
  r.enter();
  r.count(node.parts);
  const { keys, nodes, plan, rest } = node;
  const out = new plan.Record();
  let i = 0;
  try {
    for (; i < keys.length; i++) {
      const value = readValue(r, nodes[i]!);
      if (value !== undefined) out[keys[i]!] = value;
    }
  } catch (error) {
    throw within("." + keys[i], error);
  }
  for (const [key, make] of rest) out[key] = make();
  if (plan.oneofs) checkOneofs(plan.oneofs, out);
  r.leave();
  return out;
}

function readMember(r: Reader, node: Node): unknown {
  r.enter();
  r.count(1);
  const key = node.keys[0]!, out = new node.plan.Record();
  try {
    out[key] = readValue(r, node.nodes[0]!);
  } catch (error) {
    throw within("." + key, error);
  }
  r.leave();
  return out;
}

function readArray(r: Reader, node: Node): unknown[] {
  r.enter();
  r.count(1);
  const element = node.nodes[0]!, { least } = node;
  let list: unknown[] = [], i = 0;
  try {
    for (let n = takeLong(r); n !== 0; n = takeLong(r)) {
      const end = takeBlockEnd(r, n), stop = i + checkBlock(r, n, least);
      if (i === 0 && stop <= maxDense) list = new Array(stop);
      for (; i < stop; i++) list[i] = readValue(r, element);
      endBlock(r, end);
    }
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  r.leave();
  return list;
}

function readMap(r: Reader, node: Node): Map<unknown, unknown> {
  r.enter();
  r.count(1);
  const map = new Map<unknown, unknown>(), value = node.nodes[0]!;
  let i = 0;
  try {
    for (let n = takeLong(r); n !== 0; n = takeLong(r)) {
      const end = takeBlockEnd(r, n), stop = i + checkBlock(r, n, 1);
      for (; i < stop; i++) {
        const key = takeText(r);
        map.set(key, readValue(r, value));
      }
      endBlock(r, end);
    }
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  r.leave();
  return map;
}

function readEntries(r: Reader, node: Node): Map<unknown, unknown> {
  r.enter();
  r.count(1);
  const map = new Map<unknown, unknown>(), [keys, values] = node.nodes;
  let i = 0;
  try {
    for (let n = takeLong(r); n !== 0; n = takeLong(r)) {
      const end = takeBlockEnd(r, n), stop = i + checkBlock(r, n, 1);
      for (; i < stop; i++) {
        const key = readValue(r, keys!);
        map.set(key, readValue(r, values!));
      }
      endBlock(r, end);
    }
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  r.leave();
  return map;
}
