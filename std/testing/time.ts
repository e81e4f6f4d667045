/**
 * Stand-in for `@std/testing/time`: time that only moves when a test says so.
 *
 * @module
 */

/** Thrown when fake time is used in a wrong order. */
export class TimeError extends Error {
  /** Makes the error. */
  constructor(message: string) {
    super(message);
    this.name = "TimeError";
  }
}

interface Timer {
  readonly id: number;
  readonly run: () => void;
  readonly everyMs: number | undefined;
  dueMs: number;
  order: number; // timers due at the same time run in the order in which they were set
}

const replaced = ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"] as const;

let current: FakeTime | undefined;

/**
 * Replaces `Date`, `setTimeout`, `setInterval` and what clears them until restored.
 *
 * @example
 * ```ts
 * import { FakeTime } from "@std/testing/time";
 * using time = new FakeTime();
 * let called = false;
 * setTimeout(() => called = true, 1000);
 * time.tick(1000);
 * console.assert(called);
 * ```
 */
export class FakeTime {
  /** Milliseconds since the Unix epoch at which this time started. */
  readonly start: number;
  #now: number;
  #timers = new Map<number, Timer>();
  #lastId = 0;
  #lastOrder = 0;
  #real = Object.fromEntries(replaced.map((name) => [name, globalThis[name]])) as Pick<
    typeof globalThis,
    typeof replaced[number]
  >;

  /** Starts fake time at `start`, default now. Throws {@linkcode TimeError} while another one is in use. */
  constructor(start?: Date | number | string | null) {
    if (current !== undefined) throw new TimeError("Cannot construct FakeTime: time is already faked");
    this.#now = this.start = start instanceof Date ? start.getTime() : new Date(start ?? Date.now()).getTime();
    if (Number.isNaN(this.#now)) throw new TimeError("Cannot construct FakeTime: invalid start time");
    current = this;
    const setTimer = (repeat: boolean) => (run: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) =>
      this.#set(() => run(...args), Number(delay) || 0, repeat);
    const clearTimer = (id?: unknown) => void this.#timers.delete(Number(id));
    this.#install({
      Date: this.#fakeDate(),
      setTimeout: setTimer(false),
      clearTimeout: clearTimer,
      setInterval: setTimer(true),
      clearInterval: clearTimer,
    });
  }

  /** Fake milliseconds since the Unix epoch. */
  get now(): number {
    return this.#now;
  }

  /** Moves the time forward and runs the timers that become due, in order. */
  set now(value: number) {
    if (value < this.#now) throw new RangeError(`Cannot set current time in the past: ${value} is before ${this.#now}`);
    for (let timer = this.#next(value); timer !== undefined; timer = this.#next(value)) {
      this.#now = timer.dueMs;
      if (timer.everyMs === undefined) this.#timers.delete(timer.id);
      else {
        timer.dueMs += timer.everyMs;
        timer.order = ++this.#lastOrder;
      }
      timer.run();
    }
    this.#now = value;
  }

  /** Moves the time forward by `ms` and runs the timers that become due. */
  tick(ms = 0): void {
    this.now += ms;
  }

  /** Runs all pending microtasks, then moves the time forward by `ms` and runs the timers that become due. */
  async tickAsync(ms = 0): Promise<void> {
    await this.runMicrotasks();
    this.now += ms;
  }

  /** Runs all pending microtasks. */
  async runMicrotasks(): Promise<void> {
    await new Promise<void>((resolve) => this.#real.setTimeout.call(globalThis, () => resolve(), 0));
  }

  /** Gives real time back; timers that were set are forgotten. Throws {@linkcode TimeError} when that was done before. */
  restore(): void {
    if (current !== this) throw new TimeError("Cannot restore time: it is already restored");
    current = undefined;
    this.#timers.clear();
    this.#install(this.#real);
  }

  /** Restores real time, if that was not done before. */
  [Symbol.dispose](): void {
    if (current === this) this.restore();
  }

  #install(globals: Record<typeof replaced[number], unknown>): void {
    for (const name of replaced) {
      Object.defineProperty(globalThis, name, { value: globals[name], writable: true, configurable: true });
    }
  }

  #fakeDate(): DateConstructor {
    const now = () => this.#now;
    return new Proxy(Date, {
      construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
      apply: (target) => new target(now()).toString(),
      get: (target, key) => key === "now" ? now : Reflect.get(target, key),
    });
  }

  #set(run: () => void, delayMs: number, repeat: boolean): number {
    const id = ++this.#lastId, everyMs = Math.max(1, delayMs);
    const dueMs = this.#now + Math.max(0, delayMs);
    this.#timers.set(id, { id, run, everyMs: repeat ? everyMs : undefined, dueMs, order: ++this.#lastOrder });
    return id;
  }

  /** The timer to run next, if it is due by `ms`. */
  #next(ms: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (timer.dueMs > ms) continue;
      if (
        next === undefined || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)
      ) {
        next = timer;
      }
    }
    return next;
  }
}
