/**
 * Dialling within a time.
 *
 * @module
 */
import type { Clock } from "../protocol/mod.ts";
import type { Wire } from "./transport.ts";

/** Bounds of a dial. */
export interface DialBounds {
  /** Time. */
  readonly clock: Clock;
  /** Milliseconds it may take. */
  readonly timeoutMs: number;
  /** Nobody wants the wire any more when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The wire that `dial` makes in time; one that comes too late is closed. `dial` gets a signal that aborts when that is so.
 * Rejects with what `dial` rejects with, with an Error when the time is up, and with the reason of `signal`.
 */
export async function dialInTime(
  dial: (signal: AbortSignal) => Promise<Wire>,
  { clock, timeoutMs, signal }: DialBounds,
): Promise<Wire> {
  signal?.throwIfAborted();
  const late = Promise.withResolvers<never>(), unwanted = new AbortController();
  const onAbort = () => late.reject(signal!.reason);
  const cancel = clock.after(timeoutMs, () => late.reject(new Error(`no connection within ${timeoutMs} ms`)));
  signal?.addEventListener("abort", onAbort, { once: true });
  const dialled = Promise.try(dial, unwanted.signal);
  try {
    const wire = await Promise.race([dialled, late.promise]);
    signal?.throwIfAborted();
    return wire;
  } catch (error) {
    dialled.then((wire) => wire.close(), () => {});
    unwanted.abort(error);
    throw error;
  } finally {
    cancel();
    signal?.removeEventListener("abort", onAbort);
  }
}
