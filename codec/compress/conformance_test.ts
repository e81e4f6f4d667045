import { assert, assertThrows } from "@std/assert";
import * as zlib from "node:zlib";
import type { Compressor } from "./compressor.ts";
import { compressorConformance } from "./conformance.ts";
import { gzipOn } from "./gzip.ts";
import { huffmanOn } from "./huffman.ts";
import { type CompressorName, compressors } from "./mod.ts";
import { nativeEngine } from "./native_engine.ts";
import { none } from "./none.ts";
import { portableEngine } from "./portable_engine.ts";
import { zlibOn } from "./zlib.ts";

/** Cases that a compressor does not pass, by the beginning of their names, with the reason. */
const skips: Partial<Record<CompressorName, Record<string, string>>> = {
  none: {
    "refuses data that is cut short": "nothing tells where the data ends",
    "refuses anything behind": "nothing tells where the data ends",
  },
};

function test(label: string, compressor: Compressor): void {
  for (const { name, run } of compressorConformance(compressor)) {
    const skip = Object.entries(skips[compressor.name as CompressorName] ?? {}).find(([start]) =>
      name.startsWith(start)
    );
    const reason = skip === undefined ? "" : ` (skipped: ${skip[1]})`;
    Deno.test({ name: `${label} ${name}${reason}`, ignore: skip !== undefined, fn: run });
  }
}

for (const [name, { id, load }] of Object.entries(compressors)) {
  const compressor = await load();
  Deno.test(`${name} stands in the table under its own name and number`, () => {
    assert(compressor.name === name && compressor.id === id);
  });
  test(name, compressor);
}

for (const [label, engine] of Object.entries({ native: nativeEngine(zlib), portable: portableEngine })) {
  for (const on of [gzipOn, zlibOn, huffmanOn]) test(`${label} ${on(engine).name}`, on(engine));
}

const gzip = gzipOn(portableEngine);
const { decompress } = gzip;

/** Compressors with one fault each, and the case that finds it. */
const faulty: Record<string, [Compressor, string]> = {
  "too large a number": [{ ...gzip, id: 256 }, "has a name and a number"],
  "a lost byte": [{ ...none, decompress: (bytes) => bytes.subarray(1) }, "gives back short text"],
  "changes to what it is given": [{ ...none, compress: (bytes) => bytes.fill(0) }, "gives back short text"],
  "no limit": [{ ...gzip, decompress: (bytes) => decompress(bytes, Infinity) }, "takes exactly the limit"],
  "a limit that is checked too late": [
    { ...gzip, decompress: (bytes, max) => decompress(bytes, Infinity).subarray(0, max) },
    "stops at the limit of a bomb",
  ],
  "an error of its own": [
    { ...none, decompress: () => JSON.parse("{") },
    "answers random bytes",
  ],
  "no notice of an end that is missing": [{ ...none, id: 200 }, "refuses data that is cut short"],
  "no notice of what follows": [
    { ...gzip, decompress: (bytes, max) => decompress(firstMember(bytes), max) },
    "refuses anything behind",
  ],
};

/** What is left when the bytes behind the first member are cut off. */
function firstMember(bytes: Uint8Array): Uint8Array {
  const { used } = portableEngine.inflate(bytes.subarray(10), Infinity);
  return bytes.subarray(0, 10 + used + 8);
}

for (const [fault, [compressor, start]] of Object.entries(faulty)) {
  Deno.test(`the suite finds ${fault}`, () => {
    const found = [...compressorConformance(compressor)].find(({ name }) => name.startsWith(start));
    assertThrows(() => found!.run());
  });
}
