/**
 * pb against bytes that python3-protobuf 3.21.12 wrote from the same messages in a .proto file.
 *
 * @module
 */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { Reader, Writer } from "../../protocol/mod.ts";
import type { Coder } from "../codec.ts";
import { pb } from "../pb.ts";
import { difference } from "../same.ts";
import type { Infer } from "../schema/type.ts";
import * as t from "../schema/words.ts";

function encode<T>(coder: Coder<T>, value: T): Uint8Array<ArrayBuffer> {
  const writer = new Writer(16);
  coder.encode(value, writer);
  return writer.slice();
}

function decode<T>(coder: Coder<T>, hex: string): T {
  return coder.decode(new Reader(Uint8Array.fromHex(hex)));
}

const Colour = t.enumeration("test.Colour", { none: 0, red: 1, deep: 2 ** 31 - 1, lost: -1 });
const Point = t.struct("test.Point", { x: t.field(1, t.int32), y: t.field(2, t.int32) });
const All = t.struct("test.All", {
  b: t.field(1, t.bool),
  i8: t.field(2, t.int8),
  i16: t.field(3, t.int16),
  i32: t.field(4, t.int32),
  i64: t.field(5, t.int64),
  i53: t.field(6, t.int53),
  u8: t.field(7, t.uint8),
  u16: t.field(8, t.uint16),
  u32: t.field(9, t.uint32),
  f: t.field(10, t.float),
  d: t.field(11, t.double),
  s: t.field(12, t.string),
  y: t.field(13, t.bytes),
  c: t.field(14, Colour),
  p: t.field(15, Point),
  oi: t.field(16, t.optional(t.int32)),
  os: t.field(17, t.optional(t.string)),
  oc: t.field(18, t.optional(Colour)),
  op: t.field(19, t.optional(Point)),
  ob: t.field(20, t.optional(t.bool)),
  oy: t.field(21, t.optional(t.bytes)),
  li: t.field(30, t.list(t.int32)),
  ll: t.field(31, t.list(t.int64)),
  ld: t.field(32, t.list(t.double)),
  ls: t.field(33, t.list(t.string)),
  lp: t.field(34, t.list(Point)),
  lc: t.field(35, t.list(Colour)),
  lb: t.field(36, t.list(t.bool)),
  ly: t.field(37, t.list(t.bytes)),
  msi: t.field(40, t.map(t.string, t.int32)),
  mis: t.field(41, t.map(t.int32, t.string)),
  mbp: t.field(42, t.map(t.bool, Point)),
  mlc: t.field(43, t.map(t.int64, Colour)),
  last: t.field(255, t.string),
});
type All = Infer<typeof All>;

const zero: All = {
  b: false,
  i8: 0,
  i16: 0,
  i32: 0,
  i64: 0n,
  i53: 0,
  u8: 0,
  u16: 0,
  u32: 0,
  f: 0,
  d: 0,
  s: "",
  y: new Uint8Array(0),
  c: "none",
  p: { x: 0, y: 0 },
  li: [],
  ll: [],
  ld: [],
  ls: [],
  lp: [],
  lc: [],
  lb: [],
  ly: [],
  msi: new Map(),
  mis: new Map(),
  mbp: new Map(),
  mlc: new Map(),
  last: "",
};

