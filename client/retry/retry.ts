/**
 * The seam every retry mode fills: what to do after an attempt has failed.
 *
 * @module
 */
import type { Clock, RpcError } from "../../protocol/mod.ts";

/** An attempt that failed. */
export interface FailedAttempt {
  /** Its error. */
  readonly error: RpcError;
  /** Which attempt it was, from 1. */
  readonly attempt: number;
  /** Running the method twice does no harm. */
  readonly idempotent: boolean;
  /** The error proves that the method did not run. */
  readonly notRun: boolean;
}

/** Another attempt. */
export interface RetryDecision {
  /** Milliseconds to wait before it. */
  readonly delayMs: number;
  /** Prefer an endpoint that this call has not tried yet. */
  readonly elsewhere: boolean;
}

/** Decides on another attempt, or null for none; and hears of every call that went well. */
export interface Retry {
  /** Called after a failed attempt whose deadline has not passed and which nobody cancelled. */
  decide(failed: FailedAttempt): RetryDecision | null;
  /** Called when a call has ended well. */
  succeeded?(): void;
}

/** Makes the retry mode of one client. */
export type MakeRetry = (clock: Clock) => Retry;
