/**
 * What both Thrift codecs refuse: bytes that don't fit, and bombs.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import type { Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { at, codecs, Colour, decode, encode, type Name, Pair, Some, Tree } from "./hex_test.ts";

const nest = (unit: string) => unit.repeat(100_000);

/** Bytes that are refused, with what the error says. */
const refused: readonly (readonly [what: string, name: Name, type: Type, hex: string, message: string])[] = [
  ["nothing", "thrift", Some, "", "test.Some: 1 byte wanted"],
  ["nothing", "thrift_compact", Some, "", "test.Some: 1 byte wanted"],
  ["a field without a body", "thrift", at(1, t.int32), "080001", "test.At.field: 4 bytes wanted, 0 left"],
  ["half a head", "thrift", Some, "0800", "test.Some: 2 bytes wanted, 1 left"],
  ["a missing field", "thrift", Pair, "0b00020000000161 00", "test.Pair.n: it is missing"],
  [
    "a field of another type that must be there",
    "thrift",
    at(1, t.int32),
    "0600010001 00",
    "test.At.field: it is missing",
  ],
  ["a list where a set belongs", "thrift", at(1, t.set(t.int8)), "0f00010300000000 00", "test.At.field: it is missing"],
  ["a missing result", "thrift_compact", t.string, "00", "string: it is missing"],
  ["a result that stands twice", "thrift", t.int8, "03000001 03000001 00", "int8: it stands twice"],
  ["a field that stands twice", "thrift", Some, "02000301 02000301 00", "test.Some.c: it stands twice"],
  [
    "a field that stands twice",
    "thrift_compact",
    Some,
    "180161 0828 0161 0102 0828 0161",
    "test.Some.b: it stands twice",
  ],
  [
    "fields that stand twice after others",
    "thrift",
    Pair,
    "0b00020000000161 08000100000001 0b00020000000161 00",
    "test.Pair.s: it stands twice",
  ],
  [
    "elements of another type",
    "thrift",
    at(1, t.list(t.int32)),
    "0f00010600000001 0001 00",
    "test.At.field: got elements of Thrift i16, want i32",
  ],
  [
    "elements of another type",
    "thrift_compact",
    at(1, t.list(t.int32)),
    "1914 02 00",
    "test.At.field: got elements of Thrift i16, want i32",
  ],
  [
    "keys of another type",
    "thrift",
    at(1, t.map(t.string, t.bool)),
    "0d0001080200000001 00000001 01 00",
    "got keys of Thrift i32, want string",
  ],
  [
    "values of another type",
    "thrift",
    at(1, t.map(t.int32, t.bool)),
    "0d0001080800000001 00000001 00000001 00",
    "got values of Thrift i32, want bool",
  ],
  [
    "elements of an unknown type",
    "thrift",
    at(1, t.list(t.int8)),
    "0f00011900000001 00 00",
    "got elements of Thrift type 25, want i8",
  ],
  ["a boolean of 2", "thrift", at(1, t.bool), "02000102 00", "test.At.field: got 2, want a boolean"],
  ["a boolean of 3", "thrift_compact", at(1, t.list(t.bool)), "191103 00", "test.At.field[0]: got 3, want a boolean"],
  ["uint8 of 256", "thrift", at(1, t.uint8), "0600010100 00", "test.At.field: got 256, want an integer from 0 to 255"],
  ["uint16 of -1", "thrift_compact", at(1, t.uint16), "1501 00", "test.At.field: got -1, want an integer from 0"],
  ["int53 of 2^53", "thrift", at(1, t.int53), "0a00010020000000000000 00", "test.At.field: got 9007199254740992, want"],
  [
    "int53 of 2^53+1",
    "thrift_compact",
    at(1, t.int53),
    "16828080808080802000",
    "test.At.field: got 9007199254740992, want",
  ],
  [
    "an unknown number of an enumeration",
    "thrift",
    at(1, Colour),
    "08000100000007 00",
    "test.At.field: got 7, want test.Colour",
  ],
  [
    "text that is no UTF-8",
    "thrift",
    at(1, t.string),
    "0b000100000002fffe 00",
    "test.At.field: text is not valid UTF-8",
  ],
  ["bytes behind the message", "thrift", Some, "02000301 00 0000", "test.Some: 2 bytes follow the value"],
  ["bytes behind a result", "thrift_compact", t.bool, "0100 00 00", "bool: 1 byte follows the value"],
  [
    "two fields of a union",
    "thrift",
    Tree,
    "0600010001 0b00020000000161 00",
    "test.Tree: got leaf and name, want one of value",
  ],
  ["a union of an unknown field", "thrift_compact", Tree, "9408 00", "test.Tree: got none of leaf, name, both"],
  [
    "a decimal that is none",
    "thrift",
    at(1, t.decimal(3, 1)),
    "0b00010000000161 00",
    'test.At.field: got "a", want a decimal',
  ],
  ["an unknown type", "thrift", Some, "120001", "test.Some: got Thrift type 18, which is unknown"],
  ["the type 1 of no meaning", "thrift", Some, "010009 00", "test.Some: got Thrift type 1, which is unknown"],
  ["an unknown type", "thrift_compact", Some, "1e", "test.Some: got compact type 14, which is unknown"],
  [
    "an unknown skipped element",
    "thrift",
    Some,
    "0f00091900000001 00",
    "test.Some: got Thrift type 25, which is unknown",
  ],
  ["a stop with a delta", "thrift_compact", Some, "10", "test.Some: got 16, want the head of a field"],
  [
    "an id above 32767",
    "thrift_compact",
    Some,
    "0cfeff03 00 1c 00",
    "test.Some: got field 32768, want one up to 32767",
  ],
  ["an id of 17 bits", "thrift_compact", Some, "05808008 00", "test.Some: got 65536, want an integer of 16 bits"],
  [
    "int16 of 17 bits",
    "thrift_compact",
    at(1, t.int16),
    "14808004 00",
    "test.At.field: got 32768, want an integer of 16 bits",
  ],
  [
    "a varint of 33 bits",
    "thrift_compact",
    at(1, t.int32),
    "15ffffffff1f 00",
    "test.At.field: got an integer of more than 32 bits",
  ],
  [
    "a varint of 65 bits",
    "thrift_compact",
    at(1, t.int64),
    "16ffffffffffffffffff03 00",
    "got an integer of more than 64 bits",
  ],
  [
    "a varint of 11 bytes",
    "thrift_compact",
    at(1, t.int64),
    "1680808080808080808080 00",
    "got an integer of more than 64 bits",
  ],
  [
    "a varint that has no end",
    "thrift_compact",
    at(1, t.int64),
    "168080",
    "test.At.field: the bytes end within an integer",
  ],
  ["a length of 2^31-1", "thrift", at(1, t.string), "0b00017fffffff", "test.At.field: 2147483647 bytes wanted, 0 left"],
  ["a length of -1", "thrift", at(1, t.bytes), "0b0001ffffffff", "test.At.field: a length of -1"],
  [
    "a length of 2^32-1",
    "thrift_compact",
    at(1, t.string),
    "18ffffffff0f61",
    "test.At.field: 4294967295 bytes wanted, 1 left",
  ],
  [
    "a list of 50 million",
    "thrift",
    at(1, t.list(t.int8)),
    "0f0001 0302faf080",
    "test.At.field: a count of 50000000, with 0 bytes left",
  ],
  ["a list of -1", "thrift", at(1, t.list(t.int8)), "0f0001 03ffffffff", "test.At.field: a count of -1"],
  ["a set of 2^32-1", "thrift_compact", at(1, t.set(t.bool)), "1af1ffffffff0f", "test.At.field: a count of 4294967295"],
  [
    "a map of 2^31-1",
    "thrift",
    at(1, t.map(t.int8, t.int8)),
    "0d000103037fffffff",
    "test.At.field: a count of 2147483647",
  ],
  [
    "a map of more than half the bytes",
    "thrift_compact",
    at(1, t.map(t.int8, t.int8)),
    "1b0333 010101",
    "test.At.field: a count of 3, with 4 bytes left",
  ],
  ["a skipped list of 50 million", "thrift", Some, "0f0009 0302faf080", "test.Some: a count of 50000000"],
  ["skipped structs 100,000 deep", "thrift", Some, nest("0c0001"), "test.Some: nesting is deeper than 64"],
  ["skipped structs 100,000 deep", "thrift_compact", Some, nest("1c"), "test.Some: nesting is deeper than 64"],
  ["skipped lists 100,000 deep", "thrift", Some, "0f0009" + nest("0f00000001"), "test.Some: nesting is deeper than 64"],
  ["skipped sets 100,000 deep", "thrift_compact", Some, "9a" + nest("1a"), "test.Some: nesting is deeper than 64"],
  [
    "skipped maps 100,000 deep",
    "thrift",
    Some,
    "0d0009" + nest("030d0000000100"),
    "test.Some: nesting is deeper than 64",
  ],
  ["a tree 100,000 deep", "thrift", Tree, nest("0c0003 0c0001"), "both.left.both.left"],
];

