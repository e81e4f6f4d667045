import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { avroCanonicalForm } from "../avro/source.ts";
import type { AnyType, NamedField, StructType, Type } from "../schema/type.ts";
import { service, unary } from "../schema/service.ts";
import * as t from "../schema/words.ts";
import { readAvsc, writeAvsc } from "./avsc.ts";
import { describeIdl, describeType } from "./describe.ts";
import { IdlError } from "./idl.ts";

const record = (...fields: unknown[]) => JSON.stringify({ type: "record", name: "R", namespace: "demo", fields });
const fieldOf = (type: unknown, rest = {}): NamedField => {
  const [struct] = readAvsc(record({ name: "f", type, ...rest })).types;
  return (struct as StructType).fields[0]!;
};
const logical = (type: string, logicalType: string, rest = {}) => ({ type, logicalType, ...rest });

/** What becomes of each schema. */
const types: readonly (readonly [schema: unknown, type: string])[] = [
  ["boolean", "bool"],
  ["int", "int32"],
  [{ type: "long" }, "int64"],
  ["float", "float"],
  ["double", "double"],
  ["string", "string"],
  [{ type: { type: "bytes" } }, "bytes"],
  [logical("long", "timestamp-millis"), "timestamp<int53>"],
  [logical("long", "timestamp-micros"), "int64"],
  [logical("int", "date"), "date<string>"],
  [logical("int", "time-millis"), "int32"],
  [logical("string", "uuid"), "uuid<string>"],
  [logical("bytes", "decimal", { precision: 9, scale: 2 }), "decimal<string, 9, 2>"],
  [logical("bytes", "decimal", { precision: 0 }), "bytes"],
  [logical("bytes", "decimal", { precision: 2, scale: 3 }), "bytes"],
  [logical("string", "nobody-knows"), "string"],
  [{ type: "array", items: "int" }, "list<int32>"],
  [{ type: "array", items: ["null", "int"] }, "list<optional<int32>>"],
  [{ type: "map", values: { type: "array", items: "bytes" } }, "map<string, list<bytes>>"],
  [["null", "int"], "optional<int32>"],
  [["string", "null"], "optional<string>"],
  ["R", "demo.R"],
  [["null", "demo.R"], "optional<demo.R>"],
  [["int", "string"], "demo.R_f"],
  [["null", "int", "string"], "optional<demo.R_f>"],
  [{ type: "enum", name: "E", symbols: ["A", "B"] }, "demo.E"],
  [{ type: "enum", name: "E", namespace: "", symbols: ["A", "B"] }, "E"],
  [{ type: "enum", name: "x.E", namespace: "y", symbols: ["A", "B"] }, "x.E"],
  [
    {
      type: "array",
      logicalType: "map",
      items: { type: "record", name: "E", fields: [{ name: "key", type: "int" }, { name: "value", type: "string" }] },
    },
    "map<int32, string>",
  ],
  [
    { type: "array", logicalType: "map", items: { type: "record", name: "E", fields: [{ name: "key", type: "int" }] } },
    "list<demo.E>",
  ],
];

for (const [schema, type] of types) {
  Deno.test(`readAvsc makes ${type} of ${JSON.stringify(schema)}`, () => {
    const { key, tag, type: found } = fieldOf(schema);
    assertEquals([key, tag, describeType(found)], ["f", 1, type]);
  });
}

Deno.test("readAvsc names the members of a union after its branches", () => {
  const point = (name: string) => ({ type: "record", name, fields: [] });
  const { type } = fieldOf([
    "string",
    "null",
    { type: "array", items: "int" },
    point("a.Point"),
    point("b.Point"),
    point("Line"),
  ]);
  const union = (type as { inner?: Type }).inner as StructType;
  assertEquals(union.fields.map(({ key, tag }) => [key, tag]), [
    ["string", 1],
    ["array", 2],
    ["a_Point", 3],
    ["b_Point", 4],
    ["Line", 5],
  ]);
  assertEquals(union.oneofs, [{ name: "value", keys: union.fields.map(({ key }) => key), required: true }]);
});

