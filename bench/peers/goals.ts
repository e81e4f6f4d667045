/**
 * The speed goals of erpc, and whether a run meets them.
 *
 * @module
 */
import { bigBytes, type Cell, inFlight, type Row } from "./cell.ts";
import type { SystemName } from "./mod.ts";

/** One goal and what was found. */
export interface Goal {
  /** What is looked at, such as `"calls/s against grpc_js, c=64"`. */
  name: string;
  /** What is wanted, such as `"≥ 25x"`. */
  want: string;
  /** What was found; undefined when it was not measured. */
  got: string | undefined;
  /** Whether that is enough; undefined when it was not measured. */
  met: boolean | undefined;
}

/** Rows of the systems that were measured. */
export type Rows = Partial<Record<SystemName, Row>>;

/** Erpc's calls per second against others', at least: by system, at c=1, c=64 and c=512. */
const ratios: readonly [SystemName, number, number, number][] = [
  ["grpc_js", 4, 25, 40],
  ["fetch", 2, 8, 20],
  ["websocket", 0.8, 1.5, 2],
  ["tcp", 0.6, 0.22, 0.05],
];
const unary = ["c1", "c64", "c512"] as const;

/** Every goal with what `rows` show. */
export function checkGoals(rows: Rows): Goal[] {
  const jce = rows.erpc_jce, json = rows.erpc_json;
  const goals: Goal[] = [];
  for (const [peer, ...bounds] of ratios) {
    unary.forEach((cell, i) => {
      const share = peer === "tcp", ratio = rate(jce, cell) / rate(rows[peer], cell);
      const name = share ? `share of the raw TCP floor, ${at(cell)}` : `calls/s against ${peer}, ${at(cell)}`;
      goals.push(atLeast(name, ratio, bounds[i]!, share ? "%" : "x"));
    });
  }
  goals.push(
    atMost("µs CPU per call, c=64", jce?.c64?.cpuMicros, 8.5, "µs"),
    atMost("µs CPU per call, c=512", jce?.c512?.cpuMicros, 5.5, "µs"),
    atLeast("stream items/s", rate(jce, "stream") / 1000, 900, "k"),
    atLeast("1 MiB bodies, each way", rate(jce, "big") * bigBytes / 1e9, 0.5, " GB/s"),
    atLeast("json codec's share of jce's calls/s, c=64", rate(json, "c64") / rate(jce, "c64"), 0.6, "%"),
    atLeast("json codec's share of jce's calls/s, c=512", rate(json, "c512") / rate(jce, "c512"), 0.6, "%"),
  );
  for (const cell of unary) {
    goals.push(
      below(`p99 of erpc jce, ${at(cell)}`, jce?.[cell]?.p99Micros),
      below(`p99 of erpc json, ${at(cell)}`, json?.[cell]?.p99Micros),
    );
  }
  return goals;
}

function at(cell: Cell): string {
  return `c=${inFlight[cell]}`;
}

function rate(row: Row | undefined, cell: Cell): number {
  return row?.[cell]?.perSecond ?? NaN;
}

function atLeast(name: string, got: number, bound: number, unit: string): Goal {
  return judge(name, got, `≥ ${quantity(bound, unit)}`, unit, got >= bound);
}

function atMost(name: string, got: number = NaN, bound: number, unit: string): Goal {
  return judge(name, got, `≤ ${quantity(bound, unit)}`, unit, got <= bound);
}

/** 40 ms is what Nagle's algorithm and a delayed acknowledgement make together. */
function below(name: string, gotMicros: number = NaN): Goal {
  return judge(name, gotMicros / 1000, "< 40 ms", " ms", gotMicros < 40_000);
}

function judge(name: string, got: number, want: string, unit: string, met: boolean): Goal {
  if (Number.isNaN(got)) return { name, want, got: undefined, met: undefined };
  return { name, want, got: quantity(got, unit), met };
}

function quantity(value: number, unit: string): string {
  const shown = unit === "%" ? 100 * value : value;
  return `${Number(shown.toPrecision(3))}${unit === "µs" ? " µs" : unit === "%" ? " %" : unit}`;
}
