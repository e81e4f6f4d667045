/**
 * Skips values that a reader has no use for; bounded like reading them.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import type { AvroArray, AvroMap, AvroRecord, AvroSchema } from "./schema.ts";
import {
  checkBlock,
  takeBigLong,
  takeBlockEnd,
  takeBoolean,
  takeIndex,
  takeInt,
  takeLength,
  takeLong,
} from "./take.ts";

/** Moves past a value of `schema`. */
export function skipValue(r: Reader, schema: AvroSchema): undefined {
  switch (schema.type) {
    case "null":
      return;
    case "boolean":
      return void takeBoolean(r);
    case "int":
      return void takeInt(r);
    case "long":
      return void takeBigLong(r);
    case "enum":
      return void takeIndex(r, schema.symbols.length, "symbol");
    case "float":
      return void r.skip(4);
    case "double":
      return void r.skip(8);
    case "bytes":
    case "string":
      return void r.skip(takeLength(r));
    case "fixed":
      return void r.skip(schema.size);
    case "union":
      return skipValue(r, schema.branches[takeIndex(r, schema.branches.length, "branch")]!);
    default:
      return skipContainer(r, schema);
  }
}

function skipContainer(r: Reader, schema: AvroRecord | AvroArray | AvroMap): undefined {
  r.enter();
  r.count(1);
  if (schema.type === "record") { for (const { type } of schema.fields) skipValue(r, type); }
  else if (schema.type === "array") skipBlocks(r, leastOf(schema.items), () => skipValue(r, schema.items));
  else {
    skipBlocks(r, 1, () => {
      r.skip(takeLength(r));
      skipValue(r, schema.values);
    });
  }
  r.leave();
}

function skipBlocks(r: Reader, least: number, skipItem: () => void): void {
  for (let n = takeLong(r); n !== 0; n = takeLong(r)) {
    const end = takeBlockEnd(r, n), count = checkBlock(r, n, least);
    if (end >= 0) r.pos = end;
    else for (let i = 0; i < count; i++) skipItem();
  }
}

/** Least number of bytes that a value of `schema` takes, 0 or 1: only those that always take none take 0. */
export function leastOf(schema: AvroSchema, known: Map<AvroSchema, number> = new Map()): number {
  if (schema.type === "null") return 0;
  if (schema.type === "fixed") return Math.min(schema.size, 1);
  if (schema.type !== "record") return 1;
  let least = known.get(schema);
  if (least !== undefined) return least;
  known.set(schema, 1); // a record that contains itself with nothing between has no value at all
  least = Math.max(0, ...schema.fields.map(({ type }) => leastOf(type, known)));
  known.set(schema, least);
  return least;
}
