import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import { without } from "./abilities_test.ts";
import { data, typeWithValues } from "./arbitrary_test.ts";
import type { Codec, Coder } from "./codec.ts";
import { type CodecCase, codecConformance } from "./conformance.ts";
import { type CodecName, codecs, loadCodec } from "./mod.ts";
import { difference } from "./same.ts";
import type { Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";

// Few random values, which shrink to the least that fails; nightly_test.ts tries many.
for (const name of Object.keys(codecs) as CodecName[]) {
  const codec = await loadCodec(name), lacks = without[name] ?? [];
  for (const { name, run } of codecConformance(codec, { without: lacks })) Deno.test(`${codec.name} ${name}`, run);

  if (!lacks.includes("schema")) {
    Deno.test(`${name} gives back random values of random types`, () => {
      const property = fc.property(typeWithValues(lacks), ({ type, values }) => {
        const coder = codec.compile(type);
        for (const value of values) checkBack(coder, value);
      });
      fc.assert(property, { seed: 1, numRuns: 500 });
    });
  }
  if (!lacks.includes("any")) {
    const coder = codec.compile();
    Deno.test(`${name} gives back random data`, () => {
      fc.assert(fc.property(data(lacks), (value) => checkBack(coder, value)), { seed: 2, numRuns: 1000 });
    });
  }
}

const sound = codecs.jce_any.load();

/** Ways in which a sound coder is spoilt, and what the suite must say. */
const faults: readonly (readonly [name: string, says: string, fault: (coder: Coder) => Partial<Coder>])[] = [
  ["loses a value", "value 0 came back different", (coder) => ({ decode: (from) => void coder.decode(from) })],
  ["keeps the connection's memory", "value 0 came back different", (coder) => ({
    decode(from) {
      const value = coder.decode(from);
      return value instanceof Uint8Array ? from.bytes.subarray(from.end - value.length, from.end) : value;
    },
  })],
  ["does not read to the end", "it did not read to the end", (coder) => ({
    decode: (from) => coder.decode(new Reader(from.bytes.subarray(from.pos, from.end))),
  })],
  ["throws another error for bad bytes", "out of bounds", (coder) => ({
    decode: (from) => rethrown(() => coder.decode(from), new RangeError("out of bounds")),
  })],
  ["throws another error for a bad value", "want RpcError, got TypeError: no number", (coder) => ({
    encode: (value, into) => rethrown(() => coder.encode(value, into), new TypeError("no number")),
  })],
  ["leaves bytes behind", "a failed encode left bytes", (coder) => ({
    encode(value, into) {
      const { pos } = into;
      try {
        coder.encode(value, into);
      } catch (error) {
        into.pos = pos + 1;
        throw error;
      }
    },
  })],
  ["writes before its start", "it wrote before its start", (coder) => ({
    encode(value, into) {
      coder.encode(value, into);
      into.bytes[0] = 0;
    },
  })],
];

function rethrown<T>(run: () => T, error: Error): T {
  try {
    return run();
  } catch {
    throw error;
  }
}

for (const [name, says, fault] of faults) {
  Deno.test(`the suite finds a codec that ${name}`, () => {
    const compile = (type?: Type) => {
      const coder = sound.compile(type);
      return { encode: coder.encode, decode: coder.decode, ...fault(coder) };
    };
    const cases = codecConformance({ ...sound, compile: compile as Codec["compile"] });
    assert(Iterator.from(cases).some((one) => complaintOf(one)?.includes(says)));
  });
}

function complaintOf({ run }: CodecCase): string | undefined {
  try {
    run();
  } catch (error) {
    return String(error);
  }
}

Deno.test("the suite finds a codec that can more than is said", () => {
  const cases = [...codecConformance(sound, { without: ["any_set"] })];
  const sets = cases.find(({ name }) => name.includes("any_set"));
  assertThrows(() => sets?.run(), Error, "Cannot accept codec: it gives back sets");
});

const Inner = t.struct("demo.Inner", { n: t.field(1, t.uint8) });
const User = t.struct("demo.User", {
  tags: t.field(1, t.list(t.string)),
  by: t.field(2, t.map(t.string, Inner)),
  data: t.field(3, t.list(t.bytes)),
});

/** What every codec with a schema says, in the same words. */
const misfits: readonly (readonly [value: unknown, message: string])[] = [
  [{ tags: ["", 5] }, "demo.User.tags[1]: got a number, want a string"],
  [{ tags: [], by: new Map([["a", { n: 256 }]]) }, 'demo.User.by["a"].n: got 256, want an integer from 0 to 255'],
  [{ tags: [] }, "demo.User.by: it is missing"],
  [{ tags: [], by: new Map(), data: [new ArrayBuffer(1)] }, "demo.User.data[0]: got an ArrayBuffer, want bytes"],
  [{ tags: [], by: new Error() }, "demo.User.by: got an Error, want a map"],
  [new Date(), "demo.User: got a Date, want demo.User"],
  [{
    get tags() {
      throw new Error("no");
    },
  }, "demo.User.tags: no"],
];

for (const name of (Object.keys(codecs) as CodecName[]).filter((name) => !without[name]?.includes("schema"))) {
  const coder = (await loadCodec(name)).compile<unknown>(
    User,
  );
  Deno.test(`${name} says what does not fit in the words of all codecs`, () => {
    for (const [value, message] of misfits) {
      const error = assertThrows(() => coder.encode(value, new Writer()), RpcError);
      assertEquals([error.code, error.message], ["invalid_argument", `Cannot encode ${message}`]);
    }
  });
}

const writer = new Writer(16);

function checkBack(coder: Coder, value: unknown): void {
  writer.pos = 0;
  coder.encode(value, writer);
  const different = difference(coder.decode(new Reader(writer.slice())), value);
  if (different !== undefined) throw new Error(`It came back different at ${different}`);
}
