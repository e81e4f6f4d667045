import { assert, assertEquals, assertRejects } from "@std/assert";
import { serverStream, service, t, unary } from "../codec/mod.ts";
import { type Context, type Interceptor, isAsyncIterable, RpcError } from "../protocol/mod.ts";
import { type Pair, pairSchemes, startPair } from "../testing/mod.ts";

const Typed = service("typed", { double: unary(t.int32, t.int32), count: serverStream(t.int32, t.int32) });

function handle({ server }: Pair): void {
  server.handle("demo.double", (n: number) => 2 * n);
  server.handle("demo.count", async function* (n: number) {
    for (let i = 1; i <= n; i++) yield i;
  });
  server.handle("demo.sum", async (numbers: AsyncIterable<number>) => {
    return (await Array.fromAsync(numbers)).reduce((a, b) => a + b, 0);
  });
  server.handle("demo.metadata", (_: unknown, ctx: Context) => {
    ctx.responseMetadata.set("served-by", "test");
    return [...ctx.metadata];
  });
  server.handle("demo.fail", () => {
    throw new RpcError("not_found", "no such thing");
  });
  server.handle("demo.breaks", async function* () {
    yield 1;
    throw new RpcError("data_loss", "broken");
  });
  server.handle(Typed, { double: (n) => 2 * n, count: (n) => Array.from({ length: n }, (_, i) => i + 1) });
}

async function* mapped<T>(items: AsyncIterable<T>, change: (item: T) => T): AsyncGenerator<T> {
  for await (const item of items) yield change(item);
}

/** Both sides take the same interceptors. */
type Side = "client" | "server";

async function withInterceptors(
  side: Side,
  interceptors: readonly Interceptor[],
  run: (pair: Pair) => Promise<void>,
): Promise<void> {
  await using pair = await startPair({ [side]: { interceptors } });
  handle(pair);
  await run(pair);
}

const cases: Record<
  string,
  [make: (log: unknown[]) => Interceptor[], run: (pair: Pair, log: unknown[]) => Promise<void>]
