import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { Decoder, ExtData } from "@msgpack/msgpack";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import type { Coder } from "../codec.ts";
import { msgpack, msgpackWith } from "../msgpack.ts";
import { difference } from "../same.ts";

function encode(coder: Coder, value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new Writer(8);
  writer.u8(0xaa);
  coder.encode(value, writer);
  return writer.slice(1);
}

const plain = msgpack.compile<unknown>(),
  decode = (coder: Coder, hex: string) => coder.decode(new Reader(Uint8Array.fromHex(hex)));

const exact: [name: string, value: unknown, hex: string][] = [
  ["undefined", [undefined], "91d47800"],
  ["a Map of text", new Map([["a", 1]]), "d67981a16101"],
  ["an empty Map", new Map(), "d47980"],
  ["a Map by objects", new Map([[{}, 1]]), "c7037981" + "8001"],
  ["a Map by null", new Map([[null, 1]]), "c7037981" + "c001"],
  ["a Map by undefined", new Map([[undefined, 1]]), "c7057981" + "d4780001"],
  ["a Map that MessagePack can say", new Map<unknown, unknown>([["a", 1], [1, 2]]), "82a161010102"],
  ["a Set", new Set([1, "a"]), "d67a9201a161"],
  ["an empty Set", new Set(), "d47a90"],
  ["a Set in a Set", new Set([new Set([1])]), "c7057a91" + "d57a9101"],
  ["2^64", 2n ** 64n, "c7097b010000000000000000"],
  ["-2^63-1", -(2n ** 63n) - 1n, "c7097bff7fffffffffffffff"],
  ["2^71, which needs a byte for its sign", 2n ** 71n, "c70a7b00800000000000000000"],
  ["-2^71", -(2n ** 71n), "c7097b800000000000000000"],
  ["-2^71-1", -(2n ** 71n) - 1n, "c70a7bff7fffffffffffffffff"],
  ["2^127, in 17 bytes", 2n ** 127n, "c7117b0080" + "00".repeat(15)],
  ["2^126, in 16 bytes", 2n ** 126n, "d87b40" + "00".repeat(15)],
];

for (const [name, value, hex] of exact) {
  Deno.test(`msgpack writes ${name} as an extension and reads it back`, () => {
    assertEquals(encode(plain, value).toHex(), hex);
    assertStrictEquals(difference(decode(plain, hex), value), undefined);
  });
}

Deno.test("msgpack writes extensions with the shortest head, and its oracle finds the same content", () => {
  for (const n of [0, 1, 2, 3, 4, 5, 8, 9, 16, 17, 200, 252, 253, 254, 300, 65_500, 65_530, 65_535, 65_536, 200_000]) {
    const set = new Set([new Uint8Array(n)]), bytes = encode(plain, set);
    assertStrictEquals(difference(plain.decode(new Reader(bytes)), set), undefined);
    const data = new Decoder().decode(bytes);
    assertInstanceOf(data, ExtData);
    assertEquals([data.type, new Decoder().decode(data.data as Uint8Array)], [122, [new Uint8Array(n)]]);
    const length = data.data.length,
      head = [1, 2, 4, 8, 16].includes(length) ? 2 : length < 256 ? 3 : length < 65_536 ? 4 : 6;
    assertEquals(bytes.length, head + length);
  }
});

/** Sets in Sets, without the innermost element. */
function nestedSets(levels: number): string {
  let hex = "";
  for (let i = 0; i < levels; i++) hex = "c8" + (hex.length / 2 + 1).toString(16).padStart(4, "0") + "7a91" + hex;
  return hex;
}

