/**
 * Time that only moves when a test says so, for everything that takes a clock or a wheel.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { type Clock, TimerWheel } from "../protocol/mod.ts";
import { seeded } from "./seeded.ts";

interface Timer {
  readonly dueMs: number;
  readonly run: () => void;
}

/**
 * A clock that starts at 0 and stands still. Its randomness comes from a seed, so that a run can be repeated exactly.
 *
 * @example
 * ```ts
 * import { Client, RpcError } from "@erpc/erpc";
 * import { FakeClock, memoryTransport } from "@erpc/erpc/testing";
 * const clock = new FakeClock(), transports = [memoryTransport()];
 * await using client = new Client({ address: "mem://nobody", transports, wheel: clock.wheel, timeout: 60_000 });
 * const error = await clock.until(client.call("demo.hello").catch((error) => error));
 * console.assert(error instanceof RpcError && error.code === "unavailable");
 * ```
 */
export class FakeClock implements Clock {
  /** Deadlines on this clock: pass it as option `wheel` of clients and servers. */
  readonly wheel: TimerWheel = new TimerWheel(this);
  #nowMs = 0;
  #timers = new Set<Timer>();
  #random: () => number;
  #moving = false;

  /** Makes a clock whose randomness follows from `seed`. */
  constructor(seed = 1) {
    this.#random = seeded(seed);
  }

  /** Timers that are set. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Milliseconds since it was made. */
  now(): number {
    return this.#nowMs;
  }

  /** Sets a timer; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** A number in [0, 1). */
  random(): number {
    return this.#random();
  }

  /** Moves by `ms`: runs what becomes due, in order, and between two timers everything that is ready to run. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await this.#move(() => {
      if (this.#step(endMs)) return true;
      this.#nowMs = endMs;
      return false;
    });
  }

  /**
   * Moves from timer to timer until `promise` has settled, and gives what it gives. Throws Error when that needs more than
   * `limitMs` (default ten minutes of this clock), or when no timer is left.
   */
  async until<T>(promise: PromiseLike<T>, limitMs = 600_000): Promise<T> {
    const endMs = this.#nowMs + limitMs;
    let settled = false;
    const end = () => void (settled = true);
    promise.then(end, end);
    await this.#move(() => !settled && this.#step(endMs));
    if (settled) return await promise;
    const why = this.#timers.size === 0 ? "no timer is left" : `it is still pending after ${limitMs} ms`;
    throw new Error(`Cannot wait for the promise: ${why}`);
  }

  /** Takes steps for as long as there are any, and lets everything run that is ready before each and after the last. */
  async #move(step: () => boolean): Promise<void> {
    if (this.#moving) throw new TypeError("Cannot move the clock: it is moving already");
    this.#moving = true;
    try {
      do await idle(); while (step());
      await idle();
    } finally {
      this.#moving = false;
    }
  }

  /** Runs the next timer that is due by `endMs`; false when there is none. */
  #step(endMs: number): boolean {
    let next: Timer | undefined; // timers of one time run in the order in which they were set
    for (const timer of this.#timers) if (next === undefined || timer.dueMs < next.dueMs) next = timer;
    if (next === undefined || next.dueMs > endMs) return false;
    this.#timers.delete(next);
    this.#nowMs = Math.max(this.#nowMs, next.dueMs);
    next.run();
    return true;
  }
}

/** Resolves when every promise callback that is ready, or becomes ready by that, has run. */
function idle(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
