import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { backoff, type Clock, sleep, systemClock } from "./clock.ts";

/** A clock whose only timer a test fires by hand. */
function handClock(random = 0.5): Clock & { fire(): void; readonly timers: number } {
  const timers = new Set<() => void>();
  return {
    now: () => 0,
    after(_, run) {
      timers.add(run);
      return () => timers.delete(run);
    },
    random: () => random,
    fire: () => timers.forEach((run) => (timers.delete(run), run())),
    get timers() {
      return timers.size;
    },
  };
}

Deno.test("the machine's clock only moves forward, and its random numbers lie in [0, 1)", () => {
  let last = systemClock.now();
  for (let n = 0; n < 1000; n++) {
    const now = systemClock.now(), random = systemClock.random();
    assert(now >= last && random >= 0 && random < 1);
    last = now;
  }
});

Deno.test("a timer of the machine's clock runs once, after its time, unless it is cancelled", () => {
  using time = new FakeTime();
  const ran: string[] = [];
  systemClock.after(100, () => ran.push("kept"));
  const cancel = systemClock.after(100, () => ran.push("cancelled"));
  cancel();
  time.tick(99);
  assertEquals(ran, []);
  time.tick(1000);
  assertEquals(ran, ["kept"]);
});

Deno.test("a timer runs after a time that the platform can't count, and at Infinity never", () => {
  using time = new FakeTime();
  const month = 30 * 24 * 3_600_000, ran: string[] = [];
  systemClock.after(month, () => ran.push("a month"));
  systemClock.after(3 * month, () => ran.push("a quarter"));
  const cancel = systemClock.after(2 * month, () => ran.push("cancelled"));
  const never = systemClock.after(Infinity, () => ran.push("never"));
  time.tick(month - 1);
  assertEquals(ran, []);
  time.tick(1);
  assertEquals(ran, ["a month"]);
  cancel();
  time.tick(month);
  assertEquals(ran, ["a month"]);
  time.tick(month);
  assertEquals(ran, ["a month", "a quarter"]);
  never();
});

Deno.test("a timer that need not keep the process does not", async () => {
  const code = `import { systemClock } from ${JSON.stringify(new URL("./clock.ts", import.meta.url).href)};
    systemClock.after(60_000, () => {}, false);
    systemClock.after(1, () => console.log("ran"));`;
  const { code: exit, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", code],
    signal: AbortSignal.timeout(20_000),
  }).output();
  assertEquals([exit, new TextDecoder().decode(stdout)], [0, "ran\n"]);
});

Deno.test("sleeping ends when its time has come, and leaves no listener", async () => {
  const clock = handClock(), controller = new AbortController();
  const slept = sleep(clock, 10, controller.signal);
  clock.fire();
  await slept;
  controller.abort();
  assertEquals(clock.timers, 0);
});

Deno.test("sleeping ends at once with the signal's reason", async () => {
  const clock = handClock(), controller = new AbortController(), reason = new Error("enough");
  const slept = sleep(clock, 10, controller.signal);
  controller.abort(reason);
  assertStrictEquals(await assertRejects(() => slept), reason);
  assertStrictEquals(await assertRejects(() => sleep(clock, 10, controller.signal)), reason);
  assertEquals(clock.timers, 0);
});

const waits: [attempt: number, random: number, ms: number][] = [
  [1, 0.5, 20],
  [2, 0.5, 40],
  [5, 0.5, 320],
  [9, 0.5, 1000],
  [5000, 0.5, 1000],
  [1, 0, 16],
  [1, 1, 24],
  [9, 0, 800],
];

for (const [attempt, random, ms] of waits) {
  Deno.test(`the wait before try ${attempt} is ${ms} ms when chance says ${random}`, () => {
    assertEquals(Math.round(backoff(handClock(random), attempt, 20, 1000)), ms);
  });
}