const hostile: [name: string, hex: string, message: string][] = [
  ["another undefined", "d47801", "got another undefined than 0"],
  ["a long undefined", "d5780000", "1 byte follows the content of extension 120"],
  ["a Map that is no map", "d47990", "got a Map that is no map"],
  ["a Map that is cut", "d57981a1", "value: 2 bytes wanted, 1 left"],
  ["a Map that goes on behind its end", "d67981a161" + "c001", "value"],
  ["a Map with more", "d5798000", "1 byte follows the content of extension 121"],
  ["a key of a Map twice", "c7057982" + "01010102", "a key of a Map stands twice"],
  ["a Map of 4G", "d6" + "79df" + "ffffff", "wanted"],
  ["a Set that is no array", "d47a80", "got a set that is no array"],
  ["an element of a Set twice", "c7037a920101", "an element of a set stands twice"],
  ["a Set of 4G", "c7057addffffffff", "4294967295 bytes wanted, 0 left"],
  ["an extension longer than the bytes", "c7ff7a90", "255 bytes wanted, 1 left"],
  ["66 levels of Sets", nestedSets(66), "nesting is deeper than 64"],
  ["64 levels of Sets without what is in the last", nestedSets(64), "1 byte wanted, 0 left"],
  ["an empty bigint", "c7007b", "a bigint in more bytes than it needs"],
  ["a bigint of 64 bits", "d77b7fffffffffffffff", "a bigint in more bytes than it needs"],
  ["a bigint of 64 bits and a zero", "c7097b00ffffffffffffffff", "a bigint in more bytes than it needs"],
  ["a bigint with a needless zero", "c70a7b00010000000000000000", "a bigint in more bytes than it needs"],
  ["a bigint with a needless sign", "c70a7bffff7fffffffffffffff", "a bigint in more bytes than it needs"],
  ["an extension of erpc's that is none yet", "d47c00", "got extension type 124, which is unknown"],
  ["a negative extension", "d4fe00", "got extension type -2, which is unknown"],
];

for (const [name, hex, message] of hostile) {
  Deno.test(`msgpack refuses to read ${name}`, () => {
    const error = assertThrows(() => decode(plain, hex), RpcError, message);
    assertEquals(error.code, "invalid_argument");
  });
}

class Money {
  constructor(readonly cents: number) {}
}

const money = {
  type: 5,
  is: (value: object) => value instanceof Money,
  encode: (value: unknown) => Uint8Array.of((value as Money).cents),
  decode(bytes: Uint8Array) {
    if (bytes.length !== 1) throw new Error("got money of no cents");
    return new Money(bytes[0]!);
  },
};

Deno.test("msgpackWith carries values of a class, wherever they stand", () => {
  const coder = msgpackWith({ extensions: [money] }).compile<unknown>();
  const value = [new Money(7), { price: new Money(9) }, new Map([[1, new Set([new Money(1)])]])];
  assertEquals(encode(coder, value[0]).toHex(), "d40507");
  assertStrictEquals(difference(coder.decode(new Reader(encode(coder, value))), value), undefined);
});

Deno.test("msgpackWith says where an extension failed", () => {
  const coder = msgpackWith({ extensions: [money], name: "mine", id: 200 }).compile();
  assertThrows(() => decode(coder, "91" + "d5050000"), RpcError, "Cannot decode value[0]: got money of no cents");
  const bad = msgpackWith({ extensions: [{ ...money, encode: () => "x" as unknown as Uint8Array }] }).compile();
  assertThrows(() => encode(bad, { a: new Money(1) }), RpcError, "value.a: got a string from extension 5, want bytes");
});

Deno.test("msgpackWith refuses types and numbers that aren't the user's", () => {
  for (const type of [-1, 120, 127, 1.5, NaN]) {
    assertThrows(
      () => msgpackWith({ extensions: [{ ...money, type }] }),
      RangeError,
      `extension type ${type} is not 0-119`,
    );
  }
  assertThrows(() => msgpackWith({ extensions: [money, money] }), RangeError, "extension type 5 is there twice");
  for (const id of [6, 127, 256, 1.5]) {
    assertThrows(() => msgpackWith({ extensions: [], id }), RangeError, `its id is ${id}, want 128-255`);
  }
});

Deno.test("msgpackWith is msgpack along a schema, and for everything else without", () => {
  const { name, id, compile } = msgpackWith({ extensions: [money] });
  assertEquals([name, id], ["msgpack_with", 128]);
  const value = [1, "a", new Date(5), undefined, new Set([1n, 2n ** 70n])];
  assertEquals(encode(compile<unknown>(), value), encode(plain, value));
});
