import { assert, assertEquals, assertThrows } from "@std/assert";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { Reader, Writer } from "../../protocol/mod.ts";
import { json } from "../json.ts";
import { Random } from "../random_test.ts";
import { service, unary } from "../schema/service.ts";
import type { StructType, Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { jsonSchemaOf, writeJsonSchema } from "./json_schema.ts";
import { readProto } from "./proto.ts";

function validatorOf(type: Type): ValidateFunction {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    ownProperties: true,
    allErrors: true,
  });
  formats.default(ajv);
  return ajv.compile(jsonSchemaOf(type));
}

function jsonOf(type: Type, value: unknown): unknown {
  const writer = new Writer();
  json.compile(type).encode(value, writer);
  return JSON.parse(new TextDecoder().decode(writer.slice()));
}

interface Tree {
  name: string;
  children: Tree[];
}
const Tree: Type<Tree> = t.struct("demo.Tree", {
  name: t.field(1, t.string),
  children: t.field(2, t.list(t.lazy(() => Tree))),
});
const Colour = t.enumeration("demo.Colour", { RED: 0, GREEN: 1 });
const Choice = t.union("demo.Choice", { text: t.field(1, t.string), number: t.field(2, t.int32) });
const Group = t.struct("demo.Group", {
  a: t.field(1, t.optional(t.int32)),
  b: t.field(2, t.optional(t.int32)),
  c: t.field(3, t.int32, { default: 7 }),
}, { oneofs: { either: ["a", "b"] } });
const known = readProto(`syntax = "proto3";
import "google/protobuf/duration.proto"; import "google/protobuf/struct.proto"; import "google/protobuf/wrappers.proto";
import "google/protobuf/field_mask.proto"; import "google/protobuf/timestamp.proto"; import "google/protobuf/empty.proto";
message Known {
  google.protobuf.Duration duration = 1; google.protobuf.Struct struct = 2; google.protobuf.Value value = 3;
  google.protobuf.Int64Value long = 4; google.protobuf.FieldMask mask = 5; google.protobuf.ListValue list = 6;
  google.protobuf.Timestamp at = 7; google.protobuf.Empty empty = 8; google.protobuf.NullValue null = 9;
}`).types[0] as StructType;

/** Types, values of them, and JSON that none of their values has. */
const cases: Record<string, [type: Type, values: unknown[], misfits: unknown[]]> = {
  "booleans": [t.bool, [true, false], [0, "true", null]],
  "small integers": [t.int8, [-128, 127], [-129, 128, 0.5, "1"]],
  "unsigned integers": [t.uint32, [0, 4294967295], [-1, 4294967296]],
  "large integers": [t.int64, [0n, -(2n ** 63n), 2n ** 63n - 1n], [0, "-0", "01", "1e3", ""]],
  "large unsigned integers": [t.uint64, [0n, 2n ** 64n - 1n], [0, "-1", "x"]],
  "safe integers": [t.int53, [2 ** 53 - 1, -(2 ** 53) + 1], [2 ** 53, 1.5]],
  "floats": [t.double, [1.5, NaN, -Infinity, -0], ["1.5", "inf", null]],
  "texts": [t.string, ["", "é\n"], [1, null, []]],
  "bytes": [t.bytes, [new Uint8Array(), Uint8Array.of(255, 254, 253, 252)], ["a*", "a", "ab=", [1, 2]]],
  "enumerations": [Colour, ["RED", "GREEN"], ["BLUE", null]],
  "lists": [t.list(t.int8), [[], [1, 2]], [[1, "2"], {}, [null]]],
  "lists of what may be missing": [t.list(t.optional(t.int8)), [[undefined, 1]], [["1"]]],
  "maps": [t.map(t.string, t.int8), [new Map(), new Map([["a", 1]])], [{ a: "1" }, []]],
  "maps by integers": [t.map(t.int32, t.bool), [new Map([[-7, true]])], [{ a: true }, { "07": true }]],
  "maps by booleans": [t.map(t.bool, t.bool), [new Map([[false, true]])], [{ no: true }]],
  "timestamps": [t.timestamp, [new Date(0), new Date("2026-11-23T07:48:21.123Z")], ["2026-11-23", 0, "x"]],
  "dates": [t.date, ["2026-11-23"], ["2026-13-01", "2026-02-30", 20261123]],
  "UUIDs": [t.uuid, ["f81d4fae-7dec-11d0-a765-00a0c91e6bf6"], ["f81d4fae", 1]],
  "decimals": [t.decimal(5, 2), ["0.00", "-123.45"], ["1", "1.2", "1234.50", "01.00", 1.5]],
  "decimals below one": [t.decimal(2, 2), ["0.12"], ["1.12"]],
  "whole decimals": [t.decimal(3), ["0", "-999"], ["1000", "1.0"]],
  "sets": [t.set(t.string), [new Set(), new Set(["a", "b"])], [["a", "a"], [1]]],
  "sets of structs": [t.set(Tree), [new Set([{ name: "", children: [] }, { name: "", children: [] }])], [[1]]],
  "structs": [
    t.struct("demo.A", { a: t.field(1, t.int32), b: t.field(2, t.optional(t.string)) }),
    [{ a: 1 }, { a: 1, b: "" }],
    [{}, { a: "1" }, { b: "" }, [], null],
  ],
  "structs that contain themselves": [
    Tree,
    [{ name: "a", children: [{ name: "b", children: [] }] }],
    [{ name: "a", children: [{ name: "b" }] }],
  ],
  "groups of fields, and defaults": [Group, [{ c: 1 }, { a: 1, c: 1 }], [{ a: 1, b: 1, c: 1 }, { c: "7" }]],
  "unions": [Choice, [{ text: "a" }, { number: 1 }], [{}, { text: "a", number: 1 }, { text: 1 }]],
  "the well-known messages of protobuf": [
    known,
    [
      {
        duration: { seconds: 1n, nanos: 500_000_000 },
        struct: { fields: new Map([["a", { numberValue: 1 }]]) },
        value: { listValue: { values: [{ stringValue: "a" }] } },
        long: { value: 7n },
        mask: { paths: ["a_b", "c"] },
        list: { values: [{ boolValue: true }] },
        at: new Date(0),
        empty: {},
        null: "NULL_VALUE",
      },
    ],
    [{ duration: 1 }, { struct: [] }, { long: 7 }, { list: {} }, { null: "NULL_VALUE" }],
  ],
};

