import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { bidi, clientStream, serverStream, service, t, unary } from "../codec/mod.ts";
import type { Context, RpcError } from "../protocol/mod.ts";
import { type Pair, pairSchemes, startPair } from "../testing/mod.ts";

const Demo = service("typed", {
  double: unary(t.int32, t.int32),
  count: serverStream(t.int32, t.int32),
  sum: clientStream(t.int32, t.int32),
  running: bidi(t.int32, t.int32),
});

async function* count(n: number): AsyncGenerator<number> {
  for (let i = 1; i <= n; i++) {
    await null;
    yield i;
  }
}

async function sum(numbers: AsyncIterable<number>): Promise<number> {
  return (await Array.fromAsync(numbers)).reduce((a, b) => a + b, 0);
}

async function* running(numbers: AsyncIterable<number>): AsyncGenerator<number> {
  let total = 0;
  for await (const number of numbers) yield total += number;
}

function handle({ server }: Pair): void {
  server.handle("demo.double", (n: number) => 2 * n);
  server.handle("demo.later", async (n: number) => {
    await null;
    return 2 * n;
  });
  server.handle("demo.echo", (value: unknown) => value);
  server.handle("demo.count", count);
  server.handle("demo.countInTurn", function* (n: number) {
    for (let i = 1; i <= n; i++) yield i;
  });
  server.handle("demo.sum", sum);
  server.handle("demo.running", running);
  server.handle("demo.about", (_: unknown, ctx: Context) => {
    ctx.responseMetadata.set("served-by", "test").set("raw", Uint8Array.of(0, 255));
    return [ctx.service, ctx.method, ctx.attempt, ctx.deadline, ctx.remainingMs, [...ctx.metadata]];
  });
  server.handle("demo.aboutStream", async function* (_: unknown, ctx: Context) {
    ctx.responseMetadata.set("served-by", "test");
    yield 1;
  });
  server.handle(Demo, {
    double: (n) => 2 * n,
    count: (n) => Array.from({ length: n }, (_, i) => i + 1),
    sum,
    running,
  });
}

