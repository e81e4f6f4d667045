import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Context, RpcError } from "../protocol/mod.ts";
import { FakeCenter, FakeClock, type Pair, pairSchemes, startCluster, startPair } from "../testing/mod.ts";
import { Server } from "./server.ts";

/** Handles `demo.wait`, which ends when `release` is called, and tells when it runs. */
function waiting(
  { server }: { server: Server },
): { started: Promise<void>; release: () => void; aborted: Promise<string> } {
  const started = Promise.withResolvers<void>(), go = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<string>();
  server.handle("demo.wait", async (_: unknown, { signal }: Context) => {
    signal.addEventListener("abort", () => aborted.resolve((signal.reason as RpcError).code));
    started.resolve();
    await go.promise;
    return "waited";
  });
  return { started: started.promise, release: go.resolve, aborted: aborted.promise };
}

const codeOf = (call: PromiseLike<unknown>) =>
  Promise.resolve(call).then((value) => value, ({ code }: RpcError) => code);

/** Resolves when `done` does, but not before several turns have passed without it. */
async function notYet(done: Promise<unknown>): Promise<void> {
  let settled = false;
  done.then(() => settled = true);
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 0));
  assert(!settled, "it is over too early");
}

const cases: Record<string, (pair: Pair) => Promise<void>> = {
  "nothing runs: it is over at once, at both ends": async ({ client, server }) => {
    server.handle("demo.hello", () => "hello");
    assertEquals([await client.call("demo.hello"), server.connections], ["hello", 1]);
    await server.drain();
    assertEquals(server.connections, 0);
    await server.finished;
  },
  "a call runs: it ends in peace, and new ones are refused unrun": async (pair) => {
    const { client, server } = pair, wait = waiting(pair), call = client.call("demo.wait");
    await wait.started;
    const draining = server.drain();
    await notYet(draining);
    const refused = await client.call("demo.wait").catch((error) => error) as RpcError;
    assertEquals(refused.code, "unavailable");
    assert([114, 214].includes(refused.status), `status ${refused.status}`);
    wait.release();
    assertEquals(await call, "waited");
    await draining;
  },
  "a stream runs: its items go on to their end": async ({ client, server }) => {
    const go = Promise.withResolvers<void>();
    server.handle("demo.items", async function* () {
      yield 1;
      await go.promise;
      yield 2;
    });
    const items = client.call("demo.items")[Symbol.asyncIterator]();
    assertEquals((await items.next()).value, 1);
    const draining = server.drain();
    await notYet(draining);
    go.resolve();
    assertEquals([(await items.next()).value, (await items.next()).done], [2, true]);
    await draining;
  },
  "a request stream runs: it goes on to its end": async ({ client, server }) => {
    const feed = new TransformStream<number, number>(), writer = feed.writable.getWriter();
    const started = Promise.withResolvers<void>();
    server.handle("demo.sum", async (numbers: AsyncIterable<number>) => {
      let sum = 0;
      for await (const number of numbers) {
        sum += number;
        started.resolve();
      }
      return sum;
    });
    const call = client.call("demo.sum", feed.readable);
    writer.write(1);
    await started.promise;
    const draining = server.drain();
    await notYet(draining);
    writer.write(2);
    writer.close();
    assertEquals(await call, 3);
    await draining;
  },
  "the last call is cancelled: then it is over": async (pair) => {
    const { client, server } = pair, wait = waiting(pair), call = client.call("demo.wait");
    await wait.started;
    const draining = server.drain();
    await notYet(draining);
    call.cancel();
    await wait.aborted;
    wait.release();
    await draining;
    assertEquals(await codeOf(call), "canceled");
  },
  "the client leaves: then it is over": async (pair) => {
    const { client, server } = pair, wait = waiting(pair), call = client.call("demo.wait");
    await wait.started;
    const draining = server.drain();
    await notYet(draining);
    await client.close();
    assertEquals([await codeOf(call), await wait.aborted], ["unavailable", "canceled"]);
    await draining;
    wait.release();
  },
  "it is asked twice: both wait for the same": async ({ server }) => {
    assert(server.drain() === server.drain());
    await server.drain();
    await assertRejects(() => server.listen("mem://late"), TypeError, "draining");
  },
};

for (const scheme of pairSchemes) {
  for (const [name, run] of Object.entries(cases)) {
    Deno.test(`${scheme}: draining while ${name}`, async () => {
      await using pair = await startPair({ scheme, client: { retry: "failfast" } });
      await run(pair);
    });
  }

  Deno.test(`${scheme}: an address is free again after draining`, async () => {
    const pair = await startPair({ scheme });
    await pair.server.drain();
    if (scheme !== "mem") {
      await using next = new Server({ registry: false });
      await next.listen(pair.address);
      assertEquals(next.address, pair.address);
    }
    await pair[Symbol.asyncDispose]();
  });
}

