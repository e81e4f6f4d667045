import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, type ClientOptions } from "../client/mod.ts";
import { serverStream, service, t, unary } from "../codec/mod.ts";
import { type Context, RpcError } from "../protocol/mod.ts";
import { connect, Server } from "../server/mod.ts";
import type { DatagramFaults } from "./datagram_faults.ts";
import { DatagramRelay } from "./datagram_relay.ts";

/** A server on udp, a relay before it, and a client that calls through it: real sockets, real time. */
async function rig(faults: Partial<DatagramFaults> = {}, options: ClientOptions = {}) {
  const server = new Server({ registry: false, onError: () => {} });
  await server.listen("udp://127.0.0.1:0");
  const relay = new DatagramRelay({ seed: 1, ...faults, port: Number(server.address.split(":").at(-1)) });
  const address = `udp://127.0.0.1:${relay.port}`;
  const client = new Client({ ...options, address });
  return {
    server,
    relay,
    client,
    address,
    async [Symbol.asyncDispose]() {
      relay.heal();
      await client.close();
      await server.drain();
      await relay[Symbol.asyncDispose]();
    },
  };
}

const failure = (call: PromiseLike<unknown>): Promise<RpcError> =>
  Promise.resolve(call).then(() => Promise.reject(new Error("it did not fail")), (error) => error);

Deno.test("calls, errors, metadata, deadlines and cancelling are as on any transport", async () => {
  await using net = await rig();
  const { server, client } = net, aborted = Promise.withResolvers<void>();
  server.handle("demo.hello", ({ name }: { name: string }, ctx: Context) => {
    ctx.responseMetadata.set("seen", ctx.metadata.get("who") ?? "nobody");
    return { msg: `hello ${name}` };
  });
  server.handle("demo.fail", () => {
    throw new RpcError("not_found", "no such thing", { details: { id: 7 } });
  });
  server.handle("demo.wait", (_: unknown, ctx: Context) => {
    ctx.signal.addEventListener("abort", () => aborted.resolve());
    return aborted.promise;
  });
  const call = client.call<{ msg: string }>("demo.hello", { name: "world" }, { metadata: { who: "me" } });
  assertEquals([await call, call.responseMetadata.get("seen")], [{ msg: "hello world" }, "me"]);
  const error = await failure(client.call("demo.fail"));
  assertEquals([error.code, error.message, error.details], ["not_found", "no such thing", { id: 7 }]);
  assertEquals((await failure(client.call("demo.wait", null, { timeout: 50 }))).code, "deadline_exceeded");
  await aborted.promise;
  assertEquals((await failure(client.call("demo.nothing"))).status, 212);
});

Deno.test("both ends call over one session", async () => {
  await using net = await rig({ lossRate: 0.1, duplicateRate: 0.1 });
  net.server.handle("demo.ask", async (n: number, { peer }: Context) => {
    return await peer.call<number>("demo.twice", n) + 1;
  });
  await using peer = await connect(net.address);
  let runs = 0;
  peer.handle("demo.twice", (n: number) => (runs++, 2 * n));
  const replies = await Promise.all(Array.from({ length: 50 }, (_, n) => peer.call("demo.ask", n)));
  assertEquals([replies, runs], [Array.from({ length: 50 }, (_, n) => 2 * n + 1), 50]);
});

const Counter = service("counter", { count: serverStream(t.int32, t.int32), add: unary(t.int32, t.int32) });

Deno.test("streams of a contract are refused before anything is sent", async () => {
  await using net = await rig();
  let runs = 0;
  net.server.handle(Counter, { count: () => (runs++, [1, 2]), add: (n) => n + 1 });
  const counter = net.client.of(Counter);
  assertEquals(await counter.add(1), 2);
  const { sent } = net.relay.counts, error = await failure(Array.fromAsync(counter.count(2)));
  assertEquals([error.code, error.status], ["unimplemented", 312]);
  assertEquals(error.message, "Cannot run counter.count: udp carries no streams: use kcp or quic");
  assertEquals([runs, net.relay.counts.sent], [0, sent]);
});

for (const lossRate of [0, 0.05, 0.1, 0.2]) {
  Deno.test(`through a relay that loses ${lossRate * 100} %, every call completes and runs once`, async () => {
    await using net = await rig({ seed: 7, lossRate, duplicateRate: lossRate, reorderRate: lossRate });
    const runs = new Map<number, number>();
    net.server.handle("demo.run", (n: number) => {
      runs.set(n, (runs.get(n) ?? 0) + 1);
      return Promise.resolve(n);
    });
    const replies = await Promise.all(Array.from({ length: 500 }, (_, n) => net.client.call("demo.run", n)));
    assertEquals(replies, Array.from({ length: 500 }, (_, n) => n));
    assertEquals([runs.size, Math.max(...runs.values())], [500, 1]);
    assert(lossRate === 0 || net.relay.counts.lost > 10, `${net.relay.counts.lost} datagrams were lost`);
  });
}

Deno.test("a client whose NAT has forgotten it goes on with a new session", async () => {
  await using net = await rig();
  net.server.handle("demo.run", () => "done");
  assertEquals(await net.client.call("demo.run"), "done");
  net.relay.rebind();
  assertEquals(await net.client.call("demo.run", null, { idempotent: true }), "done");
  net.relay.rebind();
  const error = await failure(net.client.call("demo.run")); // it may have run, so it is not repeated
  assertEquals([error.code, error.status], ["unavailable", 14]);
  assertEquals(await net.client.call("demo.run"), "done");
});

Deno.test("a stall delays calls and loses none", async () => {
  await using net = await rig();
  let runs = 0;
  net.server.handle("demo.run", () => ++runs);
  await net.client.call("demo.run");
  net.relay.stall();
  const calls = Array.from({ length: 20 }, () => net.client.call("demo.run"));
  await assertRejects(() => Promise.resolve(net.client.call("demo.run", null, { timeout: 150 })), RpcError, "deadline");
  net.relay.resume();
  assertEquals((await Promise.all(calls)).length, 20);
  assert(runs <= 22, `${runs} runs`);
});

Deno.test("nobody at the port: the error names the address", async () => {
  await using client = new Client({ address: "udp://127.0.0.1:9", retry: "failfast", pool: { dialTimeoutMs: 100 } });
  const error = await failure(client.call("demo.run"));
  assertEquals(error.message, "Cannot reach udp://127.0.0.1:9: no connection within 100 ms");
});