const cases: Record<string, (pair: Pair) => Promise<void>> = {
  "a unary call gives its reply": async ({ client }) => {
    assertEquals(await client.call("demo.double", 21), 42);
    assertEquals(await client.call("demo.later", 21), 42);
    assertEquals(await client.of(Demo).double(21), 42);
  },
  "every value comes back as it was, undefined and null too": async ({ client }) => {
    for (const value of [undefined, null, 0, "", [], {}, false, Uint8Array.of(1), { a: [1, { b: null }] }]) {
      assertEquals(await client.call("demo.echo", value), value);
    }
  },
  "a server stream gives every item and ends": async ({ client }) => {
    assertEquals(await Array.fromAsync(client.call<number>("demo.count", 5)), [1, 2, 3, 4, 5]);
    assertEquals(await Array.fromAsync(client.call<number>("demo.countInTurn", 5)), [1, 2, 3, 4, 5]);
    assertEquals(await Array.fromAsync(client.of(Demo).count(5)), [1, 2, 3, 4, 5]);
    assertEquals(await Array.fromAsync(client.of(Demo).count(0)), []);
    assertEquals(await Array.fromAsync(client.call("demo.count", 0)), []);
  },
  "a client stream sends every item": async ({ client }) => {
    assertEquals(await client.call("demo.sum", count(100)), 5050);
    assertEquals(await client.call("demo.sum", count(0)), 0);
    assertEquals(await client.of(Demo).sum(count(4)), 10);
    assertEquals(await client.of(Demo).sum([1, 2, 3]), 6);
  },
  "a bidi call answers each item as it comes": async ({ client }) => {
    for (
      const start of [(ns: AsyncIterable<number>) => client.call<number>("demo.running", ns), client.of(Demo).running]
    ) {
      const sent: number[] = [], got: number[] = [];
      const feed = new TransformStream<number, number>(), writer = feed.writable.getWriter();
      const replies = start(feed.readable)[Symbol.asyncIterator]();
      for (const n of [5, 7, 9]) {
        sent.push(n);
        writer.write(n);
        got.push((await replies.next()).value!);
      }
      writer.close();
      assertEquals([sent, got, (await replies.next()).done], [[5, 7, 9], [5, 12, 21], true]);
    }
  },
  "a oneway call resolves with undefined and is run": async ({ client, server }) => {
    const { promise, resolve } = Promise.withResolvers<string>();
    server.handle("demo.note", (text: string) => resolve(text));
    assertEquals(await client.call("demo.note", "hello", { oneway: true }), undefined);
    assertEquals(await promise, "hello");
  },
  "a oneway call that fails, or returns a stream, disturbs nobody": async ({ client, server, errors }) => {
    const returned = Promise.withResolvers<void>();
    server.handle("demo.bad", () => {
      throw new RangeError("no");
    });
    const iterator: AsyncIterator<number> = {
      next: () => Promise.resolve({ value: 1 }),
      return: () => Promise.resolve({ value: returned.resolve(), done: true }),
    };
    server.handle("demo.stream", () => ({ [Symbol.asyncIterator]: () => iterator }));
    for (const method of ["demo.bad", "demo.stream", "demo.unknown"]) {
      assertEquals(await client.call(method, 1, { oneway: true }), undefined);
    }
    await returned.promise;
    assertEquals([await client.call("demo.double", 1), errors.map(String)], [2, ["RangeError: no"]]);
  },
  "calls made one after the other, and calls made first and collected later, in any order": async ({ client }) => {
    for (let n = 0; n < 20; n++) assertEquals(await client.call("demo.later", n), 2 * n);
    const calls = Array.from({ length: 50 }, (_, n) => client.call<number>(n % 2 ? "demo.later" : "demo.double", n));
    for (const [n, call] of [...calls.entries()].reverse()) assertEquals(await call, 2 * n);
    assertEquals(await calls[7], 14, "a call can be awaited again");
  },
  "a call is a promise: then, catch and finally": async ({ client }) => {
    const seen: unknown[] = [];
    await client.call<number>("demo.double", 1).then((n) => seen.push(n)).finally(() => seen.push("end"));
    await client.call("demo.unknown").catch(({ code }: RpcError) => seen.push(code));
    await client.call("demo.double", 1).finally(() => seen.push("end"));
    await assertRejects(() => client.call("demo.unknown").finally(() => seen.push("end")));
    const both = await Promise.all([client.call("demo.double", 2), client.call("demo.double", 3)]);
    assertEquals([seen, both], [[2, "end", "unimplemented", "end", "end"], [4, 6]]);
    assertEquals(await Promise.race([client.call("demo.double", 4)]), 8);
    assertEquals(Object.prototype.toString.call(client.call("demo.double", 1)), "[object Call]");
  },
  "iterating a unary call gives its one reply, before and after it has come": async ({ client }) => {
    for (const value of [42, undefined, null]) {
      assertEquals(await Array.fromAsync(client.call("demo.echo", value)), [value]);
      const done = client.call("demo.echo", value);
      await done;
      assertEquals(await Array.fromAsync(done), [value]);
    }
  },
  "awaiting a stream gives its first item, whether it is awaited at once or when all has come": async (pair) => {
    const { client } = pair, early = client.call("demo.count", 3), late = client.call("demo.count", 3);
    assertEquals(await early, 1);
    await client.call("demo.later", 1);
    await eventually(() => client.call("demo.later", 1));
    assertEquals([await late, await client.call("demo.count", 0)], [1, undefined]);
  },
  "an iterator keeps what has come when the stream is read late": async ({ client }) => {
    const call = client.call("demo.count", 3);
    await eventually(() => client.call("demo.later", 1));
    assertEquals(await Array.fromAsync(call), [1, 2, 3]);
  },
  "a typed stream is no promise: it passes through await and return as it is": async ({ client }) => {
    const open = async () => await client.of(Demo).count(3);
    assertEquals(await Array.fromAsync(await open()), [1, 2, 3]);
    assertEquals("then" in client.of(Demo).count(0), false);
  },
  "a handler passes on another call, unary or stream, by returning it": async ({ client, server }) => {
    server.handle("pass.any", ([method, n]: [string, number]) => client.call(method, n));
    assertEquals(await client.call("pass.any", ["demo.later", 4]), 8);
    assertEquals(await Array.fromAsync(client.call("pass.any", ["demo.count", 3])), [1, 2, 3]);
    assertEquals(await Array.fromAsync(client.call("pass.any", ["demo.count", 0])), []);
    const error = await assertRejects(() => client.call("pass.any", ["demo.unknown", 0])) as RpcError;
    assertEquals(error.code, "unimplemented");
    server.handle("pass.typed", (n: number) => client.of(Demo).count(n), { kind: "server_stream" });
    assertEquals(await Array.fromAsync(client.call("pass.typed", 3)), [1, 2, 3]);
  },
  "metadata goes both ways, and the context tells of the call": async ({ client }) => {
    const call = client.call("demo.about", null, { metadata: { "User": "ada", "bin": Uint8Array.of(1) } });
    assertEquals(await call, ["demo", "about", 1, undefined, Infinity, [["user", "ada"], ["bin", Uint8Array.of(1)]]]);
    assertEquals([...call.responseMetadata], [["served-by", "test"], ["raw", Uint8Array.of(0, 255)]]);
    const stream = client.call("demo.aboutStream");
    assertEquals([await Array.fromAsync(stream), [...stream.responseMetadata]], [[1], [["served-by", "test"]]]);
    assertEquals(client.call("demo.about").responseMetadata.size, 0);
  },
  "mistakes of the programmer throw at once": ({ client }) => {
    for (const request of [5, null, "text", {}]) {
      assertThrows(() => client.of(Demo).sum(request as unknown as number[]), TypeError, "its request is a stream");
    }
    assertThrows(() => client.call("nodot"), TypeError, "Cannot use");
    assertThrows(() => client.call("demo."), TypeError);
    for (const timeout of [0, -1, NaN]) assertThrows(() => client.call("demo.echo", 1, { timeout }), RangeError);
    assertThrows(() => client.call("demo.echo", 1, { metadata: { "bad key": "" } }), TypeError);
    assertThrows(() => client.call("demo.echo", 1, { metadata: { a: 1 as unknown as string } }), TypeError);
    return Promise.resolve();
  },
};

/** Lets `n` round trips pass, so that what was sent before has come. */
async function eventually(roundTrip: () => PromiseLike<unknown>, n = 10): Promise<void> {
  for (let i = 0; i < n; i++) await roundTrip();
}

for (const scheme of pairSchemes) {
  for (const [name, run] of Object.entries(cases)) {
    Deno.test(`${scheme}: ${name}`, async () => {
      await using pair = await startPair({ scheme });
      handle(pair);
      await run(pair);
    });
  }
}
