import { assert, assertEquals, assertRejects } from "@std/assert";
import { bidi, clientStream, serverStream, service, t } from "../codec/mod.ts";
import { type Context, RpcError } from "../protocol/mod.ts";
import { type Pair, pairSchemes, startPair } from "../testing/mod.ts";

const Typed = service("typed", {
  count: serverStream(t.int32, t.int32),
  sum: clientStream(t.int32, t.int32),
  echo: bidi(t.string, t.string),
});

async function* count(n: number): AsyncGenerator<number> {
  for (let i = 1; i <= n; i++) yield i;
}

/** Numbers for ever, and how many were asked for. */
function endless(): { made: number; ended: boolean; items(): AsyncGenerator<Uint8Array> } {
  const state = {
    made: 0,
    ended: false,
    async *items() {
      try {
        for (;;) {
          state.made++;
          yield new Uint8Array(10_000);
        }
      } finally {
        state.ended = true;
      }
    },
  };
  return state;
}

const rounds = async (n: number) => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setTimeout(resolve, 0));
};

const cases: Record<string, (pair: Pair) => Promise<void>> = {
  "100,000 small items arrive in order, both ways": async ({ client, server }) => {
    server.handle(Typed, {
      count,
      sum: async (ns) => {
        let sum = 0, last = 0;
        for await (const n of ns) {
          if (n !== ++last) throw new RpcError("data_loss", `got ${n} after ${last - 1}`);
          sum += n;
        }
        return sum;
      },
      echo: (items) => items,
    });
    let last = 0;
    for await (const n of client.of(Typed).count(50_000)) assertEquals(n, ++last);
    assertEquals([last, await client.of(Typed).sum(count(50_000))], [50_000, 1_250_025_000]);
  },
  "many streams run at once without mixing": async ({ client, server }) => {
    server.handle("demo.repeat", async function* (word: string) {
      for (let i = 0; i < 50; i++) {
        yield `${word} ${i}`;
        if (i % 7 === 0) await rounds(1);
      }
    });
    await Promise.all(Array.from({ length: 40 }, async (_, k) => {
      let i = 0;
      for await (const item of client.call("demo.repeat", `w${k}`)) assertEquals(item, `w${k} ${i++}`);
      assertEquals(i, 50);
    }));
  },
  "a slow reader holds the server back": async ({ client, server }) => {
    const source = endless();
    server.handle("demo.endless", () => source.items());
    const items = client.call<Uint8Array>("demo.endless")[Symbol.asyncIterator]();
    await items.next();
    await rounds(30);
    assert(source.made <= 40, `${source.made} items were made for a reader of one`);
    for (let i = 0; i < 100; i++) await items.next();
    await rounds(30);
    assert(source.made > 100 && source.made <= 140, `${source.made} items were made for a reader of 101`);
    await items.return!();
    await rounds(5);
    assert(source.ended);
  },
  "a slow handler holds the client back": async ({ client, server }) => {
    const source = endless(), go = Promise.withResolvers<void>();
    let read = 0;
    server.handle("demo.slow", async (items: AsyncIterable<Uint8Array>) => {
      for await (const _ of items) {
        if (++read === 1) await go.promise;
        if (read === 200) return read;
      }
    });
    const call = client.call("demo.slow", source.items());
    await rounds(30);
    assert(read === 1 && source.made <= 40, `${source.made} items were made for a reader of one`);
    go.resolve();
    assertEquals(await call, 200);
    await rounds(5);
    assert(source.ended, "the reply ends the request stream");
  },
  "one slow stream does not hold the others back": async ({ client, server }) => {
    const source = endless();
    server.handle("demo.endless", () => source.items());
    server.handle("demo.echo", (value: unknown) => value);
    const slow = client.call("demo.endless")[Symbol.asyncIterator]();
    await slow.next();
    await rounds(20);
    for (let i = 0; i < 100; i++) assertEquals(await client.call("demo.echo", i), i);
    await slow.return!();
  },
  "a bidi call is a conversation: each end waits for the other": async ({ client, server }) => {
    server.handle(Typed, {
      count,
      sum: () => 0,
      echo: async function* (items) {
        yield "who is there?";
        for await (const item of items) yield `${item} who?`;
        yield "bye";
      },
    });
    const heard: string[] = [], say = new TransformStream<string, string>(), writer = say.writable.getWriter();
    for await (const reply of client.of(Typed).echo(say.readable)) {
      heard.push(reply);
      if (heard.length === 1) writer.write("ada");
      else if (heard.length === 2) writer.close();
    }
    assertEquals(heard, ["who is there?", "ada who?", "bye"]);
  },
  "a handler may answer before it has read its requests": async ({ client, server }) => {
    const source = endless();
    server.handle("demo.enough", async (items: AsyncIterable<Uint8Array>) => {
      for await (const _ of items) break;
      return "enough";
    });
    server.handle("demo.ignore", () => "ignored");
    assertEquals(await client.call("demo.enough", source.items()), "enough");
    await rounds(5);
    assert(source.ended);
    assertEquals(await client.call("demo.ignore", endless().items()), "ignored");
    assertEquals(await client.call("demo.ignore"), "ignored");
  },
  "a handler may fail before it has read its requests": async ({ client, server }) => {
    const source = endless();
    server.handle("demo.refuse", () => {
      throw new RpcError("permission_denied", "no");
    });
    const error = await assertRejects(() => client.call("demo.refuse", source.items()), RpcError);
    assertEquals(error.code, "permission_denied");
    await rounds(5);
    assert(source.ended);
  },
  "a handler may go on after it has read everything": async ({ client, server }) => {
    server.handle("demo.reverse", async function* (items: AsyncIterable<number>, ctx: Context) {
      const all = await Array.fromAsync(items);
      assert(!ctx.signal.aborted);
      yield* all.reverse();
    });
    assertEquals(await Array.fromAsync(client.call("demo.reverse", count(5))), [5, 4, 3, 2, 1]);
  },
  "a large item passes through a small window": async ({ client, server }) => {
    server.handle("demo.large", function* (size: number) {
      for (let i = 0; i < 3; i++) yield new Uint8Array(size).fill(i);
    });
    let n = 0;
    for await (const item of client.call<Uint8Array>("demo.large", 1 << 20)) {
      assertEquals([item.length, item[0], item.at(-1)], [1 << 20, n, n]);
      n++;
    }
    assertEquals(n, 3);
  },
  "a method that its contract calls unary is one, whatever its reply": async ({ client, server }) => {
    server.handle("demo.list", () => [1, 2, 3], { kind: "unary" });
    server.handle("demo.each", () => [1, 2, 3], { kind: "server_stream" });
    server.handle("demo.plain", () => [1, 2, 3]);
    assertEquals(await client.call("demo.list"), [1, 2, 3]);
    assertEquals(await client.call("demo.plain"), [1, 2, 3], "without a contract an array is a value");
    assertEquals(await Array.fromAsync(client.call("demo.each")), [1, 2, 3]);
  },
};

for (const scheme of pairSchemes) {
  for (const [name, run] of Object.entries(cases)) {
    Deno.test(`${scheme}: ${name}`, async () => {
      await using pair = await startPair({ scheme });
      await run(pair);
    });
  }
}

for (const [kib, least, most] of [[64, 5, 15], [256, 20, 40], [1024, 90, 120]] as const) {
  Deno.test(`items of a stream with a window of ${kib} KiB all arrive, and no more of them wait unread`, async () => {
    const source = endless(), limits = { streamWindowBytes: kib << 10 };
    await using pair = await startPair({ client: { limits } });
    pair.server.handle("demo.endless", () => source.items());
    const items = pair.client.call("demo.endless")[Symbol.asyncIterator]();
    await items.next();
    await rounds(50);
    assert(source.made > least && source.made <= most, `${source.made} items`);
    for (let i = 0; i < 500; i++) await items.next();
    await items.return!();
  });
}
