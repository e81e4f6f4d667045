/**
 * Medians and percentiles.
 *
 * @module
 */
import { cells, type Figures, type Row } from "./cell.ts";

/** The value that `share` (0 to 1) of `values` do not exceed (nearest rank); undefined when there are none. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** The middle value, or the mean of the middle two; undefined when there are none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = Float64Array.from(values).sort();
  const low = sorted[(sorted.length - 1) >> 1], high = sorted[sorted.length >> 1];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

const parts = ["perSecond", "cpuMicros", "p50Micros", "p99Micros"] as const;

/** Medians over the rounds, figure by figure, each over the rounds that have it. */
export function medians(rounds: readonly Row[]): Row {
  const row: Row = {};
  for (const cell of cells) {
    const found = rounds.map((round) => round[cell]).filter((figures) => figures !== undefined);
    if (found.length > 0) row[cell] = medianFigures(found);
  }
  return row;
}

function medianFigures(found: readonly Figures[]): Figures {
  const figures: Figures = { perSecond: 0 };
  for (const part of parts) {
    const value = median(found.map((one) => one[part]).filter((one) => one !== undefined));
    if (value !== undefined) figures[part] = value;
  }
  return figures;
}
