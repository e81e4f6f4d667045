/**
 * What streams must do on every transport that carries them.
 *
 * @module
 */
import { type Context, RpcError } from "../../protocol/mod.ts";
import type { TransportTrial } from "./transport_calls.ts";
import { fails, must, same, until } from "./verdict.ts";

async function* numbers(n: number): AsyncGenerator<number> {
  for (let i = 0; i < n; i++) yield await Promise.resolve(i);
}

const first = (n: number) => Array.from({ length: n }, (_, i) => i);

/** The cases. */
export const streamTrials: Readonly<Record<string, TransportTrial>> = {
  async "carries a stream of replies, in order"(rig) {
    rig.server.handle("demo.count", (n: number) => numbers(n));
    same(await Array.fromAsync(rig.client.call("demo.count", 2000)), first(2000));
    same(await Array.fromAsync(rig.client.call("demo.count", 0)), []);
  },

  async "carries a stream of requests, in order"(rig) {
    rig.server.handle("demo.list", (items: AsyncIterable<number>) => Array.fromAsync(items));
    same(await rig.client.call("demo.list", numbers(2000)), first(2000));
    same(await rig.client.call("demo.list", numbers(0)), []);
  },

  async "carries streams both ways at once"(rig) {
    rig.server.handle("demo.chat", async function* (items: AsyncIterable<number>) {
      for await (const n of items) yield 2 * n;
    });
    let answered = Promise.withResolvers<void>();
    const questions = async function* () {
      for (let n = 0; n < 50; n++) {
        yield n;
        await answered.promise; // the next question only follows the answer
        answered = Promise.withResolvers();
      }
    };
    const replies: unknown[] = [];
    for await (const reply of rig.client.call("demo.chat", questions())) {
      replies.push(reply);
      answered.resolve();
    }
    same(replies, first(50).map((n) => 2 * n));
  },

  async "carries many streams at once"(rig) {
    rig.server.handle("demo.count", (n: number) => numbers(n));
    const all = await Promise.all(first(50).map((n) => Array.fromAsync(rig.client.call("demo.count", n))));
    same(all, first(50).map(first));
  },

  async "carries streams of large items both ways"(rig) {
    const item = Uint8Array.from({ length: 100_000 }, (_, i) => i * 7);
    rig.server.handle("demo.chat", async function* (items: AsyncIterable<Uint8Array>) {
      for await (const bytes of items) yield bytes;
    });
    const items = async function* () {
      for (let n = 0; n < 20; n++) yield await Promise.resolve(item);
    };
    const back = await Array.fromAsync(rig.newClient({ codec: "none" }).call<Uint8Array>("demo.chat", items()));
    same(back.length, 20);
    for (const bytes of back) same(bytes, item);
  },

  async "does not take a stream that breaks for one that ends"(rig) {
    rig.server.handle("demo.break", function* () {
      yield 1;
      yield 2;
      throw new RpcError("data_loss", "the rest is gone", { status: 1002 });
    });
    const got: unknown[] = [];
    const error = await fails(
      (async () => {
        for await (const n of rig.client.call("demo.break")) got.push(n);
      })(),
      "data_loss",
    );
    same([got, error.status], [[1, 2], 1002]);
  },

  async "ends a stream at the other end when its reader leaves"(rig) {
    let ended = 0;
    rig.server.handle("demo.forever", async function* () {
      try {
        for (let n = 0;; n++) yield await Promise.resolve(n);
      } finally {
        ended++;
      }
    });
    for await (const n of rig.client.call<number>("demo.forever")) if (n === 3) break;
    await until(() => ended === 1, "the handler's end");
  },

  async "ends a stream of requests when its handler answers early"(rig) {
    let ended = 0;
    rig.server.handle("demo.first", async (items: AsyncIterable<number>) => {
      for await (const n of items) return n;
    });
    const forever = async function* () {
      try {
        for (let n = 7;; n++) yield await Promise.resolve(n);
      } finally {
        ended++;
      }
    };
    same(await rig.client.call("demo.first", forever()), 7);
    await until(() => ended === 1, "the sender's end");
  },

  async "ends a stream at its deadline, at both ends"(rig) {
    let aborted = 0;
    rig.server.handle("demo.slow", async function* (_: unknown, { signal }: Context) {
      signal.addEventListener("abort", () => aborted++);
      yield 1;
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    });
    const got: unknown[] = [];
    await fails(
      (async () => {
        for await (const n of rig.client.call("demo.slow", null, { timeout: 200 })) got.push(n);
      })(),
      "deadline_exceeded",
    );
    same(got, [1]);
    await until(() => aborted === 1, "the handler's signal");
  },

  async "carries metadata before the first item"(rig) {
    rig.server.handle("demo.tell", async function* (_: unknown, { metadata, responseMetadata }: Context) {
      responseMetadata.set("answer", "yes");
      yield await Promise.resolve(metadata.get("question"));
    });
    const call = rig.client.call("demo.tell", null, { metadata: { question: "tea?" } });
    for await (const item of call) same([item, call.responseMetadata.get("answer")], ["tea?", "yes"]);
  },

  async "does not make more of a stream than its reader takes"(rig) {
    const item = new Uint8Array(16 << 10);
    let made = 0;
    rig.server.handle("demo.forever", function* () {
      for (;; made += item.length) yield item;
    }).handle("demo.echo", (value: unknown) => value);
    const client = rig.newClient({ codec: "none" }), stream = client.call("demo.forever")[Symbol.asyncIterator]();
    await stream.next();
    for (let n = 0; n < 200; n++) await client.call("demo.echo", item); // others go on meanwhile
    must(made < MAX_MADE_BYTES, `${made} bytes were made for a reader that took ${item.length}`);
    await stream.return?.();
  },

  async "does not take more of a stream of requests than its handler reads"(rig) {
    const item = new Uint8Array(16 << 10), read = Promise.withResolvers<void>();
    let made = 0, got = 0;
    rig.server.handle("demo.slow", async (items: AsyncIterable<Uint8Array>) => {
      for await (const { length } of items) {
        got += length;
        await read.promise;
      }
      return Uint8Array.of(1);
    }).handle("demo.echo", (value: unknown) => value);
    const client = rig.newClient({ codec: "none" }), total = 4 * MAX_AHEAD_BYTES;
    const items = async function* () {
      for (; made < total; made += item.length) yield await Promise.resolve(item);
    };
    const call = client.call("demo.slow", items());
    for (let n = 0; n < 200; n++) await client.call("demo.echo", item);
    must(got === item.length && made < MAX_AHEAD_BYTES, `${made} bytes were taken for a handler that read ${got}`);
    read.resolve();
    await call;
    same(got, total, "what the handler read");
  },
};

/** Window and buffers on the way, with room to spare. */
const MAX_AHEAD_BYTES = 3 << 20;
/** The same where only the system's buffers bound a stream: a plain answer of HTTP. */
const MAX_MADE_BYTES = 16 << 20;
