import { assert, assertEquals, assertStrictEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { decodeHex, encodeHex } from "@std/encoding";
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import { jceAny } from "./jce_any.ts";
import { difference } from "./same.ts";
import * as t from "./schema/words.ts";

const coder = jceAny.compile();

function encode(value: unknown): string {
  const writer = new Writer(4);
  coder.encode(value, writer);
  return encodeHex(writer.slice());
}

function decode(hex: string): unknown {
  return coder.decode(new Reader(decodeHex(hex.replaceAll(" ", ""))));
}

/** One row for each row of the tables in JCE.md. */
const forms: readonly (readonly [name: string, value: unknown, hex: string])[] = [
  ["nothing", undefined, ""],
  ["zero", 0, "0c"],
  ["an integer", -129, "01ff7f"],
  ["the largest integer", 2 ** 53 - 1, "03001fffffffffffff"],
  ["a fraction that a float holds", 1.5, "043fc00000"],
  ["a fraction that only a double holds", 0.1, "053fb999999999999a"],
  ["-0", -0, "0480000000"],
  ["NaN", NaN, "057ff8000000000000"],
  ["Infinity", Infinity, "047f800000"],
  ["a large integer", 2 ** 53, "045a000000"],
  ["text", "hi", "06026869"],
  ["an array", [1, "a"], "09 0002 0001 060161"],
  ["an object", { a: 1, b: undefined, c: "x" }, "08 0002 060161 1001 060163 160178"],
  ["an object in an object", { a: {} }, "08 0001 060161 180c"],
  ["bytes", Uint8Array.of(1, 2), "0d 00 0002 0102"],
  ["bytes in an object", { b: Uint8Array.of(1) }, "08 0001 060162 1d 00 0001 01"],
  ["false", false, "2c"],
  ["true", true, "2001"],
  ["null", null, "3c"],
  ["undefined in an array", [undefined], "09 0001 3001"],
  ["a bigint", 5n, "4005"],
  ["the least bigint of 64 bits", -(2n ** 63n), "438000000000000000"],
  ["a larger bigint", 2n ** 64n, "4611" + "31" + "30".repeat(16)],
  ["a larger negative bigint", -(2n ** 64n), "4612" + "2d31" + "30".repeat(16)],
  ["a date", new Date(1000), "55408f400000000000"],
  ["an invalid date", new Date(NaN), "557ff8000000000000"],
  ["a Map", new Map<unknown, unknown>([[1, "a"], [null, true]]), "68 0002 0001 160161 3c 2001"],
  ["the first example of JCE.md", { a: 1, b: [true, null] }, "08 0002 060161 1001 060162 19 0002 2001 3c"],
  ["the second example of JCE.md", new Map([[1n, "x"]]), "68 0001 4001 160178"],
  ["a Set", new Set([1, "a"]), "79 0002 0001 060161"],
];

for (const [name, value, hex] of forms) {
  Deno.test(`jce_any writes and reads ${name} as JCE.md says`, () => {
    assertEquals(encode(value), hex.replaceAll(" ", ""));
    assertEquals(difference(decode(hex), value), undefined);
  });
}

const refused: Readonly<Record<string, readonly [hex: string, message: string]>> = {
  "a tag that says nothing": ["8001", "value: tag 8 says nothing"],
  "a map's value with the tag of a root": ["08 0001 060161 0001", "value.a: tag 0 says nothing"],
  "a root with the tag of a map's value": ["1001", "value: tag 1 says nothing"],
  "a key that is no text": ["08 0001 0001 1001", "value: got JCE type 0, want a string"],
  "a key with a tag": ["08 0001 160161 1001", "got tag 1, want 0"],
  "the key __proto__": [
    "08 0001 0609" + encodeHex("__proto__") + "180c",
    "value.__proto__: a key may not be __proto__",
  ],
  "a struct": ["0a 0b", "value: got JCE type 10, want data"],
  "a struct's end": ["0b", "value: got JCE type 11, want data"],
  "an integer beyond 2^53": ["030020000000000000", "got 9007199254740992, which is beyond 53 bits"],
  "a boolean of 2": ["2002", "2, want 0 or 1"],
  "null of -1": ["30ff", "-1, want 0 or 1"],
  "a bigint of decimal digits and more": ["46023078", "got text that is not hexadecimal, want a bigint"],
  "a bigint without digits": ["4600", "got text that is not hexadecimal, want a bigint"],
  "a bigint of bytes": ["4d000c", "got JCE type 13, want a bigint"],
  "a date beyond all dates": ["557fefffffffffffff", "got 1.7976931348623157e+308, want a date"],
  "a date of a fraction": ["553ff8000000000000", "got 1.5, want a date"],
  "a date of -0": ["558000000000000000", "got 0, want a date"],
  "a date of an integer": ["5c", "got JCE type 12, want a date"],
  "a date of text": ["5600", "got JCE type 6, want a date"],
  "a Map that is a list": ["690c", "got JCE type 9, want a map"],
  "a Set that is a map": ["780c", "got JCE type 8, want a set"],
  "a bad value under an odd key": ["08 0001 06040a206122 1e", 'value["\\n a\\""]: got JCE type 14, want data'],
  "a bad value under a long key": [
    "08 0001 07000003e8" + "6b".repeat(1000) + "1e",
    `value.${"k".repeat(39)}...`,
  ],
  "text that is not UTF-8": ["0602fffe", "text is not valid UTF-8"],
  "a key that is not UTF-8": ["08 0001 0602fffe 1001", "text is not valid UTF-8"],
  "a key cut short": ["08 0001 0605616161", "5 bytes wanted, 3 left"],
  "anything behind the value": ["0c 0c", "1 byte follows the value"],
  "a list of 300 million": ["09 0211e1a300", "a count of 300000000, with 0 bytes left"],
  "a Set of 300 million": ["79 0211e1a300", "a count of 300000000"],
  "an object of 300 million": ["08 0211e1a300", "a count of 300000000"],
  "more entries than bytes": ["08 0002 060061", "a count of 2, with 3 bytes left"],
  "text of 1 GB": ["073fffffff41", "1073741823 bytes wanted, 1 left"],
  "bytes of 1.6 GB": ["0d00025fffffff", "a count of 1610612735"],
  "100,000 nested arrays": ["090001".repeat(100_000), "nesting is deeper than 64"],
  "100,000 nested objects": ["080001060161" + "180001060161".repeat(50_000), "nesting is deeper than 64"],
  "100,000 nested Maps": ["680001".repeat(100_000), "nesting is deeper than 64"],
};

for (const [name, [hex, message]] of Object.entries(refused)) {
  Deno.test(`jce_any refuses to read ${name}`, () => {
    const error = assertThrows(() => decode(hex), RpcError) as RpcError;
    assertEquals(error.code, "invalid_argument");
    assertStringIncludes(error.message, message);
    assert(error.message.length < 400, error.message);
  });
}

const cycle: { next?: unknown } = {};
cycle.next = cycle;
const fickle = {
  get a(): unknown {
    return this.b-- > 0 ? undefined : 1;
  },
  b: 1,
};

const unfit: Readonly<Record<string, readonly [value: unknown, message: string]>> = {
  "a function": [{ a: { b: [() => 1] } }, "value.a.b[0]: got a function, want data"],
  "a symbol": [new Map([[1, Symbol("x")]]), "value[0]: got a symbol, want data"],
  "another typed array": [{ a: new Uint16Array(1) }, "value.a: got a Uint16Array, want data"],
  "a DataView": [new DataView(new ArrayBuffer(1)), "value: got a DataView, want data"],
  "an ArrayBuffer": [new ArrayBuffer(1), "ArrayBuffer, want data"],
  "a RegExp": [/x/, "value: got a RegExp, want data"],
  "an Error": [new Error("x"), "Error, want data"],
  "a Promise": [Promise.resolve(), "value: got a Promise, want data"],
  "a boxed number": [Object(1), "value: got a Number, want data"],
  "the key __proto__": [JSON.parse('{"__proto__":1}'), "value.__proto__: a key may not be __proto__"],
  "a cycle": [cycle, "nesting is deeper than 64"],
  "an object that changes meanwhile": [fickle, "value: it changed while it was encoded"],
};

for (const [name, [value, message]] of Object.entries(unfit)) {
  Deno.test(`jce_any refuses to write ${name}`, () => {
    const error = assertThrows(() => encode(value), RpcError) as RpcError;
    assertEquals(error.code, "invalid_argument");
    assertStringIncludes(error.message, message);
  });
}

Deno.test("jce_any writes the own enumerable fields of a class and asks no toJSON", () => {
  class Point {
    x = 1;
    get y(): number {
      return 2;
    }
    toJSON(): string {
      return "json";
    }
  }
  assertEquals(decode(encode([new Point(), Object.assign(Object.create(null), { z: 3 })])), [{ x: 1 }, { z: 3 }]);
});

Deno.test("jce_any ignores what an object inherits", () => {
  assertEquals(decode(encode(Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } }))), { own: 2 });
});

