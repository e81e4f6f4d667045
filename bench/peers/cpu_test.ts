import { assert, assertEquals } from "@std/assert";
import { cpuMicros, parseStat } from "./cpu.ts";

Deno.test("cpu: utime and stime are found behind a name with blanks and parentheses", () => {
  const line = "42 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20 0 1 0 99";
  assertEquals(parseStat(line), 175 * 10_000);
});

Deno.test("cpu: a process that is gone has no CPU time", () => assertEquals(cpuMicros([2 ** 30]), undefined));

Deno.test({
  name: "cpu: work of this process is counted",
  ignore: Deno.build.os !== "linux",
  fn() {
    const before = cpuMicros([Deno.pid])!, until = performance.now() + 2000;
    while (cpuMicros([Deno.pid])! === before && performance.now() < until);
    assert(cpuMicros([Deno.pid])! > before);
  },
});