Deno.test("readAvsc makes a type of a fixed that takes as many bytes", () => {
  const { type } = fieldOf({ type: "fixed", name: "F", size: 3 }), fixed = type as AnyType & { kind: "logical" };
  assertEquals(fixed.parameters, { size: 3 });
  assertThrows(() => fixed.toBase(new Uint8Array(2)), TypeError, "got 2 bytes, want 3");
});

/** Defaults, and their values. */
const defaults: readonly (readonly [type: unknown, json: unknown, value: unknown])[] = [
  ["int", -5, -5],
  ["long", 7, 7n],
  ["float", 0.1, Math.fround(0.1)],
  ["double", 3, 3],
  [{ type: "fixed", name: "F", size: 2 }, "ab", Uint8Array.of(97, 98)],
  ["boolean", false, false],
  ["string", "é", "é"],
  ["bytes", "\u0000\u00ff", Uint8Array.of(0, 255)],
  [["null", "int"], null, undefined],
  [["int", "null"], 5, 5],
  [["null", "int"], 5, 5],
  [["null", "int", "string"], "x", { string: "x" }],
  [{ type: "array", items: "long" }, [1, 2], [1n, 2n]],
  [{ type: "map", values: "int" }, { a: 1, ["__proto__"]: 2 }, new Map([["a", 1], ["__proto__", 2]])],
  [{ type: "enum", name: "E", symbols: ["A", "B"] }, "B", "B"],
  [
    {
      type: "record",
      name: "I",
      fields: [{ name: "x", type: "int", default: 4 }, { name: "y", type: ["null", "int"] }],
    },
    { y: null },
    { x: 4 },
  ],
  [logical("long", "timestamp-millis"), 5, new Date(5)],
  [logical("int", "date"), 1, "1970-01-02"],
  [logical("bytes", "decimal", { precision: 4, scale: 2 }), "\u00ff", "-0.01"],
];

for (const [type, json, value] of defaults) {
  Deno.test(`readAvsc reads the default ${JSON.stringify(json)} of ${JSON.stringify(type)}, and writeAvsc writes it`, () => {
    const field = fieldOf(type, { default: json });
    assertEquals(field.default, value);
    const again = readAvsc(writeAvsc(t.struct("demo.R", { f: field }))).types[0] as StructType;
    assertEquals(again.fields[0]!.default, value);
  });
}

Deno.test("writeAvsc writes the default -0, and readAvsc reads it", () => {
  const [again] = readAvsc(writeAvsc(t.struct("demo.R", { f: t.field(1, t.double, { default: -0 }) }))).types;
  assert(Object.is((again as StructType).fields[0]!.default, -0));
});

Deno.test("readAvsc keeps large integers of defaults, and names, aliases and docs", () => {
  const text = record({ name: "f", type: "long", default: 0, doc: "the f", aliases: ["g"] }).replace(
    '"default":0',
    '"default":9223372036854775807',
  );
  const idl = readAvsc(text.replace('"name":"R"', '"name":"R","doc":"the R"'));
  assertEquals(describeIdl(idl).types["demo.R"], {
    kind: "struct",
    name: "demo.R",
    doc: "the R",
    fields: [{ key: "f", tag: 1, type: "int64", default: 2n ** 63n - 1n, doc: "the f", aliases: ["g"] }],
    oneofs: [],
    keepUnknown: false,
  });
  assertEquals(describeIdl(readAvsc(writeAvsc(idl))), describeIdl(idl));
});

Deno.test("readAvsc gives up on a default with more ways to read it than anybody waits for", () => {
  let json = "5";
  for (let i = 0; i < 90; i++) json = `{"f":${json}}`;
  const type = '["Deep", {"type": "map", "values": "Deep"}]';
  const text = `{"type": "record", "name": "Deep", "fields": [{"name": "f", "type": ${type}, "default": ${json}}]}`;
  assertThrows(() => readAvsc(text), IdlError, "the default of f does not fit");
  const endless = '{"type": "record", "name": "Endless", "fields": [{"name": "f", "type": "Endless", "default": {}}]}';
  assertThrows(() => readAvsc(endless), IdlError, "the default of f does not fit: nesting is deeper than 200");
});

