import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { gzip } from "./gzip.ts";
import { Loader } from "./loader.ts";
import { type CompressorName, compressorOfId, compressors, loadCompressor } from "./mod.ts";
import { none } from "./none.ts";

const own = { ...none, name: "own", id: 200 };

Deno.test("a loader loads a row when first asked for, and gives it at once from then on", async () => {
  let loads = 0;
  const load = () => Promise.resolve({ name: "one", id: 1, load: ++loads });
  const loader = new Loader("thing", { one: { id: 1, load } });
  assertEquals(loads, 0);
  const first = loader.load("one");
  assert(first instanceof Promise);
  const one = await first;
  assertStrictEquals(loader.load("one"), one);
  assertStrictEquals(loader.ofId(1), one);
  assertEquals(loads, 1);
});

Deno.test("a loader tries again after a load that failed", async () => {
  let loads = 0;
  const load = () => ++loads === 1 ? Promise.reject(new Error("no")) : Promise.resolve({ name: "one", id: 1 });
  const loader = new Loader("thing", { one: { id: 1, load } });
  assertEquals(await Promise.resolve(loader.load("one")).catch((error) => error.message), "no");
  assertEquals((await loader.load("one")).name, "one");
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
