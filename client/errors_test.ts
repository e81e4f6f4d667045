import { assert, assertEquals, assertRejects } from "@std/assert";
import { serverStream, service, t, unary } from "../codec/mod.ts";
import { refined, RpcError } from "../protocol/mod.ts";
import { type Pair, type PairScheme, pairSchemes, startPair } from "../testing/mod.ts";

const Typed = service("typed", { hello: unary(t.string, t.string), count: serverStream(t.int32, t.int32) });

const broke = new RpcError("failed_precondition", "Cannot pay: no money", {
  status: 1402,
  details: { account: 7, missing: [1, 2] },
  retryAfterMs: 1500,
});

function handle({ server }: Pair): void {
  const fails: Record<string, () => unknown> = {
    business: () => {
      throw broke;
    },
    refused: () => Promise.reject(refined("overloaded", "full", { retryAfterMs: -1 })),
    plain: () => {
      throw new RangeError("the password is 1234");
    },
    rejects: () => Promise.reject(new TypeError("the password is 1234")),
    throwsText: () => Promise.reject("the password is 1234"),
    throwsNothing: () => Promise.reject(undefined),
    unspeakable: () => ({ f: () => {} }),
    unspeakableLater: () => Promise.resolve({ f: () => {} }),
    atFirst: () => {
      throw broke;
    },
  };
  for (const [name, run] of Object.entries(fails)) server.handle(`demo.${name}`, run);
  server.handle("demo.breaks", async function* () {
    yield 1;
    yield 2;
    throw broke;
  });
  server.handle("demo.breaksPlainly", async function* () {
    yield 1;
    throw new RangeError("the password is 1234");
  });
  server.handle("demo.breaksInTurn", function* () {
    yield 1;
    throw broke;
  });
  server.handle("demo.breaksAtOnce", async function* () {
    if (broke !== undefined) throw broke;
    yield 1;
  });
  server.handle("demo.breaksWithNothing", async function* () {
    yield 1;
    throw undefined;
  });
  server.handle("demo.streamsUnspeakable", async function* () {
    yield 1;
    yield () => {};
  });
  server.handle(Typed, {
    hello: (name) => name.length > 3 ? 7 as unknown as string : `hello ${name}`,
    count: async function* (n) {
      yield n;
      yield "no" as unknown as number;
    },
  });
}

interface Expected {
  readonly code: string;
  readonly status: number;
  readonly message?: string | RegExp;
  readonly details?: unknown;
  readonly retryAfterMs?: number;
  /** How many errors the server's onError hears of. */
  readonly reported?: number;
}

const hidden = (method: string, reported = 1): Expected => ({
  code: "internal",
  status: 13,
  message: `Cannot answer ${method}: its handler failed`,
  reported,
});
const business: Expected = {
  code: "failed_precondition",
  status: 1402,
  message: broke.message,
  details: { account: 7, missing: [1, 2] },
  retryAfterMs: 1500,
};
const badReply: Expected = { code: "internal", status: 113 };

const calls: Record<string, [call: (pair: Pair) => PromiseLike<unknown>, expected: Expected]> = {
  "an RpcError arrives with all it says": [({ client }) => client.call("demo.business"), business],
  "a refinement arrives": [
    ({ client }) => client.call("demo.refused"),
    { code: "resource_exhausted", status: 108, message: "full", retryAfterMs: -1 },
  ],
  "another error stays at the server": [({ client }) => client.call("demo.plain"), hidden("demo.plain")],
  "so does a rejection": [({ client }) => client.call("demo.rejects"), hidden("demo.rejects")],
  "so does a text": [({ client }) => client.call("demo.throwsText"), hidden("demo.throwsText")],
  "so does nothing at all": [({ client }) => client.call("demo.throwsNothing"), hidden("demo.throwsNothing")],
  "a reply that no codec can hold": [({ client }) => client.call("demo.unspeakable"), badReply],
  "a later reply that no codec can hold": [({ client }) => client.call("demo.unspeakableLater"), badReply],
  "a reply that does not fit the contract": [({ client }) => client.of(Typed).hello("ada lovelace"), badReply],
  "a request that does not fit the contract": [
    ({ client }) => client.of(Typed).hello(7 as unknown as string),
    { code: "invalid_argument", status: 3 },
  ],
  "a request that the server's contract does not take": [
    ({ client }) => client.call("typed.hello", 7),
    { code: "invalid_argument", status: 103 },
  ],
  "a stream of requests for a method that takes one": [
    ({ client }) => client.call("typed.hello", (async function* () {})()),
    { code: "invalid_argument", status: 103 },
  ],
  "a request that no codec can hold": [
    ({ client }) => client.call("demo.business", { f: () => {} }),
    { code: "invalid_argument", status: 3 },
  ],
  "a service that is not there": [({ client }) => client.call("nobody.home"), { code: "unimplemented", status: 112 }],
  "a method that is not there": [({ client }) => client.call("demo.nothing"), { code: "unimplemented", status: 212 }],
  "awaiting a stream that fails before its first item": [({ client }) => client.call("demo.breaksAtOnce"), business],
};

