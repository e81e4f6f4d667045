import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { Compressor } from "./compressor.ts";
import { gzip } from "./gzip.ts";
import { type CompressorName, compressorOfId, compressors, loadCompressor } from "./mod.ts";
import { none } from "./none.ts";

const own = { ...none, name: "own", id: 200 };

Deno.test("a compressor loads when first asked for, and is there at once from then on", async () => {
  const first = loadCompressor("zlib");
  assert(first instanceof Promise);
  const zlib = await first;
  assertStrictEquals(loadCompressor("zlib"), zlib);
  assertStrictEquals(compressorOfId(zlib.id), zlib);
});

Deno.test("compressors load by name, by number, and stand for themselves", async () => {
  for (const [name, { id }] of Object.entries(compressors)) {
    assertEquals((await loadCompressor(name as CompressorName)).name, name);
    assertEquals((await compressorOfId(id))?.name, name);
  }
  assertStrictEquals(await loadCompressor("gzip"), gzip);
  assertStrictEquals(loadCompressor(own), own);
});

Deno.test("users' compressors are found by number, behind the table", () => {
  assertStrictEquals(compressorOfId(200, [none, own]), own);
  assertStrictEquals(compressorOfId(200), undefined);
  assertStrictEquals(compressorOfId(-1), undefined);
  assert(compressorOfId(1, [{ ...own, id: 1 }]) !== own);
});

for (const name of ["gzipp", "", "__proto__", "constructor", "toString"]) {
  Deno.test(`the compressor ${JSON.stringify(name)} is refused at once`, () => {
    const error = assertThrows(() => loadCompressor(name as CompressorName), TypeError);
    assertEquals(error.message, `Cannot use compressor "${name}": want one of none, gzip, zlib, huffman`);
  });
}

for (const id of [-1, 256, 1.5, NaN]) {
  Deno.test(`a compressor with the id ${id} is refused at once`, () => {
    assertThrows(() => loadCompressor({ ...own, id }), RangeError, `its id is ${id}, want 0-255`);
  });
}

Deno.test("what is no compressor is refused at once", () => {
  for (const value of [undefined, {}, { name: "x", id: 200 }]) {
    assertThrows(
      () => loadCompressor(value as Compressor),
      TypeError,
      "Cannot use compressor: it has no function decompress",
    );
  }
});
