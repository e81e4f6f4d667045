import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import { data, typeWithValues } from "./arbitrary_test.ts";
import type { Coder } from "./codec.ts";
import { json } from "./json.ts";
import { difference } from "./same.ts";
import * as t from "./schema/words.ts";

const text = new TextDecoder(), utf8 = new TextEncoder();

function encode<T>(coder: Coder<T>, value: T): string {
  const writer = new Writer(16);
  coder.encode(value, writer);
  return text.decode(writer.slice());
}

function decode<T>(coder: Coder<T>, input: string | Uint8Array): T {
  return coder.decode(new Reader(typeof input === "string" ? utf8.encode(input) : input));
}

const plain = json.compile<unknown>();
const Colour = t.enumeration("demo.Colour", { none: 0, red: 1 });
const All = t.struct("demo.All", {
  big: t.field(1, t.int64),
  safe: t.field(2, t.int53),
  float: t.field(3, t.float),
  doubles: t.field(4, t.list(t.double)),
  bytes: t.field(5, t.bytes),
  colour: t.field(6, Colour),
  byId: t.field(7, t.map(t.int64, t.string)),
  byName: t.field(8, t.map(t.string, t.optional(t.bool))),
  note: t.field(9, t.optional(t.string)),
});
const all = {
  big: -(2n ** 63n),
  safe: 2 ** 53 - 1,
  float: 1.5,
  doubles: [0.1, -0, NaN, Infinity, -Infinity],
  bytes: Uint8Array.of(0xfb, 0xff),
  colour: "red" as const,
  byId: new Map([[2n ** 40n, "x"]]),
  byName: new Map([["__proto__", true], ["no", undefined]]),
};

Deno.test("json with a schema writes the forms of proto3's JSON mapping", () => {
  assertEquals(
    encode(json.compile(All), all),
    '{"big":"-9223372036854775808","safe":9007199254740991,"float":1.5,' +
      '"doubles":[0.1,"-0","NaN","Infinity","-Infinity"],"bytes":"+/8=","colour":"red",' +
      '"byId":{"1099511627776":"x"},"byName":{"__proto__":true,"no":null}}',
  );
});

Deno.test("json with a schema gives values back exactly", () => {
  const coder = json.compile(All);
  assertStrictEquals(difference(decode(coder, encode(coder, all)), all), undefined);
});

const written: [name: string, value: unknown, expected: string][] = [
  ["undefined as nothing", undefined, ""],
  ["null", null, "null"],
  ["text with a lone surrogate, escaped", "\ud800", '"\\ud800"'],
  ["an object, without undefined fields", { a: 1, b: undefined }, '{"a":1}'],
  ["a date as toJSON has it", new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ["64 levels", JSON.parse("[".repeat(64) + "]".repeat(64)), "[".repeat(64) + "]".repeat(64)],
  ["many brackets that do not nest", Array(100).fill("[{"), JSON.stringify(Array(100).fill("[{"))],
];

for (const [name, value, expected] of written) {
  Deno.test(`json without a schema writes ${name}`, () => assertEquals(encode(plain, value), expected));
}

const cycle: unknown[] = [];
cycle.push(cycle);

const unwritable: [name: string, value: unknown, message: string][] = [
  ["a bigint", { id: 1n }, "Cannot encode value: JSON has no bigint; use a schema, or codec jce or msgpack"],
  ["a cycle", cycle, "Cannot encode value: Converting circular structure to JSON"],
  ["65 levels", JSON.parse("[".repeat(65) + "]".repeat(65)), "Cannot encode value: nesting is deeper than 64"],
  ["65 levels of objects and arrays", nested(33), "Cannot encode value: nesting is deeper than 64"],
  ["a function", () => 1, "Cannot encode value: got a function, want a JSON value"],
  ["a value whose toJSON throws", {
    toJSON: () => {
      throw new Error("no");
    },
  }, "Cannot encode value: no"], // deno-fmt-ignore
];

function nested(levels: number): unknown {
  return levels === 0 ? "]}" : { list: [nested(levels - 1)] };
}

for (const [name, value, message] of unwritable) {
  Deno.test(`json without a schema refuses ${name}`, () => {
    const writer = new Writer();
    const error = assertThrows(() => plain.encode(value, writer), RpcError, message);
    assertEquals([error.code, writer.pos], ["invalid_argument", 0]);
  });
}

Deno.test("json with a schema names the path of a value that does not fit", () => {
  const bad = { ...all, doubles: [1, "2" as unknown as number] };
  assertThrows(
    () => encode(json.compile(All), bad),
    RpcError,
    "Cannot encode demo.All.doubles[1]: got a string, want a number",
  );
  assertThrows(
    () => decode(json.compile(All), '{"big":"1","safe":1.5}'),
    RpcError,
    "Cannot decode demo.All.safe: got 1.5, want an integer from",
  );
});

const unreadable: [name: string, input: string | Uint8Array, message: string][] = [
  ["text cut off", '{"a":', "Cannot decode value: "],
  ["something after the value", "1 2", "Cannot decode value: "],
  ["a comma too many", "[1,]", "Cannot decode value: "],
  ["NaN", "NaN", "Cannot decode value: "],
  ["a control character in text", '"\u0001"', "Cannot decode value: "],
  ["a byte order mark", "\ufeff1", "Cannot decode value: "],
  ["blanks only", "  ", "Cannot decode value: "],
  ["what is not UTF-8", Uint8Array.of(0x22, 0xff, 0x22), "Cannot decode value: text is not valid UTF-8"],
  ["an overlong form", Uint8Array.of(0x22, 0xc0, 0xaf, 0x22), "Cannot decode value: text is not valid UTF-8"],
  ["a surrogate in UTF-8", Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), "Cannot decode value: text is not valid UTF-8"],
  ["1,000,000 brackets", new Uint8Array(1_000_000).fill(0x5b), "Cannot decode value: nesting is deeper than 64"],
  ["65 levels", "[".repeat(65) + "]".repeat(65), "Cannot decode value: nesting is deeper than 64"],
  [
    "depth hidden by text",
    '[{"]]]":['.repeat(30) + "1" + "]}]".repeat(30),
    "Cannot decode value: nesting is deeper than 64",
  ],
  ["depth behind escaped quotes", '["\\"]]",'.repeat(65) + "1" + "]".repeat(65), "nesting is deeper than 64"],
];

