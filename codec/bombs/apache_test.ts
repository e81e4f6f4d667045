/**
 * Messages as bad as they can be, in the formats of Apache Avro and Apache Thrift; holds no test itself.
 *
 * @module
 */
import { Chain } from "../conformance_types.ts";
import { one } from "../conformance_cases.ts";
import * as t from "../schema/words.ts";
import {
  Ages,
  type Bomb,
  bomb,
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
export const apacheBombs: Readonly<Record<string, readonly Bomb[]>> = {
  avro: [
    bomb("a text of 1 GB", Text, "0x8080808008", "test.One.field: a length of 1073741824, with 0 bytes left"),
    bomb("a text of a negative length", Text, "0x01", "test.One.field: a length of -1, with 0 bytes left"),
    bomb(
      "a length that never ends",
      Text,
      repeated("0x", "0xff", 100_000),
      "test.One.field: got an integer of more than 64 bits",
    ),
    bomb(
      "a list of 5 million empty structs in 4 bytes",
      Empties,
      "0x80ade20400",
      `test.One.field[0]: ${tooMany}`,
    ),
    bomb(
      "a list of 2^62",
      Texts,
      "0xfeffffffffffffffff00",
      "test.One.field[0]: got 4611686018427387903, which is beyond 53 bits",
    ),
    bomb(
      "a list of -2^63",
      Texts,
      "0xffffffffffffffffff01",
      "test.One.field[0]: got -9223372036854775808, which is beyond 53 bits",
    ),
    bomb(
      "100,000 blocks of no elements of a size",
      Empties,
      repeated("0x", "0x01ffffffff0f", 100_000),
      "test.One.field[0]: a length of -2147483648, with 599994 bytes left",
    ),
    bomb("a map of 5 million", Ages, "0x80ade20400", "test.One.field[0]: a block of 5000000, with 1 bytes left"),
    bomb(
      "200,000 links of a chain",
      Chain,
      repeated("0x", "0x0202", 200_000),
      `test.Chain*: ${tooDeep}`,
    ),
    bomb("text that is not UTF-8", Text, "0x04fffe", "test.One.field: text is not valid UTF-8"),
    bomb("a branch that is none", Chain, "0x0206", "test.Chain.next: got branch 3, want 0 to 1"),
    bomb("a boolean of 2", one(t.bool), "0x02", "test.One.field: got a byte 2, want a boolean"),
    bomb("a number out of range", Int, "0x8080808020", "test.One.field: got an integer of more than 32 bits"),
    bomb("a missing field", Pair, "0x02", "test.Pair.b: the bytes end within an integer"),
    bomb("bytes behind the message", Int, "0x0200", "test.One: 1 byte follows the value"),
  ],
  thrift: [
    bomb("a text of 2 GB", Text, "0x0b00017fffffff", "test.One.field: 2147483647 bytes wanted, 0 left"),
    bomb("a text of a negative length", Text, "0x0b0001ffffffff", "test.One.field: a length of -1"),
    bomb("a list of 50 million", Texts, "0x0f00010b02faf080", "test.One.field: a count of 50000000, with 0 bytes left"),
    bomb(
      "a list of 50 million empty structs",
      Empties,
      "0x0f00010c02faf080",
      "test.One.field: a count of 50000000, with 0 bytes left",
    ),
    bomb("a list of -1", Texts, "0x0f00010bffffffff", "test.One.field: a count of -1, with 0 bytes left"),
    bomb("a map of 50 million", Ages, "0x0d00010b0802faf080", "test.One.field: a count of 50000000, with 0 bytes left"),
    bomb(
      "4 MiB of empty structs",
      Empties,
      repeated("0x0f00010c003ffff0", "0x00", 4 * MIB),
      `test.One.field: ${tooMany}`,
    ),
    bomb(
      "100,000 structs in one another that nobody knows",
      Text,
      repeated("0x", "0x0c0063", 100_000),
      `test.One: ${tooDeep}`,
    ),
    bomb(
      "100,000 links of a chain",
      Chain,
      repeated("0x", "0x080001000000010c0002", 100_000),
      `test.Chain*: ${tooDeep}`,
    ),
    bomb("text that is not UTF-8", Text, "0x0b000100000002fffe00", "test.One.field: text is not valid UTF-8"),
    bomb("a number for text", Text, "0x0800010000000100", "test.One.field: it is missing"),
    bomb("a type that is none", Text, "0x7f0063", "test.One: got Thrift type 127, which is unknown"),
    bomb("a missing field", Pair, "0x0800010000000100", "test.Pair.b: it is missing"),
    bomb("a field twice", Pair, "0x08000100000001080001000000020800020000000100", "test.Pair.a: it stands twice"),
    bomb(
      "two of a union",
      Two,
      "0x0c000108000100000001080002000000010000",
      "test.One.field: got a and b, want one of value",
    ),
    bomb("a value that is cut", Int, "0x0800010000", "test.One.field: 4 bytes wanted, 2 left"),
    bomb("bytes behind the message", Int, "0x080001000000010000", "test.One: 1 byte follows the value"),
  ],
  thrift_compact: [
    bomb("a text of 2 GB", Text, "0x18ffffffff07", "test.One.field: 2147483647 bytes wanted, 0 left"),
    bomb(
      "a length that never ends",
      Text,
      repeated("0x18", "0xff", 100_000),
      "test.One.field: got an integer of more than 32 bits",
    ),
    bomb("a list of 50 million", Texts, "0x19f880e1eb17", "test.One.field: a count of 50000000, with 0 bytes left"),
    bomb(
      "a list of 50 million empty structs",
      Empties,
      "0x19fc80e1eb17",
      "test.One.field: a count of 50000000, with 0 bytes left",
    ),
    bomb("a map of 50 million", Ages, "0x1b80e1eb1785", "test.One.field: a count of 50000000, with 1 bytes left"),
    bomb(
      "4 MiB of empty structs",
      Empties,
      repeated("0x19fcf0ffff01", "0x00", 4 * MIB),
      `test.One.field: ${tooMany}`,
    ),
    bomb(
      "100,000 structs in one another that nobody knows",
      Text,
      repeated("0x7c", "0x1c", 100_000),
      `test.One: ${tooDeep}`,
    ),
    bomb(
      "100,000 links of a chain",
      Chain,
      repeated("0x", "0x15021c", 100_000),
      `test.Chain*: ${tooDeep}`,
    ),
    bomb("text that is not UTF-8", Text, "0x1802fffe00", "test.One.field: text is not valid UTF-8"),
    bomb("a number for text", Text, "0x150200", "test.One.field: it is missing"),
    bomb("a type that is none", Text, "0x7f00", "test.One: got compact type 15, which is unknown"),
    bomb("a missing field", Pair, "0x150200", "test.Pair.b: it is missing"),
    bomb("a field twice", Pair, "0x1502050204150200", "test.Pair.a: it stands twice"),
    bomb("two of a union", Two, "0x1c150215020000", "test.One.field: got a and b, want one of value"),
    bomb("a value that is cut", Int, "0x1580", "test.One.field: the bytes end within an integer"),
    bomb("bytes behind the message", Int, "0x15020000", "test.One: 1 byte follows the value"),
  ],
};
