import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Clock } from "./clock.ts";
import { TimerWheel, WheelEntry } from "./timer_wheel.ts";

const TICK_MS = 8, TURN_MS = TICK_MS * 4096, seed = 11;

/** A clock that a test moves; like that of a platform, a timer of 2^31 ms or more fires at once. */
class ManualClock implements Clock {
  nowMs = 0;
  /** How often a timer was set. */
  set = 0;
  #timers = new Set<{ readonly dueMs: number; readonly run: () => void }>();

  /** Timers that are set. */
  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    this.set++;
    const timer = { dueMs: this.nowMs + (delayMs < 2 ** 31 ? delayMs : 1), run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  random(): number {
    return 0;
  }

  /** Moves to `ms`, with every timer on the way at its time; `jump`: the process sleeps meanwhile, and they are late. */
  moveTo(ms: number, jump = false): void {
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined || next.dueMs > ms) break;
      this.#timers.delete(next);
      this.nowMs = jump ? ms : Math.max(this.nowMs, next.dueMs);
      next.run();
    }
    this.nowMs = ms;
  }
}

/** An entry that remembers when it was due. */
class Entry extends WheelEntry {
  readonly clock: ManualClock;
  readonly calledMs: number[] = [];
  then: () => void;

  constructor(clock: ManualClock, then: () => void = () => {}) {
    super();
    this.clock = clock;
    this.then = then;
  }

  override onDue(): void {
    this.calledMs.push(this.clock.nowMs);
    this.then();
  }
}

function make(): { clock: ManualClock; wheel: TimerWheel; entry: (then?: () => void) => Entry } {
  const clock = new ManualClock(), wheel = new TimerWheel(clock);
  return { clock, wheel, entry: (then) => new Entry(clock, then) };
}

/** An entry was called once, not before its time and at most one tick after it. */
function calledAt({ calledMs }: Entry, dueMs: number): void {
  const [at = NaN] = calledMs;
  assert(calledMs.length === 1 && at >= dueMs && at < dueMs + 2 * TICK_MS, `due at ${dueMs}, called at ${calledMs}`);
}

Deno.test("entries are due at their time, never early and at most a tick late, however far away", () => {
  const times = fc.array(
    fc.oneof(fc.nat(100), fc.nat(TURN_MS), fc.nat(5 * TURN_MS), fc.double({ min: 0, max: 1e5, noNaN: true })),
  );
  fc.assert(
    fc.property(times, fc.nat(1e6), (times, startMs) => {
      const { clock, wheel, entry } = make();
      clock.nowMs = startMs;
      const entries = times.map((ms) => [entry(), startMs + ms] as const);
      for (const [entry, dueMs] of entries) wheel.add(entry, dueMs);
      assertEquals(wheel.size, times.length);
      clock.moveTo(startMs + 6 * TURN_MS);
      for (const [entry, dueMs] of entries) calledAt(entry, dueMs);
      assertEquals([wheel.size, clock.timers], [0, 0]);
    }),
    { seed, numRuns: 100 },
  );
});

/** What a test does to a wheel, or its entries in their callbacks. */
type Step = { readonly what: "add" | "remove" | "move"; readonly which: number; readonly ms: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    what: fc.constantFrom("add", "add", "remove", "move"),
    which: fc.nat(7),
    ms: fc.oneof(fc.nat(40), fc.nat(2 * TURN_MS)),
  }),
  { maxLength: 60 },
);

Deno.test("a wheel does what a list of times would do, also when callbacks add and remove their neighbours", () => {
  fc.assert(
    fc.property(steps, steps, fc.boolean(), (steps, inCallbacks, jump) => {
      const { clock, wheel } = make(),
        dueMs = new Map<Entry, number>(),
        wrong: string[] = [],
        pending = [...inCallbacks];
      const act = ({ what, which, ms }: Step) => {
        const entry = entries[which]!;
        if (what === "add") {
          wheel.add(entry, clock.nowMs + ms);
          dueMs.set(entry, clock.nowMs + ms);
        } else if (what === "remove") {
          wheel.remove(entry);
          dueMs.delete(entry);
        }
      };
      const entries: Entry[] = Array.from({ length: 8 }, () => {
        const entry = new Entry(clock, () => {
          const due = dueMs.get(entry);
          dueMs.delete(entry);
          if (due === undefined) wrong.push("called without being there");
          else if (due > clock.nowMs) wrong.push(`called ${due - clock.nowMs} ms early`);
          else if (!jump && clock.nowMs - due >= 2 * TICK_MS) wrong.push(`called ${clock.nowMs - due} ms late`);
          const step = pending.pop();
          if (step !== undefined) act(step);
        });
        return entry;
      });
      for (const step of steps) {
        if (step.what === "move") clock.moveTo(clock.nowMs + step.ms, jump);
        else act(step);
        assertEquals(wheel.size, dueMs.size);
      }
      clock.moveTo(clock.nowMs + 3 * TURN_MS, jump);
      clock.moveTo(clock.nowMs + 3 * TURN_MS, jump);
      clock.moveTo(clock.nowMs + 3 * TURN_MS, jump);
      assertEquals([wrong, [...dueMs.values()].filter((due) => due <= clock.nowMs - 2 * TICK_MS)], [[], []]);
    }),
    { seed, numRuns: 300 },
  );
});

