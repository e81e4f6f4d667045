/**
 * Bytes that the specification gives, and bytes that must be refused.
 *
 * @module
 */
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import { avro } from "../avro.ts";
import { difference } from "../same.ts";
import type { Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { avroCoder } from "./coder.ts";
import { avroFixed } from "./fixed.ts";

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
const Pair = t.struct("test", { a: t.field(1, t.int64), b: t.field(2, t.string) });
const Suit = t.enumeration("Foo", { A: 10, B: 5, C: 20, D: 0 });
const Linked: Type = t.struct("Linked", { next: t.field(1, t.optional(t.lazy(() => Linked))) });

/** Values with their bytes; those of "Binary Encoding" in the specification, and the message of the other codecs' tests. */
const vectors: readonly (readonly [name: string, type: Type, value: unknown, hex: string])[] = [
  ["0", t.int64, 0n, "00"],
  ["-1", t.int64, -1n, "01"],
  ["1", t.int64, 1n, "02"],
  ["-2", t.int64, -2n, "03"],
  ["-64", t.int64, -64n, "7f"],
  ["64", t.int64, 64n, "8001"],
  ["the least long", t.int64, -(2n ** 63n), "ffffffffffffffffff01"],
  ["the largest long", t.int64, 2n ** 63n - 1n, "feffffffffffffffff01"],
  ["the least int", t.int32, -(2 ** 31), "ffffffff0f"],
  ["2^53-1", t.int53, 2 ** 53 - 1, "feffffffffffff1f"],
  ["2^32", t.int53, 2 ** 32, "8080808020"],
  ["a string", t.string, "foo", "06666f6f"],
  ["a record", Pair, { a: 27n, b: "foo" }, "3606666f6f"],
  ["an enum by its place", Suit, "D", "06"],
  ["an array", t.list(t.int64), [3n, 27n], "04063600"],
  ["a union", t.optional(t.string), "a", "020261"],
  ["null in a union", t.optional(t.string), undefined, "00"],
  ["a map", t.map(t.string, t.bool), new Map([["a", true]]), "0202610100"],
  ["a float", t.float, -0.5, "000000bf"],
  ["a linked list", Linked, { next: { next: {} } }, "020200"],
  ["a decimal", t.decimal(4, 2), "-0.01", "02ff"],
  ["a fixed", avroFixed("F", 3), Uint8Array.of(1, 0, 255), "0100ff"],
  ["a decimal in a fixed", avroFixed("F", 4, t.decimal(5, 2)), "-1.23", "ffffff85"],
  [
    "a UUID in a fixed",
    avroFixed("F", 16, t.uuid),
    "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    "f81d4fae7dec11d0a76500a0c91e6bf6",
  ],
  ["a date", t.date, "1970-01-02", "02"],
  ["a timestamp", t.timestamp, new Date(-1), "01"],
  [
    "the reference message",
    User,
    user,
    "aab4de75540a616c69636522616c696365406578616d706c652e636f6d010000000000a858400ef69986c5ea6406067270630864656e6f06" +
    "6a6365001668656c6c6f2c2065727063",
  ],
];

for (const [name, type, value, hex] of vectors) {
  Deno.test(`avro writes ${name} as the specification says`, () => {
    const coder = avro.compile(type), writer = new Writer(1);
    coder.encode(value, writer);
    assertEquals(writer.slice().toHex(), hex);
    assertStrictEquals(difference(coder.decode(new Reader(Uint8Array.fromHex(hex))), value), undefined);
  });
}

const Empty = t.struct("Empty", {}),
  nothing = { type: "record", name: "Nothing", fields: [{ name: "n", type: "null" }] };

/** Bytes that must be refused, and why. */
const refused: readonly (readonly [name: string, type: Type, hex: string, says: string])[] = [
  ["a long of 10 bytes that goes on", t.int64, "80808080808080808080", "got an integer of more than 64 bits"],
  ["a long of 65 bits", t.int64, "80808080808080808002", "got an integer of more than 64 bits"],
  ["an int of 5 bytes that goes on", t.int32, "8080808080", "got an integer of more than 32 bits"],
  ["an int of 33 bits", t.int32, "8080808010", "got an integer of more than 32 bits"],
  ["half a long", t.int64, "8080", "the bytes end within an integer"],
  ["half an int", t.int32, "80", "the bytes end within an integer"],
  ["no int", t.int32, "", "the bytes end within an integer"],
  ["a long for int53", t.int53, "feffffffffffff3f", "got 18014398509481983, which is beyond 53 bits"],
  [
    "a count of -(2^63)",
    t.list(t.int32),
    "ffffffffffffffffff0102",
    "got -9223372036854775808, which is beyond 53 bits",
  ],
  ["a count that is too large", t.list(t.int32), "060204", "a block of 3, with 2 bytes left"],
  ["bytes of -1", t.bytes, "01", "a length of -1, with 0 bytes left"],
  ["a string of -1", t.string, "01", "a length of -1, with 0 bytes left"],
  ["a string of 2^31", t.string, "8080808010", "a length of 2147483648, with 0 bytes left"],
  ["a branch of -1", t.optional(t.int32), "01", "got branch -1, want 0 to 1"],
  ["a branch of 5", t.optional(t.int32), "0a", "got branch 5, want 0 to 1"],
  ["a symbol of -1", Suit, "01", "got symbol -1, want 0 to 3"],
  ["a symbol of 5", Suit, "0a", "got symbol 5, want 0 to 3"],
  ["a boolean of 2", t.bool, "02", "got a byte 2, want a boolean"],
  ["int8 of 128", t.int8, "8002", "got 128, want an integer from -128 to 127"],
  ["uint32 of -1", t.uint32, "01", "got -1, want an integer from 0 to 4294967295"],
  ["text that is no UTF-8", t.string, "02c0", "text is not valid UTF-8"],
  ["a block that is longer than it says", t.list(t.int32), "0102800100", "a block is not as long as it says"],
  ["a block that is shorter than it says", t.list(t.int32), "01060200000000", "a block is not as long as it says"],
  ["a block whose size is not there", t.list(t.int32), "01fe01", "a length of 127, with 0 bytes left"],
  ["a decimal of too many digits", t.decimal(2), "0403e8", 'got "1000", want a decimal of 2 digits'],
  ["a decimal of a thousand bytes", t.decimal(2), "d00f" + "7f".repeat(1000), "got a decimal of more than 2 digits"],
  ["a date of another era", t.date, "ffffffff0f", "got day -2147483648, want one of the years 0000 to 9999"],
  ["a timestamp of another era", t.timestamp, "feffffffffffff1f", "got a number, want milliseconds within the years"],
  ["a UUID that is none", t.uuid, "0261", 'got "a", want a UUID'],
  ["bytes behind the value", t.int32, "0200", "1 byte follows the value"],
  ["a union of no member", t.union("U", { a: t.field(1, t.bool) }), "02", "got branch 1, want 0 to 0"],
  ["a linked list without an end", Linked, "02".repeat(100), "nesting is deeper than 64"],
];

for (const [name, type, hex, says] of refused) {
  Deno.test(`avro refuses ${name}`, () => {
    const reader = new Reader(Uint8Array.fromHex(hex)),
      error = assertThrows(() => avro.compile(type).decode(reader), RpcError);
    assertEquals(error.code, "invalid_argument");
    assert(error.message.includes(`: ${says}`), error.message);
  });
}

/** A few bytes that say that millions of elements come, which take none. */
const bombs: readonly (readonly [name: string, type: Type, hex: string])[] = [
  ["a list of 5,000,000 structs of nothing", t.list(Empty), "80ade20400"],
  ["as many in a block with a size", t.list(Empty), "fface2040000"],
  ["as many in many blocks", t.list(Empty), "80e8ff03".repeat(5) + "00"],
];

for (const [name, type, hex] of bombs) {
  Deno.test(`avro refuses ${name}`, () => {
    const reader = new Reader(Uint8Array.fromHex(hex));
    const error = assertThrows(() => avro.compile(type).decode(reader), RpcError);
    assertEquals([error.code, error.message.includes("more than 1048576 elements")], ["resource_exhausted", true]);
  });
}

Deno.test("avro refuses to skip as many elements of nothing", () => {
  const field = { name: "list", type: { type: "array", items: nothing } };
  const coder = avroCoder(Empty, { schema: { type: "record", name: "Empty", namespace: "a", fields: [field] } });
  const read = (hex: string) => coder.decode(new Reader(Uint8Array.fromHex(hex)));
  assertEquals(assertThrows(() => read("80ade20400"), RpcError).code, "resource_exhausted");
  assertStrictEquals(difference(read("0800"), {}), undefined);
});

Deno.test("avro skips no deeper than it reads", () => {
  const schema = { type: "record", name: "E", fields: [{ name: "l", type: ["null", { type: "array", items: "E" }] }] };
  const coder = avroCoder(t.struct("E", {}), { schema });
  const deep = (n: number) => Uint8Array.fromHex("0202".repeat(n) + "00".repeat(n + 1));
  assertStrictEquals(difference(coder.decode(new Reader(deep(20))), {}), undefined);
  const error = assertThrows(() => coder.decode(new Reader(deep(100))), RpcError);
  assert(error.message.includes("nesting is deeper than 64"), error.message);
});

Deno.test("avro writes text of every length and width in front of which a length stands", () => {
  const coder = avro.compile(t.list(t.string)), texts: string[] = [];
  for (const n of [0, 1, 31, 32, 62, 63, 64, 65, 2729, 2730, 2731, 8190, 8191, 8192, 349_525, 1_048_575, 1_048_576]) {
    texts.push("x".repeat(n), "漢".repeat(n / 3), "é".repeat(n / 2) + "x".repeat(n % 2), "x".repeat(n) + "😀");
  }
  const writer = new Writer(1);
  coder.encode(texts, writer);
  assertStrictEquals(difference(coder.decode(new Reader(writer.slice())), texts), undefined);
});

Deno.test("avro refuses a list that contains itself, and a record that needs itself", () => {
  const list: Type = t.list(t.lazy(() => list));
  assertThrows(() => avro.compile(list), TypeError, "Cannot use a list that contains itself in avro");
  const Endless: Type = t.struct("Endless", { self: t.field(1, t.lazy(() => Endless)) });
  assertThrows(
    () => avro.compile(Endless).decode(new Reader(new Uint8Array(0))),
    RpcError,
    "nesting is deeper than 64",
  );
  assertThrows(() => avro.compile(), TypeError, "Cannot compile for avro: it needs a schema");
});
