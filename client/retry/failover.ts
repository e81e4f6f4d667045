/**
 * Another attempt at another endpoint, when that can do no harm.
 *
 * Repeats what provably did not run, and what is idempotent when the endpoint was unavailable. Timeouts are never
 * repeated: the deadline is one for all attempts. Attempts that load servers are paid from a budget, as in gRPC A6: a
 * failure costs a token, a success brings a tenth, and below half there are no such repeats.
 *
 * @module
 */
import { backoff, refinements } from "../../protocol/mod.ts";
import type { FailedAttempt, MakeRetry } from "./retry.ts";

const MAX_ATTEMPTS = 5, BASE_MS = 10, MAX_MS = 1000, MAX_TOKENS = 100, TOKENS_PER_SUCCESS = 0.1;

/** These failures cost the servers nothing, so repeating is free: the call never reached one, or one that is leaving. */
const free: ReadonlySet<number> = new Set([refinements.not_sent, refinements.no_endpoint, refinements.going_away]);

/** The retry mode `"failover"`, the default. */
export const failover: MakeRetry = (clock) => {
  let tokens = MAX_TOKENS;
  return {
    decide(failed) {
      const { error, attempt } = failed, pushback = error.retryAfterMs;
      if (attempt >= MAX_ATTEMPTS || !harmless(failed) || (pushback !== undefined && pushback < 0)) return null;
      if (!free.has(error.status)) {
        tokens = Math.max(0, tokens - 1);
        if (tokens <= MAX_TOKENS / 2) return null;
      }
      // The first repeat goes to another endpoint at once; without another one, waiting starts there.
      const delayMs = pushback ?? (attempt === 1 ? 0 : backoff(clock, attempt - 1, BASE_MS, MAX_MS));
      return { delayMs, elsewhere: true };
    },
    succeeded() {
      if (tokens < MAX_TOKENS) tokens = Math.min(MAX_TOKENS, tokens + TOKENS_PER_SUCCESS);
    },
  };
};

function harmless({ error, idempotent, notRun }: FailedAttempt): boolean {
  if (notRun) return repeatable.has(error.status);
  return idempotent && (error.code === "unavailable" || error.code === "data_loss");
}

/** Of the failures that prove a call did not run, those that another endpoint, or time, may mend. */
const repeatable: ReadonlySet<number> = new Set([
  refinements.not_sent,
  refinements.no_endpoint,
  refinements.going_away,
  refinements.overloaded,
  refinements.no_service,
]);
