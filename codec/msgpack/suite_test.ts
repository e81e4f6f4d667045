/**
 * Runs npm's msgpack-test-suite: every encoding must give the value, and ours must be among them.
 *
 * @module
 */
import { assert, assertStrictEquals, assertThrows } from "@std/assert";
import suite from "npm:msgpack-test-suite@1.0.0/dist/msgpack-test-suite.json" with { type: "json" };
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import { msgpack, msgpackWith } from "../msgpack.ts";
import { difference } from "../same.ts";

/** A case of the suite: one value key, and every encoding of it. */
type SuiteCase = { readonly msgpack: readonly string[] } & Readonly<Record<string, unknown>>;

/** An extension of the suite. */
class Ext {
  constructor(readonly type: number, readonly bytes: Uint8Array) {}
}

const coder = msgpackWith({
  extensions: [1, 2, 3, 4, 5, 6, 7].map((type) => ({
    type,
    is: (value) => value instanceof Ext && value.type === type,
    encode: (ext) => (ext as Ext).bytes,
    decode: (bytes) => new Ext(type, bytes),
  })),
}).compile<unknown>();

const bytesOf = (hex: string) => Uint8Array.fromHex(hex.replaceAll("-", ""));

/** The values that a case's encodings may give: integers are bigints from the formats of 64 bits, and numbers from others. */
function valuesOf(one: SuiteCase): unknown[] {
  if ("binary" in one) return [bytesOf(one.binary as string)];
  if ("ext" in one) {
    const [type, hex] = one.ext as [number, string];
    return [new Ext(type, bytesOf(hex))];
  }
  if ("timestamp" in one) {
    const [seconds, nanos] = one.timestamp as [number, number];
    return [new Date(seconds * 1000 + Math.floor(nanos / 1e6))];
  }
  if ("bignum" in one) return [BigInt(one.bignum as string), Number(one.bignum)];
  const value = Object.entries(one).find(([key]) => key !== "msgpack")![1];
  return Number.isInteger(value) ? [value, BigInt(value as number)] : [value];
}

/** A Date has no nanoseconds, so that these are cut off on reading; see msgpack.ts. */
function isExact(one: SuiteCase): boolean {
  return !("timestamp" in one) || (one.timestamp as number[])[1]! % 1e6 === 0;
}

for (const [group, cases] of Object.entries(suite as unknown as Record<string, SuiteCase[]>)) {
  Deno.test(`msgpack reads and writes ${group} of msgpack-test-suite`, () => {
    for (const one of cases) {
      const values = valuesOf(one);
      for (const hex of one.msgpack) {
        const got = coder.decode(new Reader(bytesOf(hex)));
        assert(values.some((value) => difference(got, value) === undefined), `${hex}: ${String(got)}`);
      }
      if (!isExact(one)) continue;
      const writer = new Writer();
      coder.encode(values[0], writer);
      const hex = writer.slice().toHex().replace(/..(?=.)/g, "$&-");
      assert(one.msgpack.includes(hex), `${JSON.stringify(one)}: ${hex}`);
    }
  });
}

Deno.test("msgpack refuses the extensions of msgpack-test-suite unless they are its own", () => {
  const cases = (suite as unknown as Record<string, SuiteCase[]>)["60.ext.yaml"]!;
  assertStrictEquals(cases.length, 7);
  for (const { ext, msgpack: encodings } of cases) {
    for (const hex of encodings) {
      const says = `got extension type ${(ext as [number])[0]}, which is unknown`;
      assertThrows(() => msgpack.compile().decode(new Reader(bytesOf(hex))), RpcError, says);
    }
  }
});
