import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { RpcError, Writer } from "../../protocol/mod.ts";
import { structType, typeWithValues, valueOf } from "../arbitrary_test.ts";
import { json } from "../json.ts";
import { plainer } from "../plain.ts";
import { planOf } from "../plan.ts";
import { Random } from "../random_test.ts";
import { difference } from "../same.ts";
import type { Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { dialect } from "./dialect.ts";
import { writeTyped } from "./typed_write.ts";

const fromUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What the quick way writes. */
function written(type: Type, value: unknown): string {
  const writer = new Writer(8);
  writer.u8(0);
  writeTyped(writer, planOf(type), value);
  assertEquals(writer.depth, 0);
  return fromUtf8.decode(writer.slice(1));
}

const numbers = [0, -0, 2 ** 31, 2 ** 53 - 1, 123_456_789, 1_000_000_000_000_007]
  .concat(Array.from({ length: 16 }, (_, n) => [10 ** n - 1, 10 ** n, 10 ** n + 1]).flat());

Deno.test("typed json writes integers of every length", () => {
  for (const n of numbers.flatMap((n) => [n, -n])) assertEquals(written(t.int53, n), String(n));
});

Deno.test("typed json writes text of every length around those where the way changes", () => {
  for (let n = 0; n < 130; n++) {
    for (
      const text of ["x".repeat(n), "é".repeat(n), "x".repeat(n) + '"', "\n" + "x".repeat(n), "x".repeat(n) + "\ud800"]
    ) {
      assertEquals(written(t.string, text), JSON.stringify(text));
    }
  }
});

Deno.test("typed json writes every character as JSON.stringify does", () => {
  for (let unit = 0; unit < 0x1_0000; unit++) {
    const text = "a" + String.fromCharCode(unit);
    if (written(t.string, text) !== JSON.stringify(text)) assertEquals(written(t.string, text), JSON.stringify(text));
  }
});

Deno.test("typed json writes the quick way what JSON.stringify writes", () => {
  fc.assert(
    fc.property(typeWithValues([]), ({ type, values }) => {
      for (const value of values) {
        const expected = JSON.parse(JSON.stringify(plainer(type, dialect)(value)));
        assertStrictEquals(difference(JSON.parse(written(type, value)), expected), undefined);
      }
    }),
    { seed: 8, numRuns: 1500 },
  );
});

Deno.test("typed json writes values of all types the quick way what JSON.stringify writes", () => {
  for (let seed = 0; seed < 1500; seed++) {
    const random = new Random(seed), type = random.struct(), value = random.value(type);
    const expected = JSON.parse(JSON.stringify(plainer(type, dialect)(value)));
    assertStrictEquals(difference(JSON.parse(written(type, value)), expected), undefined);
  }
});

Deno.test("typed json refuses values of another type like the general way, and leaves the writer as it was", () => {
  const property = fc.property(structType([]), structType([]).chain((type) => valueOf(type)), (type, value) => {
    let message = "";
    try {
      plainer(type, dialect)(value);
    } catch (error) {
      message = (error as Error).message;
    }
    const writer = new Writer(8), coder = json.compile(type);
    if (message === "") return coder.encode(value, writer);
    assertThrows(() => coder.encode(value, writer), RpcError, message);
    assertEquals([writer.pos, writer.depth], [0, 0]);
  });
  fc.assert(property, { seed: 9, numRuns: 1500 });
});
