import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import { difference } from "../same.ts";
import type { Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { avroCoder } from "./coder.ts";
import { avroFixed } from "./fixed.ts";
import type { AvroSource } from "./source.ts";

const User = (fields: Parameters<typeof t.struct>[1], name = "demo.User") => t.struct(name, fields);
const user = (...fields: unknown[]) => ({ type: "record", name: "User", namespace: "demo", fields });
const field = (name: string, type: unknown, rest = {}) => ({ name, type, ...rest });
const Colour = t.enumeration("demo.Colour", { red: 5, green: 6 });
const colour = (...symbols: string[]) => ({ type: "enum", name: "demo.Colour", symbols });
const Choice = t.union("demo.Choice", { n: t.field(1, t.int64), s: t.field(2, t.string), p: t.field(3, User({})) });
const micros = { type: "long", logicalType: "timestamp-micros" };
const decimal = (precision: number, scale?: number) => ({ type: "bytes", logicalType: "decimal", precision, scale });

/** What a schema's bytes are as values of a type; `other` is what the values are written as when that differs. */
interface Resolution {
  readonly name: string;
  readonly schema: AvroSource;
  readonly type: Type;
  readonly hex: string;
  readonly value: unknown;
  readonly other?: string;
}

const resolutions: readonly Resolution[] = [
  { name: "int as int64", schema: ["int"], type: t.int64, hex: "0009", value: -5n },
  { name: "int as uint64", schema: '"int"', type: t.uint64, hex: "0a", value: 5n },
  { name: "long as uint64", schema: '"long"', type: t.uint64, hex: "01", value: 2n ** 64n - 1n },
  { name: "int as uint32", schema: '"int"', type: t.uint32, hex: "feffffff0f", value: 2 ** 31 - 1 },
  { name: "int as int53", schema: '"int"', type: t.int53, hex: "ffffffff0f", value: -(2 ** 31) },
  { name: "int as float", schema: '"int"', type: t.float, hex: "06", value: 3 },
  { name: "long as double", schema: '"long"', type: t.double, hex: "ffffffffffff3f", value: -(2 ** 47) },
  { name: "float as double", schema: '"float"', type: t.double, hex: "0000c03f", value: 1.5 },
  { name: "string as bytes", schema: '"string"', type: t.bytes, hex: "04c3a9", value: Uint8Array.of(0xc3, 0xa9) },
  { name: "bytes as string", schema: '"bytes"', type: t.string, hex: "04c3a9", value: "é" },
  {
    name: "a field of a former name",
    schema: user(field("old", "int")),
    hex: "02",
    value: { now: 1 },
    type: User({
      now: t.field(1, t.int32, { aliases: ["older", "old"] }),
    }),
  },
  {
    name: "a field of the name before one of a former name",
    schema: user(field("old", "int", { default: 9 }), field("now", "int")),
    type: User({ now: t.field(1, t.int32, { aliases: ["old"] }) }),
    hex: "0204",
    value: { now: 2 },
    other: "1204",
  },
  {
    name: "fields that the type hasn't got, skipped and written as their defaults",
    schema: user(
      field("a", { type: "array", items: ["null", "string"] }, { default: [] }),
      field("b", { type: "map", values: "bytes" }, { default: {} }),
      field("x", "int"),
      field("c", { type: "record", name: "C", fields: [field("d", "double"), field("e", ["null", "C"])] }, {
        default: { d: 1, e: null },
      }),
      field("f", ["null", "long"], { default: null }),
      field("g", { type: "fixed", name: "G", size: 2 }, { default: "\u0000\u00ff" }),
      field("h", { type: "enum", name: "H", symbols: ["i", "j"] }, { default: "j" }),
      field("k", "float", { default: 0.5 }),
      field("l", "boolean", { default: true }),
      field("m", "null", { default: null }),
    ),
    type: User({ x: t.field(1, t.int32) }),
    hex: "010602026100" + "02026b02ff00" + "02" + "000000000000f83f02000000000000004000" + "020a" + "ffff" + "00" +
      "0000803f" + "00",
    value: { x: 1 },
    other: "00" + "00" + "02" + "000000000000f03f00" + "00" + "00ff" + "02" + "0000003f" + "01",
  },
  {
    name: "defaults of fields that the schema hasn't got",
    schema: user(),
    type: User({ a: t.field(1, t.list(t.int8), { default: [1] }), b: t.field(2, t.optional(t.bool)) }),
    hex: "",
    value: { a: [1] },
  },
  {
    name: "another order of fields",
    schema: user(field("b", "int"), field("a", "string")),
    hex: "020278",
    type: User({
      a: t.field(1, t.string),
      b: t.field(2, t.int64),
    }),
    value: { a: "x", b: 1n },
  },
  { name: "a symbol by its name", schema: colour("blue", "green", "red"), type: Colour, hex: "04", value: "red" },
  { name: "null behind", schema: ["int", "null"], type: t.optional(t.int32), hex: "0004", value: 2 },
  { name: "null behind, there", schema: ["int", "null"], type: t.optional(t.int32), hex: "02", value: undefined },
  { name: "null alone", schema: '"null"', type: t.optional(t.int32), hex: "", value: undefined },
  { name: "no null", schema: '"int"', type: t.optional(t.int64), hex: "04", value: 2n },
  { name: "a union for one of its branches", schema: ["null", "string", "int"], type: t.int64, hex: "0404", value: 2n },
  {
    name: "the branch of the same kind",
    schema: ["int", "double"],
    type: t.double,
    hex: "02000000000000f03f",
    value: 1,
  },
  {
    name: "a promoted branch",
    schema: ["int", "double"],
    type: t.double,
    hex: "0004",
    value: 2,
    other: "020000000000000040",
  },
  { name: "a branch as a member", schema: ["string", "null", "long"], type: Choice, hex: "0404", value: { n: 2n } },
  { name: "no union as a member", schema: '"int"', type: Choice, hex: "04", value: { n: 2n } },
  { name: "a record as a member", schema: user(), type: Choice, hex: "", value: { p: {} } },
  {
    name: "a member or null",
    schema: ["string", "null", "long"],
    type: t.optional(Choice),
    hex: "02",
    value: undefined,
  },
  {
    name: "a list in blocks with sizes",
    schema: { type: "array", items: "long" },
    type: t.list(t.int53),
    hex: "0304020404060800",
    value: [1, 2, 3, 4],
    other: "080204060800",
  },
  {
    name: "a map as an array of entries of any name",
    schema: {
      type: "array",
      items: { type: "record", name: "Pair", fields: [field("key", "int"), field("value", "string")] },
    },
    type: t.map(t.int64, t.string),
    hex: "0202026100",
    value: new Map([[1n, "a"]]),
  },
  { name: "microseconds, cut", schema: micros, type: t.timestamp, hex: "d10f", value: new Date(-2), other: "9f1f" },
  { name: "a number as a timestamp", schema: '"long"', type: t.timestamp, hex: "02", value: new Date(1) },
  { name: "a number as a date", schema: '"int"', type: t.date, hex: "01", value: "1969-12-31" },
  {
    name: "a decimal in a fixed",
    schema: { ...decimal(5, 2), type: "fixed", name: "F", size: 4 },
    type: t.decimal(5, 2),
    hex: "ffffff85",
    value: "-1.23",
  },
  {
    name: "a decimal in more bytes than it needs",
    schema: decimal(3),
    type: t.decimal(3),
    hex: "06ffff85",
    value: "-123",
    other: "0285",
  },
  {
    name: "a decimal of no bytes",
    schema: decimal(3, 1),
    type: t.decimal(3, 1),
    hex: "00",
    value: "0.0",
    other: "0200",
  },
  {
    name: "a UUID in a fixed",
    schema: { type: "fixed", size: 16, name: "U", logicalType: "uuid" },
    type: t.uuid,
    hex: "f81d4fae7dec11d0a76500a0c91e6bf6",
    value: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
  },
  {
    name: "a fixed of the same name in another namespace",
    schema: { type: "fixed", size: 2, name: "x.F" },
    type: avroFixed("y.F", 2),
    hex: "0102",
    value: Uint8Array.of(1, 2),
  },
];

function decode(type: Type, schema: AvroSource, hex: string): unknown {
  return avroCoder(type, { schema }).decode(new Reader(Uint8Array.fromHex(hex)));
}

for (const { name, schema, type, hex, value, other = hex } of resolutions) {
  Deno.test(`avroCoder reads ${name}`, () => {
    assertStrictEquals(difference(decode(type, schema, hex), value), undefined);
    const writer = new Writer();
    avroCoder(type, { schema }).encode(value, writer);
    assertEquals(writer.slice().toHex(), other);
  });
}

/** Schemas that can't be read as a type at all. */
const mismatches: readonly (readonly [name: string, schema: AvroSource, type: Type, says: string])[] = [
  ["long as int32", '"long"', t.int32, "got long, want int"],
  ["double as float", '"double"', t.float, "got double, want float"],
  ["string as int32", '"string"', t.int32, "got string, want int"],
  ["boolean as int32", '"boolean"', t.int32, "got boolean, want int"],
  [
    "a field that is missing",
    user(),
    User({ a: t.field(1, t.int32) }),
    "record demo.User has no field a, and it has no default",
  ],
  ["a record of another name", user(), User({}, "demo.Other"), "got record demo.User, want record demo.Other"],
  [
    "a field of another type",
    user(field("a", "string")),
    User({ a: t.field(1, t.bool) }),
    "field a of record demo.User: got string, want boolean",
  ],
  [
    "an enum of another name",
    { type: "enum", name: "X", symbols: ["red"] },
    Colour,
    "got enum X, want enum demo.Colour",
  ],
  ["a union without a branch that fits", ["null", "string"], t.int32, "got null, want int"],
  ["null for what must be there", '"null"', t.int32, "got null, want int"],
  ["no member of a union", '"boolean"', Choice, "got boolean, want one of demo.Choice"],
  [
    "a decimal of another scale",
    decimal(5, 1),
    t.decimal(5, 2),
    "got a decimal of 5 digits, 1 of them behind the point",
  ],
  ["bytes as a decimal", '"bytes"', t.decimal(5, 2), "got bytes, want bytes (decimal)"],
  [
    "a fixed of another size",
    { type: "fixed", size: 3, name: "F" },
    avroFixed("F", 2),
    "got fixed F of 3 bytes, want fixed F of 2 bytes",
  ],
  [
    "an array of three as a map",
    {
      type: "array",
      items: { type: "record", name: "E", fields: [field("key", "int"), field("value", "int"), field("more", "int")] },
    },
    t.map(t.int32, t.int32),
    "got array, want array (map)",
  ],
  [
    "a decimal in a huge fixed",
    { ...decimal(5, 2), type: "fixed", name: "F", size: 2000 },
    t.decimal(5, 2),
    "got fixed F of 2000 bytes, want bytes (decimal)",
  ],
  ["an array as a map", { type: "array", items: "int" }, t.map(t.string, t.int32), "got array, want map"],
  ["an array that is no map", { type: "array", items: "int" }, t.map(t.int32, t.int32), "got array, want array (map)"],
  [
    "time of day as a timestamp",
    { type: "long", logicalType: "time-micros" },
    t.timestamp,
    "got long (time-micros), want long (timestamp-millis)",
  ],
];

for (const [name, schema, type, says] of mismatches) {
  Deno.test(`avroCoder refuses ${name}`, () => {
    const error = assertThrows(() => avroCoder(type, { schema }), TypeError);
    assertEquals(error.message.replace(/^Cannot use \S+ with this avro schema: /, ""), says);
  });
}

/** Bytes that a coder refuses although the schemas go together. */
const refusals: readonly (readonly [name: string, schema: AvroSource, type: Type, hex: string, says: string])[] = [
  [
    "null where a value must be",
    user(field("a", ["null", "int"])),
    User({ a: t.field(1, t.int32) }),
    "00",
    "demo.User.a: got null, want int",
  ],
  [
    "a symbol that the type hasn't got",
    colour("red", "blue"),
    Colour,
    "02",
    "demo.Colour: got symbol 1, which is none of demo.Colour",
  ],
  [
    "a branch that is no member",
    ["string", "boolean"],
    Choice,
    "0201",
    "demo.Choice: got boolean, want one of demo.Choice",
  ],
  [
    "a negative int as uint64",
    '"int"',
    t.uint64,
    "01",
    "uint64: got -1, want a bigint of 64 bits that is not negative",
  ],
  ["an int beyond uint8", '"int"', t.uint8, "8004", "uint8: got 256, want an integer from 0 to 255"],
];

for (const [name, schema, type, hex, says] of refusals) {
  Deno.test(`avroCoder refuses the bytes of ${name}`, () => {
    const error = assertThrows(() => decode(type, schema, hex), RpcError);
    assertEquals([error.code, error.message], ["invalid_argument", `Cannot decode ${says}`]);
  });
}

Deno.test("avroFixed is of a number of bytes, and of what fits in them", () => {
  assertThrows(() => avroFixed("F", -1), RangeError, "Cannot use a fixed of -1 bytes");
  assertThrows(() => avroFixed("F", 8, t.uuid), TypeError, "Cannot use uuid as a fixed of 8 bytes");
  assertThrows(() => avroFixed("F", 8, t.timestamp), TypeError, "Cannot use timestamp as a fixed of 8 bytes");
});

Deno.test("avroFixed checks how many bytes there are, whoever made its type", () => {
  const says = (type: Type, value: unknown) =>
    assertThrows(() => avroCoder(type).encode(value, new Writer()), RpcError).message;
  assertEquals(says(avroFixed("F", 2), new Uint8Array(3)), "Cannot encode fixed: got 3 bytes, want 2");
  assertEquals(says(avroFixed("F", 2), "ab"), "Cannot encode fixed: got a string, want 2 bytes");
  const own = t.logical<number[], Uint8Array>("own", {
    base: t.bytes,
    toBase: (list) => Uint8Array.from(list),
    fromBase: (b) => [...b],
  });
  const made: Type = { ...own, schema: { type: "fixed", name: "F", size: 2 } } as Type;
  assertEquals(says(made, [1, 2, 3]), "Cannot encode own: got 3 bytes, want 2");
  assertEquals(decode(made, made, "0102"), [1, 2]);
});

Deno.test("avroCoder writes nothing for a default that erpc has no type for", () => {
  const schema = user(
    field("a", { type: "array", items: "null" }, { default: [] }),
    field("b", "int", { default: "x" }),
  );
  const coder = avroCoder(User({}), { schema });
  assertStrictEquals(difference(coder.decode(new Reader(Uint8Array.of(0, 2))), {}), undefined);
  assertThrows(() => coder.encode({}, new Writer()), RpcError, "demo.User.a: the schema on the wire wants it");
});

Deno.test("avroCoder takes a symbol that the type hasn't got as the one it is told", () => {
  const coder = avroCoder(Colour, { schema: colour("red", "blue"), enumDefaults: { "demo.Colour": "green" } });
  assertEquals(coder.decode(new Reader(Uint8Array.of(2))), "green");
  assertThrows(() => avroCoder(Colour, { enumDefaults: { "demo.Colour": "blue" } }), TypeError, "none of its names");
});

Deno.test("avroCoder can't write a value that the schema has no form for", () => {
  const says = (type: Type, schema: AvroSource, value: unknown) =>
    assertThrows(() => avroCoder(type, { schema }).encode(value, new Writer()), RpcError).message;
  assertEquals(
    says(User({}), user(field("a", "int")), {}),
    "Cannot encode demo.User.a: the schema on the wire wants it, and the type has no such field",
  );
  assertEquals(says(t.double, '"int"', 1.5), "Cannot encode double: got 1.5, want an integer of 32 bits");
  assertEquals(says(t.int64, '"int"', 2n ** 31n), "Cannot encode int64: got 2147483648, want a bigint of 64 bits");
  assertEquals(
    says(Choice, ["string"], { n: 1n }),
    "Cannot encode demo.Choice: got n, which the schema on the wire hasn't got",
  );
  assertEquals(
    says(t.optional(t.int32), '"int"', undefined),
    "Cannot encode optional: got nothing, want an integer from -2147483648 to 2147483647",
  );
  assertEquals(
    says(t.decimal(9), { ...decimal(9), type: "fixed", name: "F", size: 1 }, "128"),
    "Cannot encode decimal: got a decimal of 2 bytes, want at most 1",
  );
});

interface Tree {
  leaves: Tree[];
  label?: string | undefined;
}
const Tree: Type<Tree> = t.struct("demo.Tree", {
  leaves: t.field(1, t.list(t.lazy(() => Tree))),
  label: t.field(2, t.optional(t.string)),
});

Deno.test("avroCoder resolves types that contain themselves", () => {
  const schema = '{"type":"record","name":"Tree","fields":[{"name":"size","type":"int","default":3},' +
    '{"name":"leaves","type":{"type":"array","items":"Tree"}}]}';
  const coder = avroCoder(Tree, { schema }), value = { leaves: [{ leaves: [] }, { leaves: [{ leaves: [] }] }] };
  const writer = new Writer();
  coder.encode(value, writer);
  assertEquals(writer.slice().toHex(), "0604060006" + "02" + "0600" + "00" + "00");
  assertStrictEquals(difference(coder.decode(new Reader(writer.slice())), value), undefined);
});