const vectors: [name: string, value: Partial<All>, hex: string][] = [
  ["nothing but zeros", {}, "7a00"],
  [
    "the smallest numbers",
    { i8: -128, i16: -32768, i32: -(2 ** 31), i64: -(2n ** 63n), i53: -(2 ** 53) + 1, p: { x: -1, y: 1 }, c: "lost" },
    "1080ffffffffffffffff01188080feffffffffffff012080808080f8ffffffff0128808080808080808080013081808080808080f0ff0170fff" +
    "fffffffffffffff017a0d08ffffffffffffffffff011001",
  ],
  [
    "the largest numbers",
    {
      b: true,
      i8: 127,
      i16: 32767,
      i32: 2 ** 31 - 1,
      i64: 2n ** 63n - 1n,
      i53: 2 ** 53 - 1,
      u8: 255,
      u16: 65535,
      u32: 2 ** 32 - 1,
      f: 1.5,
      d: -0,
      s: "é漢😀",
      y: Uint8Array.of(0, 255),
      c: "deep",
      p: { x: 1, y: 2 },
      last: "z",
    },
    "0801107f18ffff0120ffffffff0728ffffffffffffffff7f30ffffffffffffff0f38ff0140ffff0348ffffffff0f550000c03f5900000000000000" +
    "806209c3a9e6bca2f09f98806a0200ff70ffffffff077a0408011002fa0f017a",
  ],
  [
    "zeros of optional fields",
    { oi: 0, os: "", oc: "none", op: { x: 0, y: 0 }, ob: false, oy: new Uint8Array(0) },
    "7a008001008a01009001009a0100a00100aa0100",
  ],
  [
    "lists",
    {
      li: [0, 1, -1, 300],
      ll: [2n ** 40n, -5n, 0n],
      ld: [1, -0, Infinity],
      ls: ["", "a", "b".repeat(130)],
      lp: [{ x: 0, y: 0 }, { x: 1, y: -1 }],
      lc: ["red", "none", "lost"],
      lb: [true, false],
      ly: [new Uint8Array(0), Uint8Array.of(0x78, 0x79)],
    },
    "7a00f2010e0001ffffffffffffffffff01ac02fa0111808080808020fbffffffffffffffff0100820218000000000000f03f0000000000000080" +
    "000000000000f07f8a02008a0201618a028201" + "62".repeat(130) +
    "92020092020d080110ffffffffffffffffff019a020c0100ffffffffffffffffff01a202020100aa0200aa02027879",
  ],
  [
    "maps",
    {
      msi: new Map([["a", 1]]),
      mis: new Map([[-1, ""]]),
      mbp: new Map([[true, { x: 3, y: 4 }]]),
      mlc: new Map([[2n ** 40n, "lost"]]),
    },
    "7a00c202050a01611001ca020d08ffffffffffffffffff011200d202080801120408031004da02120880808080802010ffffffffffffffffff01",
  ],
  [
    "zeros in maps",
    {
      msi: new Map([["", 0]]),
      mis: new Map([[0, ""]]),
      mbp: new Map([[false, { x: 0, y: 0 }]]),
      mlc: new Map([[0n, "none"]]),
    },
    "7a00c202040a001000ca020408001200d2020408001200da020408001000",
  ],
];

for (const [name, part, hex] of vectors) {
  Deno.test(`pb writes ${name} as protoc's code does, and reads them back`, () => {
    const coder = pb.compile(All), value = { ...zero, ...part };
    assertEquals(encode(coder, value).toHex(), hex);
    assertStrictEquals(difference(decode(coder, hex), value), undefined);
  });
}

Deno.test("pb writes the bytes of python3-protobuf for the reference message", () => {
  const User = t.struct("demo.User", {
    id: t.field(1, t.int32),
    seq: t.field(2, t.int32),
    name: t.field(3, t.string),
    email: t.field(4, t.string),
    active: t.field(5, t.bool),
    score: t.field(6, t.double),
    level: t.field(7, t.int32),
    createdAt: t.field(8, t.int64),
    tags: t.field(9, t.list(t.string)),
    note: t.field(10, t.string),
  });
  const user = {
    id: 123456789,
    seq: 42,
    name: "alice",
    email: "alice@example.com",
    active: true,
    score: 98.625,
    level: 7,
    createdAt: 1732286400123n,
    tags: ["rpc", "deno", "jce"],
    note: "hello, erpc",
  };
  const hex =
    "08959aef3a102a1a05616c6963652211616c696365406578616d706c652e636f6d2801310000000000a85840380740fb8cc3a2b5324a0" +
    "37270634a0464656e6f4a036a6365520b68656c6c6f2c2065727063";
  assertEquals(encode(pb.compile(User), user).toHex(), hex);
  assertEquals(decode(pb.compile(User), hex), user);
});

Deno.test("pb makes fresh lists, maps and bytes for what is missing", () => {
  const coder = pb.compile(All), first = decode(coder, "7a00");
  first.li.push(1);
  first.msi.set("a", 1);
  assertStrictEquals(difference(decode(coder, "7a00"), zero), undefined);
  assert(decode(coder, "7a00").y !== decode(coder, "7a00").y);
});
