import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import { data } from "./arbitrary_test.ts";
import type { Coder } from "./codec.ts";
import { jsonAny } from "./json_any.ts";
import { difference } from "./same.ts";
import * as t from "./schema/words.ts";

const text = new TextDecoder(), utf8 = new TextEncoder();

function encode<T>(coder: Coder<T>, value: T): string {
  const writer = new Writer(16);
  coder.encode(value, writer);
  assertEquals(writer.depth, 0);
  return text.decode(writer.slice());
}

function decode<T>(coder: Coder<T>, input: string | Uint8Array): T {
  return coder.decode(new Reader(typeof input === "string" ? utf8.encode(input) : input));
}

const any = jsonAny.compile<unknown>();

const forms: [name: string, value: unknown, text: string][] = [
  ["undefined alone", undefined, ""],
  ["undefined as an element", [undefined, null], '[{"$undefined":true},null]'],
  ["no field that is undefined", { a: undefined, b: 1, c: undefined }, '{"b":1}'],
  ["NaN", NaN, '{"$number":"NaN"}'],
  ["infinities", [Infinity, -Infinity], '[{"$number":"Infinity"},{"$number":"-Infinity"}]'],
  ["negative zero", [-0, 0], '[{"$number":"-0"},0]'],
  ["numbers", [1.5, -1e21, 5e-324, 2 ** 53], "[1.5,-1e+21,5e-324,9007199254740992]"],
  ["bigints", [0n, -5n, 2n ** 63n], '[{"$bigint":"0"},{"$bigint":"-5"},{"$bigint":"9223372036854775808"}]'],
  ["the largest bigint in decimal", 2n ** 64n - 1n, '{"$bigint":"18446744073709551615"}'],
  ["the smallest bigint in decimal", -(2n ** 63n), '{"$bigint":"-9223372036854775808"}'],
  [
    "bigints beyond",
    [2n ** 64n, -(2n ** 64n)],
    '[{"$bigint":"0x10000000000000000"},{"$bigint":"-0x10000000000000000"}]',
  ],
  ["a date", new Date(1_732_286_400_123), '{"$date":"2024-11-22T14:40:00.123Z"}'],
  ["the latest date", new Date(8.64e15), '{"$date":"+275760-09-13T00:00:00.000Z"}'],
  ["an invalid date", new Date(NaN), '{"$date":null}'],
  ["bytes", { b: Uint8Array.of(0xfb, 0xff) }, '{"b":{"$bytes":"+/8="}}'],
  ["a Map", new Map<unknown, unknown>([["a", 1], [{}, new Map()]]), '{"$map":[["a",1],[{},{"$map":[]}]]}'],
  ["a Set", [new Set(), new Set([1, "a"])], '[{"$set":[]},{"$set":[1,"a"]}]'],
  ["keys that begin with $", { $map: 1, $: 2, $$x: 3, a$: 4 }, '{"$$map":1,"$$":2,"$$$x":3,"a$":4}'],
  ["one key that begins with $", { $set: [1] }, '{"$$set":[1]}'],
  ["a key __proto__ of a Map", new Map([["__proto__", 1]]), '{"$map":[["__proto__",1]]}'],
  ["lone surrogates", "a\ud800", '"a\\ud800"'],
  ["text of any kind", ['"\\\n\u2028é😀', "$map"], '["\\"\\\\\\n\u2028é😀","$map"]'],
  ["an empty object and array", [{}, []], "[{},[]]"],
];

for (const [name, value, expected] of forms) {
  Deno.test(`json_any writes ${name} and reads it back`, () => {
    assertEquals(encode(any, value), expected);
    assertStrictEquals(difference(decode(any, expected), value), undefined);
  });
}

class Point {
  x = 1;
  toJSON() {
    return "asked";
  }
}

Deno.test("json_any writes the own fields of an instance and does not ask toJSON", () => {
  assertEquals(encode(any, [new Point()]), '[{"x":1}]');
});

const cycle: unknown[] = [];
cycle.push({ cycle });

