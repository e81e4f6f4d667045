import { assert, assertEquals, assertRejects } from "@std/assert";
import { serverStream, service, t } from "../codec/mod.ts";
import type { Call, Context, RpcError } from "../protocol/mod.ts";
import { type Pair, type PairScheme, pairSchemes, startPair } from "../testing/mod.ts";

const Typed = service("typed", { forever: serverStream(t.int32, t.int32) });

/** What a handler has seen of the end of its call. */
class Seen {
  readonly started = Promise.withResolvers<void>();
  readonly aborted = Promise.withResolvers<string>();
  readonly cleaned = Promise.withResolvers<void>();

  async *forever(n: number, ctx: Context): AsyncGenerator<number> {
    this.watch(ctx);
    try {
      for (let i = n;; i++) {
        yield i;
        await null;
      }
    } finally {
      this.cleaned.resolve();
    }
  }

  /** Never answers. */
  async hang(_: unknown, ctx: Context): Promise<void> {
    this.watch(ctx);
    await new Promise<void>((resolve) => ctx.signal.addEventListener("abort", () => resolve()));
    this.cleaned.resolve();
  }

  async drain(items: AsyncIterable<unknown>, ctx: Context): Promise<void> {
    this.watch(ctx);
    try {
      for await (const _ of items);
    } finally {
      this.cleaned.resolve();
    }
  }

  watch(ctx: Context): void {
    ctx.signal.addEventListener("abort", () => this.aborted.resolve((ctx.signal.reason as RpcError).code));
    this.started.resolve();
  }
}

async function* ticks(onEnd: () => void = () => {}): AsyncGenerator<number> {
  try {
    for (let i = 0;; i++) {
      yield i;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  } finally {
    onEnd();
  }
}

const codeOf = (call: PromiseLike<unknown>) => Promise.resolve(call).then(() => "none", ({ code }: RpcError) => code);

/** Ways in which a caller ends a call that would go on; each resolves when it has ended here. */
const ways: Record<string, (pair: Pair, seen: Seen) => Promise<void>> = {
  "cancel() ends a unary call": async ({ client }, seen) => {
    const call = client.call("demo.hang");
    await seen.started.promise;
    call.cancel();
    assertEquals(await codeOf(call), "canceled");
    call.cancel();
  },
  "an AbortSignal ends a unary call": async ({ client }, seen) => {
    const controller = new AbortController(), call = client.call("demo.hang", 1, { signal: controller.signal });
    await seen.started.promise;
    controller.abort();
    assertEquals(await codeOf(call), "canceled");
  },
  "AbortSignal.timeout ends a unary call as a deadline does": async ({ client }, seen) => {
    const signal = AbortSignal.timeout(5), call = client.call("demo.hang", 1, { signal });
    await seen.started.promise;
    assertEquals(await codeOf(call), "deadline_exceeded");
  },
  "leaving a block disposes the call": async ({ client }, seen) => {
    let kept: Call;
    {
      using call = client.call("demo.hang");
      kept = call;
      await seen.started.promise;
    }
    assertEquals(await codeOf(kept), "canceled");
  },
  "leaving a block disposes the call, asynchronously too": async ({ client }, seen) => {
    await using _ = client.call("demo.hang");
    await seen.started.promise;
  },
  "break ends a stream": async ({ client }, seen) => {
    for await (const n of client.call<number>("demo.forever", 1)) if (n === 3) break;
    await seen.started.promise;
  },
  "break ends a typed stream": async ({ client }) => {
    for await (const n of client.of(Typed).forever(1)) if (n === 3) break;
  },
  "return() of the iterator ends a stream": async ({ client }) => {
    const items = client.call("demo.forever", 1)[Symbol.asyncIterator]();
    await items.next();
    assertEquals(await items.return!(), { value: undefined, done: true });
    assertEquals(await items.next(), { value: undefined, done: true });
  },
  "an error in the loop's body ends a stream": async ({ client }) => {
    await assertRejects(async () => {
      for await (const _ of client.call("demo.forever", 1)) throw new RangeError("enough");
    }, RangeError);
  },
  "an AbortSignal ends a stream with an error": async ({ client }) => {
    const controller = new AbortController(), got: number[] = [];
    const reading = (async () => {
      for await (const n of client.call<number>("demo.forever", 1, { signal: controller.signal })) {
        if (got.push(n) === 3) controller.abort();
      }
    })();
    assertEquals(await codeOf(reading), "canceled");
    assertEquals(got.slice(0, 3), [1, 2, 3]);
  },
  "awaiting a stream takes its first item and ends it": async ({ client }) => {
    assertEquals(await client.call("demo.forever", 7), 7);
  },
  "disposing a stream ends it": async ({ client }) => {
    await using stream = client.of(Typed).forever(1);
    for await (const n of { [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator]() }) if (n > 1) break;
  },
  "cancel() ends a client stream, and what is being sent": async ({ client }, seen) => {
    const ended = Promise.withResolvers<void>(), call = client.call("demo.drain", ticks(ended.resolve));
    await seen.started.promise;
    call.cancel();
    assertEquals(await codeOf(call), "canceled");
    await ended.promise;
  },
  "closing the client ends its calls": async ({ client }, seen) => {
    const call = client.call("demo.hang");
    await seen.started.promise;
    await client.close();
    assertEquals(await codeOf(call), "unavailable");
  },
};

async function withPair(scheme: PairScheme, run: (pair: Pair, seen: Seen) => Promise<void>): Promise<void> {
  await using pair = await startPair({ scheme });
  const seen = new Seen();
  pair.server.handle("demo.hang", (request: unknown, ctx) => seen.hang(request, ctx));
  pair.server.handle("demo.forever", (n: number, ctx) => seen.forever(n, ctx));
  pair.server.handle("demo.drain", (items: AsyncIterable<unknown>, ctx) => seen.drain(items, ctx));
  pair.server.handle("demo.double", (n: number) => 2 * n);
  pair.server.handle(Typed, { forever: (n, ctx) => seen.forever(n, ctx) });
  await run(pair, seen);
}

for (const scheme of pairSchemes) {
  for (const [name, end] of Object.entries(ways)) {
    Deno.test(`${scheme}: ${name}, and the handler hears of it`, () =>
      withPair(scheme, async (pair, seen) => {
        await end(pair, seen);
        assertEquals(await seen.aborted.promise, name.includes("deadline") ? "deadline_exceeded" : "canceled");
        await seen.cleaned.promise;
      }));
  }
}

Deno.test("a cancelled call leaves the connection to the others", () =>
  withPair("tcp", async ({ client, server }, seen) => {
    const doomed = client.call("demo.hang"), other = client.call("demo.double", 21);
    await seen.started.promise;
    doomed.cancel();
    assertEquals([await other, await client.call("demo.double", 4), server.connections], [42, 8, 1]);
    await codeOf(doomed);
  }));

Deno.test("a reason that is an RpcError stands for itself", () =>
  withPair("mem", async ({ client }, seen) => {
    const call = client.call("demo.hang"), reason = new TypeError("changed my mind");
    await seen.started.promise;
    call.cancel(reason);
    const error = await assertRejects(() => call) as RpcError;
    assertEquals([error.code, error.cause], ["canceled", reason]);
  }));

Deno.test("a call whose signal has aborted already is not sent", () =>
  withPair("mem", async ({ client, server }) => {
    let runs = 0;
    server.handle("demo.count", () => ++runs);
    assertEquals(await client.call("demo.count"), 1);
    assertEquals(await codeOf(client.call("demo.count", 1, { signal: AbortSignal.abort() })), "canceled");
    assertEquals(await client.call("demo.count"), 2);
  }));

Deno.test("a call that has ended takes no notice of its signal, and lets go of it", () =>
  withPair("mem", async ({ client }) => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller, add = signal.addEventListener, remove = signal.removeEventListener;
    signal.addEventListener = (...args: unknown[]) => (listeners++, add.apply(signal, args as Parameters<typeof add>));
    signal.removeEventListener = (
      ...args: unknown[]
    ) => (listeners--, remove.apply(signal, args as Parameters<typeof remove>));
    for (let i = 0; i < 10; i++) assertEquals(await client.call("demo.double", i, { signal }), 2 * i);
    assertEquals(listeners, 0);
    const call = client.call("demo.double", 4, { signal });
    assertEquals(await call, 8);
    controller.abort();
    call.cancel();
    assertEquals(await call, 8);
  }));

