import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { seeded } from "./seeded.ts";

const first = (seed: number, n = 3) => Array.from({ length: n }, seeded(seed));

Deno.test("a seed gives the numbers that other implementations of mulberry32 give", () => {
  assertEquals(first(0, 1), [0.26642920868471265]);
  assertEquals(first(1, 2), [0.6270739405881613, 0.002735721180215478]);
});

Deno.test("one seed gives one sequence, another gives another", () => {
  assertEquals(first(7), first(7));
  assertNotEquals(first(7), first(8));
});

Deno.test("numbers stay below 1 and spread evenly", () => {
  const numbers = first(42, 10_000);
  assert(numbers.every((number) => number >= 0 && number < 1));
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  assert(Math.abs(mean - 0.5) < 0.01, `the mean is ${mean}`);
});
