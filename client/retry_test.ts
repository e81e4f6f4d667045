import { assert, assertEquals, assertRejects } from "@std/assert";
import { serverStream, service, t } from "../codec/mod.ts";
import { type Context, refined, RpcError } from "../protocol/mod.ts";
import { type Cluster, FakeClock, startCluster } from "../testing/mod.ts";
import type { MakeRetry } from "./retry/mod.ts";

const Typed = service("typed", { count: serverStream(t.int32, t.int32, { idempotent: true }) });

/** Every run of a method: which server, which request, which attempt. */
class Ledger {
  readonly runs: [server: number, request: unknown, attempt: number][] = [];

  /** Handles `method` at every server: `fail` says what a run fails with. */
  handle({ servers }: Cluster, method: string, fail: (server: number, attempt: number) => RpcError | undefined): void {
    for (const [i, server] of servers.entries()) {
      server.handle(method, (request: unknown, { attempt }: Context) => {
        this.runs.push([i, request, attempt]);
        const error = fail(i, attempt);
        if (error !== undefined) throw error;
        return i;
      });
    }
  }

  /** Runs of each request. */
  get counts(): number[] {
    return [...Map.groupBy(this.runs, ([, request]) => request).values()].map(({ length }) => length);
  }
}

const gone = () => new RpcError("unavailable", "the disk is gone");
const busy = () => refined("overloaded", "busy");

Deno.test("an idempotent call goes on to another server, with a number that tells", async () => {
  await using cluster = await startCluster(2);
  const ledger = new Ledger();
  ledger.handle(cluster, "demo.work", (server) => server === 0 ? gone() : undefined);
  for (let i = 0; i < 10; i++) assertEquals(await cluster.client.call("demo.work", i, { idempotent: true }), 1);
  for (const [server, , attempt] of ledger.runs) assertEquals(attempt === 1 || server === 1, true);
  assert(ledger.runs.some(([, , attempt]) => attempt === 2));
});

Deno.test("a call that is not idempotent and may have run is not run again", async () => {
  await using cluster = await startCluster(2);
  const ledger = new Ledger();
  ledger.handle(cluster, "demo.work", gone);
  for (let i = 0; i < 10; i++) {
    const error = await assertRejects(() => cluster.client.call("demo.work", i), RpcError, "the disk is gone");
    assertEquals(error.code, "unavailable");
  }
  assertEquals(ledger.counts, new Array(10).fill(1));
});

Deno.test("a call that was refused unrun goes on to another server, idempotent or not", async () => {
  await using cluster = await startCluster(2);
  const ledger = new Ledger();
  ledger.handle(cluster, "demo.work", (server) => server === 0 ? busy() : undefined);
  for (let i = 0; i < 10; i++) assertEquals(await cluster.client.call("demo.work", i), 1);
});

Deno.test("a balancer that fails fails its call, at the first attempt and at a later one", async () => {
  for (
    const [failure, fail] of Object.entries<() => never>({
      "out of ideas": () => {
        throw new Error("out of ideas");
      },
      "it picked none of the endpoints": () => undefined as never,
    })
  ) {
    let picks = 0;
    await using cluster = await startCluster(2, {
      client: { balancer: () => ([first]) => picks++ % 2 === 0 ? first! : fail() },
    });
    for (const server of cluster.servers) {
      server.handle("demo.work", () => "well").handle("demo.fail", () => Promise.reject(busy()));
    }
    const error = await assertRejects(() => cluster.client.call("demo.fail"), RpcError, failure);
    assertEquals([error.code, picks], ["internal", 2]);
    assertEquals(await cluster.client.call("demo.work"), "well");
    const first = await assertRejects(() => cluster.client.call("demo.work"), RpcError, "the balancer failed");
    assertEquals([first.code, picks], ["internal", 4]);
  }
});

Deno.test("a retry mode that fails leaves calls the end they have", async () => {
  const retry: MakeRetry = () => ({
    decide() {
      throw new Error("out of ideas");
    },
    succeeded() {
      throw new Error("no joy");
    },
  });
  await using cluster = await startCluster(1, { client: { retry } });
  cluster.servers[0]!.handle("demo.fail", () => Promise.reject(gone())).handle("demo.work", () => "well");
  const error = await assertRejects(() => cluster.client.call("demo.fail"), RpcError, "the disk is gone");
  assertEquals([error.code, error.message.includes("out of ideas")], ["unavailable", true]);
  const complaints: unknown[][] = [], log = console.error;
  console.error = (...args) => complaints.push(args);
  try {
    assertEquals(await cluster.client.call("demo.work"), "well");
  } finally {
    console.error = log;
  }
  assertEquals(complaints.length, 1);
});

