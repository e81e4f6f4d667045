import { assert, assertEquals, assertRejects } from "@std/assert";
import { serverStream, service, t, unary } from "../codec/mod.ts";
import { type Context, type Peer, RpcError, sleep } from "../protocol/mod.ts";
import { FakeClock, type Pair, pairSchemes, startPair } from "../testing/mod.ts";
import { memoryPair, MemoryTransport, type Transport } from "../transport/mod.ts";
import { client } from "./default.ts";
import { connect, type DuplexPeer, type ServerPeer } from "./peer.ts";
import { Server } from "./server.ts";

const Board = service("board", { put: unary(t.string, t.int32), count: serverStream(t.int32, t.int32) });

/** A server and a connection to it, over which both call. */
interface Rig {
  readonly server: Pair["server"];
  readonly peer: DuplexPeer;
}

const cases: Record<string, (rig: Rig) => Promise<void>> = {
  "a handler calls its caller back": async ({ server, peer }) => {
    server.handle("demo.ask", async (question: string, { peer }: Context) => {
      return `they said: ${await peer.call("demo.answer", question)}`;
    });
    peer.handle("demo.answer", (question: string) => `${question} yes`);
    assertEquals(await peer.call("demo.ask", "tea?"), "they said: tea? yes");
  },
  "a handler calls back through a contract, three ways": async ({ server, peer }) => {
    const put: string[] = [];
    peer.handle(Board, { put: (text) => put.push(text), count: (n) => Array.from({ length: n }, (_, i) => i) });
    server.handle("demo.untyped", (_: unknown, { peer }: Context) => peer.call("board.put", "a"));
    server.handle("demo.typed", async (_: unknown, { peer }: Context) => {
      const board = client(Board, { peer });
      return [await board.put("b"), await (peer as ServerPeer).client(Board).put("c")];
    });
    server.handle("demo.named", (_: unknown, { peer }: Context) => {
      return client<{ put(text: string): number }>("board", { peer }).put("d");
    });
    server.handle("demo.stream", (n: number, { peer }: Context) => client(Board, { peer }).count(n));
    assertEquals(await peer.call("demo.untyped"), 1);
    assertEquals(await peer.call("demo.typed"), [2, 3]);
    assertEquals(await peer.call("demo.named"), 4);
    assertEquals(await Array.fromAsync(peer.call("demo.stream", 3)), [0, 1, 2]);
    assertEquals(put, ["a", "b", "c", "d"]);
  },
  "both ends call at once, and ids do not get mixed up": async ({ server, peer }) => {
    server.handle("demo.here", (n: number) => Promise.resolve(["here", n]));
    peer.handle("demo.there", (n: number) => Promise.resolve(["there", n]));
    server.handle(
      "demo.many",
      (n: number, { peer }: Context) => Promise.all(Array.from({ length: n }, (_, i) => peer.call("demo.there", i))),
    );
    const [there, ...here] = await Promise.all([
      peer.call("demo.many", 200),
      ...Array.from({ length: 200 }, (_, i) => peer.call("demo.here", i)),
    ]);
    assertEquals(there, Array.from({ length: 200 }, (_, i) => ["there", i]));
    assertEquals(here, Array.from({ length: 200 }, (_, i) => ["here", i]));
  },
  "a server pushes to a caller that is long done": async ({ server, peer }) => {
    const subscribers = new Set<Peer>();
    server.handle("news.subscribe", (_: unknown, { peer }: Context) => void subscribers.add(peer));
    const heard = Promise.withResolvers<string>();
    peer.handle("news.item", (text: string) => heard.resolve(text));
    await peer.call("news.subscribe");
    await peer.call("news.subscribe");
    assertEquals(subscribers.size, 1, "a connection has one peer");
    for (const subscriber of subscribers) subscriber.call("news.item", "hello", { oneway: true });
    assertEquals(await heard.promise, "hello");
  },
  "streams go back too, and cancelling them": async ({ server, peer }) => {
    const ended = Promise.withResolvers<void>();
    peer.handle("demo.forever", async function* () {
      try {
        for (let i = 0;; i++) {
          yield i;
          await null;
        }
      } finally {
        ended.resolve();
      }
    });
    server.handle("demo.firstThree", async (_: unknown, { peer }: Context) => {
      const got: unknown[] = [];
      for await (const n of peer.call("demo.forever")) if (got.push(n) === 3) return got;
    });
    assertEquals(await peer.call("demo.firstThree"), [0, 1, 2]);
    await ended.promise;
  },
  "errors of the one who is called back arrive": async ({ server, peer }) => {
    peer.handle("demo.answer", () => {
      throw new RpcError("failed_precondition", "not today", { status: 1001 });
    });
    server.handle("demo.ask", (_: unknown, { peer }: Context) => peer.call("demo.answer"));
    server.handle("demo.wrong", (_: unknown, { peer }: Context) => peer.call("demo.nothing"));
    const error = await assertRejects(() => peer.call("demo.ask"), RpcError, "not today");
    assertEquals([error.code, error.status], ["failed_precondition", 1001]);
    const wrong = await assertRejects(() => peer.call("demo.wrong"), RpcError);
    assertEquals([wrong.code, wrong.status], ["unimplemented", 12], "not as if the first method were missing");
  },
  "a call without a contract and one with it do not disturb each other": async ({ server, peer }) => {
    server.handle(Board, { put: (text) => text.length, count: () => [] });
    assertEquals(await peer.call("board.put", "four"), 4);
    assertEquals(await peer.client(Board).put("four"), 4);
    assertEquals(await Array.fromAsync(peer.client(Board).count(0)), []);
    assertEquals(await peer.client<{ put(text: string): number }>("board").put("four"), 4);
    assert(peer.client(Board) === peer.client(Board));
    const error = await assertRejects(() => peer.client(Board).put(7 as unknown as string), RpcError);
    assertEquals(error.code, "invalid_argument");
  },
  "signals and timeouts of calls back": async ({ server, peer }) => {
    const aborted = Promise.withResolvers<string>();
    peer.handle("demo.hang", (_: unknown, { signal }: Context) => {
      signal.addEventListener("abort", () => aborted.resolve(signal.reason.code));
      return new Promise(() => {});
    });
    server.handle("demo.ask", async (_: unknown, { peer }: Context) => {
      const late = await peer.call("demo.hang", 1, { timeout: 10 }).catch(({ code }) => code);
      const dead = await peer.call("demo.hang", 1, { signal: AbortSignal.abort() }).catch(({ code }) => code);
      return [late, dead];
    });
    assertEquals(await peer.call("demo.ask"), ["deadline_exceeded", "canceled"]);
    assertEquals(await aborted.promise, "deadline_exceeded");
  },
};

