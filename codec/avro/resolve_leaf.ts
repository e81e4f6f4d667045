/**
 * Resolution of what has no parts: numbers, text, bytes, and the logical types that Avro has forms for.
 *
 * @module
 */
import type { Plan } from "../plan.ts";
import { mismatch } from "./mismatch.ts";
import { Node, type Op } from "./node.ts";
import { type AvroFixed, type AvroLogical, type AvroPrimitive, type AvroSchema, simpleName } from "./schema.ts";

/** A schema without parts. */
type Leaf = AvroPrimitive | AvroFixed;

/** What each schema of a reader can be read from ("Schema Resolution"); text and bytes are written alike. */
const sources: Readonly<Record<string, readonly string[]>> = {
  boolean: ["boolean"],
  int: ["int"],
  long: ["int", "long"],
  float: ["int", "long", "float"],
  double: ["int", "long", "float", "double"],
  string: ["string", "bytes"],
  bytes: ["bytes", "string"],
};

/** The node that reads `wire` where the type is written by `own`. */
export function resolveLeaf(wire: AvroSchema, own: AvroSchema, plan: Plan): Node {
  const leaf = own as Leaf;
  if (leaf.logical) return resolveForm(wire, leaf, leaf.logical, plan);
  if (leaf.type === "fixed") return fixedNode(wire, leaf, plan);
  if (!sources[leaf.type]?.includes(wire.type)) mismatch(wire, own);
  const node = new Node(opFor(wire, plan), wire, plan), bits = wire.type === "int" ? 32 : 64;
  node.size = bits;
  if (node.op !== 0 && bits === 32) narrow(node);
  return node;
}

function opFor({ type: wire }: AvroSchema, { type: { kind } }: Plan): Op {
  switch (kind) {
    case "bool":
      return "boolean";
    case "int64":
      return "bigint";
    case "uint64":
      return "biguint";
    case "float":
    case "double":
      return wire === "int" || wire === "long" ? "real" : wire as Op;
    case "string":
    case "bytes":
      return kind;
    default:
      return wire as Op;
  }
}

/** Bounds what is written to what an int of the wire holds. */
function narrow(node: Node): void {
  const { kind } = node.plan.type;
  if (kind === "uint64") {
    node.max = 0x7fff_ffff;
    node.size = 31;
  } else {
    node.min = Math.max(node.min, -0x8000_0000);
    node.max = Math.min(node.max, 0x7fff_ffff);
  }
}

/** The node for a type whose `own` schema has a logical type; the node gives the text or number that the type is based on. */
function resolveForm(wire: AvroSchema, own: Leaf, logical: AvroLogical, plan: Plan): Node {
  switch (logical.name) {
    case "timestamp-millis":
      return timestampNode(wire, own, plan);
    case "date":
      return wire.type === "int" && isMeant(wire, "date") ? new Node("days", wire, plan) : mismatch(wire, own);
    case "uuid":
      return uuidNode(wire, own, plan);
    default:
      return decimalNode(wire, own, logical, plan);
  }
}

function isMeant(wire: AvroPrimitive | AvroFixed, ...names: readonly string[]): boolean {
  return wire.logical === undefined || names.includes(wire.logical.name);
}

/** Units of finer timestamps in a millisecond. */
const units: Readonly<Record<string, number>> = { "timestamp-micros": 1000, "timestamp-nanos": 1_000_000 };

function timestampNode(wire: AvroSchema, own: AvroSchema, plan: Plan): Node {
  if (wire.type !== "int" && wire.type !== "long") mismatch(wire, own);
  if (!isMeant(wire, "timestamp-millis", ...Object.keys(units))) mismatch(wire, own);
  const unit = units[wire.logical?.name ?? ""];
  const node = new Node(unit ? "scaled" : wire.type, wire, plan);
  node.size = unit ?? 0;
  if (wire.type === "int") narrow(node);
  return node;
}

function uuidNode(wire: AvroSchema, own: AvroSchema, plan: Plan): Node {
  if (wire.type === "string") return new Node("string", wire, plan);
  return wire.type === "fixed" && wire.size === 16 ? new Node("uuid_bytes", wire, plan) : mismatch(wire, own);
}

/** Most bytes of a fixed that is a decimal; 416 hold the 1000 digits that one may have. */
const maxDecimal = 1024;

function decimalNode(wire: AvroSchema, own: AvroSchema, { precision = 0, scale = 0 }: AvroLogical, plan: Plan): Node {
  if (wire.type !== "bytes" && wire.type !== "fixed" || wire.logical?.name !== "decimal") mismatch(wire, own);
  if (wire.logical.precision !== precision || (wire.logical.scale ?? 0) !== scale) {
    mismatch(`got a decimal of ${wire.logical.precision} digits, ${wire.logical.scale ?? 0} of them behind the point`);
  }
  if (wire.type === "fixed" && wire.size > maxDecimal) mismatch(wire, own);
  const node = new Node("unscaled", wire, plan);
  node.max = precision;
  node.scale = scale;
  node.size = wire.type === "fixed" ? wire.size : 0;
  return node;
}

function fixedNode(wire: AvroSchema, own: AvroFixed, plan: Plan): Node {
  if (wire.type !== "fixed" || wire.size !== own.size || simpleName(wire.name) !== simpleName(own.name)) {
    mismatch(wire, own);
  }
  const node = new Node("fixed", wire, plan);
  node.size = wire.size;
  return node;
}
