import fc from "fast-check";
import { Reader, Writer } from "../protocol/mod.ts";
import { data, typeWithValues } from "./arbitrary_test.ts";
import type { Coder } from "./codec.ts";
import { type Ability, codecConformance } from "./conformance.ts";
import { type CodecName, codecs, loadCodec } from "./mod.ts";
import { difference } from "./same.ts";

/** What some codecs can't do; see there. Everything else must work, and what stands here must not. */
const without: Partial<Record<CodecName, readonly Ability[]>> = {
  none: ["schema", "any"],
  jce: ["any"],
  pb: ["any", "tag_zero", "nested", "optional_container"],
  json: [
    "any_bytes",
    "any_undefined",
    "any_negative_zero",
    "any_non_finite",
    "any_bigint",
    "any_big",
    "any_date",
    "any_bad_date",
    "any_map",
    "any_set",
  ],
  msgpack: ["any_undefined", "any_big", "any_bad_date", "any_map", "any_set"],
};

for (const name of Object.keys(codecs) as CodecName[]) {
  const codec = await loadCodec(name), lacks = without[name] ?? [];
  for (const { name, run } of codecConformance(codec, { without: lacks })) Deno.test(`${codec.name} ${name}`, run);

  if (!lacks.includes("schema")) {
    Deno.test(`${name} gives back random values of random types`, () => {
      const property = fc.property(typeWithValues(lacks), ({ type, values }) => {
        const coder = codec.compile(type);
        for (const value of values) checkBack(coder, value);
      });
      fc.assert(property, { seed: 1, numRuns: 3000 });
    });
  }
  if (!lacks.includes("any")) {
    const coder = codec.compile();
    Deno.test(`${name} gives back random data`, () => {
      fc.assert(fc.property(data(lacks), (value) => checkBack(coder, value)), { seed: 2, numRuns: 5000 });
    });
  }
}

const writer = new Writer(16);

function checkBack(coder: Coder, value: unknown): void {
  writer.pos = 0;
  coder.encode(value, writer);
  const different = difference(coder.decode(new Reader(writer.slice())), value);
  if (different !== undefined) throw new Error(`It came back different at ${different}`);
}
