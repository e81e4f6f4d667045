import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { Client, type ClientOptions } from "../client/mod.ts";
import { type Context, RpcError } from "../protocol/mod.ts";
import { Server, type ServerOptions } from "../server/mod.ts";
import { FakeClock } from "./fake_clock.ts";
import { StreamRelay, type StreamRelayOptions } from "./stream_relay.ts";

/** A server behind a relay, and a client before it. */
async function rig(
  faults: Partial<StreamRelayOptions> = {},
  options: { client?: ClientOptions; server?: ServerOptions } = {},
) {
  const undo = new AsyncDisposableStack();
  const server = undo.use(new Server({ registry: false, drainMs: 1, ...options.server }));
  server.handle("demo.double", (n: number) => 2 * n).handle("demo.echo", (value: unknown) => value);
  await server.listen("127.0.0.1:0");
  const relay = undo.use(new StreamRelay({ seed: 1, port: Number(server.address.split(":").at(-1)), ...faults }));
  const address = `tcp://127.0.0.1:${relay.port}`;
  const client = undo.use(
    new Client({ address, codec: "none", retry: "failfast", pool: { size: 1 }, ...options.client }),
  );
  return { server, relay, client, [Symbol.asyncDispose]: () => undo.disposeAsync() };
}

const MIB = new Uint8Array(1 << 20).map((_, i) => i);

/** Resolves when a call has reached its handler, which never answers. */
function hang(server: Server): { started: Promise<void>; aborted: Promise<void> } {
  const started = Promise.withResolvers<void>(), aborted = Promise.withResolvers<void>();
  server.handle("demo.hang", (_: unknown, { signal }: Context) => {
    started.resolve();
    return new Promise<void>((resolve) =>
      signal.addEventListener("abort", () => {
        aborted.resolve();
        resolve();
      })
    );
  });
  return { started: started.promise, aborted: aborted.promise };
}

const harmless: Record<string, Partial<StreamRelayOptions>> = {
  "no faults": {},
  "delays": { delayMs: [0, 2] },
  "parts": { partialReads: true, partialWrites: true },
  "a narrow line": { bytesPerSecond: 50 << 20 },
};

for (const [name, faults] of Object.entries(harmless)) {
  Deno.test(`with ${name} everything passes as it was`, async () => {
    await using net = await rig(faults);
    assertEquals(await net.client.call("demo.echo", MIB), MIB);
    assert(net.relay.counts.sentBytes > MIB.length && net.relay.counts.receivedBytes > MIB.length);
    assertEquals([net.relay.connections, net.relay.counts.connections], [1, 1]);
  });
}

Deno.test("a line of so many bytes a second takes as long as that", async () => {
  const clock = new FakeClock();
  await using net = await rig({ bytesPerSecond: 1 << 20, clock });
  let over = false;
  const call = net.client.call("demo.echo", MIB).then(() => over = true);
  while (!over) await clock.advance(1);
  await call;
  assert(clock.now() >= 2000 * 0.9, `${clock.now()} ms`); // there and back, but for what is on the way at the end
});

Deno.test("a connection that is cut after so many bytes fails its calls", async () => {
  await using net = await rig({ cutAfterBytes: { received: 100_000 }, connections: 1 });
  const error = await assertRejects(async () => await net.client.call("demo.echo", MIB), RpcError);
  assertEquals([error.code, net.relay.counts.cuts, net.relay.counts.receivedBytes], ["unavailable", 1, 100_000]);
  assertEquals(await net.client.call("demo.echo", MIB), MIB);
});

Deno.test("a relay that is cut ends connections at both ends", async () => {
  await using net = await rig();
  const { started, aborted } = hang(net.server), call = assertRejects(async () => await net.client.call("demo.hang"));
  await started;
  net.relay.cut();
  await Promise.all([call, aborted]);
});

Deno.test("a relay that stalls keeps what comes, and passes it on", async () => {
  await using net = await rig();
  await net.client.call("demo.echo", MIB);
  net.relay.stall();
  const late = await assertRejects(async () => await net.client.call("demo.echo", MIB, { timeout: 50 }), RpcError);
  assertEquals(late.code, "deadline_exceeded");
  net.relay.resume();
  assertEquals(await net.client.call("demo.echo", MIB), MIB);
  assertEquals(net.relay.counts.connections, 1);
});

Deno.test("neither end hears of the other on a half-open connection, until each finds out", async () => {
  const timing = { helloTimeoutMs: 1000, heartbeatIdleMs: 50, heartbeatPatienceMs: 50 };
  await using net = await rig({}, { server: { timing }, client: { timing } });
  const { started, aborted } = hang(net.server),
    call = assertRejects(async () => await net.client.call("demo.hang"), RpcError);
  await started;
  net.relay.vanish();
  assertEquals(net.relay.connections, 1);
  await aborted;
  assertEquals((await call).code, "unavailable");
});

Deno.test("a relay before nobody closes what comes", async () => {
  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 }), { port } = gone.addr;
  gone.close();
  await using net = await rig({ port });
  const error = await assertRejects(async () => await net.client.call("demo.echo", MIB), RpcError);
  assertEquals(error.code, "unavailable");
});

Deno.test("the same seed gives the same faults", async () => {
  const seen: number[][] = [];
  for (const seed of [5, 5, 6]) {
    await using net = await rig({ seed, dropRate: 0.5 });
    const drops: number[] = [];
    for (let n = 1; n <= 20; n++) {
      using _ = await Deno.connect({ port: net.relay.port });
      while (net.relay.counts.connections < n) await new Promise((resolve) => setTimeout(resolve, 0));
      drops.push(net.relay.counts.drops);
    }
    seen.push(drops);
  }
  const [first, again, other] = seen;
  assertEquals(first, again);
  assertNotEquals(first, other);
});
