/**
 * Notices when the whole process stood still: stopped by a signal, asleep with its laptop, or starved of CPU.
 *
 * @module
 */
import { type TimerWheel, WheelEntry } from "../protocol/mod.ts";

/** A beat in the timer wheel; one that comes much too late tells of a standstill. */
export class Pulse extends WheelEntry {
  #wheel: TimerWheel;
  #intervalMs: number;
  #beatMs: number;
  #wokeMs = -Infinity;

  /** Starts beating; a standstill of at least `intervalMs` is noticed. */
  constructor(wheel: TimerWheel, intervalMs: number) {
    super();
    this.#wheel = wheel;
    this.#intervalMs = intervalMs;
    this.#beatMs = wheel.clock.now();
    wheel.add(this, this.#beatMs + intervalMs);
  }

  /** When the process last woke from a standstill; -Infinity if never. Whoever is called before the beat may ask as well. */
  wokeMs(nowMs: number): number {
    if (nowMs - this.#beatMs >= 2 * this.#intervalMs) this.#wokeMs = this.#beatMs = nowMs;
    return this.#wokeMs;
  }

  /** Ends beating. */
  stop(): void {
    this.#wheel.remove(this);
  }

  /** Beats. */
  override onDue(): void {
    const nowMs = this.#wheel.clock.now();
    this.wokeMs(nowMs);
    this.#beatMs = nowMs;
    this.#wheel.add(this, nowMs + this.#intervalMs);
  }
}
