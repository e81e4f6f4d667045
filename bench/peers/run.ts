/**
 * Compares erpc with other RPC stacks in one interleaved run: `deno task bench:peers` (see `--help`).
 *
 * Each round starts a fresh server and a fresh client process for every system, one system at a time, in an order that is
 * reversed every other round. The figures are medians over the rounds; a round in which a call fails is discarded.
 *
 * @module
 */
import { chart } from "./chart.ts";
import type { Row } from "./cell.ts";
import { describeMachine } from "./machine.ts";
import { type SystemName, systems } from "./mod.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { runPair } from "./pair.ts";
import { report, type Result, resultsPage } from "./report.ts";
import { medians } from "./statistics.ts";

/** What the rounds of one system gave. */
interface Rounds {
  rows: Row[];
  failures: string[];
}

async function runRounds(options: Options): Promise<Map<SystemName, Rounds>> {
  const { names, rounds, cells, warmMs, settleMs, measureMs, awake } = options;
  const limitMs = 15_000 + warmMs + 3 * cells.length * (settleMs + measureMs);
  const found = new Map(names.map((name) => [name, { rows: [], failures: [] } as Rounds]));
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const { rows, failures } = found.get(name)!;
      try {
        rows.push(await runPair(name, { cells, warmMs, settleMs, measureMs, awake, limitMs }));
        console.error(`round ${round + 1}/${rounds} ${name}`);
      } catch (cause) {
        failures.push((cause as Error).message);
        console.error(`round ${round + 1}/${rounds} ${name}: ${failures.at(-1)}`);
      }
    }
  }
  return found;
}

/** The system's title and notes; its name alone when it can't be loaded. */
async function describe(key: SystemName): Promise<Pick<Result, "name" | "role" | "note">> {
  try {
    const { name, role, note } = await systems[key]();
    return { name, role, ...note === undefined ? {} : { note } };
  } catch {
    return { name: key, role: key.startsWith("erpc") ? "erpc" : "peer" };
  }
}

async function main(options: Options): Promise<void> {
  const results: Result[] = [];
  for (const [key, { rows, failures }] of await runRounds(options)) {
    results.push({ key, ...await describe(key), row: medians(rows), failures });
  }
  const body = report(results);
  console.log(body);
  if (options.write) {
    const date = new Date().toISOString().slice(0, 10), machine = describeMachine();
    const load =
      `rounds: ${options.rounds}; ${options.measureMs / 1000} s a cell after ${options.warmMs / 1000} s of warm-up` +
      (options.awake ? "; cores kept awake at c=1 (a lowest-priority busy loop each)" : "; cores may sleep at c=1");
    const command = ["deno task bench:peers", ...Deno.args].join(" ");
    await Deno.writeTextFile(
      new URL("RESULTS.md", import.meta.url),
      resultsPage(body, { date, machine, command, load }),
    );
    await Deno.writeTextFile(new URL("results.svg", import.meta.url), chart(results, `${date}; ${machine}`));
  }
  if (results.some(({ failures }) => failures.length > 0)) Deno.exitCode = 1;
}

if (import.meta.main) {
  if (Deno.args.includes("--help")) console.log(usage);
  else await main(parseOptions(Deno.args));
}
