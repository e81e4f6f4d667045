/**
 * JSON Schemas of the well-known messages of Protocol Buffers that codec `json` writes in a form of their own.
 *
 * @module
 */
import type { Type } from "../schema/type.ts";
import type { NamedType } from "./idl.ts";
import type { JsonSchema } from "./json_schema.ts";

const forms: ReadonlyMap<string, JsonSchema> = new Map<string, JsonSchema>([
  ["google.protobuf.Timestamp", { type: "string", format: "date-time" }],
  ["google.protobuf.Duration", { type: "string", pattern: "^-?[0-9]+(\\.[0-9]+)?s$" }],
  ["google.protobuf.FieldMask", { type: "string" }],
  ["google.protobuf.Struct", { type: "object" }],
  ["google.protobuf.ListValue", { type: "array" }],
  ["google.protobuf.Value", {}],
  ["google.protobuf.NullValue", { type: "null" }],
]);

const wrapper = /^google\.protobuf\.(?:Double|Float|U?Int(?:32|64)|Bool|String|Bytes)Value$/;

/** The schema of `type` when it is a message with a form of its own, with `schemaOf` for what it wraps; else undefined. */
export function protoJsonSchema(type: NamedType, schemaOf: (type: Type) => JsonSchema): JsonSchema | undefined {
  if (type.kind === "struct" && wrapper.test(type.name)) return schemaOf(type.fields[0]!.type);
  return forms.get(type.name);
}
