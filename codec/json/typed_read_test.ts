import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Reader } from "../../protocol/mod.ts";
import { planOf } from "../plan.ts";
import { difference } from "../same.ts";
import type { StructType, Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { assertSame, typed } from "./both_ways_test.ts";
import { readTyped } from "./typed_read.ts";

const utf8 = new TextEncoder();

const Colour = t.enumeration("test.Colour", { red: 0, "dark blue": 1, "grün": -1 });
const Point = t.struct("test.Point", { x: t.field(1, t.int32), y: t.field(2, t.optional(t.int32)) });
const One = t.struct("test.One", { "a b": t.field(1, t.double) });
const Wide = t.struct("test.Wide", {
  a: t.field(1, t.optional(t.int8)),
  b: t.field(2, t.optional(t.list(t.int8))),
  c: t.field(3, t.optional(t.int8)),
  d: t.field(4, t.optional(t.int8)),
  e: t.field(5, t.optional(t.int8)),
  f: t.field(6, t.string),
});

const Shape = t.union("test.Shape", { text: t.field(1, t.string), count: t.field(2, t.int32) });
interface Tree {
  n: number;
  next?: Tree | undefined;
}
const Tree: StructType<Tree> = t.struct("test.Tree", {
  n: t.field(1, t.int8),
  next: t.field(2, t.optional(t.lazy(() => Tree))),
});
const Renamed = t.struct("test.Renamed", {
  name: t.field(1, t.string, { aliases: ["title", "caption"] }),
  n: t.field(2, t.optional(t.int8), { default: 7 }),
});

/** What a peer is likely to send, which must not cost the general way. */
const quick: readonly (readonly [name: string, type: Type, text: string, value: unknown])[] = [
  ["white space everywhere", t.list(Point), ' [ {\n"x" : 1 ,\t"y": 2 } ,\r\n{"x":3 }\n]  ', [{ x: 1, y: 2 }, { x: 3 }]],
  ["fields in another order", Point, '{"y":2,"x":1}', { x: 1, y: 2 }],
  ["fields that are not there", Wide, '{"f":"x"}', { f: "x" }],
  ["null for optional fields", Wide, '{"a":null,"b":null,"f":"x"}', { f: "x" }],
  ["null for an optional element", t.list(t.optional(t.bool)), "[null,true,false]", [undefined, true, false]],
  ["unknown fields", Point, '{"a":{"x":["]}",null]},"x":1,"b":"\\"","c":-1.5e3,"d":true}', { x: 1 }],
  ["an escaped key", Point, '{"\\u0078":1}', { x: 1 }],
  ["a key that has a blank", One, '{"a b":0.5}', { "a b": 0.5 }],
  [
    "escapes",
    t.string,
    '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\\ud800"',
    '"\\/\b\f\n\r\t\u00e9\u{1f600}\ud800',
  ],
  ["text that ends in a backslash", t.list(t.string), '["\\\\","a\\\\\\\\"]', ["\\", "a\\\\"]],
  ["text that is not ASCII", t.string, '"é漢😀\u007f\u2028"', "é漢😀\u007f\u2028"],
  ["long text", t.string, `"${"x".repeat(1000)}"`, "x".repeat(1000)],
  ["long text with escapes", t.string, `"${'\\\\\\"'.repeat(500)}"`, '\\"'.repeat(500)],
  ["text that ends at its 64th byte", t.string, `"${"x".repeat(63)}"`, "x".repeat(63)],
  ["text that ends at its 65th byte", t.string, `"${"x".repeat(64)}"`, "x".repeat(64)],
  ["an integer with a fraction of zero", t.int32, "5.0", 5],
  ["an integer with an exponent", t.int32, "-12e2", -1200],
  ["negative zero for an integer", t.int8, "-0", 0],
  ["negative zero for a double", t.double, "-0", -0],
  ["the least int32", t.int32, "-2147483648", -(2 ** 31)],
  ["the largest int53", t.int53, "9007199254740991", 2 ** 53 - 1],
  ["int53 as text", t.int53, '"-9007199254740991"', -(2 ** 53) + 1],
  ["int64 as text of 15 digits", t.int64, '"123456789012345"', 123456789012345n],
  ["the least int64", t.int64, '"-9223372036854775808"', -(2n ** 63n)],
  ["int64 as a number", t.int64, "-7", -7n],
  ["zero as text", t.int64, '"-0"', 0n],
  ["the least double", t.double, "5e-324", 5e-324],
  ["a double of 17 digits", t.double, "0.30000000000000004", 0.30000000000000004],
  ["a number between two doubles", t.double, "9007199254740993", 9007199254740992],
  ["a number beyond all doubles", t.double, "1E+400", Infinity],
  ["a fraction of many zeros", t.double, `0.${"0".repeat(30)}1`, 1e-31],
  ["a float that is rounded", t.float, "0.1", Math.fround(0.1)],
  ["a text for a float", t.float, '"-Infinity"', -Infinity],
  ["base64, URL-safe and without padding", t.bytes, '"-_8"', Uint8Array.of(0xfb, 0xff)],
  ["an enumeration by name", t.list(Colour), '["red","dark blue","grün"]', ["red", "dark blue", "grün"]],
  ["an enumeration by number", Colour, "-1", "grün"],
  ["a map", t.map(t.string, t.int8), '{"a":1,"__proto__":2,"":3}', new Map([["a", 1], ["__proto__", 2], ["", 3]])],
  ["a map of integers", t.map(t.int8, t.optional(t.bool)), '{"-1":null}', new Map([[-1, undefined]])],
  [
    "a map of large integers",
    t.map(t.int64, t.list(t.int8)),
    '{"9007199254740993":[]}',
    new Map([[2n ** 53n + 1n, []]]),
  ],
  ["a map of booleans", t.map(t.bool, t.bool), '{"true":false}', new Map([[true, false]])],
  ["an optional root", t.optional(t.int8), "null", undefined],
  ["uint64 as text", t.uint64, '"18446744073709551615"', 2n ** 64n - 1n],
  ["uint64 as a number", t.uint64, "7", 7n],
  [
    "a map of unsigned integers",
    t.map(t.uint64, t.bool),
    '{"18446744073709551615":true}',
    new Map([[2n ** 64n - 1n, true]]),
  ],
  ["a timestamp", t.timestamp, '"2026-11-23T07:48:21.123Z"', new Date("2026-11-23T07:48:21.123Z")],
  ["a timestamp with an offset", t.timestamp, '"2026-11-23T08:48:21+01:00"', new Date("2026-11-23T07:48:21Z")],
  ["a timestamp in milliseconds", t.timestamp, "-5", new Date(-5)],
  ["a day", t.date, '"2026-11-23"', "2026-11-23"],
  ["a set", t.set(t.int8), "[1,2,1]", new Set([1, 2])],
  ["a decimal", t.decimal(5, 2), '"-1.50"', "-1.50"],
  ["a union", t.list(Shape), '[{"text":""},{"other":[],"count":0}]', [{ text: "" }, { count: 0 }]],
  ["a union with null beside it", Shape, '{"text":null,"count":1}', { count: 1 }],
  ["a tree", Tree, '{"n":1,"next":{"n":2,"next":null}}', { n: 1, next: { n: 2 } }],
  ["a field under its former name", Renamed, '{"title":"x"}', { name: "x", n: 7 }],
  ["defaults of missing fields", Renamed, '{"name":"x"}', { name: "x", n: 7 }],
  ["the default for null", Renamed, '{"name":"x","n":null}', { name: "x", n: 7 }],
];

for (const [name, type, text, value] of quick) {
  Deno.test(`typed json reads ${name} the quick way`, () => {
    const body = utf8.encode(text), reader = new Reader(body);
    assertStrictEquals(difference(readTyped(reader, planOf(type)), value), undefined);
    assertEquals([reader.pos, reader.depth], [body.length, 0]);
    assertSame(type, body);
  });
}

/** What one of the two ways could accept, or read otherwise, by mistake. */
const others: readonly (readonly [name: string, type: Type, text: string])[] = [
  ["a field twice", Point, '{"x":"no","x":1,"x":2}'],
  ["an optional field that is taken back", Point, '{"x":1,"y":2,"y":null}'],
  ["a field taken back out of order", Wide, '{"f":"x","b":[],"a":1,"b":null}'],
  ["a key of a map twice", t.map(t.string, t.int8), '{"a":"no","b":1,"a":2}'],
  ["a key of a map in two forms", t.map(t.int8, t.int8), '{"-0":1,"0":2}'],
  ["-1 for uint64", t.uint64, '"-1"'],
  ["2^64 for uint64", t.uint64, '"18446744073709551616"'],
  ["a timestamp of no day", t.timestamp, '"2026-02-30T00:00:00Z"'],
  ["a timestamp beyond all", t.timestamp, "9007199254740991"],
  ["a timestamp as decimal text", t.timestamp, '"5"'],
  ["a day that is none", t.date, '"2026-02-30"'],
  ["two of a union", Shape, '{"text":"","count":0}'],
  ["none of a union", Shape, "{}"],
  ["a union of null", Shape, '{"text":null}'],
  ["a field under two names", Renamed, '{"title":"x","name":"y"}'],
  ["a field under two names, its own first", Renamed, '{"name":"y","title":"x"}'],
  ["a field under two former names", Renamed, '{"title":"x","caption":"y"}'],
  ["an optional field that is null and then not", Point, '{"y":null,"x":1,"y":5}'],
  ["pairs for a map", t.map(t.int8, t.bool), "[[1,true]]"],
  ["a missing field", Wide, "{}"],
  ["null for a field", Point, '{"x":null}'],
  ["an unknown field that is no JSON", Point, '{"x":1,"z":[1,]}'],
  ["an unknown word", Point, '{"x":1,"z":nul}'],
  ["an unknown field without a value", Point, '{"x":1,"z":}'],
  ["nothing after a comma", Point, '{"x":1,}'],
  ["nothing after a comma in a list", t.list(t.int8), "[1,]"],
  ["a bracket for a value and its list", t.list(t.list(t.int8)), "[[1,]"],
  ["a brace for a field and its struct", t.list(Point), '[{"x":1,}'],
  ["a comma before everything", t.list(t.int8), "[,1]"],
  ["an open list", t.list(t.int8), "[1"],
  ["an open object", Point, '{"x":1'],
  ["an open text", t.string, '"abc'],
  ["an open long text", t.string, `"${"x".repeat(100)}`],
  ["a text that ends in a backslash", t.string, '"abc\\"'],
  ["a control character in text", t.string, '"a\u001f"'],
  ["a control character in long text", t.string, `"${"x".repeat(100)}\n"`],
  ["an unknown escape", t.string, '"\\x"'],
  ["a short escape", t.string, '"\\u12"'],
  ["a leading zero", t.int32, "01"],
  ["a leading zero of a negative", t.int32, "-01"],
  ["two zeros", t.double, "00.5"],
  ["a plus sign", t.int32, "+1"],
  ["a sign alone", t.double, "-"],
  ["a point at the end", t.double, "1."],
  ["a point at the start", t.double, ".5"],
  ["an exponent without digits", t.double, "1e+"],
  ["hexadecimal", t.int32, "0x10"],
  ["an underscore", t.int32, "1_0"],
  ["NaN without quotes", t.double, "NaN"],
  ["a word cut short", t.bool, "tru"],
  ["a word and more", t.bool, "truee"],
  ["two values", t.int8, "1 2"],
  ["a byte order mark", t.int8, "\ufeff1"],
  ["a no-break space", t.int8, "\u00a01"],
  ["a form feed", t.int8, "\f1"],
  ["a zero byte", t.int8, "1\0"],
  ["an integer with a fraction", t.int32, "1.5"],
  ["an integer out of range", t.uint8, "256"],
  ["2^53 for int53", t.int53, "9007199254740992"],
  ["2^53 for int53 as text", t.int53, '"9007199254740992"'],
  ["2^63 for int64", t.int64, '"9223372036854775808"'],
  ["an unsafe number for int64", t.int64, "9007199254740993"],
  ["a leading zero in text", t.int64, '"01"'],
  ["a fraction in text", t.int64, '"1.0"'],
  ["an empty text for int64", t.int64, '""'],
  ["a sign alone in text", t.int64, '"-"'],
  ["int32 as text", t.int32, '"1"'],
  ["text for a double", t.double, '"1.5"'],
  ["text that is not base64", t.bytes, '"*"'],
  ["an unknown name", Colour, '"toString"'],
  ["an unknown number", Colour, "1.5"],
  ["an inherited name", t.struct("test.Odd", { constructor: t.field(1, t.string) }), "{}"],
  ["a bad key", t.map(t.int8, t.bool), '{"1.0":true}'],
  ["a boolean key of another case", t.map(t.bool, t.bool), '{"True":true}'],
];

for (const [name, type, text] of others) {
  Deno.test(`typed json reads or refuses ${name} like JSON.parse and conform`, () =>
    assertSame(type, utf8.encode(text)));
}

/** What stands twice where the schema knows it. */
const repeated: readonly (readonly [name: string, type: Type, text: string, path: string])[] = [
  ["a field", Point, '{"x":1,"x":1}', "test.Point.x"],
  ["a field, once in escapes", Point, '{"x":1,"\\u0078":1}', "test.Point.x"],
  ["a field, once null", Point, '{"y":null,"x":1,"y":5}', "test.Point.y"],
  ["a field of an element", t.list(Point), ' [ {"x":1} , {"x":1 , "y":2,"y" :2}] ', "list[1].y"],
  ["a key of a map", t.map(t.string, t.int8), '{"a b":1,"c":1,"a b":1}', 'map["a b"]'],
  [
    "a key of a map that a field holds",
    t.struct("test.M", { m: t.field(1, t.map(t.int8, Point)) }),
    '{"m":{"1":{"x":1},"1":{"x":1}}}',
    'test.M.m["1"]',
  ],
  ["a field of an optional value", t.map(t.int8, t.optional(Point)), '{"1":null,"2":{"x":1,"x":1}}', 'map["2"].x'],
  ["a field of an element of a set", t.set(Point), '[{"x":1,"x":2}]', "set[0].x"],
  ["a field under a former name", Renamed, '{"title":"x","title":"x"}', "test.Renamed.title"],
  ["a field of a tree", Tree, '{"n":1,"next":{"n":1,"n":1}}', "test.Tree.next.n"],
];

for (const [name, type, text, path] of repeated) {
  Deno.test(`typed json refuses ${name} that stands twice`, () => {
    assertEquals(typed(type, utf8.encode(text)).message, `Cannot decode ${path}: it stands twice`);
  });
}

Deno.test("typed json takes unknown fields that stand twice", () => {
  for (const text of ['{"z":{"a":1,"a":1},"x":1,"z":2}', '{"x":1e0,"z":[{"a":1,"a":[2]}],"z":"}","y":null}']) {
    assertEquals(typed(Point, utf8.encode(text)), { value: { x: 1 } });
  }
});

Deno.test("typed json bounds the depth of a tree", () => {
  const deep = (levels: number) => utf8.encode('{"n":1,"next":'.repeat(levels) + '{"n":1}' + "}".repeat(levels));
  assertEquals(typed(Tree, deep(63)).message, undefined);
  assert(typed(Tree, deep(64)).message?.endsWith("nesting is deeper than 64"));
  assert(typed(Tree, deep(200_000)).message?.endsWith("nesting is deeper than 64"));
});

Deno.test("typed json refuses an unknown field that nests too deep", () => {
  const deep = (levels: number) => utf8.encode(`{"x":1,"z":${"[".repeat(levels)}${"]".repeat(levels)}}`);
  assertSame(Point, deep(63));
  assertEquals(typed(Point, deep(64)).message, "Cannot decode test.Point: nesting is deeper than 64");
  assertEquals(
    typed(Point, utf8.encode('{"z":' + "[".repeat(1_000_000))).message?.startsWith("Cannot decode test.Point: nesting"),
    true,
  );
});

Deno.test("typed json refuses bytes that are not UTF-8 wherever they stand", () => {
  const text = utf8.encode('{"z":"a","x":1 }');
  for (let at = 0; at < text.length; at++) {
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
      assertSame(Point, Uint8Array.of(...text.subarray(0, at), ...bytes, ...text.subarray(at)));
    }
  }
});

Deno.test("typed json reads nothing beyond its end", () => {
  const type = t.struct("test.Cut", {
    a: t.field(1, Wide),
    b: t.field(2, t.map(t.int8, t.bool)),
    c: t.field(3, t.int64),
  });
  const whole = utf8.encode('{"a":{"a":null,"f":"x\\n"},"b":{"1":true},"z":[1.5e3],"c":"12"}');
  const reader = new Reader(), view = new DataView(whole.buffer);
  for (let end = 0; end < whole.length; end++) {
    assertThrows(() => readTyped(reader.reset(whole, view, 0, end), planOf(type)));
    assert(reader.pos <= end + 1);
  }
  readTyped(reader.reset(whole, view, 0, whole.length), planOf(type));
});
