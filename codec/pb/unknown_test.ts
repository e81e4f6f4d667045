/**
 * What pb keeps though the schema doesn't know it, and messages that come in many pieces.
 *
 * @module
 */
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import { pb } from "../pb.ts";
import { difference } from "../same.ts";
import { type Type, unknownFields } from "../schema/type.ts";
import * as t from "../schema/words.ts";

function encode(type: Type, value: unknown): string {
  const writer = new Writer(16);
  pb.compile(type).encode(value, writer);
  return writer.slice().toHex();
}

function decode(type: Type, hex: string): unknown {
  return pb.compile(type).decode(new Reader(Uint8Array.fromHex(hex)));
}

const One = (type: Type) => t.struct("test.One", { a: t.field(1, type) });
const Colour = t.enumeration("test.Colour", { none: 0, red: 1 });
const Point = t.struct("test.Point", { x: t.field(1, t.int32), y: t.field(2, t.int32) });
const Choice = t.struct("test.Choice", {
  text: t.field(1, t.optional(t.string)),
  n: t.field(2, t.optional(t.sint32)),
  point: t.field(3, t.optional(Point)),
}, { oneofs: { which: ["text", "n", "point"] } });

const odd = "0801" + "1802" + "1001" + "2203616263" + "2b100a2c" + "3d01020304";
const Kept = t.struct("test.Kept", { x: t.field(1, t.int32), y: t.field(2, t.int32) }, { keepUnknown: true });
const Colours = t.struct("test.Colours", {
  one: t.field(1, t.optional(Colour)),
  all: t.field(2, t.list(Colour)),
  by: t.field(3, t.map(t.bool, Colour)),
  zero: t.field(4, Colour),
}, { keepUnknown: true });
type Keeper = Record<string | symbol, unknown>;

/** What comes out again behind the known fields. */
const kept: [name: string, type: Type, hex: string, known: unknown, again: string, bytes: string][] = [
  [
    "unknown fields of every wire type in order",
    Kept,
    odd,
    { x: 1, y: 1 },
    "0801100118022203616263" + "2b100a2c" + "3d01020304",
    "18022203616263" + "2b100a2c" + "3d01020304",
  ],
  [
    "unknown fields of a message in pieces",
    One(Kept),
    "0a021801" + "0a020801" + "0a021802",
    { a: { x: 1, y: 0 } },
    "0a0608011801" + "1802",
    "",
  ],
  ["an unknown number of an enumeration", Colours, "0809", { all: [], by: new Map(), zero: "none" }, "0809", "0809"],
  [
    "unknown numbers in lists, packed and not",
    Colours,
    "1003" + "1001" + "120401ac0200",
    { all: ["red", "red", "none"], by: new Map(), zero: "none" },
    "1203010100" + "1003" + "10ac02",
    "1003" + "10ac02",
  ],
  [
    "an unknown number in a map",
    Colours,
    "1a0408011007" + "1a0408001001",
    { all: [], by: new Map([[false, "red"]]), zero: "none" },
    "1a0408001001" + "1a0408011007",
    "1a0408011007",
  ],
  [
    "a negative unknown number",
    Colours,
    "20ffffffffffffffffff01",
    { all: [], by: new Map(), zero: "none" },
    "20ffffffffffffffffff01",
    "20ffffffffffffffffff01",
  ],
];

for (const [name, type, hex, known, again, bytes] of kept) {
  Deno.test(`pb keeps ${name}`, () => {
    const value = decode(type, hex) as Keeper;
    assertStrictEquals(difference({ ...value, [unknownFields]: undefined }, known), undefined);
    assertEquals((value[unknownFields] as Uint8Array | undefined)?.toHex() ?? "", bytes);
    assertEquals(encode(type, value), again);
    assertEquals(encode(type, decode(type, again)), again);
  });
}

Deno.test("pb leaves out unknown fields unless the struct keeps them", () => {
  assertEquals(Object.getOwnPropertySymbols(decode(Point, odd)), []);
});

Deno.test("pb refuses kept fields that are no bytes", () => {
  const error = assertThrows(() => encode(Kept, { x: 1, y: 1, [unknownFields]: "18" }), RpcError);
  assertEquals(error.message, "Cannot encode test.Kept: got a string, want bytes");
});

const SetOnly = One(t.struct("test.S", { s: t.field(1, t.set(t.int32)) }));

/** Bytes that would take quadratic time if pieces were put together each time one comes. */
const pieces: [name: string, type: Type, first: string, piece: string][] = [
  ["a set and a message", t.struct("test.T", { s: t.field(1, t.set(t.int32)), p: t.field(2, Point) }), "", "08011200"],
  ["unknown fields between known ones", Kept, "", "18010801"],
  ["a message with a large set", SetOnly, encode(SetOnly, { a: { s: new Set(Array(100_000).keys()) } }), "0a020801"],
  ["fields of a oneof", Choice, "", "1a0010010a00"],
];

for (const [name, type, first, piece] of pieces) {
  Deno.test(`pb reads 200,000 pieces of ${name} in linear time`, () => {
    const started = performance.now(), reader = new Reader(Uint8Array.fromHex(first + piece.repeat(200_000)));
    pb.compile(type).decode(reader);
    assert(performance.now() - started < 5000, "it took too long");
  });
}
