import { assert, assertEquals, assertRejects } from "@std/assert";
import { serverStream, service, t, unary } from "../codec/mod.ts";
import { type Context, type Interceptor, refined, type RpcError, sleep } from "../protocol/mod.ts";
import { FakeClock, type Pair, type PairOptions, startPair } from "../testing/mod.ts";
import type { Transport } from "../transport/mod.ts";

const Typed = service("typed", { hang: unary(t.int32, t.int32), ticks: serverStream(t.int32, t.int32) });

/** A pair whose time is `clock`. */
async function startOn(clock: FakeClock, options: PairOptions = {}): Promise<Pair> {
  const { wheel } = clock;
  const pair = await startPair({ server: { wheel, ...options.server }, client: { wheel, ...options.client } });
  pair.server.handle("demo.hang", () => new Promise(() => {}));
  pair.server.handle("demo.remaining", (_: unknown, ctx: Context) => ctx.remainingMs);
  pair.server.handle("demo.ticks", ticks);
  pair.server.handle(Typed, { hang: () => new Promise(() => {}), ticks });
  await clock.until(pair.client.call("demo.remaining")); // everything is loaded and connected from here on
  return pair;

  async function* ticks(everyMs: number): AsyncGenerator<number> {
    for (let i = 1;; i++) {
      await sleep(clock, everyMs);
      yield i;
    }
  }
}

/** How a call ends and after how many milliseconds. */
async function end(clock: FakeClock, call: PromiseLike<unknown>): Promise<[code: string, ms: number]> {
  const startMs = clock.now();
  const code = await clock.until(Promise.resolve(call).then(() => "none", ({ code }: RpcError) => code));
  return [code, clock.now() - startMs];
}

/** Asserts that a call ends with `deadline_exceeded`, not before its time and at most 50 ms later. */
async function endsAt(clock: FakeClock, ms: number, call: PromiseLike<unknown>): Promise<void> {
  const [code, took] = await end(clock, call);
  assertEquals(code, "deadline_exceeded");
  assert(took >= ms && took <= ms + 50, `it took ${took} ms, want ${ms}`);
}

const hangs: Interceptor = () => () => new Promise(() => {});
const deaf: Transport = {
  name: "mem",
  dial: () => new Promise(() => {}),
  listen: () => Promise.reject(new Error("unused")),
};

/** Calls that never end by themselves, and when they do end. */
const calls: Record<string, [ms: number, options: PairOptions, call: (pair: Pair) => PromiseLike<unknown>]> = {
  "a timeout of the call": [1000, {}, ({ client }) => client.call("demo.hang", 1, { timeout: 1000 })],
  "a timeout of the client": [2000, { client: { timeout: 2000 } }, ({ client }) => client.call("demo.hang")],
  "the default": [30_000, {}, ({ client }) => client.call("demo.hang")],
  "the default of a contract": [30_000, {}, ({ client }) => client.of(Typed).hang(1)],
  "the shortest": [1, {}, ({ client }) => client.call("demo.hang", 1, { timeout: 1 })],
  "a timeout over the client's": [
    500,
    { client: { timeout: 2000 } },
    ({ client }) => client.call("demo.hang", 1, { timeout: 500 }),
  ],
  "a stream that was asked to end": [
    1000,
    {},
    ({ client }) => Array.fromAsync(client.call("demo.ticks", 100, { timeout: 1000 })),
  ],
  "a stream of a contract that was asked to end": [
    1000,
    {},
    ({ client }) => Array.fromAsync(client.of(Typed).ticks(100, { timeout: 1000 })),
  ],
  "a stream that never begins": [
    1000,
    {},
    ({ client }) => Array.fromAsync(client.call("demo.hang", 1, { timeout: 1000 })),
  ],
  "a request stream that never ends": [
    1000,
    {},
    ({ client }) => client.call("demo.hang", ReadableStream.from(new ReadableStream()), { timeout: 1000 }),
  ],
  "an interceptor that hangs": [
    1000,
    { client: { interceptors: [(next) => (call) => call.method === "hang" ? hangs(next)(call) : next(call)] } },
    ({ client }) => client.call("demo.hang", 1, { timeout: 1000 }),
  ],
  "an interceptor that hangs, by default": [
    30_000,
    { client: { interceptors: [(next) => (call) => call.method === "hang" ? hangs(next)(call) : next(call)] } },
    ({ client }) => client.call("demo.hang"),
  ],
  "an interceptor that calls again and again": [
    1000,
    {
      client: {
        interceptors: [(next) => async (call) => {
          while (call.method === "hang" && !call.signal.aborted) await next(call).catch(() => {});
          return await next(call);
        }],
      },
    },
    ({ client }) => client.call("demo.hang", 1, { timeout: 1000 }),
  ],
};

