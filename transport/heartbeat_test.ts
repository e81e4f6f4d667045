import { assert, assertEquals } from "@std/assert";
import { FakeClock } from "../testing/mod.ts";
import { type Heart, Heartbeat } from "./heartbeat.ts";
import type { Timing } from "./limits.ts";

const timing: Timing = { helloTimeoutMs: 10_000, heartbeatIdleMs: 10_000, heartbeatPatienceMs: 5_000 };
const LATE_MS = 50; // five looks, each up to a tick of the wheel late

/** A heartbeat whose peer does what a test says. */
class Bench {
  readonly clock = new FakeClock();
  readonly source = { heardBytes: 0, partial: 0, shrink: () => {} };
  readonly receiver = { greeted: true };
  readonly pings: number[] = [];
  readonly sink = { shrink: () => {}, isAwaited: false, sentBytes: 0 };
  ended: { ms: number; why: string } | undefined;
  #startMs = this.clock.now();

  constructor(given: Partial<Timing> = {}) {
    const { source, receiver, sink } = this, outbox = { sink, ping: () => this.pings.push(this.ms) };
    const giveUp = ({ message }: Error) => this.ended = { ms: this.ms, why: message };
    const heart = { source, receiver, outbox, giveUp } as unknown as Heart;
    new Heartbeat(heart, this.clock.wheel, { ...timing, ...given });
  }

  get ms(): number {
    return this.clock.now() - this.#startMs;
  }

  /** Lets the time come to `ms`, while `each` is called every 100 ms. */
  async until(ms: number, each: () => void = () => {}): Promise<void> {
    while (this.ms < ms && this.ended === undefined) {
      await this.clock.advance(100);
      each();
    }
  }
}

function between(ms: number | undefined, least: number, most: number): void {
  assert(ms !== undefined && ms >= least && ms <= most + LATE_MS, `at ${ms} ms, want ${least} to ${most}`);
}

const cases: Record<string, (bench: Bench) => Promise<void>> = {
  "a peer that falls silent at once is given up within idle time and patience": async (bench) => {
    await bench.until(60_000);
    between(bench.ended?.ms, 12_500, 15_000);
    assertEquals([bench.ended?.why, bench.pings.length], ["Cannot reach the peer: it does not answer", 1]);
  },
  "a peer that answers is asked again and again, and stays": async (bench) => {
    let answered = 0;
    await bench.until(100_000, () => {
      if (bench.pings.length > answered) bench.source.heardBytes += 20 * (bench.pings.length - answered++);
    });
    assertEquals(bench.ended, undefined);
    assert(bench.pings.length >= 8 && bench.pings.length <= 14, `${bench.pings.length} pings`);
  },
  "a peer that answers late, but in time, stays": async (bench) => {
    await bench.until(100_000, () => {
      const last = bench.pings.at(-1);
      if (last !== undefined && bench.ms - last >= 4500 && bench.ms - last < 4600) bench.source.heardBytes++;
    });
    assertEquals(bench.ended, undefined);
  },
  "a peer that talks is not asked": async (bench) => {
    await bench.until(100_000, () => bench.source.heardBytes++);
    assertEquals([bench.ended, bench.pings], [undefined, []]);
  },
  "a peer that talks and takes nothing of what waits is given up": async (bench) => {
    bench.sink.isAwaited = true;
    await bench.until(60_000, () => {
      bench.source.heardBytes++;
      bench.sink.sentBytes += bench.ms <= 5000 ? 1 : 0;
    });
    between(bench.ended?.ms, 19_900, 22_500);
    assertEquals(bench.ended?.why, "Cannot reach the peer: it does not read");
  },
  "a peer that takes little of what waits, but something, is let be": async (bench) => {
    bench.sink.isAwaited = true;
    await bench.until(100_000, () => {
      bench.source.heardBytes++;
      if (bench.ms % 9000 < 100) bench.sink.sentBytes++;
    });
    assertEquals(bench.ended, undefined);
  },
  "a peer for which little waits need not take it": async (bench) => {
    await bench.until(100_000, () => bench.source.heardBytes++);
    assertEquals(bench.ended, undefined);
  },
  "a frame that grows too slowly is none": async (bench) => {
    await bench.until(100_000, () => bench.source.heardBytes = bench.source.partial += 5);
    between(bench.ended?.ms, 10_000, 25_000);
    assertEquals(bench.ended?.why, "Cannot reach the peer: it stalls within a frame");
  },
  "a frame that grows well is let be": async (bench) => {
    await bench.until(100_000, () => bench.source.heardBytes = bench.source.partial += 20);
    assertEquals(bench.ended, undefined);
  },
  "a peer that never says hello is given up in its time, and not asked": async (bench) => {
    bench.receiver.greeted = false;
    await bench.until(60_000, () => bench.source.heardBytes++);
    between(bench.ended?.ms, 10_000, 10_000);
    assertEquals([bench.ended?.why, bench.pings], ["Cannot reach the peer: its hello did not come in time", []]);
  },
};

for (const [name, run] of Object.entries(cases)) Deno.test(name, () => run(new Bench()));

for (const afterMs of [0, 100, 2400, 2600, 9900, 10_100, 33_300]) {
  Deno.test(`a peer that falls silent after ${afterMs} ms is given up at most 15 s later`, async () => {
    const bench = new Bench();
    await bench.until(100_000, () => bench.source.heardBytes += bench.ms <= afterMs ? 1 : 0);
    between(bench.ended?.ms, afterMs + 12_400, afterMs + 15_000);
  });
}

Deno.test("whoever wants to know soon does not wait for the time that a hello has", async () => {
  const bench = new Bench({ heartbeatIdleMs: 1000, heartbeatPatienceMs: 500 });
  await bench.until(60_000);
  between(bench.ended?.ms, 1250, 1500);
});

Deno.test("a time of Infinity switches off what it bounds", async () => {
  const silent = new Bench({ heartbeatIdleMs: Infinity });
  await silent.until(100_000);
  assertEquals([silent.ended, silent.pings], [undefined, []]);
  const shy = new Bench({ helloTimeoutMs: Infinity });
  shy.receiver.greeted = false;
  await shy.until(100_000);
  assertEquals([shy.ended, shy.pings], [undefined, []]);
});
