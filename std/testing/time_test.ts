import { assert, assertEquals, assertInstanceOf, assertNotEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { FakeTime, TimeError } from "@std/testing/time";

const real = { Date, setTimeout, clearTimeout, setInterval, clearInterval };

/** What `use` wrote down, with the fake time since the start before each entry. */
function entries(use: (time: FakeTime, note: (text: string) => void) => void): string[] {
  using time = new FakeTime(1000);
  const noted: string[] = [];
  use(time, (text) => noted.push(`${Date.now() - time.start} ${text}`));
  return noted;
}

const cases: Record<string, [use: (time: FakeTime, note: (text: string) => void) => void, expected: string[]]> = {
  "timers run at their time": [(time, note) => {
    setTimeout(() => note("a"), 10);
    time.tick(9);
    note("still waiting");
    time.tick(1);
  }, ["9 still waiting", "10 a"]],
  "timers run in order of time, then of setting": [(time, note) => {
    setTimeout(note, 20, "c");
    setTimeout(note, 10, "a");
    setTimeout(note, 10, "b");
    time.tick(100);
  }, ["10 a", "10 b", "20 c"]],
  "timers set by timers run in the same tick": [(time, note) => {
    setTimeout(() => setTimeout(note, 5, "inner"), 5);
    time.tick(10);
  }, ["10 inner"]],
  "a timer without delay waits for a tick": [(time, note) => {
    setTimeout(note, undefined, "a");
    note("first");
    time.tick();
  }, ["0 first", "0 a"]],
  "cleared timers do not run": [(time, note) => {
    clearTimeout(setTimeout(note, 5, "a"));
    clearInterval(setInterval(note, 5, "b"));
    clearTimeout(undefined);
    time.tick(100);
  }, []],
  "intervals repeat until cleared": [(time, note) => {
    const timer = setInterval(note, 10, "a");
    time.tick(25);
    clearInterval(timer);
    time.tick(25);
  }, ["10 a", "20 a"]],
  "an interval takes turns with timers of the same time": [(time, note) => {
    setInterval(note, 10, "every");
    setTimeout(note, 20, "once");
    time.tick(20);
  }, ["10 every", "20 once", "20 every"]],
  "an interval without delay does not stop the time": [(time, note) => {
    setInterval(note, 0, "a");
    time.tick(2);
  }, ["0 a", "1 a", "2 a"]],
};

for (const [name, [use, expected]] of Object.entries(cases)) {
  Deno.test(`FakeTime: ${name}`, () => assertEquals(entries(use), expected));
}

Deno.test("FakeTime shows itself through Date", () => {
  using time = new FakeTime("2020-01-02T03:04:05Z");
  time.tick(1000);
  assertEquals(new Date().toISOString(), "2020-01-02T03:04:06.000Z");
  assertEquals(time.now, Date.now());
  assertEquals(new Date(5).getTime(), 5);
  assertEquals(Date.UTC(1970), 0);
  assertInstanceOf(new Date(), Date);
  assertInstanceOf(new Date(), real.Date);
  assertEquals(typeof Date(), "string");
});

Deno.test("FakeTime starts now by default and never goes back", () => {
  const before = Date.now();
  using time = new FakeTime();
  assert(time.now >= before && time.now === time.start);
  assertThrows(() => time.now = before - 1, RangeError);
});

Deno.test("FakeTime.tickAsync() runs microtasks before the timers", async () => {
  using time = new FakeTime();
  const seen: string[] = [];
  setTimeout(() => seen.push("timer"), 5);
  Promise.resolve().then(() => {}).then(() => seen.push("microtask"));
  await time.tickAsync(5);
  assertEquals(seen, ["microtask", "timer"]);
});

Deno.test("FakeTime gives everything back when restored", () => {
  const time = new FakeTime();
  for (const [name, value] of Object.entries(real)) assertNotEquals(Reflect.get(globalThis, name), value);
  assertThrows(() => new FakeTime(), TimeError, "already faked");
  time.restore();
  for (const [name, value] of Object.entries(real)) assertStrictEquals(Reflect.get(globalThis, name), value);
  assertThrows(() => time.restore(), TimeError, "already restored");
  time[Symbol.dispose]();
});

Deno.test("FakeTime refuses an invalid start and leaves the time alone", () => {
  assertThrows(() => new FakeTime("never"), TimeError, "invalid start");
  assertStrictEquals(Date, real.Date);
});
