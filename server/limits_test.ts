import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Context, RpcError, TimerWheel } from "../protocol/mod.ts";
import { type Pair, type PairOptions, pairSchemes, startPair } from "../testing/mod.ts";
import { Connection, memoryPair, withLimits } from "../transport/mod.ts";
import { ServerPeer } from "./peer.ts";
import { Server } from "./server.ts";

const failfast: PairOptions["client"] = { retry: "failfast" };

/** Handles `demo.hold`, whose calls run until released. */
function holding({ server }: Pair): { running: () => number; most: () => number; release: () => void } {
  const waiting = new Set<() => void>();
  let most = 0;
  server.handle("demo.hold", async () => {
    await new Promise<void>((resolve) => {
      waiting.add(resolve);
      most = Math.max(most, waiting.size);
    });
    return "held";
  });
  const release = () => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  return { running: () => waiting.size, most: () => most, release };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 0));
}

for (const scheme of pairSchemes) {
  Deno.test(`${scheme}: a server runs no more calls of a connection than it may, and refuses the others unrun`, async () => {
    await using pair = await startPair({ scheme, server: { limits: { maxCalls: 10 } }, client: failfast });
    const hold = holding(pair), errors: RpcError[] = [];
    const calls = Array.from(
      { length: 25 },
      () => pair.client.call("demo.hold").catch((error: RpcError) => errors.push(error)),
    );
    await until(() => errors.length === 15);
    assertEquals([hold.running(), hold.most()], [10, 10]);
    for (const { code, status, message } of errors) {
      assertEquals([code, status], ["resource_exhausted", 108]);
      assert(message.includes("10 calls run on this connection already"), message);
    }
    hold.release();
    await Promise.all(calls);
  });

  Deno.test(`${scheme}: a client that knows the limit waits, or uses more connections`, async () => {
    await using pair = await startPair({ scheme, server: { limits: { maxCalls: 10 } }, client: failfast });
    const hold = holding(pair);
    pair.server.handle("demo.hello", () => "hello");
    const calls: PromiseLike<unknown>[] = [];
    for (let k = 1; k <= 4; k++) {
      await pair.client.call("demo.hello"); // at a new connection, which learns the limit by that
      while (calls.length < 10 * k) calls.push(pair.client.call("demo.hold"));
      await until(() => hold.running() === calls.length);
    }
    const waiting = Array.from({ length: 20 }, () => pair.client.call("demo.hold"));
    for (let i = 0; i < 10; i++) await new Promise((resolve) => setTimeout(resolve, 0));
    assertEquals([hold.running(), pair.server.connections], [40, 4]);
    const done = Promise.all([...calls, ...waiting]);
    hold.release();
    await until(() => hold.running() === 20);
    hold.release();
    assertEquals(new Set(await done), new Set(["held"]));
  });
}

Deno.test("bytes of running calls are bounded too", async () => {
  await using pair = await startPair({
    server: { limits: { maxCallBytes: 10_000 } },
    client: { ...failfast, codec: "none" },
  });
  const hold = holding(pair), errors: RpcError[] = [];
  const calls = Array.from(
    { length: 8 },
    () => pair.client.call("demo.hold", new Uint8Array(3000)).catch((error: RpcError) => errors.push(error)),
  );
  await until(() => hold.running() + errors.length === 8);
  assertEquals([hold.running(), new Set(errors.map(({ status }) => status))], [3, new Set([108])]);
  hold.release();
  await Promise.all(calls);
  const more = pair.client.call("demo.hold", new Uint8Array(9000));
  await until(() => hold.running() === 1);
  hold.release();
  await assertRejects(async () => await more, RpcError); // codec none carries no text
});

Deno.test("a server takes no more connections than it may, and others when those have gone", async () => {
  await using pair = await startPair({ scheme: "tcp", server: { maxConnections: 2 } });
  pair.server.handle("demo.hello", () => "hello");
  const conns = await Promise.all([1, 2].map(() => Deno.connect({ port: Number(pair.address.split(":")[2]) })));
  await until(() => pair.server.connections === 2);
  const error = await assertRejects(() => pair.client.call("demo.hello", 1, { timeout: 500 }), RpcError);
  assertEquals(error.code, "unavailable");
  for (const conn of conns) conn.close();
  await until(() => pair.server.connections === 0);
  assertEquals(await pair.client.call("demo.hello"), "hello");
});

/** Lists in lists, `depth` of them. */
function nested(depth: number): unknown {
  let value: unknown = [];
  for (let i = 1; i < depth; i++) value = [value];
  return value;
}

