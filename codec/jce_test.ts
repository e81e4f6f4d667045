import { assert, assertEquals, assertThrows } from "@std/assert";
import { decodeHex, encodeHex } from "@std/encoding";
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import { jce } from "./jce.ts";
import { jceAny } from "./jce_any.ts";
import type { Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";

function encode(type: Type, value: unknown): string {
  const writer = new Writer(4);
  jce.compile(type).encode(value, writer);
  return encodeHex(writer.slice());
}

function decode(type: Type, hex: string): unknown {
  return jce.compile(type).decode(new Reader(decodeHex(hex.replaceAll(" ", ""))));
}

function at(tag: number, type: Type): Type {
  return t.struct("test.One", { field: t.field(tag, type) });
}

const User = t.struct("demo.User", {
  id: t.field(0, t.int32),
  seq: t.field(1, t.int32),
  name: t.field(2, t.string),
  email: t.field(3, t.string),
  active: t.field(4, t.bool),
  score: t.field(5, t.double),
  level: t.field(6, t.int32),
  createdAt: t.field(7, t.int64),
  tags: t.field(8, t.list(t.string)),
  note: t.field(9, t.string),
});
const user = {
  id: 123456789,
  seq: 42,
  name: "alice",
  email: "alice@example.com",
  active: true,
  score: 98.625,
  level: 7,
  createdAt: 1732286400123n,
  tags: ["rpc", "deno", "jce"],
  note: "hello, erpc",
};
const userHex =
  "02075bcd15102a2605616c6963653611616c696365406578616d706c652e636f6d4001554058a8000000000060077300000193" +
  "5450c67b8900030603727063060464656e6f06036a6365960b68656c6c6f2c2065727063";

const Pair = t.struct("test.Pair", { n: t.field(0, t.int32), s: t.field(1, t.string) });
const Colour = t.enumeration("test.Colour", { red: 0, green: 1000 });

/** Bytes as TarsCpp and TarsGo write them. */
const vectors: readonly (readonly [name: string, tag: number, type: Type, value: unknown, hex: string])[] = [
  ["zero", 0, t.int32, 0, "0c"],
  ["-1", 1, t.int32, -1, "10ff"],
  ["127", 2, t.int32, 127, "207f"],
  ["128", 3, t.int32, 128, "310080"],
  ["-129", 4, t.int32, -129, "41ff7f"],
  ["32768", 5, t.int32, 32768, "5200008000"],
  ["2^31 of int64", 6, t.int64, 2n ** 31n, "630000000080000000"],
  ["2^31 of int53", 6, t.int53, 2 ** 31, "630000000080000000"],
  ["-(2^31) - 1 of int53", 6, t.int53, -(2 ** 31) - 1, "63ffffffff7fffffff"],
  ["the least int64", 6, t.int64, -(2n ** 63n), "638000000000000000"],
  ["the least int32", 7, t.int32, -(2 ** 31), "7280000000"],
  ["a small int64", 7, t.int64, 5n, "7005"],
  ["double zero", 8, t.double, 0, "850000000000000000"],
  ["double -0", 8, t.double, -0, "858000000000000000"],
  ["float zero", 9, t.float, 0, "9400000000"],
  ["uint8 of 200", 10, t.uint8, 200, "a100c8"],
  ["uint16 of 40000", 10, t.uint16, 40000, "a200009c40"],
  ["uint32 of 4000000000", 10, t.uint32, 4_000_000_000, "a300000000ee6b2800"],
  ["false", 11, t.bool, false, "bc"],
  ["an enumeration", 12, Colour, "green", "c103e8"],
  ["text of 255 bytes", 14, t.string, "x".repeat(255), "e6ff" + "78".repeat(255)],
  ["text of 256 bytes", 15, t.string, "y".repeat(256), "f70f00000100" + "79".repeat(256)],
  ["text of 86 characters and 258 bytes", 3, t.string, "漢".repeat(86), "3700000102" + "e6bca2".repeat(86)],
  ["text of 128 characters and 256 bytes", 16, t.string, "é".repeat(128), "f71000000100" + "c3a9".repeat(128)],
  ["bytes", 200, t.bytes, Uint8Array.of(1, 2, 3), "fdc8000003010203"],
  ["a map", 255, t.map(t.string, t.int32), new Map([["k", 1], ["z", 0]]), "f8ff000206016b100106017a1c"],
  ["a struct", 16, Pair, { n: 5, s: "q" }, "fa1000051601710b"],
  ["an empty list", 20, t.list(t.int32), [], "f9140c"],
  ["a list of uint8", 17, t.list(t.uint8), [200, 1], "f91100020100c80001"],
];

for (const [name, tag, type, value, hex] of vectors) {
  Deno.test(`jce writes and reads ${name} as TarsCpp does`, () => {
    assertEquals(encode(at(tag, type), { field: value }), hex);
    assertEquals(decode(at(tag, type), hex), { field: value });
  });
}

Deno.test("jce writes and reads the reference message as TarsCpp and TarsGo do", () => {
  assertEquals(encode(User, user), userHex);
  assertEquals(decode(User, userHex), user);
});

Deno.test("jce writes fields in tag order, in whatever order the object has them", () => {
  assertEquals(encode(User, Object.fromEntries(Object.entries(user).reverse())), userHex);
  const { seq, ...rest } = user;
  assertEquals(encode(User, { ...rest, seq, unknown: 1 }), userHex);
});

const Some = t.struct("test.Some", {
  a: t.field(1, t.optional(t.int32)),
  b: t.field(2, t.optional(t.optional(t.string))),
  c: t.field(3, t.bool),
});

const Far = t.struct("test.Far", { a: t.field(0, t.int8), b: t.field(5, t.int8) });

const lenient: readonly (readonly [name: string, type: Type, hex: string, value: unknown])[] = [
  ["optional fields that are not there", Some, "3c", { c: false }],
  ["one optional field", Some, "2600 3001", { b: "", c: true }],
  ["wider integers than needed", at(0, t.int32), "02 00000000", { field: 0 }],
  ["a double as a float", at(0, t.double), "04 3fc00000", { field: 1.5 }],
  ["a double as a zero", at(0, t.double), "0c", { field: 0 }],
  ["a float as a zero", at(0, t.float), "0c", { field: 0 }],
  ["bytes as a list", at(0, t.bytes), "09 0003 0c 00ff 0001", { field: Uint8Array.of(0, 255, 1) }],
  ["a long head with a small tag", at(3, t.int8), "f003 07", { field: 7 }],
  ["unknown fields before and after", Some, "0c 1005 3c 4001 f0ff01", { a: 5, c: false }],
  ["unknown fields between", Far, "0005 1600 250000000000000000 5006", { a: 5, b: 6 }],
  ["unknown fields of every type", at(15, t.int8), everyType() + "f00f 07", { field: 7 }],
  ["unknown fields at the end of a struct", at(0, Pair), "0a 0c 1600 2c 8c 0b", { field: { n: 0, s: "" } }],
  ["short string4 text", at(0, t.string), "07 00000001 61", { field: "a" }],
  ["a bare integer", t.int8, "0005", 5],
  ["a bare list", t.list(t.int8), "09 0001 0005", [5]],
  ["a bare optional", t.optional(t.int8), "", undefined],
  ["a bare optional struct", t.optional(Pair), "0a 0c 1600 0b", { n: 0, s: "" }],
];

/** One field of each type, with the type's number as its tag. */
function everyType(): string {
  return "0001 110001 2200000001 330000000000000001 4400000000 550000000000000000 660161 770000000161" +
    "88 0001 0001 1001 99 0001 0001 aa 0001 0b cc dd 00 0001 01";
}

for (const [name, type, hex, value] of lenient) {
  Deno.test(`jce reads ${name}`, () => assertEquals(decode(type, hex), value));
}

const unfit: readonly (readonly [name: string, type: Type, value: unknown, message: string])[] = [
  [
    "a number out of range",
    User,
    { ...user, id: 2 ** 40 },
    "demo.User.id: got 1099511627776, want an integer from",
  ],
  ["text for a number", User, { ...user, seq: "42" }, "demo.User.seq: got a string, want an integer"],
  ["a bad element", User, { ...user, tags: ["a", 5] }, "demo.User.tags[1]: got a number, want a string"],
  ["a missing field", User, { ...user, note: undefined }, "demo.User.note: it is missing"],
  ["a hole in a list", t.list(t.int8), new Array(1), "list[0]: got nothing, want an integer"],
  ["a bad map value", t.map(t.string, Pair), new Map([["k", { n: 1 }]]), 'map["k"].s: it is missing'],
  ["a bare value", t.string, undefined, "string: got nothing, want a string"],
  ["a list for a struct", Some, [], "test.Some: got an array, want test.Some"],
];

for (const [name, type, value, message] of unfit) {
  Deno.test(`jce names the path when it refuses to write ${name}`, () => {
    assertThrows(() => encode(type, value), RpcError, `Cannot encode ${message}`);
  });
}

Deno.test("jce cuts the path of an error short", () => {
  const type = t.map(t.string, t.int8);
  const error = assertThrows(() => encode(type, new Map([["k".repeat(1000), 300]])), RpcError) as RpcError;
  assert(error.message.length < 150, error.message);
});

Deno.test("jce keeps the code of a message that is larger than its limit", () => {
  const writer = new Writer(16);
  writer.limit = 32;
  const error = assertThrows(() => jce.compile(t.string).encode("x".repeat(100), writer), RpcError);
  assertEquals((error as RpcError).code, "resource_exhausted");
});

Deno.test("jce writes a long message of exactly the limit", () => {
  const writer = new Writer(16);
  writer.limit = 5 + 3000;
  jce.compile(t.string).encode("x".repeat(3000), writer);
  assertEquals(writer.pos, 3005);
});

Deno.test("jce ignores what an object only inherits", () => {
  const type = t.struct("test.Inherits", { toString: t.field(0, t.optional(t.string)), x: t.field(1, t.int8) });
  assertEquals(encode(type, { x: 1 }), "1001");
  assertEquals(encode(type, { toString: "a", x: 1 }), "0601611001");
  assertEquals(decode(type, "0601611001"), { toString: "a", x: 1 } as unknown);
});

Deno.test("jce reads getters of classes", () => {
  class Half {
    n = 1;
    get s(): string {
      return "s";
    }
  }
  assertEquals(encode(Pair, new Half()), "0001160173");
});

const badTypes: Readonly<Record<string, Type | undefined>> = {
  "no schema": undefined,
  "a list of optionals": t.list(t.optional(t.int8)),
  "a map of optionals": t.map(t.int8, t.optional(t.int8)),
  "a field named __proto__": t.struct("test.Bad", { ["__proto__"]: t.field(1, t.string) }),
  "an unknown kind": { kind: "date" } as unknown as Type,
};

for (const [name, type] of Object.entries(badTypes)) {
  Deno.test(`jce refuses to compile ${name}`, () => {
    assertThrows(() => jce.compile(type), TypeError, "Cannot ");
  });
}

Deno.test("jce compiles a type that many others share only once", () => {
  let type: Type = t.int8;
  for (let i = 0; i < 40; i++) {
    type = t.struct(`test.Level${i}`, { a: t.field(0, type), b: t.field(1, t.optional(type)) });
  }
  assertThrows(() => encode(type, {}), RpcError, "Cannot encode test.Level39.a: it is missing");
});

Deno.test("jce refuses nesting beyond 64 levels, in both directions", () => {
  let type: Type = t.int8, value: unknown = 1;
  for (let i = 0; i < 65; i++) [type, value] = i % 2 === 0 ? [t.list(type), [value]] : [at(1, type), { field: value }];
  assertThrows(() => encode(type, value), RpcError, "nesting is deeper than 64");
  const writer = new Writer();
  writer.maxDepth = 65;
  jce.compile(type).encode(value, writer);
  assertThrows(() => decode(type, encodeHex(writer.slice())), RpcError, "nesting is deeper than 64");
});

Deno.test("jce uses jce_any for values without a schema", () => {
  assertEquals(jce.dynamic, jceAny);
  assertEquals([jce.id, jceAny.id], [1, 2]);
});