Deno.test("jce_any reads ordinary objects", () => {
  const object = decode(encode({ a: { b: 1 } })) as { a: object };
  assertStrictEquals(Object.getPrototypeOf(object), Object.prototype);
  assertStrictEquals(Object.getPrototypeOf(object.a), Object.prototype);
});

Deno.test("jce_any reads keys that hash alike as what they are", () => {
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 2000; i++) {
      const object = { [`a${i}z`]: 1, [`a${i}ä`]: 2, [`b${"c".repeat(i % 40)}`]: 3, "": 4 };
      assertEquals(decode(encode(object)), object);
    }
  }
});

Deno.test("jce_any reads an array of a million zeros from a megabyte", () => {
  assertEquals((decode("0902000f4240" + "0c".repeat(1_000_000)) as unknown[]).length, 1_000_000);
});

const User = t.struct("demo.User", { name: t.field(1, t.string), age: t.field(2, t.optional(t.uint8)) });

Deno.test("jce_any with a schema checks values on both sides", () => {
  const typed = jceAny.compile(User), writer = new Writer();
  typed.encode({ name: "a", age: 7 }, writer);
  assertEquals(decode(encodeHex(writer.slice())), { name: "a", age: 7 });
  assertEquals(typed.decode(new Reader(decodeHex(encode({ name: "a", more: 1 })))), { name: "a" });
  assertThrows(() => typed.encode({ name: 5 as unknown as string }, writer), RpcError, "Cannot encode demo.User.name");
  assertThrows(() => typed.decode(new Reader(decodeHex(encode({ age: 1 })))), RpcError, "Cannot decode demo.User.name");
});
