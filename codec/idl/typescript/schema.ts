/**
 * Schemas as the words of `t` write them.
 *
 * @module
 */
import { isFixed } from "../../avro/fixed.ts";
import type { Method, Service } from "../../schema/service.ts";
import type { AnyType, EnumType, LogicalType, NamedField, Oneof, StructType, Type } from "../../schema/type.ts";
import { array, call, type Code, lambda, object, property, quoted } from "./layout.ts";
import { keyOf, type Names } from "./names.ts";
import { isUnionType } from "./type.ts";
import { valueCode } from "./value.ts";

/** The words that make `type`, which has a name. */
export function namedCode(type: StructType | EnumType, names: Names): Code {
  return type.kind === "struct" ? structCode(type, names) : enumCode(type);
}

function enumCode({ name, numbers, doc }: EnumType): Code {
  const entries = [...numbers].map(([key, number]) => property(keyOf(key), String(number)));
  return call("t.enumeration", [quoted(name), object(entries, true), ...optionsCode({ doc: docCode(doc) })]);
}

function structCode(type: StructType, names: Names): Code {
  const { name, keepUnknown, oneofs = [] } = type, isUnion = isUnionType(type), doc = docCode(type.doc);
  const fields = type.fields.map((field) => property(keyOf(field.key), fieldCode(field, names, isUnion)));
  const options = isUnion
    ? { doc }
    : { oneofs: oneofsCode(oneofs), keepUnknown: keepUnknown ? "true" : undefined, doc };
  return call(isUnion ? "t.union" : "t.struct", [quoted(name), object(fields, true), ...optionsCode(options)]);
}

function oneofsCode(oneofs: readonly Oneof[]): Code | undefined {
  if (oneofs.length === 0) return undefined;
  return object(oneofs.map(({ name, keys }) => property(keyOf(name), array(keys.map(quoted)))));
}

function fieldCode({ tag, type, default: standard, aliases, doc }: NamedField, names: Names, isUnion: boolean): Code {
  const any = type as AnyType, inner = isUnion && any.kind === "optional" ? any.inner : type;
  const options = optionsCode({
    default: standard === undefined ? undefined : valueCode(standard, type, names),
    aliases: aliases && array(aliases.map(quoted)),
    doc: docCode(doc),
  });
  return call("t.field", [String(tag), typeCode(inner, names), ...options]);
}

function docCode(doc: string | undefined): Code | undefined {
  return doc === undefined ? undefined : quoted(doc);
}

/** The last argument of a word: those `options` that there are, or nothing without any. */
function optionsCode(options: Readonly<Record<string, Code | undefined>>): Code[] {
  const entries = Object.entries(options).flatMap(([key, value]) => value === undefined ? [] : [property(key, value)]);
  return entries.length === 0 ? [] : [object(entries)];
}

const forms: Readonly<Record<string, string>> = {
  "zigzag int32": "sint32",
  "zigzag int64": "sint64",
  "fixed uint32": "fixed32",
  "fixed uint64": "fixed64",
  "fixed int32": "sfixed32",
  "fixed int64": "sfixed64",
};

/** The words that `type` is used by. Throws TypeError for a logical type of the user's own. */
export function typeCode(type: Type, names: Names): Code {
  const any = type as AnyType;
  switch (any.kind) {
    case "struct":
    case "enumeration":
      return names.get(any)!;
    case "lazy":
      return lambda("t.lazy", lazyName(any.get() as AnyType, names));
    case "list":
      return call("t.list", [typeCode(any.element, names)]);
    case "map":
      return call("t.map", [typeCode(any.key, names), typeCode(any.value, names)]);
    case "optional":
      return call("t.optional", [typeCode(any.inner, names)]);
    case "logical":
      return logicalCode(any, names);
    default:
      return "t." + (any.form ? forms[`${any.form} ${any.kind}`] : any.kind);
  }
}

function lazyName(type: AnyType, names: Names): string {
  const name = names.get(type as StructType);
  if (name === undefined) throw new TypeError(`Cannot write in TypeScript: a lazy ${type.kind}, want a struct`);
  return name;
}

function logicalCode(type: LogicalType, names: Names): Code {
  const { name, base, parameters } = type, { precision, scale } = parameters ?? {}, inner = base as AnyType;
  if (isFixed(type)) {
    const { schema, ...plain } = type, carried = name === "fixed" ? [] : [logicalCode(plain, names)];
    return call("avroFixed", [quoted(schema.name), String(schema.size), ...carried]);
  }
  if (name === "timestamp" && inner.kind === "int53") return "t.timestamp";
  if (name === "set" && inner.kind === "list") return call("t.set", [typeCode(inner.element, names)]);
  if (inner.kind === "string") {
    if (name === "decimal") return `t.decimal(${precision}, ${scale})`;
    if (name === "date" || name === "uuid") return `t.${name}`;
  }
  throw new TypeError(`Cannot write in TypeScript: the logical type ${name}`);
}

const words = { unary: "unary", server_stream: "serverStream", client_stream: "clientStream", bidi: "bidi" } as const;

/** The words that make `service`. */
export function serviceCode({ name, methods, doc }: Service, names: Names): Code {
  const entries = Object.entries(methods).map(([key, method]) =>
    property(keyOf(key), methodCode(method, names), method.doc)
  );
  return call("service", [quoted(name), object(entries, true), ...optionsCode({ doc: docCode(doc) })]);
}

function methodCode({ kind, request, response, idempotent, doc }: Method, names: Names): Code {
  const options = optionsCode({ idempotent: idempotent ? "true" : undefined, doc: docCode(doc) });
  return call(words[kind], [typeCode(request, names), typeCode(response, names), ...options]);
}
