/**
 * Wakes watchers: at once after a quiet time, and not too often in a busy one, so that changes are told in bunches.
 *
 * @module
 */
import type { Clock } from "../protocol/mod.ts";

/** What can be woken. */
export interface Sleeper {
  /** There is more to do. */
  wake(): void;
}

/** Milliseconds between two rounds. */
const ROUND_MS = 10;

/** Gathers who is to be woken. */
export class Wakeups {
  #clock: Clock;
  #due = new Set<Iterable<Sleeper>>();
  #lastMs = -Infinity;
  #cancel: (() => void) | null = null;

  /** Makes wakeups on `clock`. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Wakes all of `sleepers`, now or within 10 ms; those who join until then as well. */
  request(sleepers: Iterable<Sleeper>): void {
    this.#due.add(sleepers);
    if (this.#cancel !== null) return;
    const waitMs = this.#lastMs + ROUND_MS - this.#clock.now();
    if (waitMs <= 0) this.#round();
    else this.#cancel = this.#clock.after(waitMs, () => this.#round(), false);
  }

  /** Wakes nobody any more. */
  close(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#due.clear();
  }

  #round(): void {
    this.#cancel = null;
    this.#lastMs = this.#clock.now();
    const due = [...this.#due];
    this.#due.clear();
    for (const sleepers of due) for (const sleeper of sleepers) sleeper.wake();
  }
}
