/**
 * Schemas in whichever form users have them.
 *
 * @module
 */
import type { Type } from "../schema/type.ts";
import { readJson } from "./json_node.ts";
import { parseSchema } from "./parse.ts";
import { canonicalOf } from "./schema_json.ts";
import type { AvroSchema } from "./schema.ts";
import { schemaOf } from "./schema_of.ts";

/** A schema: the text of Avro's JSON, the same parsed, or an erpc type. */
export type AvroSource = string | Type | Readonly<Record<string, unknown>> | readonly unknown[];

/** The schema that `source` is; throws IdlError for text or JSON that is none. */
export function schemaFrom(source: AvroSource): AvroSchema {
  if (typeof source === "string") return parseSchema(readJson(source)).schema;
  if (isType(source)) return schemaOf(source);
  return parseSchema(readJson(JSON.stringify(source))).schema;
}

function isType(source: object): source is Type {
  return "kind" in source && !("type" in source);
}

/**
 * The Parsing Canonical Form of a schema, as JSON without spaces: the same for all schemas that are read alike.
 *
 * Throws IdlError for what is no schema, TypeError for a type with names that Avro can't have.
 */
export function avroCanonicalForm(schema: AvroSource): string {
  return canonicalOf(schemaFrom(schema));
}
