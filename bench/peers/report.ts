/**
 * The results as Markdown tables, padded so that they read well in a terminal too.
 *
 * @module
 */
import { bigBytes, type Figures, type Row } from "./cell.ts";
import { checkGoals, type Rows } from "./goals.ts";
import type { SystemName } from "./mod.ts";
import type { System } from "./system.ts";

/** What a run found out about one system. */
export interface Result extends Pick<System, "name" | "role" | "note"> {
  /** Its name in the table of systems. */
  key: SystemName;
  /** Medians over the rounds that went well. */
  row: Row;
  /** Why the other rounds didn't. */
  failures: string[];
}

/** The tables: figures, ratios, goals, notes. */
export function report(results: readonly Result[]): string {
  const rows: Rows = Object.fromEntries(results.map(({ key, row }) => [key, row]));
  const sections = [figuresTable(results)];
  if (rows.erpc_jce?.c64 !== undefined || rows.erpc_jce?.c1 !== undefined) {
    sections.push("## erpc jce against the others", ratioIntro, ratioTable(results, rows.erpc_jce));
  }
  sections.push("## Speed goals", goalsTable(rows), "## Notes", notes(results));
  return sections.join("\n\n") + "\n";
}

/** RESULTS.md: the report under its circumstances. */
export function resultsPage(body: string, facts: Record<"date" | "machine" | "command" | "load", string>): string {
  return `# erpc and other RPC stacks

![Calls per second and CPU time per call with 64 calls in flight](results.svg)

- ${facts.date}; ${facts.machine}
- \`${facts.command}\`: ${facts.load}
- Client and server are two processes on 127.0.0.1 with one connection and the same small message (about 122 bytes of JSON).
  Every echo is checked. \`c\` is the number of calls in flight; \`µs CPU\` is user and system time of client and server
  per call. Streams count items, 1 MiB bodies have 4 in flight and count bytes each way.
- **Compare within this run only**: the machine's condition moves all figures together, ratios stay.
- Closed loop: p99 is what these callers saw, not what users at a fixed rate would see.

## Figures (medians)

${body}`;
}

const ratioIntro =
  `Calls (items) per second of erpc divided by the other's, and the other's CPU time per call divided by erpc's:
above 1 erpc is ahead. The floor's line reads as erpc's share of what the sockets allow.`;

function figuresTable(results: readonly Result[]): string {
  const head = [
    ...["system", "c=1 p50 µs", "p99 µs", "/s", "µs CPU", "c=64 p99 ms", "/s", "µs CPU"],
    ...["c=512 p99 ms", "/s", "µs CPU", "stream /s", "µs CPU", "1 MiB GB/s", "µs CPU"],
  ];
  const body = results.map(({ name, row: { c1, c64, c512, stream, big } }) => [
    ...[name, show(c1?.p50Micros), show(c1?.p99Micros), rate(c1), cpu(c1), ms(c64?.p99Micros), rate(c64), cpu(c64)],
    ...[ms(c512?.p99Micros), rate(c512), cpu(c512), rate(stream), cpu(stream)],
    ...[big === undefined ? "–" : show(big.perSecond * bigBytes / 1e9), cpu(big)],
  ]);
  return table(head, body);
}

function ratioTable(results: readonly Result[], erpc: Row): string {
  const head = ["against", "c=1", "c=64", "c=512", "stream", "1 MiB", "CPU c=64", "CPU c=512", "CPU stream"];
  const body = results.filter(({ key }) => key !== "erpc_jce").map(({ name, role, row }) => {
    const unit = role === "floor" ? "%" : "x";
    const speed = (["c1", "c64", "c512", "stream", "big"] as const).map((cell) =>
      times(erpc[cell]?.perSecond, row[cell]?.perSecond, unit)
    );
    const cpus = (["c64", "c512", "stream"] as const).map((cell) =>
      times(row[cell]?.cpuMicros, erpc[cell]?.cpuMicros, unit)
    );
    return [name, ...speed, ...cpus];
  });
  return table(head, body);
}

function goalsTable(rows: Rows): string {
  const body = checkGoals(rows).map((
    { name, want, got, met },
  ) => [name, want, got ?? "–", met === undefined ? "not measured" : met ? "met" : "**missed**"]);
  return table(["goal", "want", "got", "verdict"], body);
}

function notes(results: readonly Result[]): string {
  const lines = results.flatMap(({ name, note, failures }) => [
    ...note === undefined ? [] : [`- ${name}: ${note}.`],
    ...[...new Set(failures)].map((failure) => `- ${name}: round discarded. ${failure}`),
  ]);
  return ["- Client and server of every system run on Deno, with one connection unless noted.", ...lines].join("\n");
}

function table(head: readonly string[], body: readonly string[][]): string {
  const widths = head.map((title, i) => Math.max(3, title.length, ...body.map((cells) => cells[i]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => i === 0 ? "-".repeat(width) : "-".repeat(width - 1) + ":").join(" | ")} |`;
  return [line(head), rule, ...body.map(line)].join("\n");
}

function rate(figures: Figures | undefined): string {
  const value = figures?.perSecond;
  if (value === undefined) return "–";
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)}M`;
  return value >= 1e4 ? `${Math.round(value / 1e3)}k` : String(Math.round(value));
}

function cpu(figures: Figures | undefined): string {
  return show(figures?.cpuMicros);
}

function ms(micros: number | undefined): string {
  return show(micros === undefined ? undefined : micros / 1000);
}

/** Two digits behind the point below 1, one below 100, none above. */
function show(value: number | undefined): string {
  if (value === undefined) return "–";
  return value.toFixed(value < 1 ? 2 : value < 100 ? 1 : 0);
}

function times(above: number | undefined, below: number | undefined, unit: "x" | "%"): string {
  if (above === undefined || below === undefined || below === 0) return "–";
  return unit === "%" ? `${show(100 * above / below)} %` : `${show(above / below)}x`;
}
