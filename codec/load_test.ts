import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { Codec } from "./codec.ts";
import { type CodecName, codecOfId, codecs, loadCodec } from "./mod.ts";
import { none } from "./none.ts";

const own: Codec = { ...none, name: "own", id: 200, dynamic: { ...none, name: "own_any", id: 201 } };

Deno.test("a large codec loads when first asked for, and is there at once from then on", async () => {
  const first = loadCodec("msgpack");
  assert(first instanceof Promise);
  const msgpack = await first;
  assertStrictEquals(loadCodec("msgpack"), msgpack);
  assertStrictEquals(codecOfId(msgpack.id), msgpack);
});

Deno.test("a small codec is there at once", () => {
  for (const name of ["none", "jce", "jce_any", "json"] as const) {
    assertStrictEquals(loadCodec(name), codecs[name].load());
    assertStrictEquals(codecOfId(codecs[name].id), codecs[name].load());
  }
});

Deno.test("codecs have the names and numbers of the table", async () => {
  for (const [name, { id }] of Object.entries(codecs)) {
    const codec = await loadCodec(name as CodecName);
    assertEquals([codec.name, codec.id], [name, id]);
    assertStrictEquals(await codecOfId(id), codec);
  }
});

Deno.test("no two codecs have the same number", () => {
  const ids = Object.values(codecs).map(({ id }) => id);
  assertEquals(new Set(ids).size, ids.length);
});

Deno.test("users' codecs stand for themselves and are found by number, behind the table", async () => {
  assertStrictEquals(loadCodec(own), own);
  assertStrictEquals(codecOfId(200, [none, own]), own);
  assertStrictEquals(codecOfId(201, [own]), own.dynamic);
  assertStrictEquals(await codecOfId(3, [{ ...own, id: 3 }]), await loadCodec("pb"));
  for (const id of [200, 255, -1, 1.5]) assertStrictEquals(codecOfId(id), undefined);
});

for (const name of ["jcee", "", "__proto__", "constructor", "toString"]) {
  Deno.test(`the codec ${JSON.stringify(name)} is refused at once`, () => {
    const error = assertThrows(() => loadCodec(name as CodecName), TypeError);
    const names = Object.keys(codecs).join(", ");
    assertEquals(error.message, `Cannot use codec ${JSON.stringify(name)}: want one of ${names}`);
  });
}

for (const id of [-1, 256, 1.5, NaN]) {
  Deno.test(`a codec with the id ${id} is refused at once`, () => {
    assertThrows(() => loadCodec({ ...own, id }), RangeError, `its id is ${id}, want 0-255`);
  });
}

Deno.test("what is no codec is refused at once", () => {
  for (const value of [undefined, {}, { name: "x", id: 200 }]) {
    assertThrows(() => loadCodec(value as Codec), TypeError, "Cannot use codec: it has no function compile");
  }
});