Deno.test("servers that can't be reached cost nobody a call", async () => {
  await using cluster = await startCluster(2);
  const ledger = new Ledger();
  ledger.handle(cluster, "demo.work", () => undefined);
  for (const name of ["nobody", "nobody-either"]) cluster.center.add("demo", `mem://${name}`);
  cluster.center.add("demo", "no address at all");
  const replies = await Promise.all(Array.from({ length: 100 }, (_, i) => cluster.client.call("demo.work", i)));
  assertEquals(new Set(replies), new Set([0, 1]));
  assertEquals(ledger.counts, new Array(100).fill(1));
});

Deno.test("a server that does not know the service is passed over", async () => {
  await using cluster = await startCluster(2);
  cluster.servers[1]!.handle("demo.work", () => "done");
  cluster.center.add("demo", "mem://0");
  for (let i = 0; i < 6; i++) assertEquals(await cluster.client.call("demo.work", i), "done");
});

Deno.test("a call of which an attempt may have run never ends as one that has not", async () => {
  await using cluster = await startCluster(2);
  const ledger = new Ledger();
  ledger.handle(cluster, "demo.work", (server) => server === 0 ? gone() : busy());
  let both = 0;
  for (let i = 0; i < 10; i++) {
    ledger.runs.length = 0;
    const error = await assertRejects(() => cluster.client.call("demo.work", i, { idempotent: true }), RpcError);
    if (!ledger.runs.some(([server]) => server === 0)) continue; // only such errors as prove that nothing ran
    both++;
    assert(error.status < 100, `${error.status} ${error.message}`);
  }
  assert(both > 0);
});

Deno.test("failfast makes one attempt, whatever it meets", async () => {
  await using cluster = await startCluster(2, { client: { retry: "failfast" } });
  const ledger = new Ledger();
  ledger.handle(cluster, "demo.work", busy);
  for (let i = 0; i < 4; i++) {
    const error = await assertRejects(
      () => cluster.client.call("demo.work", i, { idempotent: true }),
      RpcError,
      "busy",
    );
    assertEquals(error.status, 108);
  }
  assertEquals(ledger.runs.map(([, , attempt]) => attempt), [1, 1, 1, 1]);
  cluster.center.replace("dead", [{ id: "nobody", address: "mem://nobody" }]);
  const error = await assertRejects(() => cluster.client.call("dead.letter"), RpcError, "Cannot reach mem://nobody");
  assertEquals([error.code, error.status], ["unavailable", 214]);
});

Deno.test("a retry mode of one's own decides", async () => {
  const seen: [attempt: number, code: string, idempotent: boolean, notRun: boolean][] = [];
  let successes = 0;
  const retry: MakeRetry = () => ({
    decide({ attempt, error, idempotent, notRun }) {
      seen.push([attempt, error.code, idempotent, notRun]);
      return attempt < 3 ? { delayMs: 0, elsewhere: false } : null;
    },
    succeeded: () => void successes++,
  });
  await using cluster = await startCluster(1, { client: { retry } });
  const ledger = new Ledger();
  ledger.handle(cluster, "demo.work", () => gone());
  ledger.handle(cluster, "demo.busy", (_, attempt) => attempt < 3 ? busy() : undefined);
  await assertRejects(() => cluster.client.call("demo.work", 1, { idempotent: true }));
  assertEquals(await cluster.client.call("demo.busy", 2), 0);
  assertEquals(seen, [
    [1, "unavailable", true, false],
    [2, "unavailable", true, false],
    [3, "unavailable", true, false],
    [1, "resource_exhausted", false, true],
    [2, "resource_exhausted", false, true],
  ]);
  assertEquals([ledger.counts, successes], [[3, 3], 1]);
});

/** Calls one after the other, with time for the waits between attempts; how many went well. */
async function many(clock: FakeClock, { client }: Cluster, method: string, n: number): Promise<number> {
  let well = 0;
  for (let i = 0; i < n; i++) {
    const call = client.call(method, `${method} ${i}`, { idempotent: true, timeout: 60_000 });
    await clock.until(call.then(() => well++, () => {}));
  }
  return well;
}

for (const [name, error] of Object.entries({ "are unavailable": gone, "refuse": busy })) {
  Deno.test(`when all servers ${name}, retries stay within their budget, and come back with success`, async () => {
    const clock = new FakeClock(), { wheel } = clock;
    await using cluster = await startCluster(3, { client: { wheel } });
    const ledger = new Ledger();
    let broken = true;
    ledger.handle(cluster, "demo.work", () => broken ? error() : undefined);
    ledger.handle(cluster, "demo.half", (_, attempt) => attempt === 1 ? error() : undefined);
    assertEquals(await many(clock, cluster, "demo.work", 500), 0);
    assert(ledger.runs.length > 500, "no retry was made at all");
    assert(ledger.runs.length <= 500 * 1.2, `${ledger.runs.length} attempts for 500 calls`);
    assertEquals(await many(clock, cluster, "demo.half", 5), 0, "there is nothing left for retries");
    broken = false;
    assertEquals(await many(clock, cluster, "demo.work", 600), 600);
    assertEquals(await many(clock, cluster, "demo.half", 5), 5, "successes have filled the budget");
  });
}