Deno.test("what still runs after drainMs is given up", async () => {
  const clock = new FakeClock(), { wheel } = clock;
  await using pair = await startPair({ server: { wheel, drainMs: 3000 }, client: { wheel } });
  const wait = waiting(pair), call = codeOf(pair.client.call("demo.wait"));
  await clock.until(wait.started);
  const startMs = clock.now();
  await clock.until(pair.server.drain());
  assert(clock.now() - startMs >= 3000 && clock.now() - startMs < 3050, `it took ${clock.now() - startMs} ms`);
  assertEquals([await call, await wait.aborted], ["unavailable", "canceled"]);
  wait.release();
});

Deno.test("a signal drains a server, and so does leaving its block", async () => {
  const controller = new AbortController();
  await using pair = await startPair({ server: { signal: controller.signal } });
  controller.abort();
  await pair.server.finished;
  let kept: Server;
  {
    await using server = new Server({ registry: false });
    await server.listen("mem://block");
    kept = server;
  }
  await kept.finished;
  assertThrows(() => new Server().address, TypeError, "does not listen yet");
});

Deno.test("a server that is told to drain while it begins to listen listens nowhere", async () => {
  for (const address of [":0", "mem://late"]) {
    const server = new Server({ registry: false }), listening = assertRejects(() => server.listen(address), TypeError);
    await server.drain();
    await listening;
    assertEquals(server.addresses, []);
  }
  const never = new Server({ registry: false, signal: AbortSignal.abort() });
  await assertRejects(() => never.listen(":0"), TypeError, "draining");
  await never.finished;
});

Deno.test("a server that drains without end waits for what runs", async () => {
  await using pair = await startPair({ server: { drainMs: Infinity } });
  const wait = waiting(pair), call = codeOf(pair.client.call("demo.wait"));
  await wait.started;
  const drained = pair.server.drain();
  await notYet(drained);
  wait.release();
  assertEquals([await call, await drained], ["waited", undefined]);
});

Deno.test("a draining server leaves the registry first", async () => {
  const center = new FakeCenter();
  await using pair = await startPair({ server: { registry: center }, client: { registry: center } });
  const wait = waiting(pair), call = pair.client.call("demo.wait");
  await wait.started;
  assertEquals([pair.server.registered, center.instances("demo").length], [true, 1]);
  const draining = pair.server.drain();
  assertEquals([pair.server.registered, center.instances("demo"), center.registrations[0]!.closed], [false, [], true]);
  wait.release();
  assertEquals(await call, "waited");
  await draining;
});

Deno.test("calls on their way to a server that begins to drain go to another, each run once", async () => {
  await using cluster = await startCluster(2);
  const runs = new Map<number, number>();
  for (const server of cluster.servers) {
    server.handle("demo.work", async (i: number) => {
      runs.set(i, (runs.get(i) ?? 0) + 1);
      await null;
      return i;
    });
  }
  await Promise.all([0, 1].map((i) => cluster.client.call("demo.work", -1 - i)));
  const calls = (from: number) => Array.from({ length: 50 }, (_, i) => cluster.client.call("demo.work", from + i));
  const first = calls(0), draining = cluster.servers[0]!.drain(), second = calls(50);
  await null;
  const third = calls(100);
  const replies = await Promise.all([...first, ...second, ...third]);
  assertEquals(replies, Array.from({ length: 150 }, (_, i) => i));
  assertEquals(new Set(runs.values()), new Set([1]));
  await draining;
});

Deno.test("a rolling restart under load loses no call and runs none twice", async () => {
  await using cluster = await startCluster(3);
  const runs = new Map<number, number>();
  const handle = (server: Server) =>
    server.handle("demo.work", async (i: number) => {
      runs.set(i, (runs.get(i) ?? 0) + 1);
      if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, i % 5));
      return i;
    });
  cluster.servers.forEach(handle);
  let next = 0, stopped = false;
  const worker = async () => {
    while (!stopped) {
      const i = next++;
      assertEquals(await cluster.client.call("demo.work", i), i);
    }
  };
  const workers = Array.from({ length: 16 }, worker);
  for (const old of cluster.servers.slice()) {
    handle(await cluster.start());
    await old.drain();
  }
  stopped = true;
  await Promise.all(workers);
  assert(next > 500, `only ${next} calls were made`);
  assertEquals([runs.size, new Set(runs.values())], [next, new Set([1])]);
});

Deno.test("a server that comes back at its address is found again", async () => {
  const clock = new FakeClock(), { wheel } = clock, center = new FakeCenter().add("demo", "mem://home");
  await using pair = await startPair({ client: { wheel, registry: center } });
  const away = await clock.until(codeOf(pair.client.call("demo.hello")));
  assertEquals(away, "unavailable");
  await clock.until(codeOf(pair.client.call("demo.hello"))); // within the backoff
  await clock.advance(10_000);
  pair.server.handle("demo.hello", () => "hello");
  await pair.server.listen("mem://home");
  assertEquals(await clock.until(pair.client.call("demo.hello")), "hello");
});
