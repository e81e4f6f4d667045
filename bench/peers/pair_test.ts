import { assert, assertEquals, assertRejects } from "@std/assert";
import { cells } from "./cell.ts";
import type { SystemName } from "./mod.ts";
import { runPair } from "./pair.ts";

const short = { warmMs: 20, settleMs: 5, measureMs: 40, awake: false, cells: [...cells], limitMs: 30_000 };

/** The systems without dependencies; the others are checked by every run of the benchmark. */
const cases: [name: SystemName, missing: string[]][] = [["tcp", ["stream"]], ["websocket", []], ["fetch", []]];
for (const [name, missing] of cases) {
  Deno.test(`pair: ${name} echoes between two processes in every cell it knows`, async () => {
    const row = await runPair(name, short);
    assertEquals(Object.keys(row), cells.filter((cell) => !missing.includes(cell)));
    assert(Object.values(row).every(({ perSecond }) => perSecond > 0));
  });
}

Deno.test("pair: what a process dies of is told without paths", async () => {
  const failed = runPair("nowhere" as SystemName, short);
  await assertRejects(() => failed, Error, "TypeError: systems[name] is not a function");
});

Deno.test("pair: a process that takes too long is ended", async () => {
  await assertRejects(() => runPair("tcp", { ...short, warmMs: 60_000, limitMs: 600 }), Error, "out of time");
});
