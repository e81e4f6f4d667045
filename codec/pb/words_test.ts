/**
 * The schema words that only some formats know, in pb: forms of integers, oneofs, recursion, logical types and defaults.
 *
 * @module
 */
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { timestampDate, timestampFromDate, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import { pb } from "../pb.ts";
import { difference } from "../same.ts";
import type { ListType, StructType, Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";

function encode(type: Type, value: unknown): string {
  const writer = new Writer(16);
  pb.compile(type).encode(value, writer);
  return writer.slice().toHex();
}

function decode(type: Type, hex: string): unknown {
  return pb.compile(type).decode(new Reader(Uint8Array.fromHex(hex)));
}

const unpacked = (element: Type): ListType => ({ ...t.list(element), packed: false });
const One = (type: Type, tag = 1) => t.struct("test.One", { a: t.field(tag, type) });
const Colour = t.enumeration("test.Colour", { none: 0, red: 1 });
const Point = t.struct("test.Point", { x: t.field(1, t.int32), y: t.field(2, t.int32) });
interface Tree {
  name: string;
  children: Tree[];
  left?: Tree | undefined;
}
const Tree: StructType<Tree> = t.struct("test.Tree", {
  name: t.field(1, t.string),
  children: t.field(2, t.list(t.lazy(() => Tree))),
  left: t.field(3, t.optional(t.lazy(() => Tree))),
});
const link = t.logical<URL, string>("link", {
  base: t.string,
  toBase: (url) => url.href,
  fromBase: (text) => new URL(text),
});
const point = t.logical<string, { x: number; y: number }>("point", {
  base: Point,
  toBase: (text) => ({ x: Number(text.split(",")[0]), y: Number(text.split(",")[1]) }),
  fromBase: ({ x, y }) => `${x},${y}`,
});
const trimmed = t.logical<string, string>("trimmed", {
  base: t.string,
  toBase: String,
  fromBase: (text) => text.trim(),
});
const Choice = t.struct("test.Choice", {
  text: t.field(1, t.optional(t.string)),
  n: t.field(2, t.optional(t.sint32)),
  point: t.field(3, t.optional(Point)),
  other: t.field(4, t.bool),
}, { oneofs: { which: ["text", "n", "point"] } });
const Body = t.union("test.Body", { text: t.field(1, t.string), colour: t.field(2, Colour) });

/** Bytes as protobuf's encoding guide has them, or as protoc writes them. */
const both: [name: string, type: Type, value: unknown, hex: string][] = [
  ["the largest uint64", One(t.uint64), { a: 2n ** 64n - 1n }, "08ffffffffffffffffff01"],
  [
    "zigzag numbers",
    One(t.list(t.sint32)),
    { a: [0, -1, 1, -2, 2 ** 31 - 1, -(2 ** 31)] },
    "0a0e00010203feffffff0fffffffff0f",
  ],
  ["large zigzag numbers", One(t.list(t.sint64)), { a: [0n, -1n, 1n, -(2n ** 63n)] }, "0a0d000102ffffffffffffffffff01"],
  ["fixed32", One(t.list(t.fixed32)), { a: [1, 2 ** 32 - 1] }, "0a0801000000ffffffff"],
  ["sfixed32", One(t.sfixed32), { a: -1 }, "0dffffffff"],
  ["fixed64", One(t.fixed64), { a: 2n ** 64n - 2n }, "09feffffffffffffff"],
  ["sfixed64", One(t.optional(t.sfixed64)), { a: 0n }, "090000000000000000"],
  ["zeros that need not be there", One(t.sfixed64), { a: 0n }, ""],
  ["numbers that are not packed", One(unpacked(t.sint32)), { a: [0, -1] }, "08000801"],
  ["large ones that are not packed", One(unpacked(t.fixed64), 20), { a: [1n] }, "a1010100000000000000"],
  ["a map by fixed numbers", One(t.map(t.sfixed32, t.sint64)), { a: new Map([[-1, -1n]]) }, "0a070dffffffff1001"],
  ["the largest field number", One(t.bool, 2 ** 29 - 1), { a: true }, "f8ffffff0f01"],
  ["a oneof's zero", Choice, { n: 0, other: false }, "1000"],
  ["a oneof's message", Choice, { point: { x: 0, y: 0 }, other: true }, "1a002001"],
  ["an empty oneof", Choice, { other: false }, ""],
  ["a union's zero", Body, { colour: "none" }, "1000"],
  [
    "a struct in itself",
    Tree,
    { name: "a", children: [{ name: "b", children: [] }], left: { name: "", children: [] } },
    "0a016112030a01621a00",
  ],
  ["a time", One(t.timestamp), { a: new Date(1_732_286_400_123) }, "0a0b08c0af82ba0610c0a9d33a"],
  ["a time before 1970", One(t.timestamp), { a: new Date(-1) }, "0a1108ffffffffffffffffff0110c08faedc03"],
  ["the first moment of 1970", One(t.timestamp), { a: new Date(0) }, "0a00"],
  ["times in a list", One(t.list(t.timestamp)), { a: [new Date(1000), new Date(0)] }, "0a0208010a00"],
  ["times in a map", One(t.map(t.bool, t.timestamp)), { a: new Map([[true, new Date(2000)]]) }, "0a06080112020802"],
  ["a set", One(t.set(t.int32)), { a: new Set([1, 2]) }, "0a020102"],
  ["a set of text", One(t.set(t.string)), { a: new Set(["", "x"]) }, "0a000a0178"],
  ["a date, decimal and uuid as text", t.struct("test.T", { d: t.field(1, t.date), m: t.field(2, t.decimal(5, 2)) }), {
    d: "2026-11-23",
    m: "-1.50",
  }, "0a0a323032362d31312d323312052d312e3530"],
  ["a logical type of one's own", One(t.list(link)), { a: [new URL("a:b")] }, "0a03613a62"],
  ["a logical type over a message", One(point), { a: "1,2" }, "0a0408011002"],
  ["logical types over messages in a map", One(t.map(t.bool, point)), { a: new Map([[false, "0,0"]]) }, "0a0408001200"],
];

for (const [name, type, value, hex] of both) {
  Deno.test(`pb writes and reads ${name}`, () => {
    assertEquals(encode(type, value), hex);
    assertStrictEquals(difference(decode(type, hex), value), undefined);
  });
}

const readable: [name: string, type: Type, hex: string, expected: unknown][] = [
  ["numbers that need not be packed in one body", One(unpacked(t.int32)), "0a020102" + "0803", { a: [1, 2, 3] }],
  ["the last field of a oneof", Choice, "0a0161" + "1002", { n: 1, other: false }],
  ["the last field of a oneof in any order", Choice, "1002" + "1a00" + "0a0161", { text: "a", other: false }],
  ["a oneof's message in pieces", Choice, "1a020801" + "1a021002", { point: { x: 1, y: 2 }, other: false }],
  ["a oneof's message afresh after another field", Choice, "1a020801" + "1002" + "1a021002", {
    point: { x: 0, y: 2 },
    other: false,
  }],
  [
    "a message in pieces between others",
    t.struct("test.T", { p: t.field(1, Point), q: t.field(2, Point) }),
    "0a020801" + "1200" + "0a021002",
    { p: { x: 1, y: 2 }, q: { x: 0, y: 0 } },
  ],
  ["a struct whose own struct comes in the second piece", One(One(Point)), "0a00" + "0a020a00", {
    a: { a: { x: 0, y: 0 } },
  }],
  ["a logical type over a message in pieces", One(point), "0a020801" + "0a021002", { a: "1,2" }],
  ["a set in pieces", One(t.set(t.int32)), "0a0101" + "0802" + "0a020103", { a: new Set([1, 2, 3]) }],
  ["a time in pieces", One(t.timestamp), "0a020801" + "0a0410c0843d", { a: new Date(1001) }],
  ["a time to the nearest millisecond", One(t.timestamp), "0a0510ffc1d72f", { a: new Date(100) }],
  ["a time past unknown fields", One(t.timestamp), "0a0418050801", { a: new Date(1000) }],
  ["a map's missing value of a logical type", One(t.map(t.bool, trimmed)), "0a020801", { a: new Map([[true, ""]]) }],
  ["a default of what is optional", t.struct("test.T", { a: t.field(1, t.optional(t.int32), { default: 7 }) }), "", {
    a: 7,
  }],
  [
    "a zero that was sent, not a default",
    t.struct("test.T", { a: t.field(1, t.optional(t.int32), { default: 7 }) }),
    "0800",
    { a: 0 },
  ],
  [
    "a zero, not a default, of what is not optional",
    t.struct("test.T", { a: t.field(1, t.int32, { default: 7 }) }),
    "",
    { a: 0 },
  ],
  ["a default of a struct", t.struct("test.T", { a: t.field(1, Point, { default: { x: 1, y: 2 } }) }), "", {
    a: { x: 1, y: 2 },
  }],
];

for (const [name, type, hex, expected] of readable) {
  Deno.test(`pb reads ${name}`, () => {
    assertStrictEquals(difference(decode(type, hex), expected), undefined);
  });
}

const unreadable: [name: string, type: Type, hex: string, says: string][] = [
  ["a union without a field", Body, "", "test.Body: got none of text, colour"],
  ["nanoseconds below 0", One(t.timestamp), "0a0b10ffffffffffffffffff01", "test.One.a: got -1 nanoseconds"],
  ["a billion nanoseconds", One(t.timestamp), "0a06108094ebdc03", "test.One.a: got 1000000000 nanoseconds"],
  ["a time after the year 9999", One(t.timestamp), "0a07088083d1ffaf07", "test.One.a: got"],
  ["no time where one must be", One(t.timestamp), "", "test.One.a: it is missing"],
  ["no time in a map", One(t.map(t.bool, t.timestamp)), "0a020801", "test.One.a[true]: it is missing"],
  ["no message of a logical type", One(point), "", "test.One.a: it is missing"],
  ["text that is no date", One(t.date), "0a0178", 'test.One.a: got "x", want a date'],
  ["text that is no URL in a list", One(t.list(link)), "0a03613a620a0178", "test.One.a[1]: Invalid URL"],
  ["a zigzag number as text", One(t.sint32), "0a00", "test.One.a: got wire type 2, want 0"],
  ["a fixed number cut off", One(t.fixed64), "09000000", "test.One.a: 8 bytes wanted, 3 left"],
  ["a struct 65 levels deep", Tree, nest(64), "nesting is deeper than 64"],
];

/** A Tree in a Tree, `levels` deep. */
function nest(levels: number): string {
  let inner = "";
  for (let i = 0; i < levels; i++) {
    const body = Uint8Array.fromHex(inner), writer = new Writer();
    writer.u8(0x1a);
    writer.u8(body.length & 0x7f | (body.length > 127 ? 0x80 : 0));
    if (body.length > 127) writer.u8(body.length >> 7);
    writer.raw(body);
    inner = writer.slice().toHex();
  }
  return inner;
}

for (const [name, type, hex, says] of unreadable) {
  Deno.test(`pb refuses to read ${name}`, () => {
    const error = assertThrows(() => decode(type, hex), RpcError, says);
    assertEquals(error.code, "invalid_argument");
  });
}

Deno.test("pb reads a struct 64 levels deep", () => {
  let tree = decode(Tree, nest(63)) as Tree | undefined, levels = 0;
  for (; tree; tree = tree.left) levels++;
  assertEquals(levels, 64);
});

const unwritable: [name: string, type: Type, value: unknown, says: string][] = [
  ["two fields of a oneof", Choice, { text: "", n: 1, other: true }, "test.Choice: got text and n, want one of which"],
  ["a union without a field", Body, {}, "test.Body: got none of text, colour"],
  ["-1 for uint64", One(t.uint64), { a: -1n }, "test.One.a: got -1, want a bigint of 64 bits that is not negative"],
  ["2^64 for fixed64", One(t.fixed64), { a: 2n ** 64n }, "test.One.a: got 18446744073709551616"],
  ["2^31 for sint32", One(t.sint32), { a: 2 ** 31 }, "test.One.a: got 2147483648"],
  ["-1 for fixed32", One(t.fixed32), { a: -1 }, "test.One.a: got -1"],
  ["a number for sint64", One(t.sint64), { a: 1 }, "test.One.a: got a number, want a bigint"],
  ["an invalid Date", One(t.timestamp), { a: new Date(NaN) }, "test.One.a: "],
  ["text for a set", One(t.set(t.string)), { a: "x" }, "test.One.a: "],
];

for (const [name, type, value, says] of unwritable) {
  Deno.test(`pb refuses to write ${name}`, () => {
    const writer = new Writer(), error = assertThrows(() => pb.compile(type).encode(value, writer), RpcError, says);
    assertEquals([error.code, writer.pos, writer.depth], ["invalid_argument", 0, 0]);
  });
}

Deno.test("pb refuses to write a struct that contains itself without end", () => {
  const loop: Tree = { name: "", children: [] };
  loop.children.push(loop);
  assertThrows(() => encode(Tree, loop), RpcError, "nesting is deeper than 64");
});

const uncompilable: [name: string, type: Type, says: string][] = [
  ["numbers that protobuf keeps for itself", One(t.bool, 19_000), "pb reserves the numbers 19000-19999"],
  ["a list of sets", One(t.list(t.set(t.bool))), "pb has no list or map of list values"],
  ["an optional set", One(t.optional(t.set(t.bool))), "pb has no optional list"],
  ["a form that protobuf doesn't have", One({ kind: "int8", form: "zigzag" } as Type), "pb has no zigzag int8"],
];

for (const [name, type, says] of uncompilable) {
  Deno.test(`pb refuses to compile ${name}`, () => {
    assertThrows(() => pb.compile(type), TypeError, says);
  });
}

Deno.test("pb takes closed enumerations without a zero where none is needed", () => {
  const Closed = t.enumeration("test.Closed", { low: 1, high: 2 });
  const type = t.struct("test.T", { a: t.field(1, t.optional(Closed)), b: t.field(2, t.list(Closed)) });
  assertEquals(encode(type, { a: "low", b: ["high"] }), "0801120102");
  assertEquals({ ...decode(type, "") as object }, { b: [] });
});

Deno.test("pb and protobuf-es agree on times", () => {
  for (const ms of [0, 1, -1, 999, -999, 1_732_286_400_123, -62_135_596_800_000, 253_402_300_799_999]) {
    const bytes = toBinary(TimestampSchema, timestampFromDate(new Date(ms))).toHex();
    assertEquals(encode(One(t.timestamp), { a: new Date(ms) }).slice(4), bytes);
  }
  for (const nanos of [1, 499_999, 500_000, 999_999, 1_500_000, 999_499_999]) {
    const time = create(TimestampSchema, { seconds: 5n, nanos }), bytes = toBinary(TimestampSchema, time);
    const { a } = decode(One(t.timestamp), "0a" + Uint8Array.of(bytes.length).toHex() + bytes.toHex()) as { a: Date };
    assertEquals(a, timestampDate(fromBinary(TimestampSchema, bytes)));
  }
});
