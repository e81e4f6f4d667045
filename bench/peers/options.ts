/**
 * The command line.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Cell, cells } from "./cell.ts";
import { type SystemName, systems } from "./mod.ts";

/** What to run. */
export interface Options {
  /** Systems, in the order of the first round. */
  names: SystemName[];
  /** Cells, in the order of the table. */
  cells: Cell[];
  /** Rounds; the figures are medians over them. */
  rounds: number;
  /** Measured time of a cell in ms. */
  measureMs: number;
  /** Load before the measured time of a cell in ms. */
  settleMs: number;
  /** Load before the first cell of a client in ms. */
  warmMs: number;
  /** Whether the cores are kept awake while one call at a time is measured. */
  awake: boolean;
  /** Whether the results are written into files: when nothing was left out, or when asked for. */
  write: boolean;
}

/** How to call the program. */
export const usage: string = `deno task bench:peers [options]
  --only a,b      systems: ${Object.keys(systems).join(" ")}
  --cells a,b     cells: ${cells.join(" ")}
  --rounds n      rounds, default 3; the figures are medians over them
  --seconds s     measured time of a cell, default 1.5
  --quick         one round of 0.4 s
  --idle          let the cores sleep between the calls of c1
  --write         write RESULTS.md and results.svg even when systems, cells or time were left out`;

/** Reads the arguments; throws TypeError or RangeError for what it doesn't know. */
export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string" },
      cells: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      quick: { type: "boolean", default: false },
      idle: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  const quick = values.quick;
  return {
    names: choose("system", Object.keys(systems) as SystemName[], values.only),
    cells: choose("cell", cells, values.cells),
    rounds: Math.ceil(amount("rounds", values.rounds ?? (quick ? "1" : "3"))),
    measureMs: 1000 * amount("seconds", values.seconds ?? (quick ? "0.4" : "1.5")),
    settleMs: quick ? 100 : 250,
    warmMs: quick ? 400 : 1200,
    awake: !values.idle,
    write: values.write || !quick && values.only === undefined && values.cells === undefined,
  };
}

function choose<T extends string>(what: string, all: readonly T[], list: string | undefined): T[] {
  const wanted = list?.split(",") ?? all;
  const unknown = wanted.find((name) => !all.includes(name as T));
  if (unknown !== undefined) throw new RangeError(`Cannot find ${what} ${unknown}: there are ${all.join(", ")}`);
  return all.filter((name) => wanted.includes(name));
}

function amount(what: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1000)) throw new RangeError(`Cannot use ${text} as ${what}: want a number above 0`);
  return value;
}