for (const [name, [ms, options, call]] of Object.entries(calls)) {
  Deno.test(`a call ends at its deadline: ${name}`, async () => {
    const clock = new FakeClock();
    await using pair = await startOn(clock, options);
    await endsAt(clock, ms, call(pair));
  });
}

Deno.test("a handler hears of the deadline, and a result that comes later is dropped", async () => {
  const clock = new FakeClock();
  await using pair = await startOn(clock);
  const seen = Promise.withResolvers<[code: string, remaining: number]>();
  pair.server.handle("demo.slow", async (_: unknown, ctx: Context) => {
    ctx.signal.addEventListener("abort", () => seen.resolve([(ctx.signal.reason as RpcError).code, ctx.remainingMs]));
    await sleep(clock, 5000);
    return "late";
  });
  await endsAt(clock, 1000, pair.client.call("demo.slow", 1, { timeout: 1000 }));
  const [code, remaining] = await clock.until(seen.promise);
  assertEquals(code, "deadline_exceeded");
  assert(remaining <= 0);
  await clock.advance(10_000);
  assertEquals(await clock.until(pair.client.call("demo.remaining")), Infinity);
});

Deno.test("a call that ends in time takes its deadline with it", async () => {
  const clock = new FakeClock();
  await using pair = await startOn(clock);
  const { size } = clock.wheel;
  for (let i = 0; i < 100; i++) await clock.until(pair.client.call("demo.remaining", 1, { timeout: 1000 }));
  assertEquals(clock.wheel.size, size);
});

