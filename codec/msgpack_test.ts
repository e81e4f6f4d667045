import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Decoder, Encoder } from "@msgpack/msgpack";
import fc from "fast-check";
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import { data, typeWithValues } from "./arbitrary_test.ts";
import type { Coder } from "./codec.ts";
import { msgpack } from "./msgpack.ts";
import { difference } from "./same.ts";
import * as t from "./schema/words.ts";

function encode<T>(coder: Coder<T>, value: T): Uint8Array<ArrayBuffer> {
  const writer = new Writer(16);
  coder.encode(value, writer);
  return writer.slice();
}

function decode<T>(coder: Coder<T>, bytes: Uint8Array): T {
  return coder.decode(new Reader(bytes));
}

const plain = msgpack.compile<unknown>();
const reference =
  "8aa26964ce075bcd15a37365712aa46e616d65a5616c696365a5656d61696cb1616c696365406578616d706c652e636f6da6616374" +
  "697665c3a573636f7265cb4058a80000000000a56c6576656c07a9637265617465644174cf000001935450c67ba47461677393a3727063a464656e6f" +
  "a36a6365a46e6f7465ab68656c6c6f2c2065727063";
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

Deno.test("msgpack writes the bytes of python3-msgpack for the reference message", () => {
  assertEquals(encode(plain, user).toHex(), reference);
  assertEquals(encode(msgpack.compile(User), user).toHex(), reference);
  assertEquals(decode(msgpack.compile(User), Uint8Array.fromHex(reference)), user);
  assertEquals(decode(plain, Uint8Array.fromHex(reference)), user);
});

Deno.test("msgpack writes int53 as an integer of any size", () => {
  const coder = msgpack.compile(t.list(t.int53));
  const bytes = encode(coder, [1, -1, 2 ** 32, -(2 ** 53) + 1]);
  assertEquals(bytes.toHex(), "9401ffcf0000000100000000d3ffe0000000000001");
  assertEquals(decode(coder, bytes), [1, -1, 2 ** 32, -(2 ** 53) + 1]);
});

const exact: [name: string, value: unknown, hex: string][] = [
  ["undefined as nothing", undefined, ""],
  ["a fraction", 1.5, "cb3ff8000000000000"],
  ["an integer above 32 bits as float 64", 2 ** 32, "cb41f0000000000000"],
  ["negative zero", -0, "cb8000000000000000"],
  ["NaN", NaN, "cb7ff8000000000000"],
  ["a small bigint", 5n, "cf0000000000000005"],
  ["the largest bigint", 2n ** 64n - 1n, "cfffffffffffffffff"],
  ["the smallest bigint", -(2n ** 63n), "d38000000000000000"],
  ["bytes", Uint8Array.of(1, 2), "c4020102"],
  ["a date in seconds", new Date(1000), "d6ff00000001"],
  ["a date in milliseconds", new Date(1), "d7ff003d090000000000"],
  ["a date before 1970", new Date(-1), "c70cff3b8b87c0ffffffffffffffff"],
  ["the latest date", new Date(8.64e15), "c70cff00000000000007dba8218000"],
  ["a Map with keys that are no text", new Map<unknown, unknown>([[1, "a"], [true, 2]]), "8201a161c302"],
  ["text with a byte order mark", "\ufeff" + "a".repeat(250), "d9fdefbbbf" + "61".repeat(250)],
];

for (const [name, value, hex] of exact) {
  Deno.test(`msgpack writes ${name} and reads it back`, () => {
    assertEquals(encode(plain, value).toHex(), hex);
    assertStrictEquals(difference(decode(plain, Uint8Array.fromHex(hex)), value), undefined);
  });
}

const changed: [name: string, value: unknown, back: unknown][] = [
  ["no undefined field", { a: undefined, b: 1 }, { b: 1 }],
  ["U+FFFD for a lone surrogate", "a\ud800", "a\ufffd"],
  [
    "an object for an instance",
    new (class Point {
      x = 1;
    })(),
    { x: 1 },
  ], // deno-fmt-ignore
];

