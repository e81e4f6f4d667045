import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { RpcError } from "../protocol/mod.ts";
import { typeWithValues } from "./arbitrary_test.ts";
import { conform, conformer } from "./conform.ts";
import { difference } from "./same.ts";
import type { Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";

const Colour = t.enumeration("demo.Colour", { none: 0, red: 1, lost: -1 });
const Street = t.struct("demo.Street", { name: t.field(1, t.string), no: t.field(2, t.optional(t.uint16)) });
const User = t.struct("demo.User", {
  name: t.field(1, t.string),
  tags: t.field(2, t.optional(t.list(t.string))),
  street: t.field(3, t.optional(Street)),
  ages: t.field(4, t.optional(t.map(t.string, t.uint8))),
});
const Odd = t.struct("demo.Odd", { constructor: t.field(1, t.optional(t.string)), toString: t.field(2, t.string) });

const accepted: [name: string, type: Type, value: unknown, expected: unknown][] = [
  ["a boolean", t.bool, true, true],
  ["an integer", t.int32, -5, -5],
  ["an integer as a bigint", t.uint32, 4_294_967_295n, 4_294_967_295],
  ["negative zero for an integer", t.int8, -0, 0],
  ["a bigint", t.int64, -(2n ** 63n), -(2n ** 63n)],
  ["a number for int64", t.int64, -7, -7n],
  ["decimal text for int64", t.int64, "9223372036854775807", 2n ** 63n - 1n],
  ["negative decimal text for int64", t.int64, "-12", -12n],
  ["a bigint for int53", t.int53, 2n ** 53n - 1n, 2 ** 53 - 1],
  ["decimal text for int53", t.int53, "-9007199254740991", -(2 ** 53) + 1],
  ["a double for a float", t.float, 0.1, Math.fround(0.1)],
  ["NaN as text", t.double, "NaN", NaN],
  ["-Infinity as text", t.float, "-Infinity", -Infinity],
  ["negative zero as text", t.double, "-0", -0],
  ["base64 text for bytes", t.bytes, "+/8=", Uint8Array.of(0xfb, 0xff)],
  ["base64 text without padding", t.bytes, "+/8", Uint8Array.of(0xfb, 0xff)],
  ["URL-safe base64 text", t.bytes, "-_8", Uint8Array.of(0xfb, 0xff)],
  ["a name of an enumeration", Colour, "red", "red"],
  ["a number of an enumeration", Colour, -1, "lost"],
  ["a bigint of an enumeration", Colour, 1n, "red"],
  ["an object for a map", t.map(t.string, t.int8), { a: 1, constructor: 2 }, new Map([["a", 1], ["constructor", 2]])],
  ["pairs for a map", t.map(t.int8, t.bool), [[1, true], ["2", false]], new Map([[1, true], [2, false]])],
  ["text keys for int64", t.map(t.int64, t.bool), { "-5": true }, new Map([[-5n, true]])],
  ["text keys for bool", t.map(t.bool, t.bool), { true: true, false: true }, new Map([[true, true], [false, true]])],
  ["a Map for a map", t.map(t.uint8, t.int64), new Map([[1, 1]]), new Map([[1, 1n]])],
  ["a Set for a set", t.set(t.int64), new Set([1, "2"]), new Set([1n, 2n])],
  ["an array for a set", t.set(t.int8), [1, 2, 1], new Set([1, 2])],
  ["a Date for a timestamp", t.timestamp, new Date(5), new Date(5)],
  ["milliseconds for a timestamp", t.timestamp, 5n, new Date(5)],
  ["text for a timestamp", t.timestamp, "1970-01-01T01:00:00.005+01:00", new Date(5)],
  ["null for an optional field", User, { name: "a", street: null, tags: undefined }, { name: "a" }],
  ["unknown fields", User, { name: "a", extra: 1, ["__proto__"]: 1 }, { name: "a" }],
  ["null for an optional element", t.list(t.optional(t.bool)), [true, null], [true, undefined]],
  ["null for an optional root", t.optional(t.string), null, undefined],
  ["an inherited name that isn't sent", Odd, { toString: "x" }, { toString: "x" }],
  ["an object without a prototype", Street, Object.assign(Object.create(null), { name: "x", no: 1 }), {
    name: "x",
    no: 1,
  }],
];

for (const [name, type, value, expected] of accepted) {
  Deno.test(`conform takes ${name}`, () => {
    assertStrictEquals(difference(conform(type, value), expected), undefined);
  });
}

const refused: [name: string, type: Type, value: unknown, message: string][] = [
  [
    "a number in a list of text",
    User,
    { name: "a", tags: ["", "", "", 5] },
    "Cannot decode demo.User.tags[3]: got a number, want a string",
  ],
  ["a missing field", User, { name: "a", street: {} }, "Cannot decode demo.User.street.name: it is missing"],
  ["null for a field", User, { name: null }, "Cannot decode demo.User.name: got null, want a string"],
  [
    "a value of a map out of range",
    User,
    { name: "a", ages: { bob: 300 } },
    'Cannot decode demo.User.ages["bob"]: got 300, want an integer from 0 to 255',
  ],
  ["a bad key", t.map(t.int8, t.bool), { "01": true }, 'Cannot decode map["01"]: got a string, want an integer from'],
  ["a pair of one", t.map(t.int8, t.bool), [[1, true], [1]], "Cannot decode map: got an array as entry 1"],
  ["nothing as a pair", t.map(t.int8, t.bool), [undefined], "Cannot decode map: got nothing as entry 0"],
  ["nothing", User, undefined, "Cannot decode demo.User: got nothing, want demo.User"],
  ["an array for a struct", User, [], "Cannot decode demo.User: got an array, want demo.User"],
  ["a Map for a struct", User, new Map(), "Cannot decode demo.User: got a Map, want demo.User"],
  ["bytes for a struct", User, new Uint8Array(1), "Cannot decode demo.User: got a Uint8Array, want demo.User"],
  ["a fraction", t.int32, 1.5, "Cannot decode int32: got 1.5, want an integer from -2147483648 to 2147483647"],
  ["an unsafe number for int64", t.int64, 2 ** 60, "Cannot decode int64: got a number, want a bigint of 64 bits"],
  ["2^63 as text", t.int64, "9223372036854775808", "Cannot decode int64: got 9223372036854775808, want a bigint"],
  ["a bigint beyond int53", t.int53, 2n ** 53n, "Cannot decode int53: got a bigint"],
  ["-2^53 for int53", t.int53, -(2n ** 53n), "Cannot decode int53: got -9007199254740992"],
  ["text for int32", t.int32, "5", "Cannot decode int32: got a string"],
  ["a number with a leading zero", t.int64, "007", "Cannot decode int64: got a string"],
  ["a very long number", t.int64, "9".repeat(1_000_000), "Cannot decode int64: got a string"],
  ["an exponent", t.int64, "1e3", "Cannot decode int64: got a string"],
  ["text for a double", t.double, "1.5", "Cannot decode double: got a string, want a number"],
  ["a bigint for a double", t.double, 1n, "Cannot decode double: got a bigint, want a number"],
  ["text that is not base64", t.bytes, "a", "Cannot decode bytes: got text that is not base64"],
  ["numbers for bytes", t.bytes, [1], "Cannot decode bytes: got an array, want bytes"],
  ["1 for a boolean", t.bool, 1, "Cannot decode bool: got a number, want a boolean"],
  ["an unknown name", Colour, "blue", "Cannot decode demo.Colour: got blue, want demo.Colour"],
  ["an unknown number", Colour, 7, "Cannot decode demo.Colour: got 7, want demo.Colour"],
  ["an inherited name for an enumeration", Colour, "toString", "Cannot decode demo.Colour: got toString"],
  ["an inherited value", Odd, {}, "Cannot decode demo.Odd.toString: it is missing"],
];

for (const [name, type, value, message] of refused) {
  Deno.test(`conform refuses ${name}`, () => {
    const error = assertThrows(() => conform(type, value), RpcError, message);
    assertEquals(error.code, "invalid_argument");
  });
}

Deno.test("conform keeps error messages short whatever the peer sends", () => {
  const error = assertThrows(() => conform(t.map(t.string, t.bool), { ["k".repeat(10_000)]: 1 }), RpcError);
  assert(error.message.length < 200);
});

Deno.test("conform copies containers and bytes", () => {
  const bytes = Uint8Array.of(1, 2), list = [bytes], fresh = conform(t.list(t.bytes), list);
  bytes[0] = 9;
  list.length = 0;
  assertEquals(fresh, [Uint8Array.of(1, 2)]);
});

Deno.test("conformer refuses a struct with a field named __proto__", () => {
  const bad = t.struct("demo.Bad", { ["__proto__"]: t.field(1, t.string) });
  assertThrows(() => conformer(t.list(bad)), TypeError, "Cannot use struct demo.Bad: a field is named __proto__");
});

Deno.test("conformer compiles a struct that many others share only once", () => {
  let type: Type = t.bool;
  for (let i = 0; i < 40; i++) {
    type = t.struct(`demo.L${i}`, { a: t.field(1, t.optional(type)), b: t.field(2, t.optional(type)) });
  }
  assertEquals(conformer(type)({}), {});
});

Deno.test("conform gives back what already is of its type, and refuses or fits anything else", () => {
  fc.assert(
    fc.property(typeWithValues([]), fc.anything({ withBigInt: true, withMap: true }), ({ type, values }, other) => {
      const check = conformer(type);
      for (const value of values) assertStrictEquals(difference(check(value), value), undefined);
      try {
        check(other);
      } catch (error) {
        assert(error instanceof RpcError && error.code === "invalid_argument");
      }
    }),
    { seed: 20_261, numRuns: 2000 },
  );
});
