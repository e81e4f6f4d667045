import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Encoder } from "@msgpack/msgpack";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import { conformer } from "../conform.ts";
import { rootName } from "../fit.ts";
import { refusal, wantEnd } from "../misfit.ts";
import { msgpack } from "../msgpack.ts";
import { plainer } from "../plain.ts";
import { planOf } from "../plan.ts";
import { Random } from "../random_test.ts";
import { difference } from "../same.ts";
import type { Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { readAny } from "./read.ts";
import { readTyped } from "./typed_read.ts";
import { writeTyped } from "./typed_write.ts";
import { writeAny } from "./write.ts";

/** What came of a message: a value, or the message of an error. */
interface Outcome {
  readonly value?: unknown;
  readonly message?: string;
}

function outcomeOf(run: () => unknown): Outcome {
  try {
    return { value: run() };
  } catch (error) {
    assert(error instanceof RpcError, String(error));
    return { message: error.message };
  }
}

/** What the reader of any value and conform make of `bytes`. */
function generally(type: Type, bytes: Uint8Array): unknown {
  const r = new Reader(bytes), check = conformer(type);
  if (bytes.length === 0) return check(undefined);
  let value: unknown;
  try {
    value = readAny(r, { isExact: false, own: [] });
    wantEnd(r);
  } catch (error) {
    throw refusal(error, "decode", rootName(type));
  }
  return check(value);
}

function assertSame(type: Type, bytes: Uint8Array): void {
  const expected = outcomeOf(() => generally(type, bytes));
  const actual = outcomeOf(() => msgpack.compile(type).decode(new Reader(bytes)));
  assertEquals(actual.message, expected.message, bytes.toHex());
  assertStrictEquals(difference(actual.value, expected.value), undefined, bytes.toHex());
}

function written(type: Type, value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new Writer(8);
  writeTyped(writer, planOf(type), value);
  assertEquals(writer.depth, 0);
  return writer.slice();
}

/** What the writer of any value writes for the plain form. */
function writtenGenerally(type: Type, value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new Writer(8),
    plain = plainer(type, {
      scalars: { int53: (n: number) => n === (n | 0) || n === n >>> 0 ? n : BigInt(n) },
      logicals: { timestamp: (date: Date) => date },
      map: (entries) => entries,
    });
  writeAny(writer, plain(value), { isExact: false, own: [] });
  return writer.slice();
}

Deno.test("typed msgpack writes the quick way what the writer of any value writes", () => {
  for (let seed = 0; seed < 1000; seed++) {
    const random = new Random(seed), type = random.struct(), value = random.value(type);
    const quickly = written(type, value), generally = writtenGenerally(type, value);
    // The general way puts a key such as "0" first, as objects do, and writes large keys of a map as float 64.
    assertEquals(quickly.length, generally.length, `seed ${seed}`);
    for (const bytes of [quickly, generally]) {
      const back = msgpack.compile(type).decode(new Reader(bytes));
      assertStrictEquals(difference(back, value), undefined, `seed ${seed}`);
    }
  }
});

Deno.test("typed msgpack refuses values of another type like the general way, and leaves the writer as it was", () => {
  for (let seed = 0; seed < 1000; seed++) {
    const random = new Random(seed), type = random.struct(), value = random.value(random.struct());
    const { message } = outcomeOf(() => attempt(type, value)), writer = new Writer(8);
    const coder = msgpack.compile(type);
    if (message === undefined) coder.encode(value, writer);
    else {
      assertThrows(() => coder.encode(value, writer), RpcError, message);
      assertEquals([writer.pos, writer.depth], [0, 0]);
    }
  }
});

function attempt(type: Type, value: unknown): void {
  try {
    writtenGenerally(type, value);
  } catch (error) {
    throw refusal(error, "encode", rootName(type));
  }
}

Deno.test("typed msgpack reads any message like the reader of any value and conform", () => {
  for (let seed = 0; seed < 400; seed++) {
    const random = new Random(seed), type = random.struct(), bytes = written(type, random.value(type));
    assertSame(type, bytes);
    assertSame(type, Uint8Array.of(...bytes, 0xc0));
    assertSame(random.struct(), bytes);
    for (let i = 0; i < 12; i++) {
      const spoilt = Uint8Array.from(bytes),
        byte = random.one([0, 0x80, 0x81, 0x90, 0xa0, 0xc0, 0xc4, 0xcb, 0xcf, 0xd3, 0xd9, 0xff]);
      if (i % 2 === 0) spoilt[random.below(bytes.length)] = byte;
      else spoilt[random.below(bytes.length)]! ^= 1 << random.below(8);
      assertSame(type, i % 5 === 4 ? spoilt.subarray(0, random.below(bytes.length)) : spoilt);
    }
  }
});

const Point = t.struct("test.Point", {
  x: t.field(1, t.int32),
  y: t.field(2, t.optional(t.int32), { aliases: ["z"], default: 7 }),
});
const Wide = t.struct(
  "test.Wide",
  Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`f${i}`, t.field(i, t.int8)])),
);
const long = "n".repeat(40), Long = t.struct("test.Long", { [long]: t.field(1, t.bool) });
const wide = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`f${i}`, i]));
const oracle = new Encoder({ useBigInt64: true });

