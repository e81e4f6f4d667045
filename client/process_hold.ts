/**
 * Keeps the process alive while calls are in flight, although the connections themselves do not.
 *
 * @module
 */
import type { Clock } from "../protocol/mod.ts";

const CHECK_MS = 50;

/** Counts calls in flight; a timer that is looked at now and then holds the process, so that a call costs nothing. */
export class ProcessHold {
  #clock: Clock;
  #calls = 0;
  #cancel: (() => void) | null = null;

  /** Makes a hold on `clock`'s timers. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A call begins. */
  enter(): void {
    this.#calls++;
    if (this.#cancel === null) this.#arm();
  }

  /** A call has ended. */
  leave(): void {
    this.#calls--;
  }

  /** Holds no longer. */
  close(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #arm(): void {
    this.#cancel = this.#clock.after(CHECK_MS, () => {
      this.#cancel = null;
      if (this.#calls > 0) this.#arm();
    });
  }
}
