/**
 * The types of XML Schema part 2 and the schema words they stand for.
 *
 * @module
 */
import type { AnyType, ScalarKind, ScalarType, Type } from "../../schema/type.ts";
import * as t from "../../schema/words.ts";

/** Namespace of XML Schema. */
export const xsdNamespace = "http://www.w3.org/2001/XMLSchema";
/** Namespace of the attributes that say what XML Schema has no words for: tags, numbers, defaults. */
export const erpcSchemaNamespace = "urn:erpc:schema";

const names: Readonly<Record<ScalarKind, string>> = {
  bool: "boolean",
  int8: "byte",
  int16: "short",
  int32: "int",
  int64: "long",
  int53: "long",
  uint8: "unsignedByte",
  uint16: "unsignedShort",
  uint32: "unsignedInt",
  uint64: "unsignedLong",
  float: "float",
  double: "double",
  string: "string",
  bytes: "base64Binary",
};

/** Words whose types XML Schema can't tell from others, by name. */
const words: ReadonlyMap<string, Type> = new Map(Object.entries({
  int53: t.int53,
  sint32: t.sint32,
  sint64: t.sint64,
  fixed32: t.fixed32,
  fixed64: t.fixed64,
  sfixed32: t.sfixed32,
  sfixed64: t.sfixed64,
}));

/** The name in XML Schema of `type`. */
export function xsdNameOf({ kind }: ScalarType): string {
  return names[kind];
}

/** The schema word for `type` where its name in XML Schema alone would mean another one. */
export function wordOf({ kind, form }: ScalarType): string | undefined {
  for (const [word, type] of words) {
    if (type.kind === kind && (type as ScalarType).form === form) return word;
  }
  return undefined;
}

/** The type of the schema word `word`, as from {@linkcode wordOf}. */
export function typeOfWord(word: string): Type | undefined {
  return words.get(word);
}

/** What the types of XML Schema are read as, by name; the integers without bounds as those of 64 bits. */
const builtIns: ReadonlyMap<string, Type> = new Map<string, Type>([
  ...(Object.entries(names) as [ScalarKind, string][]).filter(([kind]) => kind !== "int53")
    .map(([kind, name]): [string, Type] => [name, t[kind]]),
  ["integer", t.int64],
  ["negativeInteger", t.int64],
  ["nonPositiveInteger", t.int64],
  ["nonNegativeInteger", t.uint64],
  ["positiveInteger", t.uint64],
  ["dateTime", t.timestamp],
  ["date", t.date],
  ...[
    "decimal",
    "time",
    "duration",
    "gYear",
    "gYearMonth",
    "gMonth",
    "gMonthDay",
    "gDay",
    "hexBinary",
    "anyURI",
    "QName",
    "NOTATION",
    "normalizedString",
    "token",
    "language",
    "Name",
    "NCName",
    "NMTOKEN",
    "NMTOKENS",
    "ID",
    "IDREF",
    "IDREFS",
    "ENTITY",
    "ENTITIES",
    "anySimpleType",
  ].map((name): [string, Type] => [name, t.string]),
]);

/** The type that `name` of XML Schema is read as; undefined when it can't be. */
export function builtInType(name: string): AnyType | undefined {
  return builtIns.get(name) as AnyType | undefined;
}