> = {
  "sees every kind of call, outermost first": [
    (log) =>
      ["outer", "inner"].map((name) => (next) => async (call) => {
        log.push(`${name} ${call.service}.${call.method}`);
        const reply = await next(call);
        log.push(`${name} ${isAsyncIterable(reply) ? "stream" : reply}`);
        return reply;
      }),
    async ({ client }, log) => {
      assertEquals(await client.call("demo.double", 21), 42);
      assertEquals(log.splice(0), ["outer demo.double", "inner demo.double", "inner 42", "outer 42"]);
      assertEquals(await Array.fromAsync(client.call("demo.count", 3)), [1, 2, 3]);
      assertEquals(await Array.fromAsync(client.of(Typed).count(2)), [1, 2]);
      assertEquals(await client.of(Typed).double(4), 8);
      assertEquals(log.filter((line) => `${line}`.endsWith("stream")).length, 4);
      assertEquals(await client.call("demo.double", 1, { oneway: true }), undefined);
    },
  ],
  "changes the request": [
    () => [(next) => (call) => next({ ...call, request: (call.request as number) + 1 })],
    async ({ client }) => {
      assertEquals(await client.call("demo.double", 20), 42);
      assertEquals(await Array.fromAsync(client.call("demo.count", 2)), [1, 2, 3]);
      assertEquals(await client.of(Typed).double(20), 42);
    },
  ],
  "changes the reply, or each item of it": [
    () => [(next) => async (call) => {
      const reply = await next(call), change = (n: number) => -n;
      return isAsyncIterable(reply) ? mapped(reply as AsyncIterable<number>, change) : change(reply as number);
    }],
    async ({ client }) => {
      assertEquals(await client.call("demo.double", 21), -42);
      assertEquals(await Array.fromAsync(client.call("demo.count", 3)), [-1, -2, -3]);
      assertEquals(await client.call("demo.count", 3), -1);
    },
  ],
  "sees and changes the items of a request stream": [
    (log) => [(next) => (call) => {
      const items = call.request as AsyncIterable<number>;
      return next({ ...call, request: mapped(items, (n) => (log.push(n), n * 10)) });
    }],
    async ({ client }, log) => {
      async function* numbers() {
        yield* [1, 2, 3];
      }
      assertEquals([await client.call("demo.sum", numbers()), log], [60, [1, 2, 3]]);
    },
  ],
  "answers without asking": [
    () => [(next) => (call) => call.method === "double" ? Promise.resolve("cached") : next(call)],
    async ({ client }) => {
      assertEquals(await client.call("demo.double", 21), "cached");
      assertEquals(await Array.fromAsync(client.call("demo.double", 21)), ["cached"]);
      assertEquals(await client.call("demo.sum", (async function* () {})()), 0);
    },
  ],
  "answers with a stream of its own, which ends when nobody reads it": [
    (log) => [() => () =>
      Promise.resolve((async function* () {
        try {
          for (let i = 0;; i++) yield i;
        } finally {
          log.push("ended");
        }
      })())],
    async ({ client }, log) => {
      const got: unknown[] = [];
      for await (const n of client.call("demo.count", 1)) if (got.push(n) === 3) break;
      while (log.length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      assertEquals([got, log], [[0, 1, 2], ["ended"]]);
    },
  ],
  "refuses": [
    () => [() => () => Promise.reject(new RpcError("unauthenticated", "who are you?", { status: 1401 }))],
    async ({ client }) => {
      for (const call of [client.call("demo.double", 1), Array.fromAsync(client.call("demo.count", 1))]) {
        const error = await assertRejects(async () => await call, RpcError, "who are you?");
        assertEquals([error.code, error.status], ["unauthenticated", 1401]);
      }
    },
  ],
  "sees errors and may mend them": [
    (log) => [(next) => (call) => next(call).catch((error: RpcError) => (log.push(error.code), "mended"))],
    async ({ client }, log) => assertEquals([await client.call("demo.fail"), log], ["mended", ["not_found"]]),
  ],
  "sees how a stream ends": [
    (log) => [(next) => async (call) => {
      const items = await next(call) as AsyncIterable<unknown>;
      return (async function* () {
        try {
          yield* items;
          log.push("clean");
        } catch (error) {
          log.push((error as RpcError).code);
          throw error;
        }
      })();
    }],
    async ({ client }, log) => {
      assertEquals(await Array.fromAsync(client.call("demo.count", 2)), [1, 2]);
      const error = await assertRejects(() => Array.fromAsync(client.call("demo.breaks")), RpcError, "broken");
      assertEquals([error.code, log], ["data_loss", ["clean", "data_loss"]]);
    },
  ],
  "may hold a stream back by reading it slowly": [
    () => [(next) => async (call) => {
      const items = await next(call) as AsyncIterable<unknown>;
      return (async function* () {
        for await (const item of items) {
          await new Promise((resolve) => setTimeout(resolve, 0));
          yield item;
        }
      })();
    }],
    async ({ client }) => assertEquals((await Array.fromAsync(client.call("demo.count", 20))).length, 20),
  ],
};

for (const side of ["client", "server"] as const) {
  for (const [name, [make, run]] of Object.entries(cases)) {
    Deno.test(`a ${side}'s interceptor ${name}`, () => {
      const log: unknown[] = [];
      return withInterceptors(side, make(log), (pair) => run(pair, log));
    });
  }
}

for (const scheme of pairSchemes) {
  Deno.test(`${scheme}: interceptors of both ends see one call, and what the first adds the second reads`, async () => {
    const seen: unknown[] = [];
    const sign: Interceptor = (next) => (call) => {
      assertEquals([call.side, call.context], ["client", undefined]);
      call.metadata.set("token", "secret");
      return next(call);
    };
    const check: Interceptor = (next) => (call) => {
      seen.push([call.side, call.metadata.get("token"), call.context?.peer !== undefined]);
      if (call.metadata.get("token") !== "secret") throw new RpcError("permission_denied", "no");
      return next(call);
    };
    await using pair = await startPair({ scheme, client: { interceptors: [sign] }, server: { interceptors: [check] } });
    handle(pair);
    const call = pair.client.call<[string, string][]>("demo.metadata", 1, { metadata: { user: "ada" } });
    assertEquals(await call, [["user", "ada"], ["token", "secret"]]);
    assertEquals([...call.responseMetadata], [["served-by", "test"]]);
    assertEquals(seen, [["server", "secret", true]]);
  });
}

Deno.test("an interceptor that throws at once, or throws no RpcError, fails the call", async () => {
  const broken: Interceptor = () => () => {
    throw new RangeError("bad interceptor");
  };
  await withInterceptors("client", [broken], async ({ client }) => {
    const error = await assertRejects(() => client.call("demo.double", 1), RpcError, "bad interceptor");
    assertEquals(error.code, "internal");
  });
  await withInterceptors("server", [broken], async ({ client, errors }) => {
    const error = await assertRejects(() => client.call("demo.double", 1), RpcError, "its handler failed");
    assertEquals([error.code, errors.map(String)], ["internal", ["RangeError: bad interceptor"]]);
  });
});

Deno.test("mistakes of the programmer throw at once, interceptors or not", async () => {
  await withInterceptors("client", [(next) => next], ({ client }) => {
    for (const options of [{ timeout: 0 }, { metadata: { "bad key": "" } }]) {
      try {
        client.call("demo.double", 1, options);
      } catch (error) {
        assert(error instanceof TypeError || error instanceof RangeError);
        continue;
      }
      throw new Error("nothing was thrown");
    }
    return Promise.resolve();
  });
});

Deno.test("a client's interceptor may call again", async () => {
  let tries = 0;
  const again: Interceptor = (next) => async (call) => {
    for (;;) {
      try {
        return await next(call);
      } catch (error) {
        if (++tries === 3) throw error;
      }
    }
  };
  await withInterceptors("client", [again], async ({ client }) => {
    await assertRejects(() => client.call("demo.fail"), RpcError, "no such thing");
    assertEquals(tries, 3);
  });
});

Deno.test("cancelling reaches an interceptor, the call within it and the handler", async () => {
  const seen: string[] = [], aborted = Promise.withResolvers<string>();
  const watch: Interceptor = (next) => (call) => {
    call.signal.addEventListener("abort", () => seen.push(call.side));
    return next(call);
  };
  const interceptors = [watch];
  await using pair = await startPair({ client: { interceptors }, server: { interceptors } });
  const started = Promise.withResolvers<void>();
  pair.server.handle("demo.hang", (_: unknown, { signal }: Context) => {
    signal.addEventListener("abort", () => aborted.resolve((signal.reason as RpcError).code));
    started.resolve();
    return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  });
  for (const reason of [undefined, new DOMException("late", "TimeoutError")]) {
    const controller = new AbortController(), call = pair.client.call("demo.hang", 1, { signal: controller.signal });
    await started.promise;
    controller.abort(reason);
    const error = await assertRejects(() => call, RpcError);
    assertEquals(error.code, reason === undefined ? "canceled" : "deadline_exceeded");
  }
  assertEquals(await aborted.promise, "canceled");
  while (seen.length < 4) await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(seen.sort(), ["client", "client", "server", "server"]);
});

Deno.test("a call that was aborted before it was made reaches no interceptor", async () => {
  let calls = 0;
  await withInterceptors("client", [(next) => (call) => (calls++, next(call))], async ({ client }) => {
    const error = await assertRejects(() => client.call("demo.double", 1, { signal: AbortSignal.abort() }), RpcError);
    assertEquals([error.code, calls], ["canceled", 0]);
  });
});
