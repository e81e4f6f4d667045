import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { elementsOf, mayNestDeeper, nestsDeeper, opensMore, valueEnd } from "./depth.ts";

const cases: [name: string, text: string, depth: number][] = [
  ["a scalar", "1", 0],
  ["an array", "[1,2]", 1],
  ["arrays side by side", "[[],[],{}]", 2],
  ["objects in arrays", '[{"a":[{}]}]', 4],
  ["brackets in text", '["[[[{{{"]', 1],
  ["closing brackets in text", '["]]]",["}}}",[]]]', 3],
  ["escaped quotes", '["\\"[[",["\\\\"],{"\\\\\\"[":1}]', 2],
];

for (const [name, text, depth] of cases) {
  Deno.test(`nestsDeeper counts the levels of ${name}`, () => {
    const bytes = new TextEncoder().encode(`[[${text}]`);
    const deeper = (max: number) => nestsDeeper(bytes, 2, bytes.length - 1, max);
    assertEquals([depth > 0 && deeper(depth - 1), deeper(depth)], [depth > 0, false]);
  });
}

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

Deno.test("nestsDeeper is exact and opensMore never misses, whatever the text inside", () => {
  const stringUnit = fc.constantFrom(...'[]{}"\\a');
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6, stringUnit }), fc.nat(6), (value, max) => {
      const text = JSON.stringify(value), bytes = new TextEncoder().encode(text), isDeeper = depthOf(value) > max;
      assertEquals(nestsDeeper(bytes, 0, bytes.length, max), isDeeper);
      if (isDeeper) assertEquals(opensMore(text, max), true);
    }),
    { seed: 3, numRuns: 2000 },
  );
});

Deno.test("mayNestDeeper never misses when no text inside holds brackets", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: fc.constantFrom(...'"\\a') }), fc.nat(6), (value, max) => {
      if (depthOf(value) > max) assertEquals(mayNestDeeper(JSON.stringify(value), max), true);
    }),
    { seed: 4, numRuns: 2000 },
  );
});

Deno.test("valueEnd finds the end of any value, and elementsOf counts what it holds", () => {
  const stringUnit = fc.constantFrom(...'[]{}"\\a,:');
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4, stringUnit }), fc.constantFrom(",1", "]", "}", " ", ""), (value, rest) => {
      const text = JSON.stringify(value), bytes = new TextEncoder().encode(`[${text}${rest}`);
      assertEquals(valueEnd(bytes, 1, bytes.length, 64), 1 + text.length);
      assertEquals(valueEnd(bytes, 1, bytes.length, 0), depthOf(value) > 0 ? -1 : 1 + text.length);
      assertEquals(elementsOf(bytes, 1, 1 + text.length), elements(value));
    }),
    { seed: 6, numRuns: 2000 },
  );
});

/** Elements of all lists and objects in `value`, an empty one as one. */
function elements(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inner = Object.values(value);
  return Math.max(1, inner.length) + inner.reduce((n: number, one) => n + elements(one), 0);
}
