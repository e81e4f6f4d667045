import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import type { Coder } from "./codec.ts";
import { pb } from "./pb.ts";
import { difference } from "./same.ts";
import type { Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";

function encode<T>(coder: Coder<T>, value: T): Uint8Array<ArrayBuffer> {
  const writer = new Writer(16);
  coder.encode(value, writer);
  return writer.slice();
}

function decode<T>(coder: Coder<T>, hex: string): T {
  return coder.decode(new Reader(Uint8Array.fromHex(hex)));
}

const Colour = t.enumeration("test.Colour", { none: 0, red: 1, deep: 2 ** 31 - 1, lost: -1 });
const Point = t.struct("test.Point", { x: t.field(1, t.int32), y: t.field(2, t.int32) });
const One = (type: Type) => t.struct("test.One", { a: t.field(1, type) });

const readable: [name: string, type: Type, hex: string, expected: unknown][] = [
  ["a list that is not packed", t.list(t.int32), "08010802", [1, 2]],
  ["a list that is packed in part", t.list(t.int32), "08010a020203" + "0804", [1, 2, 3, 4]],
  ["the last of several values", t.int32, "08010802", 2],
  ["a message in pieces as one", Point, "0a0208010a021002", { x: 1, y: 2 }],
  ["a varint of 10 bytes", t.int64, "08ffffffffffffffffff01", -1n],
  ["a varint that is longer than needed", t.int32, "088180808000", 1],
  ["only the low 32 bits of an int32", t.int32, "08ffffffff1f", -1],
  ["any varint but 0 as true", t.bool, "08" + "80".repeat(9) + "01", true],
  ["a map without a key", t.map(t.string, t.int32), "0a021005", new Map([["", 5]])],
  ["a map without a value", t.map(t.string, t.bytes), "0a030a0161", new Map([["a", new Uint8Array(0)]])],
  ["the last value of a key", t.map(t.bool, t.int32), "0a0408011001" + "0a0408011002", new Map([[true, 2]])],
  [
    "past unknown fields of every wire type",
    t.int32,
    "1001" + "19" + "00".repeat(8) + "2201ff" + "2d00000000" + "0805",
    5,
  ],
  ["past unknown groups", t.int32, "13" + "1b1c" + "2001" + "14" + "0805", 5],
  ["past an unknown field of an entry", t.map(t.bool, t.bool), "0a06080110011801", new Map([[true, true]])],
  ["past a field of the largest number", t.int32, "f8ffffff0f010805", 5],
];

for (const [name, type, hex, expected] of readable) {
  Deno.test(`pb reads ${name}`, () => {
    assertStrictEquals(difference(decode(pb.compile(One(type)), hex), { a: expected }), undefined);
  });
}

const wanted = "bytes wanted";
const unreadable: [name: string, type: Type, hex: string, message: string][] = [
  ["a length of 2 GB", t.string, "0affffffff07", `test.One.a: 2147483647 ${wanted}, 0 left`],
  ["a length of 2^32 and more", t.string, "0a808080801001", `test.One.a: 4294967296 ${wanted}, 1 left`],
  ["a length of 2^63", t.bytes, "0a80808080808080808001", `${wanted}, 0 left`],
  ["a packed list longer than the bytes", t.list(t.int32), "0a0501", `test.One.a[0]: 5 ${wanted}, 1 left`],
  ["a packed list that ends in a number", t.list(t.double), "0a0400000000", `test.One.a[0]: 8 ${wanted}, 4 left`],
  ["an entry longer than the bytes", t.map(t.bool, t.bool), "0a05", `test.One.a: 5 ${wanted}, 0 left`],
  ["a varint of 11 bytes", t.int64, "08ffffffffffffffffffff01", "test.One.a: got an integer of more than 64 bits"],
  ["a varint of 65 bits", t.int32, "08ffffffffffffffffff02", "test.One.a: got an integer of more than 64 bits"],
  ["a varint cut off", t.int32, "08ff", "test.One.a: the bytes end within an integer"],
  ["a double cut off", t.double, "0900000000", `test.One.a: 8 ${wanted}, 4 left`],
  ["a key alone", t.int32, "08", "test.One.a: the bytes end within an integer"],
  ["a key cut off", t.int32, "ff", "test.One: the bytes end within an integer"],
  ["field number 0", t.int32, "0001", "test.One: got a bad field number"],
  ["a field number of 33 bits", t.int32, "808080801001", "test.One: got a bad field number"],
  ["wire type 6", t.int32, "16", "test.One: got wire type 6 of field 2"],
  ["wire type 7", t.int32, "17", "test.One: got wire type 7 of field 2"],
  ["the end of a group that did not begin", t.int32, "14", "test.One: got wire type 4 of field 2"],
  ["a group that does not end", t.int32, "13", "test.One: the bytes end within an integer"],
  ["a group that another one ends", t.int32, "131c", "test.One: got wire type 4 of field 3"],
  ["200,000 unknown groups", t.int32, "7b".repeat(200_000), "test.One: nesting is deeper than 64"],
  ["a known field of another wire type", t.int32, "0a00", "test.One.a: got wire type 2, want 0"],
  ["a known field as a group", t.int32, "0b0c", "test.One.a: got wire type 3, want 0"],
  ["a map of another wire type", t.map(t.bool, t.bool), "0801", "test.One.a: got wire type 0, want 2"],
  [
    "a value of another wire type in a map",
    t.map(t.bool, t.bool),
    "0a021200",
    "test.One.a[false]: got wire type 2, want 0",
  ],
  ["text that is not UTF-8", t.string, "0a02c328", "test.One.a: text is not valid UTF-8"],
  ["text with a surrogate", t.list(t.string), "0a000a03eda080", "test.One.a[1]: text is not valid UTF-8"],
  ["300 for uint8", t.uint8, "08ac02", "test.One.a: got 300, want an integer from 0 to 255"],
  ["-1 for uint16", t.uint16, "08ffffffffffffffffff01", "test.One.a: got -1, want an integer from 0 to 65535"],
  ["2^53 for int53", t.int53, "088080808080808010", "test.One.a: got 9007199254740992, which is beyond 53 bits"],
  ["an unknown number of an enumeration", Colour, "0807", "test.One.a: got 7, want test.Colour"],
  ["no struct where one must be", Point, "", "test.One.a: it is missing"],
  ["no struct in a map", t.map(t.bool, Point), "0a020801", "test.One.a[true]: it is missing"],
  ["a bad field deep inside", t.list(One(Point)), "0a040a020a00", "test.One.a[0].a.x: got wire type 2, want 0"],
];

for (const [name, type, hex, message] of unreadable) {
  Deno.test(`pb refuses to read ${name}`, () => {
    const error = assertThrows(() => decode(pb.compile(One(type)), hex), RpcError, message);
    assertEquals(error.code, "invalid_argument");
    assert(error.message.startsWith("Cannot decode test.One"));
  });
}

const unwritable: [name: string, type: Type, value: unknown, message: string][] = [
  ["128 for int8", t.int8, 128, "Cannot encode test.One.a: got 128, want an integer from -128 to 127"],
  ["a number for int64", t.int64, 1, "Cannot encode test.One.a: got a number, want a bigint of 64 bits"],
  ["2^63 for int64", t.int64, 2n ** 63n, "Cannot encode test.One.a: got 9223372036854775808, want a bigint"],
  ["a bad element", t.list(t.string), ["", 1], "Cannot encode test.One.a[1]: got a number, want a string"],
  ["a bad value of a map", t.map(t.string, t.bool), new Map([["k", 1]]), 'Cannot encode test.One.a["k"]: got a number'],
  ["a missing field inside", t.list(Point), [{ x: 1 }], "Cannot encode test.One.a[0].y: it is missing"],
  ["null", t.optional(t.string), null, "Cannot encode test.One.a: got null, want a string"],
];

for (const [name, type, value, message] of unwritable) {
  Deno.test(`pb refuses to write ${name}`, () => {
    const writer = new Writer();
    const error = assertThrows(() => pb.compile(One(type)).encode({ a: value }, writer), RpcError, message);
    assertEquals([error.code, writer.pos, writer.depth], ["invalid_argument", 0, 0]);
  });
}

const Zeroless = t.enumeration("test.Zeroless", { a: 1 });
const uncompilable: [name: string, type: Type | undefined, message: string][] = [
  ["no schema", undefined, "pb needs a schema"],
  ["tag 0", t.struct("test.X", { a: t.field(0, t.bool) }), "Cannot use test.X.a: tag 0 is not possible in pb"],
  [
    "an enumeration without a zero",
    One(Zeroless),
    "Cannot use test.Zeroless in pb: proto3 wants a name for the number 0",
  ],
  ["a list of lists", One(t.list(t.list(t.bool))), "Cannot use test.One.a: pb has no list or map of list values"],
  [
    "a map of maps",
    One(t.map(t.bool, t.map(t.bool, t.bool))),
    "Cannot use test.One.a: pb has no list or map of map values",
  ],
  [
    "a list of optionals",
    One(t.list(t.optional(t.bool))),
    "Cannot use test.One.a: pb has no list or map of optional values",
  ],
  ["an optional list", One(t.optional(t.list(t.bool))), "Cannot use test.One.a: pb has no optional list"],
  ["an optional map", One(t.optional(t.map(t.bool, t.bool))), "Cannot use test.One.a: pb has no optional map"],
  ["a field named __proto__", t.struct("test.X", { ["__proto__"]: t.field(1, t.bool) }), "a field is named __proto__"],
];

for (const [name, type, message] of uncompilable) {
  Deno.test(`pb refuses to compile ${name}`, () => {
    assertThrows(() => pb.compile(type), TypeError, message);
  });
}

Deno.test("pb compiles a struct that many others share only once", () => {
  assertEquals(encode(pb.compile(shared(40)), {}).length, 0);
});

/** A struct of two optional fields of one struct, `levels` deep. */
function shared(levels: number): Type {
  const inner = levels === 0 ? t.bool : shared(levels - 1);
  return t.struct(`test.L${levels}`, { a: t.field(1, t.optional(inner)), b: t.field(2, t.optional(inner)) });
}

const bare: [name: string, type: Type, value: unknown, hex: string][] = [
  ["text", t.string, "hi", "0a026869"],
  ["a list", t.list(t.int32), [1, 2], "0a020102"],
  ["an optional that is there", t.optional(t.int32), 0, "0800"],
  ["an optional that is not there", t.optional(t.int32), undefined, ""],
  ["an optional struct", t.optional(Point), { x: 1, y: 0 }, "0a020801"],
  ["a time", t.timestamp, new Date(1000), "0a020801"],
];

for (const [name, type, value, hex] of bare) {
  Deno.test(`pb wraps ${name} as field 1 of a message`, () => {
    const coder = pb.compile(type);
    assertEquals(encode(coder, value).toHex(), hex);
    assertStrictEquals(difference(decode(coder, hex), value), undefined);
  });
}

Deno.test("pb takes a logical type over a struct as the struct's message", () => {
  const twice = t.logical<number, { x: number; y: number }>("twice", {
    base: Point,
    toBase: (n) => ({ x: n, y: n }),
    fromBase: ({ x, y }) => x === y ? x : refuse(),
  });
  const coder = pb.compile(twice);
  assertEquals([encode(coder, 3).toHex(), decode(coder, "08031003")], ["08031003", 3]);
  assertThrows(() => decode(coder, "0803"), RpcError, "Cannot decode test.Point: they differ");
});

function refuse(): never {
  throw new Error("they differ");
}

Deno.test("pb leaves the reader's end and depth as they were when it fails", () => {
  const reader = new Reader(Uint8Array.fromHex("0a040a020a00"));
  assertThrows(() => pb.compile(One(One(Point))).decode(reader), RpcError);
  assertEquals([reader.end, reader.depth], [6, 0]);
});

Deno.test("pb keeps nothing of the memory it read", () => {
  const coder = pb.compile(One(t.bytes)), bytes = Uint8Array.fromHex("0a020102");
  const value = coder.decode(new Reader(bytes));
  bytes.fill(0);
  assertEquals(value, { a: Uint8Array.of(1, 2) });
});

Deno.test("pb passes on that a message is too large", () => {
  const writer = new Writer(16);
  writer.limit = 32;
  const error = assertThrows(() => pb.compile(t.string).encode("x".repeat(100), writer), RpcError);
  assertEquals([error.code, writer.pos], ["resource_exhausted", 0]);
});
