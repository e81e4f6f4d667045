/**
 * One lease: it runs out unless it is renewed in time.
 *
 * @module
 */
import { type TimerWheel, WheelEntry } from "../protocol/mod.ts";
import type { Pulse } from "./pulse.ts";

/** What all leases of a center share. */
export interface LeaseTiming {
  /** Time. */
  readonly wheel: TimerWheel;
  /** Knows when the center itself stood still. */
  readonly pulse: Pulse;
  /** Milliseconds a lease lives without being renewed. */
  readonly ttlMs: number;
}

/**
 * A lease, in the timer wheel. Renewing only notes the time. After a standstill of the center every lease gets one more
 * `ttlMs`: heartbeats that came meanwhile are still to be read.
 */
export class Lease extends WheelEntry {
  #timing: LeaseTiming;
  #onExpire: () => void;
  #renewedMs: number;

  /** Begins a lease; `onExpire` is called once, when it has run out. */
  constructor(timing: LeaseTiming, onExpire: () => void) {
    super();
    this.#timing = timing;
    this.#onExpire = onExpire;
    this.#renewedMs = timing.wheel.clock.now();
    timing.wheel.add(this, this.#renewedMs + timing.ttlMs);
  }

  /** It lives for another `ttlMs` from now on. */
  renew(): void {
    this.#renewedMs = this.#timing.wheel.clock.now();
  }

  /** Ends it; `onExpire` is not called any more. */
  end(): void {
    this.#timing.wheel.remove(this);
  }

  /** Expires, unless it was renewed or the center stood still. */
  override onDue(): void {
    const { wheel, pulse, ttlMs } = this.#timing, nowMs = wheel.clock.now();
    const dueMs = Math.max(this.#renewedMs, pulse.wokeMs(nowMs)) + ttlMs;
    if (dueMs > nowMs) wheel.add(this, dueMs);
    else this.#onExpire();
  }
}