for (const codec of ["jce", "json", "msgpack"] as const) {
  Deno.test(`${codec} nests as deep as both ends allow`, async () => {
    const limits = { maxDepth: 100 };
    await using deep = await startPair({ client: { codec, limits }, server: { limits } });
    deep.server.handle("demo.echo", (value: unknown) => value);
    assertEquals(await deep.client.call("demo.echo", nested(98)), nested(98));
    await assertRejects(() => deep.client.call("demo.echo", nested(101)), RpcError, "deeper than 100");
    await using shallow = await startPair({ client: { codec, limits } });
    shallow.server.handle("demo.echo", (value: unknown) => value);
    const error = await assertRejects(() => shallow.client.call("demo.echo", nested(98)), RpcError, "deeper than 64");
    assertEquals(error.code, "invalid_argument");
  });

  Deno.test(`${codec} takes as many elements as the limit says`, async () => {
    const limits = { maxElements: 1000 };
    await using pair = await startPair({ client: { codec }, server: { limits } });
    pair.server.handle("demo.count", (list: unknown[]) => list.length);
    assertEquals(await pair.client.call("demo.count", new Array(900).fill(1)), 900);
    const error = await assertRejects(() => pair.client.call("demo.count", new Array(1100).fill(1)), RpcError);
    assertEquals([error.code, error.message.includes("more than 1000 elements")], ["resource_exhausted", true]);
  });
}

for (
  const limits of [{ maxCalls: 0 }, { maxBodyBytes: 1.5 }, { streamWindowBytes: 1000 }, { maxDepth: NaN }, {
    maxDepth: 501,
  }]
) {
  Deno.test(`limits that can't be are a mistake of the programmer: ${Deno.inspect(limits)}`, async () => {
    await assertRejects(() => startPair({ server: { limits } }), RangeError, "Cannot use limit");
    await assertRejects(() => startPair({ client: { limits } }), RangeError, "Cannot use limit");
  });
}

// ---- nothing is left behind

/** Two ends of one connection whose tables can be looked into. */
function ends(): { peer: ServerPeer; here: Connection; there: Connection; wheel: TimerWheel; server: Server } {
  const [a, b] = memoryPair(), wheel = new TimerWheel(), limits = withLimits({ maxCalls: 100_000 });
  const server = new Server({ registry: false, wheel, limits });
  server.handle("demo.now", (n: number) => n);
  server.handle("demo.later", (n: number) => Promise.resolve(n));
  server.handle("demo.fail", () => Promise.reject(new RpcError("aborted", "no")));
  server.handle(
    "demo.hang",
    (_: unknown, { signal }: Context) =>
      new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve())),
  );
  server.handle("demo.items", async function* (n: number) {
    for (let i = 0; i < n; i++) yield i;
  });
  const there = server.serve(b), here = new Connection(a, { role: "dialer", wheel });
  return { peer: new ServerPeer(here), here, there, wheel, server };
}

const uses: Record<string, (peer: ServerPeer) => Promise<unknown>> = {
  "answers at once": (peer) => peer.call("demo.now", 1),
  "answers later": (peer) => peer.call("demo.later", 1, { timeout: 60_000 }),
  "errors": (peer) => peer.call("demo.fail").catch(() => {}),
  "streams": (peer) => Array.fromAsync(peer.call("demo.items", 3)),
  "streams left early": async (peer) => {
    for await (const _ of peer.call("demo.items", 3, { timeout: 60_000 })) break;
  },
  "cancelled calls": async (peer) => {
    const call = peer.call("demo.hang", 1, { timeout: 60_000 });
    await null;
    call.cancel();
  },
  "oneway calls": (peer) => peer.call("demo.later", 1, { oneway: true }),
};

Deno.test("100,000 calls of every kind leave nothing in any table", async () => {
  const { peer, here, there, wheel, server } = ends();
  const idle = () => here.outgoing.size + here.incoming.size + there.outgoing.size + there.incoming.size;
  await peer.call("demo.now", 1);
  const before = wheel.size, makers = Object.values(uses);
  for (let i = 0; i < 100_000; i += 500) {
    await Promise.all(Array.from({ length: 500 }, (_, k) => makers[(i + k) % makers.length]!(peer)));
  }
  await until(() => idle() === 0);
  assertEquals([idle(), there.incomingBytes, wheel.size], [0, 0, before]);
  here.close();
  await there.closed;
  assertEquals([wheel.size, server.connections], [0, 0]);
});

for (const [name, use] of Object.entries(uses)) {
  Deno.test(`${name} leave nothing in any table`, async () => {
    const { peer, here, there, wheel } = ends();
    await peer.call("demo.now", 1);
    const before = wheel.size;
    for (let i = 0; i < 200; i++) await use(peer);
    await until(() => here.outgoing.size + there.incoming.size === 0);
    assertEquals([there.incomingBytes, wheel.size], [0, before]);
    here.close();
    await there.closed;
  });
}

for (const scheme of pairSchemes) {
  Deno.test(`${scheme}: 10,000 calls at once, at a server that runs 1,000 of a connection`, async () => {
    await using pair = await startPair({ scheme });
    pair.server.handle("demo.later", async (n: number) => {
      await null;
      return n;
    });
    const replies = await Promise.all(Array.from({ length: 10_000 }, (_, i) => pair.client.call("demo.later", i)));
    assertEquals(replies, Array.from({ length: 10_000 }, (_, i) => i));
    assert(pair.server.connections <= 4);
  });
}
