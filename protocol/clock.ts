/**
 * Time and randomness, injected so that everything above the sockets also runs in a seeded simulation.
 *
 * @module
 */

/** Source of time, timers and randomness. Times are milliseconds of a clock that only moves forward. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  now(): number;
  /** Runs `run` once after `delayMs`, at Infinity never; the returned function cancels it. `keepAlive: false` lets the process end first. */
  after(delayMs: number, run: () => void, keepAlive?: boolean): () => void;
  /** A number in [0, 1). */
  random(): number;
}

/** Unrefs a timer where the runtime knows how, so that it does not keep the process alive. */
function unref(timer: unknown): void {
  const { Deno } = globalThis as { Deno?: { unrefTimer(id: number): void } };
  if (Deno !== undefined && typeof timer === "number") Deno.unrefTimer(timer);
  else if (typeof timer === "object") (timer as { unref?(): void }).unref?.();
}

/** Timers of the platform fire at once beyond. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The machine's clock: `performance.now`, `setTimeout`, `Math.random`. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, run, keepAlive = true) {
    if (delayMs === Infinity) return () => {};
    if (delayMs > MAX_DELAY_MS) {
      const goOn = () => cancel = systemClock.after(delayMs - MAX_DELAY_MS, run, keepAlive);
      let cancel = systemClock.after(MAX_DELAY_MS, goOn, keepAlive);
      return () => cancel();
    }
    const timer = setTimeout(run, delayMs);
    if (!keepAlive) unref(timer);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Resolves after `delayMs`, or rejects with the signal's reason as soon as it aborts. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    function onAbort() {
      cancel();
      reject(signal!.reason);
    }
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/**
 * Milliseconds to wait before try number `attempt` (1 = first retry): doubles from `baseMs` to `maxMs`, with +-20 % jitter
 * so that clients do not come back in step (gRPC A6).
 */
export function backoff(clock: Clock, attempt: number, baseMs: number, maxMs: number): number {
  return Math.min(baseMs * 2 ** (attempt - 1), maxMs) * (0.8 + 0.4 * clock.random());
}
