/**
 * What every retry mode must do, as cases that its tests run.
 *
 * @module
 */
import { refined, RpcError, systemClock } from "../../protocol/mod.ts";
import type { FailedAttempt, MakeRetry } from "./retry.ts";

/** One case: throws when the retry mode does not do what it must. */
export interface RetryCase {
  /** What must hold. */
  readonly name: string;
  /** Runs it. */
  run(): void;
}

const lost = new RpcError("unavailable", "the connection was lost");

/** The cases for a retry mode. */
export function retryConformance(make: MakeRetry): RetryCase[] {
  const never = (name: string, failed: FailedAttempt): RetryCase => ({
    name: `never repeats ${name}`,
    run: () => must(make(systemClock).decide(failed) === null, `repeats ${name}`),
  });
  return [
    never("what may have run and is not idempotent", { error: lost, attempt: 1, idempotent: false, notRun: false }),
    never("a timeout", fail(new RpcError("deadline_exceeded", "too late"))),
    never("a cancelled call", fail(new RpcError("canceled", "no longer wanted"))),
    never("a business error", fail(new RpcError("failed_precondition", "no money", { status: 1402 }))),
    never("what it was told not to", {
      ...fail(refined("overloaded", "full", { retryAfterMs: -1 })),
      notRun: true,
    }),
    { name: "gives up in the end", run: () => givesUp(make) },
    { name: "waits a time that makes sense", run: () => waits(make) },
  ];
}

function fail(error: RpcError): FailedAttempt {
  return { error, attempt: 1, idempotent: true, notRun: false };
}

function givesUp(make: MakeRetry): void {
  const retry = make(systemClock), error = refined("not_sent", "refused");
  let attempt = 1;
  while (attempt < 1000 && retry.decide({ error, attempt, idempotent: true, notRun: true }) !== null) attempt++;
  must(attempt < 1000, "goes on for ever");
}

function waits(make: MakeRetry): void {
  const retry = make(systemClock), error = refined("overloaded", "full", { retryAfterMs: 70 });
  const decision = retry.decide({ error, attempt: 1, idempotent: false, notRun: true });
  must(decision === null || decision.delayMs >= 70, "comes back before it was told to");
}

function must(condition: boolean, complaint: string): void {
  if (!condition) throw new Error(`Cannot use this retry mode: it ${complaint}`);
}
