import { assert, assertEquals } from "@std/assert";
import { provesNotRun, refined, RpcError, sleep } from "../protocol/mod.ts";
import {
  type Cluster,
  FakeClock,
  type FaultOptions,
  faulty,
  type FaultyTransport,
  startCluster,
} from "../testing/mod.ts";
import { loadBalancer } from "./balancer/mod.ts";
import { loadRetry } from "./retry/mod.ts";

/*
 * The whole of client, connection and server on a clock and a network of the test's own: delays, parts, cuts, stalls, black
 * holes, refused dials, servers that come and go, a center that does. A seed decides all of it, and gives it again.
 */

const SEEDS = 200, CALLS = 40;

// Given as values, so that nothing is loaded while the clock moves.
const balancer = await loadBalancer("round_robin"), retry = await loadRetry("failover");

/** One simulated world. */
class World {
  readonly clock: FakeClock;
  readonly runs = new Map<number, number>();
  readonly trace: string[] = [];
  readonly seed: number;
  transport!: FaultyTransport;
  cluster!: Cluster;
  #kinds = { unary: 0, stream: 0, well: 0, badly: 0 };

  constructor(seed: number) {
    this.seed = seed;
    this.clock = new FakeClock(seed);
  }

  /** Whether something of that probability happens. */
  chance(probability: number): boolean {
    return this.clock.random() < probability;
  }

  between(min: number, max: number): number {
    return min + Math.floor(this.clock.random() * (max - min + 1));
  }

  async start(): Promise<void> {
    const { wheel } = this.clock, faults = this.faults();
    this.cluster = await startCluster(0, {
      server: { wheel, drainMs: 500 },
      client: { wheel, balancer, retry, holdProcess: false, pool: { idleMs: 2000, dialTimeoutMs: 300 } },
      through: (memory) => this.transport = faulty(memory, faults),
    });
    for (let i = 0; i < 3; i++) await this.startServer();
  }

  faults(): FaultOptions {
    const bytes = () => this.chance(0.5) ? { [this.chance(0.5) ? "sent" : "received"]: this.between(1, 3000) } : {};
    return {
      seed: this.seed,
      clock: this.clock,
      delayMs: [0, this.between(0, 40)],
      partialReads: this.chance(0.3),
      partialWrites: this.chance(0.3),
      refuseRate: this.chance(0.5) ? 0.3 : 0,
      dropRate: this.chance(0.3) ? 0.2 : 0,
      cutAfterBytes: bytes(),
      stallAfterBytes: this.chance(0.3) ? bytes() : {},
    };
  }

  async startServer(): Promise<void> {
    const server = await this.cluster.start();
    server.handle("sim.work", async (id: number) => {
      this.note(id);
      if (this.chance(0.5)) await sleep(this.clock, this.between(0, 120));
      if (this.chance(0.1)) throw new RpcError("unavailable", "the disk is gone");
      return id;
    });
    server.handle("sim.busy", (id: number) => {
      if (this.chance(0.5)) throw refined("overloaded", "busy");
      this.note(id);
      return id;
    });
    const { clock } = this, note = (id: number) => this.note(id), chance = (p: number) => this.chance(p);
    server.handle("sim.count", async function* (id: number) {
      note(id);
      for (let i = 0; i < 5; i++) {
        if (chance(0.3)) await sleep(clock, 20);
        yield i;
      }
    });
  }

  note(id: number): void {
    this.runs.set(id, (this.runs.get(id) ?? 0) + 1);
  }