Deno.test("a call is cancelled before it was sent, while its connection is dialled", () =>
  withPair("tcp", async ({ client, server }) => {
    let runs = 0;
    server.handle("demo.count", () => ++runs);
    const early = client.call("demo.count"); // nothing is loaded and nothing dialled yet
    early.cancel();
    assertEquals(await codeOf(early), "canceled");
    assertEquals(await client.call("demo.count"), 1);
  }));

Deno.test("a handler that answers although its call was cancelled answers nobody", () =>
  withPair("mem", async ({ client, server, errors }) => {
    const { promise: go, resolve } = Promise.withResolvers<void>(), done = Promise.withResolvers<boolean>();
    server.handle("demo.late", async (_: unknown, ctx: Context) => {
      await go;
      done.resolve(ctx.signal.aborted);
      return "late";
    });
    server.handle("demo.lateError", async () => {
      await go;
      throw new RangeError("late");
    });
    const calls = [client.call("demo.late"), client.call("demo.lateError")];
    await client.call("demo.double", 1);
    for (const call of calls) call.cancel();
    await client.call("demo.double", 1);
    resolve();
    assert(await done.promise, "a signal that is first read after the cancelling is aborted");
    assertEquals([await client.call("demo.double", 2), errors], [4, []]);
    await Promise.all(calls.map(codeOf));
  }));

Deno.test("a call that is cancelled before it is sent is not sent, though another is", async () => {
  await using pair = await startPair({ client: { pool: { size: 1 } } });
  const ran: number[] = [];
  pair.server.handle("demo.first", () => {}).handle("demo.run", (n: number) => void ran.push(n));
  await pair.client.call("demo.first"); // there is a connection now, and the next method is new to it
  const calls = [1, 2].map((n) => pair.client.call("demo.run", n));
  calls[0]!.cancel();
  assertEquals(await Promise.all(calls.map(codeOf)), ["canceled", "none"]);
  assertEquals(ran, [2]);
});
