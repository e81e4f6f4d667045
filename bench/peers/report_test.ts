import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { chart } from "./chart.ts";
import { report, type Result } from "./report.ts";

const results: Result[] = [
  {
    key: "erpc_jce",
    name: "erpc jce",
    role: "erpc",
    failures: [],
    row: { c1: { perSecond: 15_000 }, c64: { perSecond: 200_000, cpuMicros: 5, p99Micros: 700 } },
  },
  {
    key: "grpc_js",
    name: "grpc <js>",
    role: "peer",
    note: "slow & steady",
    failures: ["it fell", "it fell"],
    row: { c1: { perSecond: 1000 }, c64: { perSecond: 4000, cpuMicros: 250, p99Micros: 30_000 } },
  },
  { key: "tcp", name: "raw", role: "floor", failures: [], row: { c1: { perSecond: 30_000 }, c64: { perSecond: 1e6 } } },
];
const text = report(results);

/** Cells of the line that starts with `name` in the table under `title`. */
function line(title: string, name: string): string[] {
  const found = text.slice(text.indexOf(title)).split("\n").find((one) => one.startsWith(`| ${name} `));
  return found!.split("|").slice(1, -1).map((cell) => cell.trim());
}

Deno.test("report: a line of figures has rates, CPU time and latencies in the units of its heads", () => {
  const cells = line("| system", "erpc jce");
  assertEquals(cells.slice(0, 7), ["erpc jce", "–", "–", "15k", "–", "0.70", "200k"]);
});

Deno.test("report: a peer's line of ratios says how far erpc is ahead in rate and CPU time", () => {
  const cells = line("| against", "grpc <js>");
  assertEquals(cells.slice(0, 3), ["grpc <js>", "15.0x", "50.0x"]);
  assertEquals(cells[6], "50.0x");
});

Deno.test("report: the floor's line is erpc's share of it", () => {
  assertEquals(line("| against", "raw").slice(0, 3), ["raw", "50.0 %", "20.0 %"]);
});

Deno.test("report: all lines of a table are equally long, so that it reads well as text", () => {
  const widths = text.split("\n\n")[0]!.split("\n").map((one) => one.length);
  assertEquals(new Set(widths).size, 1);
});

Deno.test("report: notes and the reasons of discarded rounds are told once", () => {
  assertStringIncludes(text, "- grpc <js>: slow & steady.");
  assertEquals(text.split("it fell").length, 2);
});

Deno.test("report: without erpc there are no ratios", () => {
  assert(!report(results.slice(1)).includes("| against"));
});

Deno.test("chart: names are escaped, the fastest comes first, and a log scale gives a decade the same length", () => {
  const svg = chart(results, "here & now");
  assertStringIncludes(svg, "grpc &lt;js&gt;");
  assertStringIncludes(svg, "here &amp; now");
  const widths = [...svg.matchAll(/<rect class="(\w+)".* width="([\d.]+)"/g)].map(([, role, w]) => [role, Number(w)]);
  assertEquals(widths.map(([role]) => role), ["floor", "erpc", "peer", "erpc", "peer"]);
  const [floor, erpc, peer] = widths.map(([, w]) => w as number);
  const decade = floor! / 3; // from 1k to 1M
  assert(Math.abs(erpc! - decade * Math.log10(200)) < 0.1 && Math.abs(peer! - decade * Math.log10(4)) < 0.1);
});

Deno.test("chart: nothing measured gives a picture without bars", () => {
  assert(!chart([], "").includes("<rect"));
});
