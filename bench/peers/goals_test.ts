import { assertEquals } from "@std/assert";
import { checkGoals, type Rows } from "./goals.ts";

const rows: Rows = {
  erpc_jce: {
    c1: { perSecond: 20_000, p99Micros: 150 },
    c64: { perSecond: 200_000, cpuMicros: 8.5, p99Micros: 39_999 },
    c512: { perSecond: 300_000, cpuMicros: 5.6, p99Micros: 40_000 },
    stream: { perSecond: 1_200_000 },
    big: { perSecond: 400 },
  },
  erpc_json: { c64: { perSecond: 120_000 }, c512: { perSecond: 120_000 } },
  grpc_js: { c64: { perSecond: 8000 }, c512: { perSecond: 8000 } },
  tcp: { c1: { perSecond: 30_000 }, c64: { perSecond: 1_000_000 } },
};
const goals = new Map(checkGoals(rows).map((goal) => [goal.name, goal]));

const cases: [goal: string, want: string, got: string | undefined, met: boolean | undefined][] = [
  ["calls/s against grpc_js, c=64", "≥ 25x", "25x", true],
  ["calls/s against grpc_js, c=512", "≥ 40x", "37.5x", false],
  ["calls/s against grpc_js, c=1", "≥ 4x", undefined, undefined],
  ["calls/s against fetch, c=64", "≥ 8x", undefined, undefined],
  ["share of the raw TCP floor, c=1", "≥ 60 %", "66.7 %", true],
  ["share of the raw TCP floor, c=64", "≥ 22 %", "20 %", false],
  ["µs CPU per call, c=64", "≤ 8.5 µs", "8.5 µs", true],
  ["µs CPU per call, c=512", "≤ 5.5 µs", "5.6 µs", false],
  ["stream items/s", "≥ 900k", "1200k", true],
  ["1 MiB bodies, each way", "≥ 0.5 GB/s", "0.419 GB/s", false],
  ["json codec's share of jce's calls/s, c=64", "≥ 60 %", "60 %", true],
  ["json codec's share of jce's calls/s, c=512", "≥ 60 %", "40 %", false],
  ["p99 of erpc jce, c=64", "< 40 ms", "40 ms", true],
  ["p99 of erpc jce, c=512", "< 40 ms", "40 ms", false],
  ["p99 of erpc json, c=1", "< 40 ms", undefined, undefined],
];
for (const [name, want, got, met] of cases) {
  const verdict = met === undefined ? "not measured" : met ? "met" : "missed";
  Deno.test(`goals: ${name} is ${verdict} by ${got}`, () => assertEquals(goals.get(name), { name, want, got, met }));
}
