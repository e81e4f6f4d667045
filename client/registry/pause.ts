/**
 * Waiting between two tries.
 *
 * @module
 */
import type { Clock } from "../../protocol/mod.ts";

/** Resolves after `delayMs`, or as soon as `stop` aborts; does not keep the process alive. */
export function pause(clock: Clock, delayMs: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      stop.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(delayMs, done, false);
    stop.addEventListener("abort", done, { once: true });
  });
}
