/**
 * One coarse timer for all deadlines: adding and removing cost a few nanoseconds, where a `setTimeout` costs microseconds.
 *
 * @module
 */
import { type Clock, systemClock } from "./clock.ts";

const TICK_MS = 8, SLOTS = 4096, MAX_DELAY_MS = 2 ** 31 - 1; // timers of the platform fire at once beyond

/** What hangs in a wheel: the links belong to the wheel, `onDue` to the owner. */
export abstract class WheelEntry {
  /** Tick at which it is due; 0 when not in a wheel. */
  dueTick = 0;
  /** Neighbour in the slot. */
  nextEntry: WheelEntry | null = null;
  /** Neighbour in the slot. */
  previousEntry: WheelEntry | null = null;
  /** Called once when the time is up; the entry is no longer in the wheel. */
  abstract onDue(): void;
}

/**
 * Hashed timing wheel with ticks of 8 ms. Entries are due at the first tick after their time: never early, a tick or so
 * late. The one timer behind it sleeps until the earliest entry and is gone when the wheel is empty, so an idle process is
 * not woken and nothing leaks.
 */
export class TimerWheel {
  #clock: Clock;
  #slots: (WheelEntry | null)[] = new Array(SLOTS).fill(null);
  #count = 0;
  #tick = 0; // all entries due at or before this tick have been called
  #wakeTick = Infinity;
  #cancel: (() => void) | null = null;

  /** Makes a wheel on `clock`. */
  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** The clock it runs on. */
  get clock(): Clock {
    return this.#clock;
  }

  /** Entries it holds. */
  get size(): number {
    return this.#count;
  }

  /** Calls `entry.onDue()` at `dueMs` of the clock; at Infinity never. An entry hangs in one wheel once; adding it again moves it. */
  add(entry: WheelEntry, dueMs: number): void {
    if (entry.dueTick !== 0) this.remove(entry);
    if (dueMs === Infinity) return;
    if (this.#count++ === 0) this.#tick = Math.floor(this.#clock.now() / TICK_MS);
    const tick = Math.max(Math.ceil(dueMs / TICK_MS), this.#tick + 1), slot = tick % SLOTS;
    const head = this.#slots[slot]!;
    entry.dueTick = tick;
    entry.nextEntry = head;
    entry.previousEntry = null;
    if (head !== null) head.previousEntry = entry;
    this.#slots[slot] = entry;
    if (tick < this.#wakeTick) this.#sleepUntil(tick);
  }

  /** Takes `entry` out; nothing happens when it is not in. */
  remove(entry: WheelEntry): void {
    if (entry.dueTick === 0) return;
    const { nextEntry: next, previousEntry: previous } = entry;
    if (previous === null) this.#slots[entry.dueTick % SLOTS] = next;
    else previous.nextEntry = next;
    if (next !== null) next.previousEntry = previous;
    entry.nextEntry = entry.previousEntry = null;
    entry.dueTick = 0;
    if (--this.#count === 0) this.#sleepUntil(Infinity);
  }

  #sleepUntil(tick: number): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#wakeTick = tick;
    if (tick === Infinity) return;
    const delayMs = Math.min(Math.max(0, tick * TICK_MS - this.#clock.now()), MAX_DELAY_MS);
    this.#cancel = this.#clock.after(delayMs, () => this.#wake(), false);
  }

  #wake(): void {
    this.#cancel = null;
    this.#wakeTick = 0; // no rescheduling while entries are called
    const now = Math.floor(this.#clock.now() / TICK_MS);
    // After a long pause every slot is visited once, not once per missed tick.
    let tick = Math.max(this.#tick + 1, now - SLOTS + 1);
    this.#tick = Math.max(this.#tick, now);
    try {
      for (; tick <= now && this.#count > 0; tick++) this.#callDue(tick % SLOTS, now);
    } finally { // an entry that throws must not stop the others: the wheel goes on where it was
      if (tick <= now) this.#tick = tick - 1;
      this.#wakeTick = Infinity;
      if (this.#count > 0) this.#sleepUntil(this.#earliest());
    }
  }

  #callDue(slot: number, now: number): void {
    for (let entry = this.#slots[slot]!; entry !== null;) {
      if (entry.dueTick > now) {
        entry = entry.nextEntry!;
        continue;
      }
      this.remove(entry);
      entry.onDue();
      entry = this.#slots[slot]!; // onDue may have changed the list
    }
  }

  /** First tick with a non-empty slot; what hangs there may be due a whole turn later, then the wheel sleeps again. */
  #earliest(): number {
    let tick = this.#tick + 1;
    while (this.#slots[tick % SLOTS] === null) tick++;
    return tick;
  }
}

/** The wheel of this process, on the machine's clock. */
export const systemWheel: TimerWheel = new TimerWheel();