Deno.test("streams have no deadline unless they are asked to", async () => {
  const clock = new FakeClock();
  await using pair = await startOn(clock);
  for (const stream of [pair.client.call<number>("demo.ticks", 60_000), pair.client.of(Typed).ticks(60_000)]) {
    const got: number[] = [];
    for await (const n of untilNext(clock, stream)) if (got.push(n) === 10) break;
    assertEquals(got, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  }
  await endsAt(clock, 1000, pair.client.call("demo.hang", 1, { timeout: 1000 }));
});

/** Reads a stream while the clock moves. */
async function* untilNext<T>(clock: FakeClock, stream: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { value, done } = await clock.until(iterator.next());
      if (done) return;
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}

Deno.test("a call without a timeout that waits for a unary reply can wait for ever", async () => {
  const clock = new FakeClock();
  await using pair = await startOn(clock);
  const call = pair.client.call("demo.hang", 1, { timeout: Infinity });
  await assertRejects(() => clock.until(call, 3_600_000), Error, "still pending");
  call.cancel();
});

// ---- what a deadline bounds

Deno.test("a deadline bounds dialling, and dialling itself is bounded", async () => {
  const clock = new FakeClock(), { wheel } = clock;
  await using pair = await startPair({ client: { wheel, transports: [deaf] }, server: { wheel } });
  await endsAt(clock, 1000, pair.client.call("demo.hello", 1, { timeout: 1000 }));
  const [code, took] = await end(clock, pair.client.call("demo.hello", 1, { timeout: 60_000 }));
  assertEquals(code, "unavailable");
  assert(took < 26_000, `at most five dials took ${took} ms`);
});

Deno.test("a deadline bounds the wait for room, and who waits behind is not forgotten", async () => {
  const clock = new FakeClock();
  await using pair = await startOn(clock, { client: { pool: { size: 1 } }, server: { limits: { maxCalls: 1 } } });
  const { promise, resolve } = Promise.withResolvers<string>();
  pair.server.handle("demo.first", () => promise);
  const first = pair.client.call("demo.first");
  await clock.advance(1);
  const doomed = pair.client.call("demo.remaining", 1, { timeout: 1000 });
  const canceled = pair.client.call("demo.remaining");
  const behind = pair.client.call("demo.remaining");
  canceled.cancel();
  await endsAt(clock, 1000, doomed);
  resolve("done");
  assertEquals(await end(clock, canceled), ["canceled", 0]);
  const startMs = clock.now();
  assertEquals([await clock.until(first), await clock.until(behind)], ["done", Infinity]);
  assert(clock.now() - startMs < 50, `who waited behind had to wait ${clock.now() - startMs} ms more`);
});

Deno.test("a deadline bounds the attempts: none is made that could not be in time", async () => {
  const clock = new FakeClock();
  await using pair = await startOn(clock);
  const remaining: number[] = [];
  pair.server.handle("demo.busy", (_: unknown, ctx: Context) => {
    remaining.push(ctx.remainingMs);
    throw refined("overloaded", "busy", { retryAfterMs: 400 });
  });
  const [code, took] = await end(clock, pair.client.call("demo.busy", 1, { timeout: 1000 }));
  assertEquals([code, took, remaining], ["resource_exhausted", 800, [1000, 600, 200]]);
});

// ---- what travels

Deno.test("the time left travels, and a nested call sees less", async () => {
  const clock = new FakeClock();
  await using back = await startOn(clock);
  await using front = await startOn(clock);
  front.server.handle("demo.nested", async (_: unknown, ctx: Context) => {
    await sleep(clock, 300);
    const here = ctx.remainingMs;
    return [here, await back.client.call("demo.remaining", 1, { timeout: here })];
  });
  const [here, there] = await clock.until(front.client.call<[number, number]>("demo.nested", 1, { timeout: 1000 }));
  assertEquals([here, there], [700, 700]);
  const own = await clock.until(front.client.call<number>("demo.remaining", 1, { timeout: 1234 }));
  assertEquals(own, 1234);
  assertEquals(await clock.until(front.client.call("demo.remaining")), Infinity, "a default deadline stays here");
});

Deno.test("a handler is told its deadline as a time of day too", async () => {
  await using pair = await startPair({ scheme: "tcp" });
  pair.server.handle("demo.deadline", (_: unknown, ctx: Context) => [ctx.deadline, ctx.remainingMs]);
  const [deadline, remaining] = await pair.client.call<[number, number]>("demo.deadline", 1, { timeout: 60_000 });
  assert(Math.abs(deadline - Date.now() - 60_000) < 1000);
  assert(remaining > 59_000 && remaining <= 60_000);
  assertEquals(await pair.client.call("demo.deadline"), [undefined, Infinity]);
});

Deno.test("a default deadline of a contract travels, that of a call without one does not", async () => {
  const clock = new FakeClock(), got: unknown[] = [];
  const watch: Interceptor = (next) => (call) => (got.push(call.remainingMs), next(call));
  await using pair = await startOn(clock, { server: { interceptors: [watch] } });
  got.length = 0;
  const calls = [pair.client.of(Typed).hang(1)];
  await clock.advance(1);
  calls.push(pair.client.call<number>("demo.hang"));
  await clock.advance(1);
  assertEquals(got, [30_000, Infinity]);
  for (const call of calls) call.cancel();
});