for (const [name, value, back] of changed) {
  Deno.test(`msgpack without a schema gives back ${name}`, () => {
    assertStrictEquals(difference(decode(plain, encode(plain, value)), back), undefined);
  });
}

const unwritable: [name: string, value: unknown, message: string][] = [
  ["a function", { f: () => 1 }, "Cannot encode value.f: got a function, which MessagePack has no form for"],
  ["a WeakSet", [new WeakSet()], "Cannot encode value[0]: got a WeakSet, which MessagePack has no form for"],
  ["another view of memory", new Float64Array(1), "Cannot encode value: got a Float64Array"],
  ["an ArrayBuffer", new ArrayBuffer(1), "Cannot encode value: got an ArrayBuffer"],
  ["an invalid date", new Date(NaN), "Cannot encode value: got an invalid Date"],
  ["a key __proto__", JSON.parse('{"__proto__":1}'), "Cannot encode value.__proto__: a key may not be __proto__"],
  ["65 levels", JSON.parse("[".repeat(65) + "]".repeat(65)), "nesting is deeper than 64"],
];

for (const [name, value, message] of unwritable) {
  Deno.test(`msgpack refuses to write ${name}`, () => {
    const writer = new Writer();
    const error = assertThrows(() => plain.encode(value, writer), RpcError, message);
    assertEquals([error.code, writer.pos, writer.depth], ["invalid_argument", 0, 0]);
  });
}

const proto = "a95f5f70726f746f5f5f";
const hostile: [name: string, hex: string, message: string][] = [
  ["an array of 4G", "ddffffffff", "Cannot decode value: 4294967295 bytes wanted, 0 left"],
  ["an array of 100M", "dd05f5e100", "Cannot decode value: 100000000 bytes wanted, 0 left"],
  ["bytes of 4G", "c6ffffffff", "4294967295 bytes wanted, 0 left"],
  ["text of 4G", "dbffffffff", "4294967295 bytes wanted, 0 left"],
  ["a map of 4G", "dfffffffff", "8589934590 bytes wanted, 0 left"],
  ["an extension of 4G", "c9ffffffffff", "4294967295 bytes wanted, 0 left"],
  ["200,000 levels of arrays", "91".repeat(200_000) + "c0", "nesting is deeper than 64"],
  ["200,000 levels of maps", "81a0".repeat(200_000) + "c0", "nesting is deeper than 64"],
  ["a map cut off", "81a161", "Cannot decode value.a: 1 byte wanted, 0 left"],
  ["the unused format", "c1", "got 0xc1, which is no MessagePack format"],
  ["more after the value", "c0c0", "1 byte follows the value"],
  ["a key __proto__", "81" + proto + "80", "a key may not be __proto__"],
  ["a key __proto__ after another key", "82a16101" + proto + "80", "a key may not be __proto__"],
  ["an array as a key", "819001", "got an array as a key"],
  ["a key twice", "91" + "82a16101a16102", "Cannot decode value[0].a: it stands twice"],
  ["a key twice in a map of other keys", "83" + "01c0" + "02c0" + "01c3", "Cannot decode value[1]: it stands twice"],
  ["text that is not UTF-8", "a2c328", "text is not valid UTF-8"],
  ["long text that is not UTF-8", "d9fa" + "61".repeat(249) + "ff", "text is not valid UTF-8"],
  ["a surrogate in UTF-8", "a3eda080", "text is not valid UTF-8"],
  ["an unknown extension", "d40100", "got extension type 1, which is unknown"],
  ["a timestamp of 1 byte", "d4ff00", "a timestamp of 1 bytes"],
  ["a timestamp of 2^32-1 nanoseconds", "c70cffffffffff0000000000000000", "a timestamp out of range"],
  ["a timestamp out of range", "c70cff000000007fffffffffffffff", "a timestamp out of range"],
];