const unwritable: [name: string, value: unknown, message: string][] = [
  ["a function", { a: [() => 1] }, "Cannot encode value.a[0]: got a function, want data"],
  ["a symbol in a Map", new Map([[1, Symbol()]]), "Cannot encode value[0]: got a symbol, want data"],
  ["a RegExp", { "a b": /x/ }, 'Cannot encode value["a b"]: got a RegExp, want data'],
  ["another typed array", [new Int8Array(1)], "Cannot encode value[0]: got an Int8Array, want data"],
  ["a key __proto__", JSON.parse('{"__proto__":1}'), "a key may not be __proto__"],
  ["a cycle", cycle, "nesting is deeper than 64"],
  ["65 levels of Maps", levels(65), "nesting is deeper than 64"],
];

function levels(n: number): unknown {
  return n === 0 ? 1 : new Map([[1, levels(n - 1)]]);
}

for (const [name, value, message] of unwritable) {
  Deno.test(`json_any refuses to write ${name}`, () => {
    const writer = new Writer(16);
    const error = assertThrows(() => any.encode(value, writer), RpcError, message);
    assertEquals([error.code, writer.pos, writer.depth], ["invalid_argument", 0, 0]);
  });
}

Deno.test("json_any takes 64 levels of Maps", () => {
  assertStrictEquals(difference(decode(any, encode(any, levels(64))), levels(64)), undefined);
});

const map = (depth: number) => '{"$map":[[1,'.repeat(depth) + "1" + "]]}".repeat(depth);

const unreadable: [name: string, input: string | Uint8Array, message: string][] = [
  ["an unknown tag", '{"a":{"$regex":"x"}}', 'Cannot decode value.a: got the key "$regex", which says nothing'],
  ["$ alone", '{"$":1}', 'got the key "$", which says nothing'],
  ["a tag beside another key", '{"$map":[],"a":1}', "Cannot decode value.$map: it stands beside other keys"],
  ["two tags", '{"$$a":1,"$set":[]}', "value.$set: it stands beside other keys"],
  ["another undefined", '{"$undefined":false}', "got a boolean, want what $undefined has"],
  ["a number that JSON has", '{"$number":"1"}', "got a string, want what $number has"],
  ["a bigint that is a number", '{"$bigint":1}', "got a number, want what $bigint has"],
  ["a bigint with a zero before it", '{"$bigint":"01"}', "a bigint in another form"],
  ["a bigint -0", '{"$bigint":"-0"}', "a bigint in another form"],
  ["a bigint with a blank", '{"$bigint":" 1"}', "want what $bigint has"],
  ["a small bigint in hexadecimal", '{"$bigint":"0x1"}', "a bigint in another form"],
  ["a large bigint in decimal", '{"$bigint":"18446744073709551616"}', "a bigint in another form"],
  ["a bigint in capitals", '{"$bigint":"0x1000000000000000F"}', "want what $bigint has"],
  ["a long decimal", `{"$bigint":"${"9".repeat(4_000_000)}"}`, "want what $bigint has"],
  ["a date in another form", '{"$date":"2026-11-23"}', "a date in another form"],
  ["a date with an offset", '{"$date":"2026-11-23T07:48:21.123+01:00"}', "a date in another form"],
  ["a date of a number", '{"$date":0}', "got a number, want what $date has"],
  ["an invalid date as text", '{"$date":"x"}', "a date in another form"],
  ["bytes without padding", '{"$bytes":"AQ"}', "base64 in another form"],
  ["bytes with blanks", '{"$bytes":"A Q=="}', "base64 in another form"],
  ["bytes with bits too many", '{"$bytes":"AR=="}', "base64"],
  ["bytes that are none", '{"$bytes":"*"}', "got text that is not base64"],
  ["a map of an object", '{"$map":{}}', "got an object, want what $map has"],
  ["a map of no pairs", '{"$map":[[1,2],[1]]}', "Cannot decode value[1]: got an array, want a pair"],
  ["a map of numbers", '{"$map":[1]}', "got a number, want a pair"],
  ["a key of a map twice", '{"$map":[[1,2],[1,3]]}', "Cannot decode value[1]: its key stands twice"],
  ["a set of text", '{"$set":"ab"}', "got a string, want what $set has"],
  ["an element of a set twice", '{"$set":[1,2,1]}', "an element of a set stands twice"],
  ["a key twice", '{"a":[{"b":1,"b":2}]}', "Cannot decode value.a[0].b: it stands twice"],
  ["a key twice, once escaped", '{"b":1,"\\u0062":1}', "Cannot decode value.b: it stands twice"],
  ["a tag twice", '{"$set":[1],"$set":[1]}', "value.$set: it stands twice"],
  [
    "a key __proto__",
    '{"a":[{"__proto__":{"x":1}}]}',
    "Cannot decode value.a[0].__proto__: a key may not be __proto__",
  ],
  ["65 levels", "[".repeat(65) + "]".repeat(65), "nesting is deeper than 64"],
  ["65 levels of Maps", map(65), "nesting is deeper than 64"],
  ["1,000,000 brackets", "[".repeat(1_000_000), "nesting is deeper than 64"],
  ["100,000 Maps", '{"$map":[['.repeat(100_000), "nesting is deeper than 64"],
  ["text cut off", '{"a":', "Cannot decode value: "],
  ["a byte order mark", "\ufeff1", "Cannot decode value: "],
  ["what is not UTF-8", Uint8Array.of(0x22, 0xff, 0x22), "text is not valid UTF-8"],
  ["a surrogate in UTF-8", Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), "text is not valid UTF-8"],
];