/** What a peer is likely to send, which must not cost the general way: written by @msgpack/msgpack. */
const quick: readonly (readonly [name: string, type: Type, sent: unknown, value: unknown])[] = [
  ["fields in order", Point, { x: 1, y: 2 }, { x: 1, y: 2 }],
  ["fields in another order", Point, { y: 2, x: 1 }, { x: 1, y: 2 }],
  ["unknown fields", Point, { a: [{ b: null }], x: 1, c: 1.5, y: 2 }, { x: 1, y: 2 }],
  ["a field under its former name", Point, { z: -70000, x: 300 }, { x: 300, y: -70000 }],
  ["the default for a missing field", Point, { x: 128 }, { x: 128, y: 7 }],
  ["the default for nil", Point, { x: -129, y: null }, { x: -129, y: 7 }],
  ["a struct of 16 fields", Wide, wide, wide],
  ["a long key", Long, { [long]: true }, { [long]: true }],
  ["int53 in 64 bits", t.list(t.int53), [2n ** 53n - 1n, -(2n ** 53n) + 1n, 5], [2 ** 53 - 1, -(2 ** 53) + 1, 5]],
  ["int64 in any number of bits", t.list(t.int64), [1, -1, 2 ** 31, -(2n ** 63n)], [1n, -1n, 2n ** 31n, -(2n ** 63n)]],
  ["uint64 in any number of bits", t.list(t.uint64), [1, 2n ** 64n - 1n], [1n, 2n ** 64n - 1n]],
  ["integers for doubles", t.list(t.double), [1, -200, 1.5, 2 ** 32], [1, -200, 1.5, 2 ** 32]],
  ["a float of 64 bits", t.float, 0.1, Math.fround(0.1)],
  ["timestamps of every form", t.list(t.timestamp), [new Date(0), new Date(1), new Date(-1)], [
    new Date(0),
    new Date(1),
    new Date(-1),
  ]],
  ["a timestamp in milliseconds", t.timestamp, 5, new Date(5)],
  ["nil for an optional element", t.list(t.optional(t.bool)), [null, true, false], [undefined, true, false]],
  ["a set", t.set(t.string), ["a", "b"], new Set(["a", "b"])],
  ["an enumeration by name", t.enumeration("test.Colour", { red: 1 }), "red", "red"],
  ["bytes", t.bytes, Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
  ["text of every length", t.list(t.string), ["", "x".repeat(40), "x".repeat(300), "x".repeat(70_000)], [
    "",
    "x".repeat(40),
    "x".repeat(300),
    "x".repeat(70_000),
  ]],
];

for (const [name, type, sent, value] of quick) {
  Deno.test(`typed msgpack reads ${name} the quick way`, () => {
    const bytes = oracle.encode(sent), reader = new Reader(bytes);
    assertStrictEquals(difference(readTyped(reader, planOf(type)), value), undefined);
    assertEquals([reader.pos, reader.depth], [bytes.length, 0]);
    assertSame(type, bytes);
  });
}

/** What one of the two ways could accept, or read otherwise, by mistake. */
const others: readonly (readonly [name: string, type: Type, hex: string])[] = [
  ["a field twice", Point, "82a17801a17802"],
  ["a field under two names", Point, "83a17801a17901a17a02"],
  ["a field that is nil and then not", Point, "83a179c0a17801a17905"],
  ["a missing field", Point, "81a17901"],
  ["nil for a field", Point, "81a178c0"],
  ["a fraction for an integer", t.int32, "cb3ff8000000000000"],
  ["an integer as a float", t.int32, "cb4014000000000000"],
  ["a negative zero for an integer", t.int32, "cb8000000000000000"],
  ["2^53 for int53", t.int53, "cf0020000000000000"],
  ["-2^53 for int53", t.int53, "d3ffe0000000000000"],
  ["2^63 for int64", t.int64, "cf8000000000000000"],
  ["-1 for uint64", t.uint64, "ff"],
  ["a bigint for a double", t.double, "cf0000000000000001"],
  ["an enumeration by number", t.enumeration("test.Colour", { red: 1 }), "01"],
  ["base64 for bytes", t.bytes, "a4" + "41513d3d"],
  ["text for a timestamp", t.timestamp, "b4" + "323032362d31312d32335430373a34383a32315a"],
  ["another extension for a timestamp", t.timestamp, "d60500000000"],
  ["a timestamp of one byte", t.timestamp, "c701ff00"],
  ["a timestamp of the year 10000", t.timestamp, "c70cff000000000000003afff44180"],
  ["a key of a map in two forms", t.map(t.int8, t.int8), "820101" + "a13102"],
  ["an object for a map", t.map(t.string, t.int8), "82a16101a16102"],
  ["a Map extension for a map", t.map(t.string, t.int8), "d679" + "81a16101"],
  ["a key that is no text", Point, "82a178010102"],
  ["more elements than bytes", t.list(t.int8), "dc00ff01"],
  ["nothing", Point, ""],
];

for (const [name, type, hex] of others) {
  Deno.test(`typed msgpack reads or refuses ${name} like the general way`, () =>
    assertSame(type, Uint8Array.fromHex(hex)));
}