for (const [what, name, type, hex, message] of refused) {
  Deno.test(`${name} refuses ${what} of ${type.kind} ${hex.slice(0, 20)}`, () => {
    const error = assertThrows(() => decode(name, type, hex), RpcError);
    assertEquals([error.code, error.message.startsWith("Cannot decode ")], ["invalid_argument", true]);
    if (!error.message.includes(message)) assertEquals(error.message, message);
  });
}

Deno.test("thrift counts lists, maps, structs, byte arrays and elements", () => {
  const many = (type: Type, value: unknown) => [at(1, t.list(type)), { field: Array(60).fill(value) }] as const;
  const cases = [
    many(t.list(t.int8), []),
    many(t.map(t.int8, t.int8), new Map()),
    many(t.struct("test.Empty", {}), {}),
    many(t.bytes, new Uint8Array(0)),
    [at(1, t.list(t.int8)), { field: Array(150).fill(1) }] as const,
    [at(1, t.map(t.int32, t.int32)), { field: new Map(Array.from({ length: 150 }, (_, i) => [i, i])) }] as const,
  ];
  for (const name of Object.keys(codecs) as Name[]) {
    for (const [type, value] of cases) {
      const reader = new Reader(Uint8Array.fromHex(encode(name, type, value)));
      reader.maxItems = 100;
      const error = assertThrows(() => codecs[name].compile(type).decode(reader), RpcError);
      assertEquals(error.code, "resource_exhausted");
    }
  }
});

Deno.test("thrift keeps the code of a message that is larger than its limit, and puts the writer back", () => {
  for (const codec of Object.values(codecs)) {
    const writer = new Writer(16);
    writer.limit = 32;
    writer.pos = 3;
    const error = assertThrows(
      () => codec.compile(at(1, Pair)).encode({ field: { n: 1, s: "x".repeat(40) } }, writer),
      RpcError,
    );
    assertEquals([error.code, writer.pos, writer.depth], ["resource_exhausted", 3, 0]);
  }
});
