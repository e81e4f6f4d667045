/**
 * The cells of the table: which load is put on a system, and what is found.
 *
 * @module
 */

/** Unary calls with 1, 64 or 512 in flight, one server stream at a time, 1 MiB bodies with 4 in flight. */
export type Cell = "c1" | "c64" | "c512" | "stream" | "big";

/** All cells in the order they are measured. */
export const cells: readonly Cell[] = ["c1", "c64", "c512", "stream", "big"];

/** Calls in flight, by cell. */
export const inFlight: Readonly<Record<Cell, number>> = { c1: 1, c64: 64, c512: 512, stream: 1, big: 4 };

/** Bytes of one body in the `big` cell: 1 MiB. */
export const bigBytes: number = 1 << 20;

/** What one cell of one system shows. */
export interface Figures {
  /** Calls, or stream items, per second. */
  perSecond: number;
  /** User and system time of client and server per call in µs; undefined where the system doesn't tell. */
  cpuMicros?: number;
  /** Median latency in µs; undefined for streams. */
  p50Micros?: number;
  /** Latency in µs that 99 of 100 calls stay below; undefined for streams. */
  p99Micros?: number;
}

/** Figures of one system by cell; a cell it can't do is missing. */
export type Row = Partial<Record<Cell, Figures>>;

/** How long a cell runs. */
export interface Window {
  /** Load before the measured time, in ms. */
  settleMs: number;
  /** Measured time, in ms. */
  measureMs: number;
}