for (const [name, [type, values, misfits]] of Object.entries(cases)) {
  Deno.test(`ajv takes what codec json writes, and no misfits: ${name}`, () => {
    const validate = validatorOf(type);
    for (const value of values) assert(validate(jsonOf(type, value)), JSON.stringify(validate.errors));
    for (const misfit of misfits) assert(!validate(misfit), `ajv takes ${JSON.stringify(misfit)}`);
  });
}

Deno.test("ajv takes what codec json writes for random values of random types", () => {
  const random = new Random(5);
  for (let i = 0; i < 60; i++) {
    const type = random.struct(), validate = validatorOf(type);
    for (let n = 0; n < 10; n++) {
      const text = jsonOf(type, random.value(type));
      assert(validate(text), `${JSON.stringify(validate.errors)}: ${JSON.stringify(text)}`);
    }
  }
});

/** `value` with one of its parts, chosen by `random`, replaced by something else. */
function spoilt(value: unknown, random: Random): unknown {
  if (random.once(4) || typeof value !== "object" || value === null) {
    return random.one([null, true, 0, -1, 1.5, 1e30, "", "x", "7", "NaN", [], {}, [0], { a: 1 }]);
  }
  const key = random.one(Object.keys(value));
  if (key === undefined) return random.one([null, 0, "", [0], { a: 1 }]);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  if (random.once(3) && !Array.isArray(value)) delete (copy as Record<string, unknown>)[key];
  else (copy as Record<string, unknown>)[key] = spoilt((value as Record<string, unknown>)[key], random);
  return copy;
}

Deno.test("codec json reads everything that ajv takes", () => {
  const random = new Random(6);
  let taken = 0, refused = 0;
  for (let i = 0; i < 60; i++) {
    const type = random.struct(), validate = validatorOf(type), coder = json.compile(type);
    for (let n = 0; n < 20; n++) {
      const value = spoilt(jsonOf(type, random.value(type)), random);
      if (!validate(value)) refused++;
      else {
        coder.decode(new Reader(new TextEncoder().encode(JSON.stringify(value))));
        taken++;
      }
    }
  }
  assert(taken > 100 && refused > 100, `${taken} taken, ${refused} refused`);
});

Deno.test("a definition's schema has all its types, with what they are for", () => {
  const Hello = t.struct("demo.Hello", {
    name: t.field(1, t.string, { doc: "Who." }),
    colour: t.field(2, t.optional(Colour), { default: "RED" }),
    big: t.field(3, t.int64, { default: 5n }),
  }, { doc: "Says hello." });
  const schema = jsonSchemaOf({ types: [], services: [service("demo", { hello: unary(Hello, t.string) })] });
  assertEquals(schema, {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $defs: {
      "demo.Colour": { enum: ["RED", "GREEN"] },
      "demo.Hello": {
        description: "Says hello.",
        type: "object",
        properties: {
          name: { type: "string", description: "Who." },
          colour: { $ref: "#/$defs/demo.Colour", default: "RED" },
          big: { type: "string", pattern: "^(0|-?[1-9][0-9]{0,18})$", default: "5" },
        },
        required: ["name"],
      },
    },
  });
});

Deno.test("names that have a meaning in a pointer are escaped", () => {
  const type = t.struct("demo/a~b c%", { a: t.field(1, t.optional(t.lazy(() => type))) }) as StructType;
  assert(validatorOf(type)({ a: {} }));
  assert(!validatorOf(type)({ a: 1 }));
});

Deno.test("the text ends with a line and has two types of one name refused", () => {
  assertEquals(writeJsonSchema(t.bool).split("\n").length, 5);
  const type = t.struct("demo.A", { a: t.field(1, t.struct("demo.A", {})) });
  assertThrows(() => writeJsonSchema(type), TypeError, "Cannot write demo.A: two types have that name");
});