const streams: Record<string, [call: (pair: Pair) => AsyncIterable<unknown>, items: unknown[], expected: Expected]> = {
  "a stream that throws gives its items, then the error": [
    ({ client }) => client.call("demo.breaks"),
    [1, 2],
    business,
  ],
  "a generator that throws": [({ client }) => client.call("demo.breaksInTurn"), [1], business],
  "a stream that throws at once": [({ client }) => client.call("demo.breaksAtOnce"), [], business],
  "a stream whose handler throws": [({ client }) => client.call("demo.atFirst"), [], business],
  "another error in a stream": [
    ({ client }) => client.call("demo.breaksPlainly"),
    [1],
    hidden("demo.breaksPlainly"),
  ],
  "a stream that throws nothing at all": [
    ({ client }) => client.call("demo.breaksWithNothing"),
    [1],
    { code: "internal", status: 13 },
  ],
  "an item that no codec can hold": [({ client }) => client.call("demo.streamsUnspeakable"), [1], badReply],
  "an item that does not fit the contract": [({ client }) => client.of(Typed).count(7), [7], badReply],
};

function check(error: unknown, expected: Expected, { errors }: Pair): void {
  assert(error instanceof RpcError, `got ${error}`);
  const { code, status, message, details, retryAfterMs } = error;
  assertEquals([code, status, details, retryAfterMs], [
    expected.code,
    expected.status,
    expected.details,
    expected.retryAfterMs,
  ]);
  if (expected.message !== undefined) assertEquals(message, expected.message);
  assert(!message.includes("1234") && message.length > 0);
  assertEquals(errors.length, expected.reported ?? errors.length);
}

async function withPair(scheme: PairScheme, run: (pair: Pair) => Promise<void>): Promise<void> {
  await using pair = await startPair({ scheme });
  handle(pair);
  await run(pair);
}

for (const scheme of pairSchemes) {
  for (const [name, [call, expected]] of Object.entries(calls)) {
    Deno.test(`${scheme}: ${name}`, () =>
      withPair(scheme, async (pair) => check(await assertRejects(async () => await call(pair)), expected, pair)));
  }
  for (const [name, [call, items, expected]] of Object.entries(streams)) {
    Deno.test(`${scheme}: ${name}`, () =>
      withPair(scheme, async (pair) => {
        const got: unknown[] = [];
        const error = await assertRejects(async () => {
          for await (const item of call(pair)) got.push(item);
        });
        assertEquals(got, items);
        check(error, expected, pair);
      }));
  }
}

Deno.test("calls that fail and that nobody looks at leave no unhandled rejection", async () => {
  const stray: unknown[] = [],
    onStray = (event: PromiseRejectionEvent) => {
      event.preventDefault();
      stray.push(event.reason);
    };
  globalThis.addEventListener("unhandledrejection", onStray);
  try {
    await withPair("mem", async (pair) => {
      const { client } = pair;
      client.call("demo.business");
      client.call("demo.breaks");
      client.call("nobody.home");
      client.call("demo.business", { f: () => {} });
      client.call(
        "demo.sum",
        (async function* () {
          yield 1;
          throw new RangeError("no");
        })(),
      );
      const iterator = client.call("demo.breaks")[Symbol.asyncIterator]();
      assertEquals((await iterator.next()).value, 1); // and never again
      client.call("demo.business", 1, { signal: AbortSignal.abort() });
      for (let i = 0; i < 10; i++) await client.of(Typed).hello("ada");
    });
    await new Promise((resolve) => setTimeout(resolve, 0));
  } finally {
    globalThis.removeEventListener("unhandledrejection", onStray);
  }
  assertEquals(stray, []);
});

Deno.test("what a request stream throws ends the call at both ends", async () => {
  await withPair("mem", async ({ client, server }) => {
    const seen = Promise.withResolvers<unknown>();
    server.handle("up.take", async (items: AsyncIterable<number>) => {
      const got: number[] = [];
      try {
        for await (const item of items) got.push(item);
      } catch (error) {
        seen.resolve([got, (error as RpcError).code]);
        throw error;
      }
    });
    const call = client.call(
      "up.take",
      (async function* () {
        yield 1;
        throw new RpcError("data_loss", "the disk is gone");
      })(),
    );
    const error = await assertRejects(() => call, RpcError, "the disk is gone");
    assertEquals([error.code, await seen.promise], ["data_loss", [[1], "canceled"]]);
  });
});

Deno.test("an onError that fails itself changes nothing for callers", async () => {
  const onError = () => {
    throw new Error("the log is full");
  };
  await using pair = await startPair({ server: { onError } });
  handle(pair);
  const complaints: unknown[][] = [], log = console.error;
  console.error = (...args) => complaints.push(args);
  try {
    for (const method of ["demo.plain", "demo.rejects", "demo.breaksPlainly"]) {
      const error = await assertRejects(() => Array.fromAsync(pair.client.call(method)), RpcError);
      assertEquals([error.code, error.message], ["internal", `Cannot answer ${method}: its handler failed`]);
    }
  } finally {
    console.error = log;
  }
  assertEquals(complaints.length, 3);
});

Deno.test("a stream that can't even be begun is an error for who waits, and nothing for who does not", async () => {
  await using pair = await startPair({ server: { onError: () => {} } });
  let runs = 0;
  pair.server.handle("demo.locked", () => {
    const stream = new ReadableStream();
    stream.getReader();
    runs++;
    return stream;
  });
  await pair.client.call("demo.locked", 1, { oneway: true });
  const error = await assertRejects(() => Array.fromAsync(pair.client.call("demo.locked")), RpcError);
  assertEquals([error.code, runs], ["internal", 2]);
});