Deno.test("readAvsc reads a file of several schemas, outer ones before those in them", () => {
  const { types } = readAvsc(`["null", "int", {"type": "record", "name": "A", "fields": [
    {"name": "b", "type": {"type": "record", "name": "B", "fields": [{"name": "a", "type": ["null", "A"]}]}}
  ]}, {"type": "enum", "name": "C", "symbols": ["X"]}, {"type": "record", "name": "D", "fields": [{"name": "n", "type": "null"}]}]`);
  assertEquals(types.map(({ name }) => name), ["A", "B", "C", "D"]);
  assertEquals(describeType((types[1] as StructType).fields[0]!.type), "optional<A>");
  assertEquals((types[3] as StructType).fields, []);
  const text = writeAvsc({ types, services: [] });
  assertEquals(describeIdl(readAvsc(text)).types, describeIdl({ types, services: [] }).types);
});

Deno.test("writeAvsc writes all types of a definition, unions where they are used", () => {
  const point = { type: "record", name: "Point", fields: [{ name: "x", type: "int" }] };
  const idl = readAvsc(
    record({ name: "f", type: ["int", point] }, { name: "g", type: { type: "map", values: ["string", "Point"] } }),
  );
  assertEquals(idl.types.map(({ name }) => name), ["demo.R", "demo.Point", "demo.R_f", "demo.R_g"]);
  assertEquals(describeIdl(readAvsc(writeAvsc(idl))), describeIdl(idl));
  const Call = unary(t.list(t.enumeration("demo.E", { a: 1 })), t.struct("demo.S", {}));
  const text = writeAvsc({ types: [], services: [service("demo.Service", { call: Call })] });
  assertEquals(readAvsc(text).types.map(({ name }) => name), ["demo.E", "demo.S"]);
});