for (const scheme of pairSchemes.filter((scheme) => scheme !== "mem")) {
  for (const [name, run] of Object.entries(cases)) {
    Deno.test(`${scheme}: ${name}`, async () => {
      await using pair = await startPair({ scheme });
      await using peer = await connect(pair.address);
      await run({ server: pair.server, peer });
    });
  }
}

Deno.test("a peer knows where it is, and when it has gone", async () => {
  await using pair = await startPair({ scheme: "tcp" });
  const gone = Promise.withResolvers<unknown>(), address = Promise.withResolvers<string>();
  pair.server.handle("demo.hello", (_: unknown, { peer }: Context) => {
    address.resolve(peer.address);
    peer.closed.then(gone.resolve);
  });
  const peer = await connect(pair.address);
  await peer.call("demo.hello");
  assertEquals(peer.address, pair.address);
  assert((await address.promise).startsWith("tcp://127.0.0.1:"));
  await peer.close();
  assertEquals([await peer.closed, await gone.promise], [undefined, undefined]);
  await assertRejects(() => peer.call("demo.hello"), RpcError, "closing");
});

Deno.test("a connection ends when its signal aborts, and its calls with it", async () => {
  await using pair = await startPair({ scheme: "tcp" });
  const started = Promise.withResolvers<void>(), aborted = Promise.withResolvers<void>();
  pair.server.handle("demo.hang", (_: unknown, { signal }: Context) => {
    signal.addEventListener("abort", () => aborted.resolve());
    started.resolve();
    return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  });
  const controller = new AbortController();
  const peer = await connect(pair.address, { signal: controller.signal }), call = peer.call("demo.hang");
  await started.promise;
  controller.abort();
  const error = await assertRejects(() => call, RpcError);
  assertEquals(error.code, "unavailable");
  await Promise.all([aborted.promise, peer.closed]);
  await assertRejects(() => connect(pair.address, { signal: AbortSignal.abort() }), DOMException);
});

Deno.test("connecting takes no longer than it may, and no wire is left behind", async () => {
  const memory = new MemoryTransport(), listener = memory.bind("slow"), clock = new FakeClock();
  const slow: Transport = {
    name: "mem",
    dial: (address) => sleep(clock, 60_000).then(() => memory.dial(address)),
    listen: (address) => memory.listen(address),
  };
  const options = { transports: [slow], wheel: clock.wheel };
  const late = await assertRejects(
    () => clock.until(connect("mem://slow", { ...options, dialTimeout: 300 })),
    RpcError,
  );
  assertEquals([late.message, clock.now()], ["Cannot reach mem://slow: no connection within 300 ms", 300]);
  await assertRejects(() => clock.until(connect("mem://slow", options)), RpcError, "within 5000 ms");
  const controller = new AbortController();
  const given = connect("mem://slow", { ...options, signal: controller.signal });
  await clock.advance(1);
  controller.abort(new RangeError("enough"));
  await assertRejects(() => given, RangeError, "enough");
  await clock.advance(100_000);
  let left = 3;
  for await (const wire of listener.connections) {
    assertEquals(await wire.read(new Uint8Array(1)), null, "a wire that came too late is open");
    if (--left === 0) break;
  }
  listener.close();
});

Deno.test("connecting to nobody fails with the address", async () => {
  const error = await assertRejects(
    () => connect("mem://nobody"),
    RpcError,
    "Cannot reach mem://nobody: nothing listens",
  );
  assertEquals(error.status, 214);
  await assertRejects(() => connect("nowhere"), TypeError);
});

Deno.test("a server answers a wire of any origin", async () => {
  const [here, there] = memoryPair(), server = new Server({ registry: false });
  server.handle("demo.hello", () => "hello");
  const connection = server.serve(there);
  await using peer = await connect("mem://pair", {
    transports: [{ name: "mem", dial: () => Promise.resolve(here), listen: () => Promise.reject() }],
  });
  assertEquals([await peer.call("demo.hello"), server.connections], ["hello", 1]);
  connection.close();
  await peer.closed;
  assertEquals(server.connections, 0);
});
