/**
 * Peers that take all the time in the world, over real sockets and in real time: they lose their connection, and what waits
 * for them meanwhile stays within bounds.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, type ClientOptions } from "../client/mod.ts";
import { FrameType, MetadataKey, RpcError, systemWheel } from "../protocol/mod.ts";
import { bounded, Rig } from "../server/hostile_rig_test.ts";
import { loadTransport, parseAddress } from "../transport/mod.ts";
import { plainHello, rawBytes, rawEntry, rawFrame, rawNames, RawPeer, rawRequest, rawU32 } from "./raw_peer.ts";

const TYPE = FrameType, MIB = 1 << 20;
const timing = { helloTimeoutMs: 300, heartbeatIdleMs: 200, heartbeatPatienceMs: 300 };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends `bytes` one by one until the other end closes; how many it took. */
async function drip(conn: Deno.Conn, bytes: Uint8Array): Promise<number> {
  let over = false, sent = 0;
  const ended = (async () => {
    const into = new Uint8Array(4096);
    try {
      while (await conn.read(into) !== null);
    } catch { /* reset */ }
    over = true;
  })();
  try {
    for (; !over && sent < bytes.length; sent++) {
      await conn.write(bytes.subarray(sent, sent + 1));
      await pause(5);
    }
  } catch { /* reset */ }
  await ended;
  return sent;
}

const long = rawRequest(1, "demo.run", {
  metadata: rawBytes(rawNames("demo.run"), rawEntry(99, new Uint8Array(16_000))),
});

/** What is sent at once, and what comes drop by drop behind it. */
const drips: Record<string, [atOnce: Uint8Array, drops: Uint8Array]> = {
  "nothing at all": [new Uint8Array(0), new Uint8Array(0)],
  "a hello": [new Uint8Array(0), rawFrame({ type: TYPE.hello, metadata: rawEntry(99, new Uint8Array(16_000)) })],
  "half of the magic": [Uint8Array.of(0x3b), new Uint8Array(0)],
  "the metadata of a request": [rawBytes(plainHello, long.subarray(0, 20)), long.subarray(20)],
  "the body of a request": [
    rawBytes(plainHello, rawRequest(1, "demo.run", { bodyLength: 4 * MIB })),
    new Uint8Array(20_000),
  ],
  "a body whose half came at once": [
    rawBytes(plainHello, rawRequest(1, "demo.run", { bodyLength: 4 * MIB }), new Uint8Array(2 * MIB)),
    new Uint8Array(20_000),
  ],
  "half a header": [rawBytes(plainHello, long.subarray(0, 10)), new Uint8Array(0)],
  "no answer to a ping": [plainHello, new Uint8Array(0)],
};

Deno.test("who sends drop by drop is cut off, and others are served meanwhile", async () => {
  await using rig = await new Rig({ timing, wheel: systemWheel }).start();
  const before = rig.server.connections;
  const { hostname, port } = parseAddress(rig.server.address);
  await rig.attack("drops", () =>
    Promise.all(
      Object.entries(drips).map(async ([name, [atOnce, drops]]) => {
        using conn = await Deno.connect({ hostname, port });
        for (let at = 0; at < atOnce.length;) at += await conn.write(atOnce.subarray(at));
        const sent = await drip(conn, drops);
        assert(drops.length === 0 || sent < drops.length, `${name} came through`);
      }),
    ));
  assertEquals([rig.runs, rig.server.connections], [0, before]);
});

Deno.test("who sends and sends and never reads is cut off", async () => {
  const limits = { maxPendingBytes: 256 << 10 };
  await using rig = await new Rig({ limits }).start();
  const { hostname, port } = parseAddress(rig.server.address);
  const floods: Record<string, (n: number) => Uint8Array> = {
    pings: () => rawFrame({ type: TYPE.ping, body: new Uint8Array(64) }),
    "refused requests": (n) => rawRequest(2 * n + 1, "nobody.nothing"),
    "echoed requests": (n) => rawRequest(2 * n + 1, "demo.echo", { body: new Uint8Array(5000) }),
  };
  await rig.attack("floods", () =>
    Promise.all(
      Object.values(floods).map(async (frame) => {
        using conn = await Deno.connect({ hostname, port });
        await conn.write(plainHello);
        await assertRejects(async () => {
          for (let n = 0;; n += 100) {
            const frames = rawBytes(...Array.from({ length: 100 }, (_, i) => frame(n + i)));
            for (let at = 0; at < frames.length;) at += await conn.write(frames.subarray(at));
          }
        });
      }),
    ));
});