for (const [name, input, message] of unreadable) {
  Deno.test(`json refuses to read ${name}`, () => {
    const error = assertThrows(() => decode(plain, input), RpcError, message);
    assertEquals(error.code, "invalid_argument");
  });
}

Deno.test("json reads an empty body as undefined, which a schema then judges", () => {
  assertEquals(decode(plain, ""), undefined);
  assertEquals(decode(json.compile(t.optional(t.string)), ""), undefined);
  assertThrows(() => decode(json.compile(t.string), ""), RpcError, "got nothing, want a string");
});

Deno.test("json keeps a key __proto__ as an own property, and a schema drops it", () => {
  const input = '{"__proto__":{"polluted":true},"name":"x"}', value = decode(plain, input) as object;
  assertEquals(Object.getPrototypeOf(value), Object.prototype);
  assert(Object.hasOwn(value, "__proto__") && !("polluted" in value) && !("polluted" in {}));
  const typed = decode(json.compile(t.struct("demo.X", { name: t.field(1, t.string) })), input);
  assertEquals(Object.getOwnPropertyNames(typed), ["name"]);
});

Deno.test("json passes on that a message is too large", () => {
  for (const coder of [plain, json.compile(t.string)] as Coder<unknown>[]) {
    const writer = new Writer(16);
    writer.limit = 32;
    const error = assertThrows(() => coder.encode("x".repeat(100), writer), RpcError);
    assertEquals([error.code, writer.pos], ["resource_exhausted", 0]);
  }
});

Deno.test("json without a schema is what JSON.stringify and JSON.parse do", () => {
  const lacks = ["any_bigint", "any_big", "any_date", "any_map", "any_set", "any_bytes", "any_undefined"] as const;
  fc.assert(
    fc.property(data([...lacks, "any_non_finite", "any_negative_zero"]), (value) => {
      const written = encode(plain, value);
      assertEquals(written, JSON.stringify(value));
      assertStrictEquals(difference(decode(plain, written), value), undefined);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

Deno.test("json with a schema gives back any value of it", () => {
  fc.assert(
    fc.property(typeWithValues([]), ({ type, values }) => {
      const coder = json.compile(type);
      for (const value of values) {
        assertStrictEquals(difference(decode(coder, encode(coder, value)), value), undefined);
      }
    }),
    { seed: 2, numRuns: 2000 },
  );
});
