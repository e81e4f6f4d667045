/**
 * How much memory a message can make a codec take: each counts lists, maps, structs, byte arrays and their elements.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import { type CodecName, codecs, loadCodec } from "./mod.ts";
import type { Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";

const Empty = t.struct("test.Empty", {}), Zero = t.struct("test.Zero", { list: t.field(1, t.list(t.int8)) });
const one = (type: Type) => t.struct("test.One", { a: t.field(1, type) });
const times = (n: number, value: () => unknown) => ({ a: Array.from({ length: n }, value) });

/** Each holds more than 100 parts, and at most 200. */
const messages: readonly (readonly [codecs: CodecName[], name: string, type: Type | undefined, value: unknown])[] = [
  [["jce_any", "msgpack", "json", "json_any"], "lists", undefined, times(60, () => [])],
  [["jce_any", "msgpack", "json", "json_any"], "objects", undefined, times(60, () => ({}))],
  [["jce_any", "msgpack", "json", "json_any"], "numbers", undefined, times(150, () => 1)],
  [
    ["jce_any", "msgpack", "json", "json_any"],
    "fields",
    undefined,
    Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`k${i}`, 1])),
  ],
  [["jce_any", "msgpack", "json_any"], "byte arrays", undefined, times(60, () => new Uint8Array(0))],
  [["jce_any", "msgpack", "json_any"], "Maps", undefined, times(60, () => new Map())],
  [["jce_any", "msgpack", "json_any"], "Sets", undefined, times(60, () => new Set())],
  [
    ["jce", "avro", "xml", "jce_any", "msgpack", "json"],
    "lists with a schema",
    one(t.list(t.list(t.int8))),
    times(60, () => []),
  ],
  [
    ["jce", "avro", "xml", "jce_any", "msgpack", "json"],
    "maps with a schema",
    one(t.list(t.map(t.int8, t.int8))),
    times(60, () => new Map()),
  ],
  [["jce", "pb", "avro", "xml", "jce_any", "msgpack", "json"], "structs", one(t.list(Empty)), times(60, () => ({}))],
  [["pb", "xml"], "structs with a list that isn't sent", one(t.list(Zero)), times(40, () => ({ list: [] }))],
  [
    ["jce", "pb", "avro", "xml", "jce_any", "msgpack"],
    "byte arrays with a schema",
    one(t.list(t.bytes)),
    times(60, () => new Uint8Array(0)),
  ],
  [
    ["jce", "pb", "avro", "xml", "jce_any", "msgpack", "json"],
    "numbers with a schema",
    one(t.list(t.int8)),
    times(150, () => 1),
  ],
  [["jce", "pb", "avro", "xml", "jce_any", "msgpack", "json"], "texts", one(t.list(t.string)), times(150, () => "x")],
  [["jce", "pb", "avro", "xml", "jce_any", "msgpack", "json"], "entries of a map", one(t.map(t.int32, t.int32)), {
    a: new Map(Array.from({ length: 150 }, (_, i) => [i, i])),
  }],
];

for (const [names, what, type, value] of messages) {
  for (const name of names) {
    const coder = (await loadCodec(name)).compile(type), writer = new Writer();
    coder.encode(value, writer);
    const bytes = writer.slice();

    Deno.test(`${name} counts ${what}`, () => {
      const reader = new Reader(bytes);
      reader.maxItems = 200;
      for (let i = 0; i < 3; i++) coder.decode(reader.reset(bytes, reader.view, 0, bytes.length));
      reader.maxItems = 100;
      const error = assertThrows(() => coder.decode(reader.reset(bytes, reader.view, 0, bytes.length)), RpcError);
      assertEquals(error.code, "resource_exhausted");
      assert(error.message.endsWith(": the message has more than 100 elements"), error.message);
    });
  }
}

const maps = [1, 2].map((tag) => [`m${tag}`, t.field(tag, t.map(t.int8, t.int8), { default: new Map() })] as const);
const wide = Array.from({ length: 64 }, (_, i) => [`f${i}`, t.field(i + 1, t.int32, { default: 0 })] as const);

/** Structs that take much more memory than the empty ones that come: what 30 of them lack are more than 100 parts. */
const missing = { "empty containers": Object.fromEntries(maps), "many fields": Object.fromEntries(wide) };

for (const name of Object.keys(codecs) as CodecName[]) {
  for (const [what, fields] of Object.entries(missing)) {
    if (name === "none" || name === "avro") continue; // avro's values have every field
    Deno.test(`${name} counts ${what} that stand for what is missing`, async () => {
      const codec = await loadCodec(name), writer = new Writer();
      codec.compile(one(t.list(Empty))).encode(times(30, () => ({})), writer);
      const bytes = writer.slice(), reader = new Reader(bytes);
      const coder = codec.compile(one(t.list(t.struct("test.Empty", fields))));
      reader.maxItems = 300;
      for (let i = 0; i < 3; i++) coder.decode(reader.reset(bytes, reader.view, 0, bytes.length));
      reader.maxItems = 100;
      const error = assertThrows(() => coder.decode(reader.reset(bytes, reader.view, 0, bytes.length)), RpcError);
      assertEquals(error.code, "resource_exhausted");
    });
  }
}

/** 4 MiB of the smallest elements that take much memory, which decoded would be 80 MB to 1 GB. */
const bombs:
  readonly (readonly [codec: CodecName, name: string, type: Type | undefined, head: string, unit: string])[] = [
    ["jce_any", "Maps", undefined, "0902001ffff0", "680c"],
    ["jce_any", "byte arrays", undefined, "0902001554f0", "0d000c"],
    ["jce", "maps", one(t.list(t.map(t.int8, t.int8))), "1902001ffff0", "080c"],
    ["avro", "lists", one(t.list(t.list(t.int8))), "80a4e803", "00"],
    ["avro", "structs", one(t.list(Empty)), "80ade204", "00"],
    ["pb", "structs", one(t.list(Zero)), "", "0a00"],
    ["xml", "structs", one(t.list(Empty)), "3c4f6e653e", "3c612f3e"],
    ["msgpack", "objects", undefined, "dd003ffff0", "80"],
    ["msgpack", "maps", t.list(t.map(t.int8, t.int8)), "dd003ffff0", "80"],
    ["json", "objects", undefined, "5b7b7d", "2c7b7d"],
    ["json", "maps", t.list(t.map(t.int8, t.int8)), "5b7b7d", "2c7b7d"],
  ];

for (const [name, what, type, head, unit] of bombs) {
  Deno.test(`${name} refuses 4 MiB of empty ${what}`, async () => {
    const start = Uint8Array.fromHex(head), element = Uint8Array.fromHex(unit), bytes = new Uint8Array(4 << 20);
    bytes.set(start);
    for (let at = start.length; at + element.length <= bytes.length; at += element.length) bytes.set(element, at);
    const coder = (await loadCodec(name)).compile(type);
    const error = assertThrows(() => coder.decode(new Reader(bytes)), RpcError);
    assertEquals([error.code, error.message.includes("more than 1048576 elements")], ["resource_exhausted", true]);
  });
}

Deno.test("json does not count what stands in text", () => {
  const coder = loadCodec("json"),
    reader = new Reader(new TextEncoder().encode(`["${"[,{".repeat(100)}\\"${",".repeat(100)}"]`));
  reader.maxItems = 10;
  assert(!(coder instanceof Promise));
  assertEquals((coder.compile().decode(reader) as string[])[0]?.length, 401);
});