/** Text that is no schema, where that shows, and why. */
const refused: readonly (readonly [text: string, place: string, reason: string])[] = [
  ["", "1:1", "the text ends within a value"],
  ["{", "1:2", "want a key in quotes"],
  ["[\n  1 2]", "2:5", "want a comma or ]"],
  ['{"a" 1}', "1:6", "want a colon behind a key"],
  ['{"a": 1,\n "a": 2}', "2:2", 'the key "a" stands twice'],
  ['"int" x', "1:7", "something follows the schema"],
  ['"a\nb"', "1:1", "a string has an unknown escape or a control character"],
  ['"a', "1:1", "a string does not end"],
  ["[01]", "1:2", "01 is no JSON"],
  ["[?]", "1:2", '"?" is no JSON'],
  ["[".repeat(200), "1:101", "nesting is deeper than 100"],
  ["5", "1:1", "want a schema: a name, an object or an array"],
  ["{}", "1:1", 'a schema has no "type"'],
  ['"Nothing"', "1:1", 'the type "Nothing" is unknown'],
  ['{"type": "record"}', "1:1", '"name" is missing'],
  ['{"type": "array"}', "1:1", '"items" is missing'],
  ['{"type": "map",\n "values": "strin"}', "2:12", 'the type "strin" is unknown'],
  ['["int",\n  "int"]', "2:3", "a union has int twice"],
  ['["int", ["string"]]', "1:9", "a union stands directly in a union"],
  ['{"type": "enum", "name": "E", "symbols": ["A", "1"]}', "1:48", '"1" is no symbol'],
  ['{"type": "enum", "name": "E", "symbols": ["A", "A"]}', "1:48", "the symbol A stands twice"],
  ['{"type": "enum", "name": "E", "symbols": ["A"], "default": "B"}', "1:60", "the default is none of the symbols"],
  ['{"type": "enum", "name": "E", "symbols": []}', "1:26", "an enumeration without symbols has no values"],
  ['{"type": "fixed", "name": "F", "size": -1}', "1:40", "the size is no integer from 0 to 2147483647"],
  ['{"type": "fixed", "name": "int", "size": 1}', "1:27", "int is the name of a type without parts"],
  ['{"type": "record", "name": "a.2", "fields": []}', "1:28", '"a.2" is no name of a type'],
  ['{"type": "record", "name": "R", "fields": 1}', "1:43", "want an array"],
  ['{"type": "record", "name": "R", "fields": [1]}', "1:44", "want a field: an object"],
  [record({ name: "a b", type: "int" }), "1:66", '"a b" is no name of a field'],
  [record({ name: "a", type: "int" }, { name: "a", type: "int" }), "1:84", "the field a stands twice"],
  [
    record({ name: "a", type: { type: "enum", name: "R", symbols: ["A"] } }),
    "1:99",
    "the type demo.R is declared twice",
  ],
  [
    record({ name: "a", type: { type: "array", items: "null" } }),
    "1:101",
    "null by itself has no type in erpc; want it in a union",
  ],
  [record({ name: "a", type: ["null"] }), "1:77", "a union without anything but null has no type in erpc"],
  [
    record({ name: "a", type: ["int", { type: "record", name: "__proto__", fields: [] }] }),
    "1:77",
    "a branch can't be named __proto__",
  ],
  [
    record({ name: "a", type: { type: "fixed", name: "F", size: 2 }, default: "a" }),
    "1:124",
    "the default of a does not fit: got 1 bytes, want 2",
  ],
  [record({ name: "__proto__", type: "int" }), "1:85", "a field can't be named __proto__"],
  [
    record({ name: "a", type: "int", default: "5" }),
    "1:93",
    "the default of a does not fit: got a string, want an integer of 32 bits",
  ],
  [
    record({ name: "a", type: "long", default: 1.5 }),
    "1:94",
    "the default of a does not fit: got 1.5, want an integer of 64 bits",
  ],
  [
    record({ name: "a", type: "bytes", default: "漢" }),
    "1:95",
    "the default of a does not fit: got a character above 255",
  ],
  [
    record({ name: "a", type: ["int", "string"], default: null }),
    "1:104",
    "the default of a does not fit: got null, want an integer of 32 bits",
  ],
];

for (const [text, place, reason] of refused) {
  Deno.test(`readAvsc says at ${place} that ${reason}`, () => {
    const error = assertThrows(() => readAvsc(text), IdlError);
    assertEquals(error.message, `${place}: ${reason}`);
    assertEquals(`${error.line}:${error.column}`, place);
  });
}

Deno.test("readAvsc answers spoilt text with an IdlError or types", () => {
  const sound = writeAvsc(t.struct("demo.User", {
    id: t.field(1, t.int64, { default: 5n, aliases: ["key"] }),
    at: t.field(2, t.optional(t.timestamp)),
    one: t.field(3, t.union("demo.One", { a: t.field(1, t.decimal(3, 1)), b: t.field(2, t.list(t.bytes)) })),
    map: t.field(4, t.map(t.int32, t.string), { default: new Map([[1, "x"]]) }),
  }));
  const words = [
    '"null"',
    '"int"',
    '"demo.User"',
    '"x"',
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "1",
    "null",
    '"default"',
    '"type"',
    '"__proto__"',
  ];
  const spoil = fc.array(fc.tuple(fc.nat(sound.length), fc.nat(12), fc.constantFrom("", ...words)), {
    minLength: 1,
    maxLength: 4,
  });
  let read = 0;
  fc.assert(
    fc.property(spoil, (spoilt) => {
      let text = sound;
      for (const [at, cut, word] of spoilt) text = text.slice(0, at) + word + text.slice(at + cut);
      try {
        readAvsc(text);
        read++;
      } catch (error) {
        assert(error instanceof IdlError, `${error}`);
      }
    }),
    { seed: 31, numRuns: 5000 },
  );
  assert(read > 10, `only ${read} were read`);
});