for (const [name, hex, message] of hostile) {
  Deno.test(`msgpack refuses to read ${name}`, () => {
    const error = assertThrows(() => decode(plain, Uint8Array.fromHex(hex)), RpcError, message);
    assertEquals(error.code, "invalid_argument");
  });
}

Deno.test("msgpack without a schema takes a key __proto__ in a Map", () => {
  assertEquals(
    decode(plain, Uint8Array.fromHex("820101" + proto + "02")),
    new Map<unknown, unknown>([[1, 1], ["__proto__", 2]]),
  );
});

Deno.test("msgpack with a schema takes a key __proto__ for a map but not for a struct", () => {
  const Map1 = msgpack.compile(t.map(t.string, t.int8)), value = new Map([["a", 1], ["__proto__", 2]]);
  assertEquals(decode(Map1, encode(Map1, value)), value);
  assertThrows(
    () => decode(msgpack.compile(User), Uint8Array.fromHex("81" + proto + "80")),
    RpcError,
    "Cannot decode demo.User: got a Map, want demo.User",
  );
});

Deno.test("msgpack with a schema names the path of what does not fit", () => {
  const coder = msgpack.compile(User);
  assertThrows(
    () => encode(coder, { ...user, tags: ["", 1 as unknown as string] }),
    RpcError,
    "Cannot encode demo.User.tags[1]: got a number, want a string",
  );
  assertThrows(
    () => decode(coder, encode(plain, { ...user, level: 2 ** 31 })),
    RpcError,
    "Cannot decode demo.User.level: got 2147483648, want an integer from",
  );
  assertThrows(() => decode(coder, new Uint8Array(0)), RpcError, "Cannot decode demo.User: got nothing");
});

const encoder = new Encoder({ useBigInt64: true, ignoreUndefined: true });
const decoder = new Decoder({ useBigInt64: true });
/** What @msgpack/msgpack does not carry exactly; see msgpack.ts. */
const oracleLacks = ["any_big", "any_bad_date", "any_map", "any_set", "any_negative_zero", "any_undefined"] as const;

Deno.test("msgpack without a schema writes and reads what @msgpack/msgpack does", () => {
  fc.assert(
    fc.property(data(oracleLacks), (value) => {
      const bytes = encode(plain, value);
      assertEquals(bytes.toHex(), encoder.encode(value).toHex());
      assertStrictEquals(difference(decoder.decode(bytes), value), undefined);
      assertStrictEquals(difference(decode(plain, bytes), value), undefined);
    }),
    { seed: 5, numRuns: 2000 },
  );
});

Deno.test("msgpack reads any bytes as @msgpack/msgpack does, or refuses them with an RpcError", () => {
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), data(oracleLacks).map((value) => encoder.encode(value)));
  const flip = fc.tuple(fc.nat(), fc.nat(255));
  fc.assert(
    fc.property(bytes, flip, ([...input], [at, byte]) => {
      const bytes = Uint8Array.from(input);
      if (bytes.length > 0) bytes[at % bytes.length] = byte;
      let value: unknown;
      try {
        value = decode(plain, bytes);
      } catch (error) {
        assert(error instanceof RpcError && error.code === "invalid_argument", `${error}`);
        return;
      }
      if (bytes.length > 0 && !hasMap(value)) {
        assertEquals(String(difference(value, decoder.decode(bytes))).replace(/.*class/, ""), "undefined");
      }
    }),
    { seed: 6, numRuns: 3000 },
  );
});

function hasMap(value: unknown): boolean {
  if (value instanceof Map || value instanceof Date) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasMap);
}

Deno.test("msgpack with a schema gives back any value of it", () => {
  fc.assert(
    fc.property(typeWithValues([]), ({ type, values }) => {
      const coder = msgpack.compile(type);
      for (const value of values) {
        assertStrictEquals(difference(decode(coder, encode(coder, value)), value), undefined);
      }
    }),
    { seed: 7, numRuns: 2000 },
  );
});
