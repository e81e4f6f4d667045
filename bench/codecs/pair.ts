/**
 * Two ways to do one thing, timed in turns, so that what the machine does beside it meets both.
 *
 * @module
 */
import { median } from "../peers/statistics.ts";

/** Least time of one slice. */
const sliceMs = 6;

/** What a pair took. */
export interface PairFigures {
  /** Nanoseconds of one run of the candidate: the best slice. */
  readonly ns: number;
  /** How many times as fast the candidate is as the baseline: the median of the pairs of slices. */
  readonly ratio: number;
}

/** Times `candidate` against `baseline` in `rounds` pairs of slices after a warm-up. */
export function timePair(candidate: () => void, baseline: () => void, rounds = 31): PairFigures {
  const [batch, baseBatch] = [batchOf(candidate), batchOf(baseline)];
  const ratios: number[] = [];
  let ns = Infinity;
  for (let round = 0; round < rounds; round++) {
    const mine = slice(candidate, batch), other = slice(baseline, baseBatch);
    ns = Math.min(ns, mine);
    ratios.push(other / mine);
  }
  return { ns, ratio: median(ratios) ?? NaN };
}

/** How many runs fill a slice, found while the code warms up. */
function batchOf(run: () => void): number {
  let batch = 1, warm = 0;
  for (;;) {
    const ms = slice(run, batch) * batch / 1e6;
    if (ms >= sliceMs && ++warm === 4) return batch;
    if (ms < sliceMs) batch *= 2;
  }
}

/** Nanoseconds of one of `batch` runs. */
function slice(run: () => void, batch: number): number {
  const from = performance.now();
  for (let i = 0; i < batch; i++) run();
  return (performance.now() - from) / batch * 1e6;
}