for (const [name, input, message] of unreadable) {
  Deno.test(`json_any refuses to read ${name}`, () => {
    const error = assertThrows(() => decode(any, input), RpcError, message);
    assertEquals(error.code, "invalid_argument");
  });
}

Deno.test("json_any limits the elements", () => {
  const reader = new Reader(utf8.encode(`{"$set":[${Array.from({ length: 200 }, (_, i) => i)}]}`));
  reader.maxItems = 100;
  const error = assertThrows(() => any.decode(reader), RpcError, "the message has more than 100 elements");
  assertEquals(error.code, "resource_exhausted");
});

Deno.test("json_any with a schema checks values on both sides", () => {
  const coder = jsonAny.compile(t.struct("demo.Any", { $id: t.field(1, t.int64), at: t.field(2, t.timestamp) }));
  const value = { $id: 5n, at: new Date(7) };
  assertEquals(encode(coder, value), '{"$$id":{"$bigint":"5"},"at":{"$date":"1970-01-01T00:00:00.007Z"}}');
  assertStrictEquals(difference(decode(coder, encode(coder, value)), value), undefined);
  assertThrows(() => decode(coder, '{"$$id":"x"}'), RpcError, "Cannot decode demo.Any.$id: got a string");
  assertThrows(() => encode(coder, { ...value, $id: 2n ** 64n }), RpcError, "Cannot encode demo.Any.$id: got 184467");
});

Deno.test("json_any writes plain data as JSON.stringify does, and all data so that JSON.parse reads it", () => {
  const plain = ["any_bytes", "any_undefined", "any_negative_zero", "any_non_finite"] as const;
  const lacks = [...plain, "any_bigint", "any_big", "any_date", "any_bad_date", "any_map", "any_set"] as const;
  fc.assert(
    fc.property(data(lacks), (value) => {
      const marked = JSON.stringify(value).includes('"$');
      if (!marked) assertEquals(encode(any, value), JSON.stringify(value));
    }),
    { seed: 21, numRuns: 2000 },
  );
  fc.assert(
    fc.property(data([]), (value) => {
      const written = encode(any, value);
      assert(written === "" || JSON.parse(written) !== undefined);
      assertStrictEquals(difference(decode(any, written), value), undefined);
    }),
    { seed: 22, numRuns: 2000 },
  );
});