Deno.test("between attempts at one server there is time, more each time", async () => {
  const clock = new FakeClock(), { wheel } = clock, at: number[] = [];
  await using cluster = await startCluster(1, { client: { wheel } });
  cluster.servers[0]!.handle("demo.work", () => {
    at.push(clock.now());
    throw busy();
  });
  await clock.until(cluster.client.call("demo.work").catch(() => {}));
  const waits = at.slice(1).map((ms, i) => ms - at[i]!);
  assertEquals(waits.length, 4);
  for (const [i, base] of [0, 10, 20, 40].entries()) {
    assert(waits[i]! >= base * 0.8 && waits[i]! <= base * 1.2, `wait ${i} took ${waits[i]} ms`);
  }
});

const never: Record<string, () => RpcError> = {
  "what it was told not to repeat": () => refined("overloaded", "full", { retryAfterMs: -1 }),
  "a business error": () => new RpcError("failed_precondition", "closed on Sundays", { status: 1500 }),
  "a timeout of the server": () => new RpcError("deadline_exceeded", "too slow"),
  "a missing right": () => new RpcError("permission_denied", "no"),
  "an internal error": () => new RpcError("internal", "broken"),
};

for (const [name, error] of Object.entries(never)) {
  Deno.test(`${name} is not repeated, even where it would do no harm`, async () => {
    await using cluster = await startCluster(2);
    const ledger = new Ledger();
    ledger.handle(cluster, "demo.work", error);
    await assertRejects(() => cluster.client.call("demo.work", 1, { idempotent: true }));
    assertEquals(ledger.counts, [1]);
  });
}

Deno.test("a stream is repeated before its first item, and never after it", async () => {
  await using cluster = await startCluster(2);
  let runs = 0, first = true;
  for (const server of cluster.servers) {
    server.handle(Typed, {
      count: async function* (n) {
        if (runs++ === 0) throw gone();
        for (let i = 1; i <= n; i++) yield i;
        if (first) throw gone();
      },
    });
  }
  const got: number[] = [];
  await assertRejects(
    async () => {
      for await (const n of cluster.client.of(Typed).count(3)) got.push(n);
    },
    RpcError,
    "the disk is gone",
  );
  assertEquals([got, runs], [[1, 2, 3], 2]);
  first = false;
  assertEquals(await Array.fromAsync(cluster.client.of(Typed).count(2)), [1, 2]);
});

Deno.test("a request stream is sent once, but waits for a server that can be reached", async () => {
  await using cluster = await startCluster(1);
  const { client, center, servers: [server] } = cluster;
  center.add("demo", "mem://nobody");
  let runs = 0;
  server!.handle("demo.sum", async (numbers: AsyncIterable<number>) => {
    runs++;
    return (await Array.fromAsync(numbers)).reduce((a, b) => a + b, 0);
  });
  server!.handle("demo.refuse", () => {
    runs++;
    throw gone();
  });
  async function* numbers() {
    yield* [1, 2, 3];
  }
  for (let i = 0; i < 4; i++) assertEquals(await client.call("demo.sum", numbers()), 6);
  assertEquals(runs, 4);
  await assertRejects(() => client.call("demo.refuse", numbers(), { idempotent: true }), RpcError);
  assertEquals(runs, 5);
});

// ---- the directory

Deno.test("an unknown service says why, and is found when a server comes", async () => {
  await using cluster = await startCluster(1);
  const { client, center, servers: [server] } = cluster;
  const error = await assertRejects(() => client.call("late.hello"), RpcError, "no server is registered");
  assertEquals([error.code, error.status], ["unavailable", 314]);
  const waiting = client.call("late.hello");
  server!.handle("late.hello", () => "hello");
  assertEquals(await waiting, "hello");
  center.goDown();
  await assertRejects(() => client.call("later.hello"), RpcError, "no center answers");
  assertEquals(await client.call("late.hello"), "hello", "what is known stays known");
});

Deno.test("calls follow the registry: new servers get some, weight 0 and those that left get none", async () => {
  await using cluster = await startCluster(2);
  const ledger = new Ledger();
  ledger.handle(cluster, "demo.work", () => undefined);
  const { client, center } = cluster,
    where = async () => {
      await new Promise((resolve) => setTimeout(resolve, 0)); // until the client has heard of the change
      const replies = await Promise.all(Array.from({ length: 8 }, () => client.call<number>("demo.work")));
      return [...new Set(replies)].sort();
    };
  assertEquals(await where(), [0, 1]);
  const third = await cluster.start();
  third.handle("demo.work", () => 2);
  assertEquals(await where(), [0, 1, 2]);
  center.add("demo", { ...center.instances("demo")[0]!, weight: 0 });
  assertEquals(await where(), [1, 2]);
  await third.drain();
  assertEquals(await where(), [1]);
  center.restartEmpty();
  assertEquals((await where()).includes(1), true);
});
