import { assert, assertEquals, assertRejects } from "@std/assert";
import { sleep, WheelEntry } from "../protocol/mod.ts";
import { FakeClock } from "./fake_clock.ts";

Deno.test("time stands still until it is moved", async () => {
  const clock = new FakeClock();
  await clock.advance(0);
  assertEquals(clock.now(), 0);
  await clock.advance(1000.5);
  assertEquals(clock.now(), 1000.5);
});

Deno.test("timers run in the order of their times, and of their making when they are due together", async () => {
  const clock = new FakeClock(), ran: [what: string, atMs: number][] = [];
  const set = (what: string, delayMs: number) => clock.after(delayMs, () => ran.push([what, clock.now()]));
  set("third", 20);
  set("first", 10);
  set("second", 10);
  const cancel = set("never", 15);
  set("too late", 21);
  cancel();
  await clock.advance(20);
  assertEquals(ran, [["first", 10], ["second", 10], ["third", 20]]);
  assertEquals(clock.timers, 1);
});

Deno.test("a timer that has run can be cancelled, and a time in the past is now", async () => {
  const clock = new FakeClock();
  let ran = 0;
  const cancel = clock.after(-5, () => ran++);
  await clock.advance(0);
  cancel();
  assertEquals([ran, clock.now()], [1, 0]);
});

Deno.test("what a timer sets off runs before the next timer, timers that it sets included", async () => {
  const clock = new FakeClock(), seen: string[] = [];
  clock.after(10, async () => {
    for (let i = 0; i < 100; i++) await null;
    seen.push(`chain at ${clock.now()}`);
    await sleep(clock, 5);
    seen.push(`slept until ${clock.now()}`);
  });
  clock.after(12, () => seen.push(`timer at ${clock.now()}`));
  await clock.advance(20);
  assertEquals(seen, ["chain at 10", "timer at 12", "slept until 15"]);
});

Deno.test("entries of its wheel become due on its time", async () => {
  class Entry extends WheelEntry {
    dueMs = NaN;
    override onDue(): void {
      this.dueMs = clock.now();
    }
  }
  const clock = new FakeClock(), entry = new Entry();
  clock.wheel.add(entry, 1000);
  await clock.advance(999);
  assertEquals([entry.dueMs, clock.wheel.size], [NaN, 1]);
  await clock.advance(9);
  assert(entry.dueMs >= 1000 && entry.dueMs <= 1008);
  assertEquals([clock.wheel.size, clock.timers], [0, 0]);
});

Deno.test("until moves to the timer that settles a promise, and no further", async () => {
  const clock = new FakeClock();
  const late = sleep(clock, 500).then(() => "late");
  clock.after(501, () => {});
  assertEquals(await clock.until(late), "late");
  assertEquals([clock.now(), clock.timers], [500, 1]);
  assertEquals(await clock.until(Promise.resolve(1)), 1);
  assertEquals(clock.now(), 500);
});

Deno.test("until passes an error on", async () => {
  const clock = new FakeClock();
  await assertRejects(() => clock.until(sleep(clock, 5).then(() => Promise.reject(new RangeError("no")))), RangeError);
});

Deno.test("until gives up when no timer is left, or at its limit", async () => {
  const clock = new FakeClock(), never = new Promise(() => {});
  await assertRejects(() => clock.until(never), Error, "no timer is left");
  clock.after(1001, () => {});
  await assertRejects(() => clock.until(never, 1000), Error, "still pending after 1000 ms");
});

Deno.test("it can't be moved twice at a time", async () => {
  const clock = new FakeClock(), moving = clock.advance(1);
  await assertRejects(() => clock.advance(1), TypeError, "moving already");
  await moving;
  await clock.advance(1);
  assertEquals(clock.now(), 2);
});

Deno.test("a timer that throws ends the move, and the clock can be moved on", async () => {
  const clock = new FakeClock();
  clock.after(1, () => {
    throw new RangeError("no");
  });
  await assertRejects(() => clock.advance(5), RangeError);
  await clock.advance(5);
  assertEquals(clock.now(), 6);
});

Deno.test("its randomness follows from its seed", () => {
  const [a, b, c] = [new FakeClock(3), new FakeClock(3), new FakeClock(4)].map((
    clock,
  ) => [clock.random(), clock.random()]);
  assertEquals(a, b);
  assert(a![0] !== c![0]);
});
