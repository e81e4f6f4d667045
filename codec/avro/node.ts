/**
 * What a coder does for one Avro schema on the wire and one erpc type, flattened: a number to switch on and parallel arrays.
 *
 * Made by resolve.ts, where the schema may be somebody else's; followed by encode.ts and decode.ts.
 *
 * @module
 */
import type { LogicalType } from "../schema/type.ts";
import type { Plan } from "../plan.ts";
import type { AvroSchema } from "./schema.ts";

/**
 * What to do, in the order that the coders' switches number them.
 *
 * `real` is an integer on the wire and a float in the value; `entries` a map as an array of records; `optional` a union of
 * null and one other; `member` one branch of a union whose values are objects with one key; `scaled` a timestamp finer than
 * milliseconds; `days`, `unscaled` and `uuid_bytes` are text in the value; `skip` is a field that the type hasn't got;
 * `fail` something that does not match.
 */
const ops = [
  "null",
  "boolean",
  "int",
  "long",
  "bigint",
  "biguint",
  "float",
  "double",
  "real",
  "string",
  "bytes",
  "fixed",
  "enum",
  "array",
  "map",
  "entries",
  "record",
  "optional",
  "union",
  "member",
  "logical",
  "scaled",
  "days",
  "unscaled",
  "uuid_bytes",
  "skip",
  "fail",
] as const;

/** Name of what a node does. */
export type Op = typeof ops[number];

/** One step of a coder. Every node has every property, so that all have one hidden class. */
export class Node {
  /** Index of what to do; the switches name each in a comment. */
  op: number;
  /** What errors call a value of it; why it fails, for `fail`. */
  label: string;
  /** What the value is in erpc's schema. */
  readonly plan: Plan;
  /** What the bytes are. */
  readonly schema: AvroSchema;
  /** Nodes of fields, of branches, of the element or value; of key and value, for `entries`. */
  nodes: Node[] = [];
  /** Keys of fields; of the one field, for `member`. */
  keys: string[] = [];
  /** Whether each field has to be there. */
  required: boolean[] = [];
  /** Fields that the schema hasn't got, and how to make what stands for them. */
  rest: (readonly [key: string, make: () => unknown])[] = [];
  /** How many parts a record counts for: itself, room for its fields, and defaults; see {@linkcode Reader.count}. */
  parts: number;
  /** Symbols by index, in what the type calls them. */
  symbols: readonly (string | undefined)[] = [];
  /** Index of each symbol; index of the branch of each member of a union. */
  indexes: ReadonlyMap<string, number> = new Map();
  /** Index of the branch null, or -1. */
  nullAt = -1;
  /** Index of the branch of every other value, or -1 where that depends on the value. */
  valueAt = -1;
  /** Least number that fits. */
  min: number;
  /** Largest number that fits. */
  max: number;
  /** Bits of the integer on the wire, bytes of a fixed, units of a timestamp in a millisecond. */
  size = 0;
  /** Digits behind the point of a decimal. */
  scale = 0;
  /** Least number of bytes that an element or value takes: 0 or 1. */
  least = 0;
  /** What is written for a field that the type hasn't got: its default; null without one. */
  constant: Uint8Array | null = null;
  /** Converts between values and what travels; null for every other node. */
  readonly logical: LogicalType | null;

  /** Makes one that does `op`. */
  constructor(op: Op, schema: AvroSchema, plan: Plan) {
    this.op = opOf(op);
    this.schema = schema;
    this.plan = plan;
    this.label = plan.label;
    this.parts = 1 + plan.room;
    this.min = plan.min;
    this.max = plan.max;
    this.logical = plan.logical;
  }
}

/** The number of `op`. */
export function opOf(op: Op): number {
  return ops.indexOf(op);
}
