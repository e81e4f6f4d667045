/**
 * Retry modes: what happens after an attempt has failed.
 *
 * @module
 */
import type { MakeRetry } from "./retry.ts";

/** Retry modes and how to load each: a new one is a new line here. */
export const retries = {
  failfast: (): Promise<MakeRetry> => import("./failfast.ts").then((m) => m.failfast),
  failover: (): Promise<MakeRetry> => import("./failover.ts").then((m) => m.failover),
} satisfies Record<string, () => Promise<MakeRetry>>;

/** Name of a retry mode. */
export type RetryName = keyof typeof retries;

export * from "./conformance.ts";
export * from "./load.ts";
export * from "./retry.ts";