const Colour = t.enumeration("demo.Colour", { red: 3, green: 1 }, { doc: "hue" });
interface Tree {
  leaves: Tree[];
}
const Tree: Type<Tree> = t.struct("demo.Tree", { leaves: t.field(1, t.list(t.lazy(() => Tree))) });

Deno.test("writeAvsc writes what a type is, on short lines", () => {
  const User = t.struct("demo.User", {
    name: t.field(7, t.string, { aliases: ["nick"], doc: "what we say" }),
    colour: t.field(2, Colour, { default: "green" }),
    age: t.field(3, t.optional(t.uint8)),
    level: t.field(4, t.optional(t.uint8), { default: 1 }),
    since: t.field(5, t.date),
    by: t.field(6, t.map(t.int32, Colour)),
  }, { doc: "who" });
  assertEquals(
    writeAvsc(User),
    `{
  "type": "record",
  "name": "User",
  "namespace": "demo",
  "doc": "who",
  "fields": [
    {
      "name": "colour",
      "type": { "type": "enum", "name": "Colour", "doc": "hue", "symbols": ["red", "green"] },
      "default": "green"
    },
    { "name": "age", "type": ["null", "int"], "default": null },
    { "name": "level", "type": ["int", "null"], "default": 1 },
    { "name": "since", "type": { "type": "int", "logicalType": "date" } },
    {
      "name": "by",
      "type": {
        "type": "array",
        "items": {
          "type": "record",
          "name": "User_by_entry",
          "fields": [{ "name": "key", "type": "int" }, { "name": "value", "type": "demo.Colour" }]
        },
        "logicalType": "map"
      }
    },
    { "name": "name", "type": "string", "doc": "what we say", "aliases": ["nick"] }
  ]
}
`,
  );
});

Deno.test("writeAvsc wraps what can't be a branch by itself, and a union that contains itself", () => {
  const Value: Type = t.union("demo.Value", {
    number: t.field(1, t.double),
    text: t.field(2, t.string),
    name: t.field(3, t.string),
    list: t.field(4, t.list(t.lazy(() => Value))),
  });
  assertEquals(
    avroCanonicalForm(Value),
    '{"name":"demo.Value","type":"record","fields":[{"name":"value","type":["double","string",' +
      '{"name":"demo.Value_name","type":"record","fields":[{"name":"value","type":"string"}]},' +
      '{"type":"array","items":"demo.Value"}]}]}',
  );
  assertEquals(
    avroCanonicalForm(Tree),
    '{"name":"demo.Tree","type":"record","fields":[{"name":"leaves","type":{"type":"array","items":"demo.Tree"}}]}',
  );
});

/** Types that Avro's schemas can't name, and why. */
const unwritable: readonly (readonly [type: Type, says: string])[] = [
  [t.struct("demo.x y", {}), "Cannot write demo.x y for avro: it is no name there"],
  [t.struct("demo.A", { "é": t.field(1, t.bool) }), 'Cannot write demo.A for avro: "é" is no name there'],
  [t.enumeration("demo.E", { "x-y": 1 }), 'Cannot write demo.E for avro: "x-y" is no name there'],
  [
    t.struct("demo.A", { a: t.field(1, t.struct("demo.A", {})) }),
    "Cannot write demo.A for avro: two types have that name",
  ],
  [
    t.struct("demo.A", { a: t.field(1, t.double, { default: NaN }) }),
    "Cannot write a default of NaN for avro: JSON has no such number",
  ],
];

for (const [type, says] of unwritable) {
  Deno.test(`writeAvsc says: ${says}`, () => {
    assertEquals(assertThrows(() => writeAvsc(type), TypeError).message, says);
  });
}

Deno.test("readAvsc reads a doc of any length", () => {
  const doc = 'a"\\'.repeat(3_000_000),
    [type] = readAvsc(JSON.stringify({ type: "record", name: "R", doc, fields: [] })).types;
  assert(type?.doc === doc);
});
