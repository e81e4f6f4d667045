import { assert, assertEquals } from "@std/assert";
import { RpcError } from "../../protocol/mod.ts";
import { FakeClock } from "../../testing/mod.ts";
import type { ServiceClient } from "../service_client.ts";
import type { CenterMethods, Lease, LeaseRequest, RegisterRequest } from "./center_contract.ts";
import { CenterLease } from "./center_lease.ts";

const TTL_MS = 6000;

/** A center that notes what it is asked, and when. */
class StubCenter {
  readonly asked: string[] = [];
  readonly atMs: number[] = [];
  registerWith: (signal: AbortSignal) => Promise<Lease> = () => Promise.resolve(this.#lease());
  beatWith: () => Promise<unknown> = () => Promise.resolve({});
  request: RegisterRequest | undefined = undefined;
  #clock: FakeClock;
  #leases = 0;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** The service as clients see it. */
  get client(): ServiceClient<CenterMethods> {
    return {
      register: (request: RegisterRequest, { signal }: { signal: AbortSignal }) => {
        this.request = request;
        this.#note("register");
        return this.registerWith(signal);
      },
      heartbeat: ({ lease }: LeaseRequest) => (this.#note(`beat ${lease}`), this.beatWith()),
      deregister: ({ lease }: LeaseRequest) => (this.#note(`goodbye ${lease}`), Promise.resolve({})),
    } as unknown as ServiceClient<CenterMethods>;
  }

  #note(what: string): void {
    this.asked.push(what);
    this.atMs.push(this.#clock.now());
  }

  #lease(): Lease {
    return { lease: `L${++this.#leases}`, ttlMs: TTL_MS };
  }
}

interface Bench {
  readonly clock: FakeClock;
  readonly center: StubCenter;
  readonly errors: string[];
  readonly begin: () => CenterLease;
}

function bench(): Bench {
  const clock = new FakeClock(), center = new StubCenter(clock), errors: string[] = [];
  const instance = { id: "a", address: "tcp://10.0.0.1:1", weight: 7, metadata: { zone: "b" } };
  const onError = (error: unknown) => void errors.push((error as Error).message);
  return {
    clock,
    center,
    errors,
    begin: () => new CenterLease({ center: center.client, services: ["demo", "other"], instance, clock, onError }),
  };
}

const unavailable = () => Promise.reject(new RpcError("unavailable", "refused"));
const notFound = () => Promise.reject(new RpcError("not_found", "unknown lease"));

const cases: Record<string, (bench: Bench) => Promise<void>> = {
  "a lease is taken, kept alive three times in its life, and given back": async ({ clock, center, begin }) => {
    const lease = begin();
    await clock.until(lease.ready);
    assertEquals([lease.held, center.request?.services, center.request?.instance], [true, ["demo", "other"], {
      id: "a",
      address: "tcp://10.0.0.1:1",
      weight: 7,
      metadata: new Map([["zone", "b"]]),
    }]);
    await clock.advance(10 * TTL_MS);
    const beats = center.asked.filter((what) => what === "beat L1").length;
    assert(beats >= 30 && beats <= 38, `${beats} heartbeats`);
    await clock.until(lease.close());
    assertEquals([center.asked.at(-1), lease.held], ["goodbye L1", false]);
  },
  "a center that is not there is asked again, at first soon": async ({ clock, center, begin, errors }) => {
    center.registerWith = unavailable;
    const lease = begin();
    await clock.advance(30_000);
    const gaps = center.atMs.slice(1).map((ms, i) => ms - center.atMs[i]!);
    assert(gaps[0]! <= 60 && gaps.slice(6).every((gap) => gap >= 1600 && gap <= 2400), gaps.join());
    assertEquals([lease.held, errors], [false, []]);
    await clock.until(lease.close());
    assertEquals(center.asked.includes("goodbye L1"), false);
  },
  "a center that has lost the lease gets a registration at once": async ({ clock, center, begin }) => {
    const lease = begin();
    await clock.until(lease.ready);
    center.beatWith = notFound;
    await clock.advance(2500);
    center.beatWith = () => Promise.resolve({});
    assertEquals(center.asked, ["register", "beat L1", "register"]);
    assertEquals(center.atMs[2], center.atMs[1]);
    await clock.advance(2500);
    assertEquals(center.asked.at(-1), "beat L2");
    await clock.until(lease.close());
  },
  "a heartbeat that fails otherwise is tried again with the same lease": async ({ clock, center, begin }) => {
    const lease = begin();
    await clock.until(lease.ready);
    center.beatWith = unavailable;
    await clock.advance(3000);
    center.beatWith = () => Promise.resolve({});
    const tries = center.asked.length;
    assert(tries >= 4, `${tries} requests`);
    await clock.advance(6000);
    assertEquals(center.asked.filter((what) => what === "register").length, 1);
    assertEquals(lease.held, true);
    await clock.until(lease.close());
  },
  "while a center is away it is asked more often than leases run out": async ({ clock, center, begin }) => {
    center.registerWith = () => Promise.resolve({ lease: "L1", ttlMs: 300 });
    const lease = begin();
    await clock.until(lease.ready);
    center.beatWith = unavailable;
    const from = center.atMs.length;
    await clock.advance(10_000);
    const gaps = center.atMs.slice(from + 1).map((ms, i) => ms - center.atMs[from + i]!);
    assert(Math.max(...gaps) <= 120, `${Math.max(...gaps)} ms`);
    await clock.until(lease.close());
  },
  "a time to live of nonsense does not make it ask without end": async ({ clock, center, begin }) => {
    center.registerWith = () => Promise.resolve({ lease: "L1", ttlMs: -5 });
    const lease = begin();
    await clock.advance(1000);
    assert(center.asked.length < 40, `${center.asked.length} requests`);
    await clock.until(lease.close());
  },
  "what time will not mend is reported, once": async ({ clock, center, begin, errors }) => {
    center.registerWith = () => Promise.reject(new RpcError("invalid_argument", "weight 20000"));
    const lease = begin();
    await clock.advance(20_000);
    assertEquals(errors, ["weight 20000"]);
    center.registerWith = () => Promise.reject(new RpcError("resource_exhausted", "full"));
    await clock.advance(20_000);
    assertEquals(errors, ["weight 20000", "full"]);
    await clock.until(lease.close());
  },
  "a lease that is being given when all ends is given back too": async ({ clock, center, begin }) => {
    const answer = Promise.withResolvers<Lease>();
    center.registerWith = () => answer.promise;
    const lease = begin();
    await clock.advance(10);
    const closing = lease.close();
    await clock.advance(100);
    answer.resolve({ lease: "late", ttlMs: TTL_MS });
    await clock.until(closing);
    assertEquals([center.asked, clock.now()], [["register", "goodbye late"], 110]);
  },
  "a center that does not answer holds the end up for a second at most": async ({ clock, center, begin }) => {
    center.registerWith = (signal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(new RpcError("canceled", "gone"))));
    const lease = begin();
    await clock.advance(10);
    await clock.until(lease.close());
    assertEquals([clock.now(), lease.held], [1010, false]);
    await lease.ready;
  },
};

for (const [name, run] of Object.entries(cases)) {
  Deno.test(name, async () => {
    const here = bench();
    await run(here);
    assertEquals(here.clock.timers, 0, "a timer is still set");
  });
}
