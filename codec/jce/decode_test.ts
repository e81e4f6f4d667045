import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { decodeHex } from "@std/encoding";
import { Reader, RpcError } from "../../protocol/mod.ts";
import { jce } from "../jce.ts";
import type { Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";

function decode(type: Type, hex: string): unknown {
  return jce.compile(type).decode(new Reader(decodeHex(hex.replaceAll(" ", ""))));
}

function at(tag: number, type: Type): Type {
  return t.struct("test.One", { field: t.field(tag, type) });
}

const Pair = t.struct("test.Pair", { n: t.field(0, t.int32), s: t.field(1, t.string) });
const Colour = t.enumeration("test.Colour", { red: 0, green: 1000 });
const User = t.struct("demo.User", {
  id: t.field(0, t.int32),
  name: t.field(2, t.string),
  score: t.field(5, t.double),
  tags: t.field(8, t.list(t.string)),
  note: t.field(9, t.string),
});
const userHex = "02075bcd15 2605616c696365 554058a80000000000 8900030603727063060464656e6f06036a6365 960161";

const refused: readonly (readonly [name: string, type: Type, hex: string, message: string])[] = [
  ["text for an integer", User, "0600", "Cannot decode demo.User.id: got JCE type 6, want an integer"],
  ["an integer for text", User, "0c 2c", "Cannot decode demo.User.name: got JCE type 12, want a string"],
  ["a missing field", at(1, t.int8), "", "Cannot decode test.One.field: it is missing"],
  ["a missing last field", User, userHex.slice(0, -6), "Cannot decode demo.User.note: it is missing"],
  ["a missing bare value", t.int8, "", "Cannot decode int8: it is missing"],
  ["a missing inner field", at(0, t.list(Pair)), "09 0001 0a 0c 0b", "test.One.field[0].s: it is missing"],
  ["fields out of order", Pair, "1600 0c", "Cannot decode test.Pair.n: it is missing"],
  ["a field that stands twice", Pair, "0c 0c 1600", "Cannot decode test.Pair.s: tag 0 stands twice"],
  ["the last field twice", Pair, "0c 1600 1600", "Cannot decode test.Pair: tag 1 of type 6 stands where"],
  [
    "unknown fields out of order",
    Pair,
    "0c 1600 3c 2c",
    "Cannot decode test.Pair: tag 2 of type 12 stands where",
  ],
  [
    "int16 for int8",
    at(0, t.int8),
    "01012c",
    "Cannot decode test.One.field: got JCE type 1, want an integer from -128",
  ],
  ["300 for uint8", at(0, t.uint8), "01012c", "Cannot decode test.One.field: got 300"],
  ["-1 for uint32", at(0, t.uint32), "00ff", "Cannot decode test.One.field: got -1"],
  [
    "2^53 for int53",
    at(0, t.int53),
    "030020000000000000",
    "Cannot decode test.One.field: got 9007199254740992, want",
  ],
  ["2 for bool", at(0, t.bool), "0002", "Cannot decode test.One.field: got 2, want a boolean"],
  ["a double for float", at(0, t.float), "050000000000000000", "test.One.field: got JCE type 5, want a number"],
  ["an unknown enumeration number", at(0, Colour), "0005", "got 5, want test.Colour"],
  ["text that is not UTF-8", at(0, t.string), "0602fffe", "test.One.field: text is not valid UTF-8"],
  ["long text that is not UTF-8", at(0, t.string), "0640" + "ff".repeat(64), "test.One.field: text is not valid"],
  ["an overlong encoding", at(0, t.string), "0602c080", "test.One.field: text is not valid UTF-8"],
  [
    "a simple list of something else",
    at(0, t.bytes),
    "0d 01 0001 00",
    "got a simple list of something else, want bytes",
  ],
  ["text for bytes", at(0, t.bytes), "0600", "test.One.field: got JCE type 6, want bytes"],
  ["bytes for a list", at(0, t.list(t.int8)), "0d 00 0c", "test.One.field: got JCE type 13, want an array"],
  ["a list for a map", at(0, t.map(t.int8, t.int8)), "090c", "test.One.field: got JCE type 9, want a map"],
  ["a list for a struct", at(0, Pair), "090c", "test.One.field: got JCE type 9, want test.Pair"],
  ["an element with a tag", at(0, t.list(t.int8)), "09 0001 1001", "test.One.field[0]: got tag 1, want 0"],
  [
    "a map's value with tag 0",
    at(0, t.map(t.int8, t.int8)),
    "08 0001 0001 0001",
    "test.One.field[0]: got tag 0, want 1",
  ],
  ["a count with a tag", at(0, t.list(t.int8)), "09 1001 0001", "test.One.field: got tag 1, want 0"],
  ["a negative count", at(0, t.list(t.int8)), "09 00ff", "test.One.field: a count of -1"],
  ["a struct without its end", at(0, Pair), "0a 0c 1600", "test.One.field: the struct has no end"],
  ["a struct's end at the top", Pair, "0c 1600 0b", "Cannot decode test.Pair: tag 0 of type 11 stands where"],
  ["an unknown type behind", Pair, "0c 1600 2e", "Cannot decode test.Pair: JCE type 14 is unknown"],
  ["garbage behind", Pair, "0c 1600 25 00", "Cannot decode test.Pair: 8 bytes wanted, 1 left"],
  ["a head cut in two", Pair, "0c 1600 f0", "Cannot decode test.Pair: 1 byte wanted, 0 left"],
];

for (const [name, type, hex, message] of refused) {
  Deno.test(`jce refuses to read ${name}`, () => {
    const error = assertThrows(() => decode(type, hex), RpcError);
    assertEquals((error as RpcError).code, "invalid_argument");
    assertStringIncludes((error as RpcError).message, message);
  });
}

const bombs: Readonly<Record<string, readonly [type: Type, hex: string]>> = {
  "100,000 nested structs": [at(5, t.int8), "0a".repeat(100_000)],
  "100,000 nested lists": [at(5, t.int8), "090001".repeat(100_000)],
  "100,000 nested maps": [at(5, t.int8), "080001".repeat(100_000)],
  "text of 1 GB": [at(0, t.string), "073fffffff41"],
  "unknown text of 1 GB": [at(1, t.int8), "073fffffff41"],
  "bytes of 1.6 GB": [at(0, t.bytes), "0d00025fffffff"],
  "unknown bytes of 1.6 GB": [at(1, t.int8), "0d00025fffffff"],
  "a list of 300 million": [at(0, t.list(t.int8)), "090211e1a300"],
  "bytes as a list of 300 million": [at(0, t.bytes), "090211e1a300"],
  "a map of 300 million": [at(0, t.map(t.int8, t.int8)), "080211e1a300"],
  "an unknown list of 300 million": [at(1, t.int8), "090211e1a300"],
  "an unknown map with more entries than bytes": [at(1, t.int8), "080002" + "0c".repeat(3)],
};

for (const [name, [type, hex]] of Object.entries(bombs)) {
  Deno.test(`jce refuses ${name} at once`, () => {
    assertEquals(assertThrows(() => decode(type, hex), RpcError).code, "invalid_argument");
  });
}

Deno.test("jce reads a list of a million zeros from a megabyte", () => {
  const { field } = decode(at(0, t.list(t.int32)), "0902000f4240" + "0c".repeat(1_000_000)) as { field: number[] };
  assertEquals(field.length, 1_000_000);
  assert(field.every((n) => n === 0));
});

Deno.test("jce refuses the truncations of a message that needs all its fields", () => {
  const coder = jce.compile(User), bytes = decodeHex(userHex.replaceAll(" ", ""));
  for (let end = 0; end < bytes.length; end++) {
    assertThrows(() => coder.decode(new Reader(bytes.subarray(0, end))), RpcError, "Cannot decode demo.User");
  }
});
