import { assertEquals, assertThrows } from "@std/assert";
import { type Clock, RpcError, TimerWheel } from "../protocol/mod.ts";
import { Leases } from "./leases.ts";
import { defaultCenterLimits } from "./limits.ts";
import { Pulse } from "./pulse.ts";

const TTL_MS = 6000;

/** A clock that is set by hand; time may also pass while nothing runs. */
class HandClock implements Clock {
  #nowMs = 1000;
  #timers = new Map<number, { readonly atMs: number; readonly run: () => void }>();
  #next = 0;

  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const id = this.#next++;
    this.#timers.set(id, { atMs: this.#nowMs + delayMs, run });
    return () => this.#timers.delete(id);
  }

  random(): number {
    return 0.5;
  }

  /** Lets time pass, timer by timer. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let due = this.#first(endMs); due !== undefined; due = this.#first(endMs)) {
      this.#timers.delete(due[0]);
      this.#nowMs = Math.max(this.#nowMs, due[1].atMs);
      due[1].run();
    }
    this.#nowMs = endMs;
  }

  /** Time passes and nothing runs, as when the process is stopped; what is overdue runs afterwards. */
  standStill(ms: number): void {
    this.#nowMs += ms;
    this.advance(0);
  }

  #first(byMs: number): [number, { readonly atMs: number; readonly run: () => void }] | undefined {
    const due = Array.from(this.#timers).filter(([, { atMs }]) => atMs <= byMs);
    return due.sort(([, a], [, b]) => a.atMs - b.atMs)[0];
  }
}

interface Bench {
  readonly clock: HandClock;
  readonly leases: Leases;
  readonly expired: string[];
  readonly begin: (id: string, bytes?: number) => void;
}

function bench(limits: Partial<typeof defaultCenterLimits> = {}): Bench & Disposable {
  const clock = new HandClock(), wheel = new TimerWheel(clock), expired: string[] = [];
  const pulse = new Pulse(wheel, TTL_MS / 4);
  const leases = new Leases({ wheel, pulse, ttlMs: TTL_MS }, { ...defaultCenterLimits, ...limits });
  return {
    clock,
    leases,
    expired,
    begin: (id, bytes = 1) => leases.begin(id, bytes, () => expired.push(id)),
    [Symbol.dispose]: () => {
      leases.close();
      pulse.stop();
      assertEquals([wheel.size, clock.timers], [0, 0], "something still hangs in the wheel");
    },
  };
}

const cases: Record<string, (bench: Bench) => void> = {
  "a lease that nobody renews runs out after its time to live": ({ clock, leases, expired, begin }) => {
    begin("a");
    clock.advance(TTL_MS - 1);
    assertEquals(expired, []);
    clock.advance(100);
    assertEquals([expired, leases.size], [["a"], 0]);
  },
  "a lease that is renewed lives on, for one time to live each time": ({ clock, leases, expired, begin }) => {
    begin("a");
    for (let i = 0; i < 10; i++) {
      clock.advance(TTL_MS / 3);
      leases.renew("a");
    }
    clock.advance(TTL_MS - 1);
    assertEquals(expired, []);
    clock.advance(100);
    assertEquals(expired, ["a"]);
  },
  "each lease has its own time": ({ clock, leases, expired, begin }) => {
    begin("a");
    clock.advance(1000);
    begin("b");
    begin("c");
    clock.advance(TTL_MS - 500);
    assertEquals(expired, ["a"]);
    leases.renew("c");
    clock.advance(1000);
    assertEquals(expired, ["a", "b"]);
  },
  "a lease that was ended does not run out": ({ clock, leases, expired, begin }) => {
    begin("a");
    assertEquals([leases.end("a"), leases.end("a")], [true, false]);
    clock.advance(10 * TTL_MS);
    assertEquals(expired, []);
  },
  "an unknown lease, or one that has run out, is not found": ({ clock, leases, begin }) => {
    begin("a");
    const unknown = assertThrows(() => leases.renew("b"), RpcError, "Cannot renew the lease: it is unknown here");
    assertEquals(unknown.code, "not_found");
    clock.advance(TTL_MS + 100);
    assertEquals(assertThrows(() => leases.renew("a"), RpcError).code, "not_found");
  },
  "after a standstill every lease gets one more time to live": ({ clock, expired, begin }) => {
    begin("a");
    begin("b");
    clock.advance(1000);
    clock.standStill(60_000);
    assertEquals(expired, []);
    clock.advance(TTL_MS - 100);
    assertEquals(expired, []);
    clock.advance(200);
    assertEquals(expired, ["a", "b"]);
  },
  "heartbeats that are read after a standstill keep their leases": ({ clock, leases, expired, begin }) => {
    begin("a");
    begin("b");
    clock.standStill(10_000);
    leases.renew("a");
    clock.advance(TTL_MS / 2);
    leases.renew("a");
    clock.advance(TTL_MS - 500);
    assertEquals(expired, ["b"]);
  },
  "a standstill shorter than the pulse does not lengthen a lease": ({ clock, expired, begin }) => {
    begin("a");
    clock.advance(100);
    clock.standStill(TTL_MS / 4 - 50);
    clock.advance(TTL_MS * 3 / 4);
    assertEquals(expired, ["a"]);
  },
  "one standstill after the other is noticed": ({ clock, expired, begin }) => {
    begin("a");
    for (let i = 0; i < 5; i++) {
      clock.standStill(20_000);
      clock.advance(1000);
    }
    assertEquals(expired, []);
    clock.advance(TTL_MS);
    assertEquals(expired, ["a"]);
  },
  "a thousand leases run out in their order": ({ clock, leases, expired, begin }) => {
    const ids = Array.from({ length: 1000 }, (_, i) => `lease ${i}`);
    for (const id of ids) {
      begin(id);
      clock.advance(9);
    }
    clock.advance(TTL_MS + 100);
    assertEquals([expired, leases.size], [ids, 0]);
  },
};

for (const [name, run] of Object.entries(cases)) {
  Deno.test(name, () => {
    using here = bench();
    run(here);
  });
}

Deno.test("leases are counted, and what has ended makes room", () => {
  using here = bench({ maxInstances: 2 });
  here.begin("a");
  here.begin("b");
  const full = assertThrows(() => here.begin("c"), RpcError, "Cannot register: 2 instances are registered");
  assertEquals(full.code, "resource_exhausted");
  here.leases.end("a");
  here.begin("c");
});

Deno.test("the memory of leases is counted, and what has run out makes room", () => {
  using here = bench({ maxBytes: 100 });
  here.begin("a", 60);
  assertThrows(() => here.begin("b", 60), RpcError, "Cannot register: the limit of 100 bytes is reached");
  here.clock.advance(TTL_MS + 100);
  here.begin("b", 60);
});
