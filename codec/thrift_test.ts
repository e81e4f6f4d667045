import { assertEquals, assertThrows } from "@std/assert";
import type { Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";
import { at, codecs, Colour, decode, encode, type Name, Pair, Some, Tree } from "./thrift/hex_test.ts";

const User = t.struct("demo.User", {
  id: t.field(1, t.int32),
  seq: t.field(2, t.int32),
  name: t.field(3, t.string),
  email: t.field(4, t.string),
  active: t.field(5, t.bool),
  score: t.field(6, t.double),
  level: t.field(7, t.int32),
  createdAt: t.field(8, t.int53),
  tags: t.field(9, t.list(t.string)),
  note: t.field(10, t.string),
});
const user = {
  id: 123456789,
  seq: 42,
  name: "alice",
  email: "alice@example.com",
  active: true,
  score: 98.625,
  level: 7,
  createdAt: 1732286400123,
  tags: ["rpc", "deno", "jce"],
  note: "hello, erpc",
};
/** From python3-thrift. */
const userHex: Record<Name, string> = {
  thrift:
    "080001075bcd150800020000002a0b000300000005616c6963650b000400000011616c696365406578616d706c652e636f6d02000501" +
    "0400064058a80000000000080007000000070a0008000001935450c67b0f00090b00000003000000037270630000000464656e6f00000003" +
    "6a63650b000a0000000b68656c6c6f2c206572706300",
  thrift_compact:
    "15aab4de7515541805616c6963651811616c696365406578616d706c652e636f6d11170000000000a85840150e16f69986c5ea" +
    "641938037270630464656e6f036a6365180b68656c6c6f2c206572706300",
};

for (const name of Object.keys(codecs) as Name[]) {
  Deno.test(`${name} writes and reads the reference message as Apache Thrift does`, () => {
    assertEquals(encode(name, User, user), userHex[name]);
    assertEquals(encode(name, User, Object.fromEntries(Object.entries(user).reverse())), userHex[name]);
    assertEquals(decode(name, User, userHex[name]), user);
  });

  Deno.test(`${name} refuses to compile without a schema, with a tag above 32767, and with optional elements`, () => {
    assertThrows(() => codecs[name].compile(), TypeError, `Cannot compile for ${name}: it needs a schema`);
    const Far = t.struct("test.Far", { far: t.field(32768, t.bool) });
    assertThrows(() => codecs[name].compile(Far), TypeError, "tag 32768 of far is above 32767");
    for (const [type, kind] of [[t.list(t.optional(t.bool)), "list"], [t.map(t.bool, t.optional(t.bool)), "map"]]) {
      assertThrows(() => codecs[name].compile(type as Type), TypeError, `a ${kind} cannot hold optional values`);
    }
  });

  Deno.test(`${name} reads what it wrote of unions, recursion, defaults and logical types`, () => {
    for (const value of [{ leaf: -1 }, { both: { left: { leaf: 1 }, right: { name: "é" } } }]) {
      assertEquals(decode(name, Tree, encode(name, Tree, value)), value);
    }
    assertEquals(decode(name, Rich, encode(name, Rich, rich)), rich);
    assertEquals(decode(name, Defaults, encode(name, t.struct("test.Empty", {}), {})), { list: [1], flag: true });
  });
}

const Even = t.logical<number, boolean>("even", {
  base: t.bool,
  toBase: (n) => n === 2,
  fromBase: (two) => two ? 2 : 1,
});
const Double = t.logical<string, { n: number; s: string }>("pair", {
  base: Pair,
  toBase: (text) => ({ n: Number(text.slice(1)), s: text[0]! }),
  fromBase: ({ n, s }) => `${s}${n}`,
});
const Rich = t.struct("test.Rich", {
  at: t.field(1, t.timestamp),
  day: t.field(2, t.date),
  price: t.field(3, t.decimal(9, 2)),
  id: t.field(4, t.uuid),
  names: t.field(5, t.set(t.string)),
  flags: t.field(6, t.set(t.bool)),
  sets: t.field(7, t.list(t.set(t.uint64))),
  even: t.field(8, Even),
  evens: t.field(9, t.list(Even)),
  far: t.field(32767, t.uint64),
});
const rich = {
  at: new Date(1732286400123),
  day: "2026-11-23",
  price: "-12.50",
  id: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
  names: new Set(["b", "a"]),
  flags: new Set([false, true]),
  sets: [new Set([0n, 2n ** 64n - 1n]), new Set()],
  even: 2,
  evens: [1, 2],
  far: 2n ** 63n,
};
const Defaults = t.struct("test.Defaults", {
  list: t.field(1, t.list(t.int8), { default: [1] }),
  flag: t.field(2, t.optional(t.bool), { default: true }),
  none: t.field(3, t.optional(t.bool)),
});

/** One field each, as the specifications say; the stop byte is left out. */
const vectors: readonly (readonly [id: number, type: Type, value: unknown, binary: string, compact: string])[] = [
  [1, t.bool, true, "02000101", "11"],
  [1, t.bool, false, "02000100", "12"],
  [15, t.bool, true, "02000f01", "f1"],
  [16, t.bool, true, "02001001", "0120"],
  [32767, t.int8, -1, "037fffff", "03feff03ff"],
  [0, t.int8, 5, "03000005", "030005"],
  [1, t.int16, -32768, "0600018000", "14ffff03"],
  [1, t.uint8, 200, "06000100c8", "149003"],
  [1, t.uint16, 40000, "08000100009c40", "1580f104"],
  [1, t.int32, -1, "080001ffffffff", "1501"],
  [1, t.int32, 2 ** 31 - 1, "0800017fffffff", "15feffffff0f"],
  [1, t.int32, -(2 ** 31), "08000180000000", "15ffffffff0f"],
  [1, t.uint32, 2 ** 32 - 1, "0a000100000000ffffffff", "16feffffff1f"],
  [1, t.int53, -(2 ** 53) + 1, "0a0001ffe0000000000001", "16fdffffffffffff1f"],
  [1, t.int64, 2n ** 63n - 1n, "0a00017fffffffffffffff", "16feffffffffffffffff01"],
  [1, t.int64, -(2n ** 63n), "0a00018000000000000000", "16ffffffffffffffffff01"],
  [1, t.uint64, 2n ** 64n - 1n, "0a0001ffffffffffffffff", "1601"],
  [1, t.double, 1.5, "0400013ff8000000000000", "17000000000000f83f"],
  [1, t.float, 1.5, "0400013ff8000000000000", "17000000000000f83f"],
  [1, t.string, "é", "0b000100000002c3a9", "1802c3a9"],
  [1, t.string, "y".repeat(128), "0b000100000080" + "79".repeat(128), "188001" + "79".repeat(128)],
  [1, t.string, "é".repeat(64), "0b000100000080" + "c3a9".repeat(64), "188001" + "c3a9".repeat(64)],
  [1, t.bytes, Uint8Array.of(0, 255), "0b00010000000200ff", "180200ff"],
  [1, Colour, "green", "080001000003e8", "15d00f"],
  [1, t.list(t.bool), [true, false], "0f00010200000002" + "0100", "1921" + "0102"],
  [1, t.list(t.int8), [], "0f00010300000000", "1903"],
  [1, t.list(t.int8), Array(15).fill(1), "0f0001030000000f" + "01".repeat(15), "19f30f" + "01".repeat(15)],
  [1, t.set(t.int8), new Set([7]), "0e0001030000000107", "1a1307"],
  [1, t.uuid, rich.id, "0b000100000024" + text(rich.id), "1824" + text(rich.id)],
  [
    1,
    t.map(t.string, t.bool),
    new Map([["k", true]]),
    "0d00010b0200000001" + "000000016b" + "01",
    "1b0181" + "016b" + "01",
  ],
  [1, t.map(t.int8, t.int8), new Map(), "0d0001030300000000", "1b00"],
  [1, Pair, { n: 5, s: "q" }, "0c0001" + "08000100000005" + "0b00020000000171" + "00", "1c" + "150a" + "180171" + "00"],
];

function text(value: string): string {
  return new TextEncoder().encode(value).toHex();
}

for (const [id, type, value, binary, compact] of vectors) {
  Deno.test(`thrift writes and reads ${type.kind} ${String(compact).slice(0, 24)}`, () => {
    const hexes = { thrift: binary + "00", thrift_compact: compact + "00" };
    for (const [name, hex] of Object.entries(hexes) as [Name, string][]) {
      assertEquals(encode(name, at(id, type), { field: value }), hex);
      assertEquals(decode(name, at(id, type), hex), { field: value });
    }
  });
}

/** One field of each wire type, with unknown ids from 30 on. */
const everyType =
  "02001e01 03001f01 0400204058a80000000000 0600210001 08002200000001 0a00230000000000000001 0b00240000000161" +
  "0c0025 02000101 00 0d0026 0b0f00000001 0000000161 030000000101 0e0027 0200000001 01 0f0028 0c00000001 00" +
  "100029 000102030405060708090a0b0c0d0e0f";
const everyCompact = "013c 033e01 0740 4058a80000000000 044202 054402 064602 08480161 0c4a 11 00 0b4c 0189 0161 1301" +
  "0a4e 1101 0950 1c 00 0d52 000102030405060708090a0b0c0d0e0f";

const reads: readonly (readonly [what: string, name: Name, type: Type, hex: string, value: unknown])[] = [
  ["fields in any order", "thrift", Some, "0b001400000001 61 020003 01 08000100000005 00", { a: 5, b: "a", c: true }],
  ["fields in any order", "thrift_compact", Some, "0828 0161 0106 05020a 00", { a: 5, b: "a", c: true }],
  ["unknown fields of every type", "thrift", Some, `${everyType} 02000301 00`, { c: true }],
  ["unknown fields of every type", "thrift_compact", Some, `${everyCompact} 0106 00`, {
    c: true,
  }],
  ["an unknown negative id", "thrift", Some, "08ffff00000001 02000300 00", { c: false }],
  ["an unknown negative id", "thrift_compact", Some, "050102 0206 00", { c: false }],
  ["a known field of another type as one that is missing", "thrift", Some, "0b00010000000161 02000300 00", {
    c: false,
  }],
  ["a known field of another type as one that is missing", "thrift_compact", Some, "180161 22 00", { c: false }],
  ["an empty list of elements of any type", "thrift", at(1, t.list(Pair)), "0f00010000000000 00", { field: [] }],
  ["an empty map with types", "thrift", at(1, t.map(t.int8, Pair)), "0d0001000000000000 00", { field: new Map() }],
  ["booleans of list type 2", "thrift_compact", at(1, t.list(t.bool)), "1932 010200 00", {
    field: [true, false, false],
  }],
  ["a long list head of a short list", "thrift_compact", at(1, t.list(t.int8)), "19f30109 00", { field: [9] }],
  ["a long field head of a small id", "thrift_compact", at(3, t.int8), "030607 00", { field: 7 }],
  ["a varint that is longer than needed", "thrift_compact", at(1, t.int32), "158a808000 00", { field: 5 }],
  ["a result without success as nothing", "thrift", t.optional(t.string), "00", undefined],
  ["a result that is a set", "thrift", t.set(t.int8), "0e000003 00000001 07 00", new Set([7])],
  ["a result that travels as a boolean", "thrift_compact", Even, "0100 00", 2],
  ["a message that travels as a struct", "thrift", Double, "08000100000005 0b00020000000171 00", "q5"],
  ["a result", "thrift_compact", t.string, "08000161 00", "a"],
];

for (const [what, name, type, hex, value] of reads) {
  Deno.test(`${name} reads ${what}`, () => {
    assertEquals(decode(name, type, hex), value);
    assertEquals(decode(name, type, encode(name, type, value)), value);
    if (type.kind !== "struct") assertEquals(encode(name, type, value), hex.replaceAll(" ", ""));
  });
}
