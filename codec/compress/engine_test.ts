import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { inflateSync } from "fflate";
import * as zlib from "node:zlib";
import { RpcError } from "../../protocol/mod.ts";
import type { DeflateEngine } from "./deflate_engine.ts";
import { chooseEngine, engine } from "./engine.ts";
import { nativeEngine, type ZlibModule } from "./native_engine.ts";
import { portableEngine } from "./portable_engine.ts";

const engines: Record<string, DeflateEngine> = { native: nativeEngine(zlib), portable: portableEngine };
const { native, portable } = engines as { native: DeflateEngine; portable: DeflateEngine };

/** zlib that leaves out what was used, like some other runtimes' */
const secretive = { ...zlib, inflateRawSync: (bytes: Uint8Array) => zlib.inflateRawSync(bytes) } as ZlibModule;

const chosen: Record<string, [importZlib: () => Promise<ZlibModule>, portable: boolean]> = {
  "native with zlib": [() => Promise.resolve(zlib), false],
  "portable without it": [() => Promise.reject(new TypeError("no such module")), true],
  "portable with zlib that does not tell what it used": [() => Promise.resolve(secretive), true],
};

for (const [name, [importZlib, isPortable]] of Object.entries(chosen)) {
  Deno.test(`the engine is ${name}`, async () => {
    assertEquals(await chooseEngine(importZlib) === portable, isPortable);
  });
}

Deno.test("this process uses the native engine", () => {
  assertEquals(engine === portable, false);
  assertStrictEquals(engine.crc32, zlib.crc32);
});

/** What came of it: the bytes and how many were used, or the code of the error. */
function outcome(engine: DeflateEngine, input: Uint8Array, maxBytes: number): unknown {
  try {
    const { bytes, used } = engine.inflate(input, maxBytes);
    return { bytes, used };
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return error.code;
  }
}

const text = new TextEncoder().encode("to be, or not to be: that is the question. ".repeat(8));
const streams = [0, 1, 6, 9].map((level) => zlib.deflateRawSync(text, { level })).concat(
  [zlib.constants.Z_HUFFMAN_ONLY, zlib.constants.Z_FIXED, zlib.constants.Z_RLE].map((strategy) =>
    zlib.deflateRawSync(text, { strategy })
  ),
);

/** Real streams with a few bytes changed, cut out or put in. */
const spoilt = fc.tuple(
  fc.constantFrom(...streams),
  fc.array(fc.tuple(fc.nat(400), fc.nat(2), fc.nat(255)), { maxLength: 4 }),
).map(([stream, edits]) => {
  const bytes = [...stream];
  for (const [at, removed, byte] of edits) bytes.splice(at % bytes.length, removed, ...(removed === 2 ? [] : [byte]));
  return Uint8Array.from(bytes);
});

Deno.test("both engines take and refuse the same streams, and read the same", () => {
  let taken = 0, refused = 0;
  const property = fc.property(fc.oneof(spoilt, fc.uint8Array({ maxLength: 40 })), (input) => {
    const expected = outcome(native, input, 1000);
    typeof expected === "string" ? refused++ : taken++;
    assertEquals(outcome(portable, input, 1000), expected);
  });
  fc.assert(property, { seed: 7, numRuns: 8_000 });
  assertEquals(taken > 200 && refused > 200, true, `${taken} taken, ${refused} refused`);
});

Deno.test("what one engine compresses, the other and fflate read", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 2000 }),
    fc.array(fc.constantFrom(...text), { maxLength: 3000 }).map((list) => Uint8Array.from(list)),
    fc.tuple(fc.nat(255), fc.nat(70_000)).map(([byte, length]) => new Uint8Array(length).fill(byte)),
  );
  const property = fc.property(bytes, (bytes) => {
    for (const compress of ["deflate", "deflateHuffman"] as const) {
      const byPortable = portable[compress](bytes), byNative = native[compress](bytes);
      assertEquals(native.inflate(byPortable, bytes.length), { bytes, used: byPortable.length });
      assertEquals(portable.inflate(byNative, bytes.length), { bytes, used: byNative.length });
      assertEquals(inflateSync(byPortable), bytes);
    }
  });
  fc.assert(property, { seed: 8, numRuns: 150 });
});

/** 100 MB of zeros, and behind the first MB or so of them something that is no DEFLATE. */
function bomb(): Uint8Array {
  const stream = new Uint8Array(zlib.deflateRawSync(new Uint8Array(100_000_000)));
  return stream.fill(0xff, 3000);
}

Deno.test("a bomb is left alone as soon as its limit is reached", () => {
  const stream = bomb();
  for (const [name, engine] of Object.entries(engines)) {
    for (const maxBytes of [0, 1, 1000, 1 << 20]) {
      const error = assertThrows(() => engine.inflate(stream, maxBytes), RpcError);
      assertEquals([error.code, maxBytes], ["resource_exhausted", maxBytes], name);
    }
    assertEquals(outcome(engine, stream, 200_000_000), "invalid_argument"); // what stands behind would be found
  }
});