Deno.test("a removed entry is not called, and one that is not there may be removed", () => {
  const { clock, wheel, entry } = make(), gone = entry(), stays = entry();
  wheel.add(gone, 100);
  wheel.add(stays, 100);
  wheel.remove(gone);
  wheel.remove(gone);
  clock.moveTo(1000);
  assertEquals([gone.calledMs, stays.calledMs.length], [[], 1]);
});

Deno.test("adding again moves an entry", () => {
  const { clock, wheel, entry } = make(), moved = entry();
  wheel.add(moved, 100);
  wheel.add(moved, 5000);
  assertEquals(wheel.size, 1);
  clock.moveTo(4999);
  assertEquals(moved.calledMs, []);
  clock.moveTo(6000);
  calledAt(moved, 5000);
});

Deno.test("a time in the past is now, and Infinity is never", () => {
  const { clock, wheel, entry } = make(), late = entry(), never = entry();
  clock.nowMs = 10_000;
  wheel.add(late, 3);
  wheel.add(never, Infinity);
  assertEquals(wheel.size, 1);
  clock.moveTo(10_000 + 2 * TICK_MS);
  calledAt(late, 10_000);
  wheel.add(never, 10_050);
  wheel.add(never, Infinity);
  clock.moveTo(1e6);
  assertEquals([never.calledMs, clock.timers], [[], 0]);
});

Deno.test("an entry that adds itself again for now does not hold up the others", () => {
  const { clock, wheel, entry } = make(), other = entry();
  const greedy = entry(() => wheel.add(greedy, clock.nowMs));
  wheel.add(greedy, 0);
  wheel.add(other, 1000);
  clock.moveTo(1100);
  assert(greedy.calledMs.length < 1100 / TICK_MS + 2);
  calledAt(other, 1000);
});

Deno.test("after a long sleep everything that is due is called once", () => {
  const { clock, wheel, entry } = make();
  const entries = Array.from({ length: 50 }, (_, i) => [entry(), i * 3 * TURN_MS / 50] as const);
  for (const [entry, dueMs] of entries) wheel.add(entry, dueMs);
  const later = entry();
  wheel.add(later, 11 * TURN_MS);
  clock.moveTo(10 * TURN_MS, true);
  assertEquals(entries.map(([entry]) => entry.calledMs.length), entries.map(() => 1));
  assertEquals(later.calledMs, []);
  clock.moveTo(12 * TURN_MS);
  calledAt(later, 11 * TURN_MS);
});

Deno.test("an entry that throws does not stop the others", () => {
  const { clock, wheel, entry } = make(), others = [entry(), entry(), entry()];
  const bad = entry(() => {
    throw new Error("bad");
  });
  wheel.add(others[0]!, 100);
  wheel.add(bad, 200);
  wheel.add(others[1]!, 200);
  wheel.add(others[2]!, 300);
  assertThrows(() => clock.moveTo(5000, true), Error, "bad");
  clock.moveTo(5000);
  assertEquals(others.map(({ calledMs }) => calledMs.length), [1, 1, 1]);
});

Deno.test("years ahead are waited for without a timer of the platform going wild", () => {
  const { clock, wheel, entry } = make(), far = entry(), near = entry();
  wheel.add(far, 1e11);
  clock.moveTo(1000);
  assertEquals(clock.set, 1);
  wheel.add(near, 2000);
  clock.moveTo(3000);
  calledAt(near, 2000);
  assertEquals(far.calledMs, []);
});

Deno.test("one timer stands behind all entries, and none when there are none", () => {
  const { clock, wheel, entry } = make(), entries = Array.from({ length: 100 }, () => entry());
  for (const [i, entry] of entries.entries()) wheel.add(entry, 1000 + i * 100);
  assertEquals([clock.timers, clock.set], [1, 1]);
  for (const entry of entries) wheel.remove(entry);
  assertEquals([clock.timers, wheel.size, wheel.clock], [0, 0, clock]);
});
