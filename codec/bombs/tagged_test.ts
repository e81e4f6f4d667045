/**
 * Messages as bad as they can be, in formats whose fields say what they are; holds no test itself.
 *
 * @module
 */
import { Chain } from "../conformance_types.ts";
import { one } from "../conformance_cases.ts";
import * as t from "../schema/words.ts";
import {
  Ages,
  anInt32,
  type Bomb,
  bomb,
  Bytes,
  Empties,
  Int,
  MIB,
  Pair,
  repeated,
  Text,
  Texts,
  tooDeep,
  tooMany,
  Two,
} from "./bomb_test.ts";

/** By the name of the codec. */
export const taggedBombs: Readonly<Record<string, readonly Bomb[]>> = {
  jce: [
    bomb("a text of 1 GB", Text, "0x173fffffff41", "test.One.field: 1073741823 bytes wanted, 1 left"),
    bomb("bytes of 1.6 GB", Bytes, "0x1d00025fffffff", "test.One.field: a count of 1610612735, with 0 bytes left"),
    bomb("bytes of a negative length", Bytes, "0x1d0000ff", "test.One.field: a count of -1, with 0 bytes left"),
    bomb("a list of 300 million", Texts, "0x190211e1a300", "test.One.field: a count of 300000000, with 0 bytes left"),
    bomb("a map of 300 million", Ages, "0x180211e1a300", "test.One.field: a count of 300000000, with 0 bytes left"),
    bomb(
      "4 MiB of empty structs",
      Empties,
      repeated("0x1902001ffff0", "0x0a0b", 2 * MIB - 16),
      `test.One.field: ${tooMany}`,
    ),
    bomb(
      "100,000 structs in one another that nobody knows",
      Text,
      repeated("0x", "0x0a", 100_000),
      `test.One.field: ${tooDeep}`,
    ),
    bomb(
      "100,000 links of a chain",
      Chain,
      repeated("0x", "0x10012a", 100_000),
      `test.Chain*: ${tooDeep}`,
    ),
    bomb("text that is not UTF-8", Text, "0x1602fffe", "test.One.field: text is not valid UTF-8"),
    bomb("a number for text", Text, "0x1001", "test.One.field: got JCE type 0, want a string"),
    bomb(
      "a number out of range",
      Int,
      "0x130000000100000000",
      `test.One.field: got JCE type 3, want ${anInt32}`,
    ),
    bomb("a missing field", Pair, "0x1001", "test.Pair.b: it is missing"),
    bomb("a field twice", Pair, "0x100110022003", "test.Pair.b: tag 1 stands twice or after a larger one"),
    bomb("two of a union", Two, "0x1a100120010b", "test.One.field: got a and b, want one of value"),
    bomb("a value that is cut", Int, "0x1200", "test.One.field: 4 bytes wanted, 1 left"),
    bomb("bytes behind the message", Int, "0x10010b", "test.One: tag 0 of type 11 stands where it must not"),
  ],
  jce_any: [
    bomb("a text of 1 GB", undefined, "0x073fffffff41", "value: 1073741823 bytes wanted, 1 left"),
    bomb("a list of 300 million", undefined, "0x090211e1a300", "value: a count of 300000000, with 0 bytes left"),
    bomb(
      "4 MiB of empty Maps",
      undefined,
      repeated("0x0902001ffff0", "0x680c", 2 * MIB - 16),
      `value: ${tooMany}`,
    ),
    bomb(
      "100,000 lists in one another",
      undefined,
      repeated("0x", "0x090001", 100_000),
      `value*: ${tooDeep}`,
    ),
    bomb("text that is not UTF-8", undefined, "0x0602fffe", "value: text is not valid UTF-8"),
    bomb(
      "a key __proto__",
      undefined,
      "0x08000106095f5f70726f746f5f5f180c",
      "value.__proto__: a key may not be __proto__",
    ),
    bomb("bytes behind the value", undefined, "0x0c0c", "value: 1 byte follows the value"),
    bomb("a number for text", Text, "0x08000106056669656c641001", "test.One.field: got a number, want a string"),
    bomb("a missing field", Text, "0x080c", "test.One.field: it is missing"),
    bomb(
      "a key __proto__ for a field",
      Text,
      "0x08000106095f5f70726f746f5f5f180c",
      "test.One.__proto__: a key may not be __proto__",
    ),
  ],
  pb: [
    bomb("a text of 2 GB", Text, "0x0affffffff07", "test.One.field: 2147483647 bytes wanted, 0 left"),
    bomb(
      "packed numbers of 2 GB",
      one(t.list(t.int32)),
      "0x0affffffff07",
      "test.One.field[0]: 2147483647 bytes wanted, 0 left",
    ),
    bomb(
      "a length of 2^64-1",
      Bytes,
      "0x0affffffffffffffffff01",
      "test.One.field: 18446744073709552000 bytes wanted, 0 left",
    ),
    bomb(
      "a length that never ends",
      Bytes,
      repeated("0x0a", "0xff", 100_000),
      "test.One.field: got an integer of more than 64 bits",
    ),
    bomb(
      "4 MiB of empty structs",
      Empties,
      repeated("0x", "0x0a00", 2 * MIB),
      `test.One.field[524287]: ${tooMany}`,
    ),
    bomb(
      "200,000 groups in one another that nobody knows",
      Text,
      repeated("0x", "0x7b", 200_000),
      `test.One: ${tooDeep}`,
    ),
    bomb("text that is not UTF-8", Text, "0x0a02fffe", "test.One.field: text is not valid UTF-8"),
    bomb("a number for text", Text, "0x0801", "test.One.field: got wire type 0, want 2"),
    bomb("the end of a group that wasn't begun", Text, "0x7c", "test.One: got wire type 4 of field 15"),
    bomb("field 0", Text, "0x00", "test.One: got a bad field number"),
    bomb("none of a union", Two, "0x0a00", "test.One.field: got none of a, b"),
    bomb("a value that is cut", Int, "0x0880", "test.One.field: the bytes end within an integer"),
  ],
  msgpack: [
    bomb("a list of 2^32-1", Texts, "0x81a56669656c64ddffffffff", "test.One.field: 4294967295 bytes wanted, 0 left"),
    bomb("a list of 100 million without a schema", undefined, "0xdd05f5e100", "value: 100000000 bytes wanted, 0 left"),
    bomb("bytes of 4 GB", Bytes, "0x81a56669656c64c6ffffffff", "test.One.field: 4294967295 bytes wanted, 0 left"),
    bomb("a map of 2^32-1", Ages, "0x81a56669656c64dfffffffff", "test.One.field: 8589934590 bytes wanted, 0 left"),
    bomb("an extension of 4 GB", undefined, "0xc9ffffffff7a", "value: 4294967295 bytes wanted, 0 left"),
    bomb(
      "200,000 arrays in one another",
      undefined,
      repeated("0x", "0x91", 200_000, "0xc0"),
      `value*: ${tooDeep}`,
    ),
    bomb(
      "200,000 arrays in one another that nobody knows",
      Text,
      repeated("0x81a161", "0x91", 200_000, "0xc0"),
      `test.One.a*: ${tooDeep}`,
    ),
    bomb(
      "100,000 links of a chain",
      Chain,
      repeated("0x", "0x82a16e01a46e657874", 100_000, "0xc0"),
      `test.Chain*: ${tooDeep}`,
    ),
    bomb(
      "4 MiB of empty structs",
      Empties,
      repeated("0x81a56669656c64dd003ffff0", "0x80", 4 * MIB),
      `test.One.field: ${tooMany}`,
    ),
    bomb("text that is not UTF-8", Text, "0x81a56669656c64a2fffe", "test.One.field: text is not valid UTF-8"),
    bomb("a number for text", Text, "0x81a56669656c6401", "test.One.field: got a number, want a string"),
    bomb(
      "a number out of range",
      Int,
      "0x81a56669656c64cf0000000100000000",
      `test.One.field: got 4294967296, want ${anInt32}`,
    ),
    bomb("a missing field", Pair, "0x81a16101", "test.Pair.b: it is missing"),
    bomb("a field twice", Pair, "0x83a16101a16202a16103", "test.Pair.a: it stands twice"),
    bomb("two of a union", Two, "0x81a56669656c6482a16101a16202", "test.One.field: got a and b, want one of value"),
    bomb("a key __proto__", undefined, "0x81a95f5f70726f746f5f5f80", "value.__proto__: a key may not be __proto__"),
    bomb("a key __proto__ for a field", Text, "0x81a95f5f70726f746f5f5f80", "test.One: got a Map, want test.One"),
    bomb("a value that is cut", Int, "0x81a56669656c64ce00", "test.One.field: 4 bytes wanted, 1 left"),
    bomb("bytes behind the message", Int, "0x81a56669656c640100", "test.One: 1 byte follows the value"),
  ],
};