  /** Makes one call at a time of its own, and checks what became of it. */
  async call(id: number): Promise<void> {
    await sleep(this.clock, this.between(0, 2000));
    const timeout = this.between(30, 1500), idempotent = this.chance(0.4), streams = this.chance(0.3);
    const method = streams ? "sim.count" : this.chance(0.2) ? "sim.busy" : "sim.work", startMs = this.clock.now();
    const call = this.cluster.client.call<number>(method, id, { timeout, idempotent });
    const items: number[] = [];
    let error: unknown;
    try {
      if (streams) { for await (const item of call) items.push(item); }
      else items.push(await call);
    } catch (caught) {
      error = caught;
    }
    const tookMs = this.clock.now() - startMs, n = this.runs.get(id) ?? 0;
    const how = error instanceof RpcError ? `${error.code} ${error.status}` : "well";
    this.trace.push(`${id} ${method} ${how} after ${tookMs.toFixed(3)} ms, run ${n} times`);
    this.#kinds[streams ? "stream" : "unary"]++;
    this.#kinds[error === undefined ? "well" : "badly"]++;
    assert(error === undefined || error instanceof RpcError, `call ${id} failed with ${error}`);
    assert(tookMs <= timeout + 50, `call ${id} took ${tookMs} ms of ${timeout}`);
    if (error === undefined) assertEquals(items, streams ? [0, 1, 2, 3, 4] : [id]);
    else assertEquals(items, [0, 1, 2, 3, 4].slice(0, items.length));
    if (!idempotent) {
      assert(n <= 1, `call ${id} is not idempotent and was run ${n} times`);
      if (error instanceof RpcError && provesNotRun(error.status)) assertEquals(n, 0, `call ${id} claims ${how}`);
      else if (error === undefined) assertEquals(n, 1);
    }
  }

  /** Servers leave and others come; the center goes down, comes back, restarts empty. */
  async chaos(): Promise<void> {
    for (let i = 0; i < 4; i++) {
      await sleep(this.clock, this.between(50, 500));
      const { servers, center } = this.cluster, what = this.between(0, 4);
      if (what <= 1) {
        await this.startServer();
        servers[this.between(0, servers.length - 2)]!.drain();
      } else if (what === 2) center.goDown();
      else if (what === 3) center.comeBack();
      else center.restartEmpty();
    }
    this.cluster.center.comeBack();
  }

  async run(): Promise<string[]> {
    await this.start();
    const calls = Array.from({ length: CALLS }, (_, id) => this.call(id));
    await this.clock.until(Promise.all([...calls, this.chaos()]));
    this.transport.heal();
    await this.clock.advance(40_000); // what hangs in a black hole or a stall is found out by heartbeats
    for (let i = 0; i < 10; i++) {
      assertEquals(await this.clock.until(this.cluster.client.call("sim.count", -1 - i, { timeout: 2000 })), 0);
    }
    await this.clock.until(this.cluster[Symbol.asyncDispose]());
    assertEquals([this.clock.wheel.size, this.clock.timers], [0, 0], "timers are left behind");
    assertEquals(this.cluster.servers.map(({ connections }) => connections).filter((n) => n > 0), []);
    const { unary, stream, well, badly } = this.#kinds;
    assertEquals([unary + stream, well + badly], [CALLS, CALLS]);
    return this.trace;
  }
}

async function simulate(seed: number): Promise<string[]> {
  const world = new World(seed);
  try {
    return await world.run();
  } catch (cause) {
    throw new Error(`Seed ${seed} at ${world.clock.now()} ms:\n${world.trace.join("\n")}`, { cause });
  }
}

Deno.test(`in ${SEEDS} worlds every call settles in time, and what is not idempotent is run at most once`, async () => {
  const ends: Record<string, number> = {};
  for (let seed = 1; seed <= SEEDS; seed++) {
    for (const line of await simulate(seed)) {
      const end = line.split(" ").slice(2, -6).join(" ");
      ends[end] = (ends[end] ?? 0) + 1;
    }
  }
  // Worlds in which nothing happens prove nothing.
  const calls = SEEDS * CALLS, { well = 0 } = ends;
  assert(well > calls * 0.3 && well < calls * 0.95, `${well} of ${calls} calls went well: ${Deno.inspect(ends)}`);
  for (const end of ["unavailable 14", "resource_exhausted 108", "deadline_exceeded 4"]) {
    assert((ends[end] ?? 0) > 20, `hardly any call ended with ${end}: ${Deno.inspect(ends)}`);
  }
});

Deno.test("a seed gives the same world again", async () => {
  for (const seed of [3, 77]) assertEquals(await simulate(seed), await simulate(seed));
});
