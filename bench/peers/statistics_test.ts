import { assertEquals } from "@std/assert";
import { median, medians, percentile } from "./statistics.ts";

const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

const cases: [name: string, got: number | undefined, want: number | undefined][] = [
  ["the 99th percentile of 1 to 100 is 99", percentile(hundred, 0.99), 99],
  ["the median by rank of 1 to 100 is 50", percentile(hundred, 0.5), 50],
  ["every percentile of one value is that value", percentile([7], 0.99), 7],
  ["nothing has no percentile", percentile([], 0.5), undefined],
  ["the median of an odd number is the middle one", median([9, 1, 5]), 5],
  ["the median of an even number is between the middle two", median([10, 1, 2, 4]), 3],
  ["numbers are sorted as numbers", median([10, 9, 100]), 10],
  ["nothing has no median", median([]), undefined],
];
for (const [name, got, want] of cases) Deno.test(`statistics: ${name}`, () => assertEquals(got, want));

Deno.test("statistics: rounds are merged figure by figure, and what a round lacks does not count", () => {
  const merged = medians([
    { c1: { perSecond: 10, cpuMicros: 3 }, stream: { perSecond: 5 } },
    { c1: { perSecond: 30 } },
    { c1: { perSecond: 20, cpuMicros: 1 } },
  ]);
  assertEquals(merged, { c1: { perSecond: 20, cpuMicros: 2 }, stream: { perSecond: 5 } });
});
