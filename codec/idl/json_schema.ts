/**
 * JSON Schema (draft 2020-12) of what codec `json` writes.
 *
 * @module
 */
import { rangeOf } from "../fit.ts";
import { dialect } from "../json/dialect.ts";
import { plainer } from "../plain.ts";
import type { AnyType, EnumType, LogicalType, NamedField, Oneof, StructType, Type } from "../schema/type.ts";
import type { Idl, NamedType } from "./idl.ts";
import { protoJsonSchema } from "./json_schema_proto.ts";
import { reachableTypes } from "./reachable.ts";

/** A JSON Schema, or a part of one. */
export interface JsonSchema {
  /** A keyword with its value. */
  readonly [keyword: string]: unknown;
}

/**
 * The JSON Schema of a type, or of all types of an interface definition, each under its name in `$defs`.
 *
 * 64-bit integers are texts, bytes base64, timestamps `date-time`; a field with a default may be missing. More properties are
 * allowed, because readers skip what they don't know. Throws TypeError when two types have the same name.
 *
 * @example
 * ```ts
 * import { jsonSchemaOf } from "@erpc/erpc/idl";
 * import { t } from "@erpc/erpc/codec";
 * const schema = jsonSchemaOf(t.struct("demo.Hello", { name: t.field(1, t.string) }));
 * console.assert(schema.$ref === "#/$defs/demo.Hello");
 * ```
 */
export function jsonSchemaOf(source: Type | Idl): JsonSchema {
  const isType = "kind" in source,
    [types, root] = isType ? [[source as NamedType], typeSchema(source)] : [source.types, {}];
  const services = isType ? [] : source.services, named = reachableTypes({ types, services });
  const $defs = Object.fromEntries(named.map((type) => [type.name, definition(type)]));
  return { $schema: "https://json-schema.org/draft/2020-12/schema", ...root, ...named.length > 0 && { $defs } };
}

/** The text of {@linkcode jsonSchemaOf}. */
export function writeJsonSchema(source: Type | Idl): string {
  return JSON.stringify(jsonSchemaOf(source), null, 2) + "\n";
}

function definition(type: NamedType): JsonSchema {
  const { doc } = type, special = protoJsonSchema(type, typeSchema);
  return {
    ...doc !== undefined && { description: doc },
    ...special ?? (type.kind === "struct" ? record(type) : names(type)),
  };
}

function names({ numbers }: EnumType): JsonSchema {
  return { enum: [...numbers.keys()] };
}

function record({ fields, oneofs = [] }: StructType): JsonSchema {
  const required = fields.filter((field) => field.type.kind !== "optional" && field.default === undefined);
  return {
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [field.key, property(field)])),
    ...required.length > 0 && { required: required.map(({ key }) => key) },
    ...oneofs.length > 0 && { allOf: oneofs.map(group) },
  };
}

/** One of the fields of a group, or none where none is required. */
function group({ keys, required }: Oneof): JsonSchema {
  const cases = keys.map((key) => ({ required: [key] }));
  return { oneOf: required ? cases : [...cases, { not: { anyOf: cases } }] };
}

function property({ type, doc, default: standard }: NamedField): JsonSchema {
  const any = type as AnyType;
  return {
    ...typeSchema(any.kind === "optional" ? any.inner : type),
    ...doc !== undefined && { description: doc },
    ...standard !== undefined && { default: plainer(type, dialect)(standard) },
  };
}

const base64 = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$";
const floats = ["NaN", "Infinity", "-Infinity", "-0"];

function typeSchema(type: Type): JsonSchema {
  const any = type as AnyType;
  switch (any.kind) {
    case "struct":
    case "enumeration":
      return { $ref: `#/$defs/${encodeURIComponent(any.name.replaceAll("~", "~0").replaceAll("/", "~1"))}` };
    case "lazy":
      return typeSchema(any.get());
    case "list":
      return { type: "array", items: typeSchema(any.element) };
    case "map":
      return { type: "object", ...keys(any.key as AnyType), additionalProperties: typeSchema(any.value) };
    case "optional":
      return { anyOf: [typeSchema(any.inner), { type: "null" }] };
    case "logical":
      return logical(any);
    case "bool":
      return { type: "boolean" };
    case "float":
    case "double":
      return { anyOf: [{ type: "number" }, { enum: floats }] };
    case "string":
      return { type: "string" };
    case "bytes":
      return { type: "string", contentEncoding: "base64", pattern: base64 };
    case "int64":
      return { type: "string", pattern: "^(0|-?[1-9][0-9]{0,18})$" };
    case "uint64":
      return { type: "string", pattern: "^(0|[1-9][0-9]{0,19})$" };
    default: {
      const [minimum, maximum] = rangeOf(any)!;
      return { type: "integer", minimum, maximum };
    }
  }
}

/** What a map's keys, which are texts in JSON, look like. */
function keys(key: AnyType): JsonSchema {
  if (key.kind === "string") return {};
  if (key.kind === "bool") return { propertyNames: { enum: ["true", "false"] } };
  return { propertyNames: { pattern: `^(0|${key.kind.startsWith("u") ? "" : "-?"}[1-9][0-9]*)$` } };
}

/** Sets of these have no element twice, as JSON compares them. */
const comparable = /^(?:u?int|bool|string|enumeration)/;

function logical({ name, base, parameters }: LogicalType): JsonSchema {
  const any = base as AnyType;
  if (name === "timestamp" && any.kind === "int53") return { type: "string", format: "date-time" };
  if (name === "set" && any.kind === "list") {
    return { ...typeSchema(base), ...comparable.test(any.element.kind) && { uniqueItems: true } };
  }
  if (any.kind !== "string") return typeSchema(base);
  if (name === "date" || name === "uuid") return { type: "string", format: name };
  return { type: "string", ...name === "decimal" && { pattern: decimalPattern(parameters ?? {}) } };
}

function decimalPattern({ precision = 0, scale = 0 }: Readonly<Record<string, number>>): string {
  const whole = precision - scale, digits = whole > 0 ? `(0|[1-9][0-9]{0,${whole - 1}})` : "0";
  return `^-?${digits}${scale > 0 ? `\\.[0-9]{${scale}}` : ""}$`;
}