Deno.test("a stream to a peer that grants everything and reads nothing waits in the handler", async () => {
  const ITEM = 10_000, limits = { maxPendingBytes: MIB };
  await using rig = await new Rig({ limits }).start();
  const tcp = await loadTransport("tcp"), listener = await tcp.listen(parseAddress(":0"), {});
  const wires = listener.connections[Symbol.asyncIterator]();
  using peer = new RawPeer(await tcp.dial(parseAddress(listener.address), {}));
  const connection = rig.server.serve((await wires.next()).value!), { sink } = connection.outbox;
  listener.close();
  let most = 0, returned = false;
  rig.server.handle("demo.forever", function* () {
    try {
      for (;; most = Math.max(most, sink.pending)) yield new Uint8Array(ITEM);
    } finally {
      returned = true;
    }
  });
  await rig.attack("a stream", async () => {
    peer.send(plainHello, rawRequest(1, "demo.forever"));
    peer.send(rawFrame({ type: TYPE.window, id: 1, body: rawU32(2 ** 31 - 1) }));
    // Full for a moment; then half of that waits until the peer reads.
    for (let before = 0; before < MIB / 2 || before !== sink.pending;) {
      before = sink.pending;
      await pause(20);
    }
    assert(most > MIB / 2 && most <= MIB + ITEM + 20, `${most} bytes waited`);
    peer.send(rawFrame({ type: TYPE.cancel, id: 1 }));
    await peer.find(({ type }) => type === TYPE.item);
    peer.send(rawFrame({ type: TYPE.ping }));
    await peer.find(({ type }) => type === TYPE.pong);
    assertEquals([returned, connection.incoming.size], [true, 0]);
  });
});

/** A server that does with its connections what `behave` does. */
async function withServer(
  options: ClientOptions,
  behave: (conn: Deno.TcpConn) => Promise<unknown>,
  run: (client: Client) => Promise<void>,
): Promise<void> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conns: Deno.TcpConn[] = [], behaviours: Promise<unknown>[] = [];
  (async () => {
    for await (const conn of listener) {
      conns.push(conn);
      behaviours.push(behave(conn));
    }
  })();
  await using client = new Client({ address: `127.0.0.1:${listener.addr.port}`, retry: "failfast", ...options });
  await bounded("the client", run(client));
  for (const conn of conns) conn.close();
  await Promise.allSettled(behaviours);
}

const drops = (atOnce: Uint8Array, bytes: Uint8Array) => async (conn: Deno.TcpConn) => {
  await conn.write(atOnce);
  await drip(conn, bytes);
};
const slowReply = rawFrame({ type: TYPE.response, id: 1, codec: 2, bodyLength: MIB });

const servers: Record<string, (conn: Deno.TcpConn) => Promise<unknown>> = {
  "never says hello": drops(new Uint8Array(0), new Uint8Array(0)),
  "says hello drop by drop": drops(
    new Uint8Array(0),
    rawFrame({ type: TYPE.hello, metadata: rawEntry(99, new Uint8Array(9000)) }),
  ),
  "answers drop by drop": drops(rawBytes(plainHello, slowReply), new Uint8Array(20_000)),
  "never answers anything": drops(plainHello, new Uint8Array(0)),
};

for (const [name, behave] of Object.entries(servers)) {
  Deno.test(`a call to a server that ${name} fails, even without a deadline`, () =>
    withServer({ timing }, behave, async (client) => {
      const error = await assertRejects(() => client.call("demo.call", 1, { timeout: Infinity }) as Promise<unknown>);
      assert(error instanceof RpcError);
      assertEquals([error.code, error.status], ["unavailable", 14]);
    }));
}

Deno.test("calls to a server that does not read wait unencoded, and end at their deadlines", () =>
  withServer(
    { limits: { maxPendingBytes: MIB }, pool: { size: 1 } },
    (conn) => conn.write(plainHello),
    async (client) => {
      const before = Deno.memoryUsage().external, body = new Uint8Array(MIB);
      const calls = Array.from({ length: 300 }, () => client.call("demo.call", body, { timeout: 400 }));
      const codes = await Promise.all(calls.map((call) => call.then(() => "ok", (error) => error.code)));
      assertEquals(new Set(codes), new Set(["deadline_exceeded"]));
      const taken = Deno.memoryUsage().external - before;
      assert(taken < 64 * MIB, `${taken} bytes for calls that wait`);
    },
  ));

Deno.test("a deadline that a peer sends ends the handler, read or not", async () => {
  await using rig = await new Rig({ wheel: systemWheel }).start();
  await rig.attack("deadline", async () => {
    using peer = await rig.dial("tcp");
    const metadata = rawBytes(rawNames("demo.hang"), rawEntry(MetadataKey.timeout, 30));
    peer.send(plainHello, rawRequest(1, "demo.hang", { metadata }));
    assertEquals((await peer.reply(1))?.status, 4);
  });
});
