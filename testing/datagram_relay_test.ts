import { assert, assertEquals } from "@std/assert";
import { DatagramFate, type DatagramFaults } from "./datagram_faults.ts";
import { DatagramRelay } from "./datagram_relay.ts";

/** A server that sends everything back, a relay before it, and a client. */
async function rig(faults: DatagramFaults) {
  const undo = new AsyncDisposableStack(), echo = undo.adopt(bind(), (socket) => socket.close());
  const client = undo.adopt(bind(), (socket) => socket.close());
  const ports = new Set<number>();
  const echoing = (async () => {
    for await (const [bytes, from] of echo) {
      ports.add((from as Deno.NetAddr).port);
      await echo.send(bytes, from);
    }
  })().catch(() => {});
  const relay = undo.use(new DatagramRelay({ ...faults, port: (echo.addr as Deno.NetAddr).port }));
  const to: Deno.NetAddr = { transport: "udp", hostname: "127.0.0.1", port: relay.port };
  return await Promise.resolve({
    relay,
    ports,
    send: (n: number) => client.send(new Uint8Array([n]), to),
    receive: async () => (await client.receive())[0][0]!,
    async [Symbol.asyncDispose]() {
      await undo.disposeAsync();
      await echoing;
    },
  });
}

function bind(): Deno.DatagramConn {
  return Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
}

Deno.test("a relay without faults passes everything both ways, in order", async () => {
  await using net = await rig({ seed: 1 });
  for (let n = 0; n < 50; n++) {
    await net.send(n);
    assertEquals(await net.receive(), n);
  }
  assertEquals(net.relay.counts, { sent: 100, lost: 0, doubled: 0, reordered: 0 });
});

Deno.test("a doubled datagram comes twice", async () => {
  await using net = await rig({ seed: 1, duplicateRate: 1 });
  await net.send(7);
  assertEquals([await net.receive(), await net.receive(), await net.receive(), await net.receive()], [7, 7, 7, 7]);
});

Deno.test("a relay that is cut loses everything until it is healed", async () => {
  await using net = await rig({ seed: 1, delayMs: [1, 2] });
  net.relay.cut();
  await net.send(1);
  while (net.relay.counts.lost === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  net.relay.heal();
  await net.send(2);
  assertEquals(await net.receive(), 2);
});

Deno.test("a relay that stalls keeps what comes, and passes it on in order", async () => {
  await using net = await rig({ seed: 1 });
  await net.send(0);
  assertEquals(await net.receive(), 0);
  net.relay.stall();
  for (let n = 1; n <= 3; n++) await net.send(n);
  net.relay.resume();
  assertEquals([await net.receive(), await net.receive(), await net.receive()], [1, 2, 3]);
});

Deno.test("after rebind clients come from another port", async () => {
  await using net = await rig({ seed: 1 });
  await net.send(1);
  await net.receive();
  net.relay.rebind();
  await net.send(2);
  assertEquals([await net.receive(), net.ports.size], [2, 2]);
});

Deno.test("fate follows from its seed, at the rates that were asked for", () => {
  const faults = { seed: 3, lossRate: 0.2, duplicateRate: 0.1, reorderRate: 0.3, delayMs: [10, 30] as const };
  const run = (seed: number) => {
    const fate = new DatagramFate({ ...faults, seed });
    return { fates: Array.from({ length: 10_000 }, () => fate.next()), counts: fate.counts };
  };
  const { fates, counts } = run(3);
  assertEquals(fates, run(3).fates);
  assert(JSON.stringify(fates) !== JSON.stringify(run(4).fates));
  const near = (n: number, want: number) => assert(Math.abs(n - want) < want * 0.1, `${n} is not near ${want}`);
  near(counts.lost, 2000);
  near(counts.doubled, 800);
  near(counts.reordered, 2400);
  for (const delayMs of fates.flat()) assert(delayMs >= 10 && delayMs <= 50);
});
