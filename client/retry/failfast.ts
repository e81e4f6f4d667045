/**
 * One attempt, whatever happens.
 *
 * @module
 */
import type { MakeRetry } from "./retry.ts";

/** The retry mode `"failfast"`. */
export const failfast: MakeRetry = () => ({ decide: () => null });
