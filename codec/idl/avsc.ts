/**
 * Avro's schema files (`.avsc`), in and out.
 *
 * Format: Apache Avro 1.12 specification, "Schema Declaration".
 *
 * @module
 */
import { type JsonNode, readJson } from "../avro/json_node.ts";
import { type ParsedSchema, parseSchema } from "../avro/parse.ts";
import type { AvroField, AvroSchema, Json } from "../avro/schema.ts";
import { Declarer } from "../avro/schema_json.ts";
import { schemasOf } from "../avro/schema_of.ts";
import { TypeMaker } from "../avro/type_of.ts";
import type { Type } from "../schema/type.ts";
import { type Idl, IdlError } from "./idl.ts";
import { reachableTypes } from "./reachable.ts";

/**
 * The types of an Avro schema, outer ones before those in them: its records, enumerations and unions; a union at the top is
 * a file of several schemas, and only its branches count.
 *
 * Avro has no tags, so fields are numbered from 1 in their order. Names, namespaces, aliases of fields, defaults and docs are
 * kept; aliases of types, defaults of enumerations, `order` and unknown properties are not. What becomes what is said in
 * `avro/type_of.ts`. Throws {@linkcode IdlError} for text that is no schema, and for what erpc has no type for: null
 * that is no field and in no union, and enumerations without symbols.
 *
 * @example
 * ```ts
 * import { readAvsc } from "@erpc/erpc/avro";
 * const { types: [user] } = readAvsc('{"type":"record","name":"demo.User","fields":[{"name":"id","type":"long"}]}');
 * console.assert(user?.name === "demo.User");
 * ```
 */
export function readAvsc(text: string): Idl {
  const node = readJson(text), { schema, places } = parseSchema(node);
  const maker = new TypeMaker((what, reason) => {
    throw new IdlError(reason, placeOf(what, places, node));
  });
  for (const top of schema.type === "union" ? schema.branches : [schema]) {
    if (top.type !== "null") maker.make(top, "Union");
  }
  return { types: maker.types, services: [] };
}

function placeOf(what: AvroSchema | AvroField, places: ParsedSchema["places"], root: JsonNode): JsonNode {
  return places.get(what) ?? root;
}

/**
 * The Avro schema of a type, or of all types of an interface definition as a union, as JSON. Each type is declared where it
 * first stands.
 *
 * Throws TypeError for names that Avro can't have, for two types of one name, and for a default that is not finite.
 *
 * @example
 * ```ts
 * import { writeAvsc } from "@erpc/erpc/avro";
 * import { t } from "@erpc/erpc/codec";
 * const Hello = t.struct("demo.Hello", { name: t.field(1, t.string), times: t.field(2, t.optional(t.int32)) });
 * console.log(writeAvsc(Hello));
 * ```
 */
export function writeAvsc(source: Type | Idl): string {
  const declarer = new Declarer(false);
  if ("kind" in source) return textOf(declarer.declare(schemasOf([source])[0]!)) + "\n";
  const declared: Json[] = [];
  for (const schema of schemasOf(reachableTypes(source))) {
    // A union has no name to be declared by; it is written where it is used.
    for (const one of schema.type === "union" ? schema.branches : [schema]) {
      if ("name" in one && !declarer.has(one)) declared.push(declarer.declare(one));
    }
  }
  return textOf(declared) + "\n";
}

/** JSON with short lines: what fits stands on one. */
function textOf(json: Json, indent = ""): string {
  const line = lineOf(json);
  if (typeof json !== "object" || json === null || indent.length + line.length <= 100) return line;
  const inner = indent + "  ";
  const [open, close, items] = Array.isArray(json)
    ? ["[", "]", json.map((item: Json) => inner + textOf(item, inner))]
    : ["{", "}", Object.entries(json).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${textOf(item, inner)}`)];
  return `${open}\n${items.join(",\n")}\n${indent}${close}`;
}

function lineOf(json: Json): string {
  if (typeof json === "bigint") return `${json}`;
  if (typeof json === "number" && !Number.isFinite(json)) {
    throw new TypeError(`Cannot write a default of ${json} for avro: JSON has no such number`);
  }
  if (Object.is(json, -0)) return "-0";
  if (typeof json !== "object" || json === null) return JSON.stringify(json);
  if (Array.isArray(json)) return `[${json.map(lineOf).join(", ")}]`;
  const members = Object.entries(json).map(([key, item]) => `${JSON.stringify(key)}: ${lineOf(item)}`);
  return members.length > 0 ? `{ ${members.join(", ")} }` : "{}";
}
