/**
 * Bounds of a connection. Every one is checked before memory is taken.
 *
 * @module
 */
import type { FrameLimits } from "../protocol/mod.ts";

/** Bounds of one connection, announced to the peer where it must know them. */
export interface Limits extends FrameLimits {
  /** Metadata entries of one frame. Default 100. */
  readonly maxMetadataEntries: number;
  /** Nesting of a value, both ways. Default 64, at most 500. */
  readonly maxDepth: number;
  /** Elements of a value on all levels together. Default 1,048,576; each takes 16 bytes of memory or more. */
  readonly maxElements: number;
  /** Calls of the peer running at once; more are refused unrun. Default 1,000. */
  readonly maxCalls: number;
  /** Bytes of request bodies of calls running at once; more are refused unrun. Default 64 MiB. */
  readonly maxCallBytes: number;
  /** Bytes a stream's sender may be ahead of its reader. Default 256 KiB, at least 64 KiB. */
  readonly streamWindowBytes: number;
  /** Bytes waiting to be written, beyond which messages wait unencoded. Default 16 MiB. */
  readonly maxPendingBytes: number;
}

/** The defaults. */
export const defaultLimits: Limits = {
  maxBodyBytes: 4 << 20,
  maxMetadataBytes: 16 << 10,
  maxMetadataEntries: 100,
  maxDepth: 64,
  maxElements: 1 << 20,
  maxCalls: 1000,
  maxCallBytes: 64 << 20,
  streamWindowBytes: 256 << 10,
  maxPendingBytes: 16 << 20,
};

/** Times of one connection, in milliseconds. */
export interface Timing {
  /** The peer's hello must be there within this time. Default 10,000. */
  readonly helloTimeoutMs: number;
  /** Nothing heard for this long: ask whether the peer lives. Default 10,000. */
  readonly heartbeatIdleMs: number;
  /** And it must answer within this time. Default 5,000. */
  readonly heartbeatPatienceMs: number;
}

/** The defaults. */
export const defaultTiming: Timing = { helloTimeoutMs: 10_000, heartbeatIdleMs: 10_000, heartbeatPatienceMs: 5_000 };

/** Credit of a stream before the peer's hello has said more. */
export const INITIAL_WINDOW: number = 64 << 10;

/** The stack holds this depth in every codec, with room for what the user's own code takes. */
const MAX_DEPTH = 500;

/** `given` over the defaults. Throws RangeError for a bound that is not a positive integer or is too small to work. */
export function withLimits(given: Partial<Limits> = {}): Limits {
  const limits = { ...defaultLimits, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isInteger(value) || value < 1 || value > 0x7fffffff) {
      throw new RangeError(`Cannot use limit ${name}: ${value} is not an integer from 1 to 2^31-1`);
    }
  }
  if (limits.maxDepth > MAX_DEPTH) {
    throw new RangeError(`Cannot use limit maxDepth: ${limits.maxDepth} is above ${MAX_DEPTH}`);
  }
  if (limits.streamWindowBytes < INITIAL_WINDOW) {
    throw new RangeError(`Cannot use limit streamWindowBytes: ${limits.streamWindowBytes} is below ${INITIAL_WINDOW}`);
  }
  return limits;
}

/** `given` over the defaults. Throws RangeError for a time that is no number of milliseconds above 0. */
export function withTiming(given: Partial<Timing> = {}): Timing {
  const timing = { ...defaultTiming, ...given };
  for (const [name, value] of Object.entries(timing)) checkMs(name, value);
  return timing;
}

/** Throws RangeError when `value`, the option called `name`, is no number of milliseconds above 0; Infinity is one. */
export function checkMs(name: string, value: unknown): void {
  if (typeof value === "number" && value > 0) return;
  throw new RangeError(`Cannot use ${name} ${String(value)}: want milliseconds above 0`);
}
