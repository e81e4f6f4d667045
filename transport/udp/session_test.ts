import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RpcError } from "../../protocol/mod.ts";
import { startPair } from "../../testing/mod.ts";
import { parseAddress } from "../address.ts";
import { hmac } from "../stage/mod.ts";
import { datagrams } from "../udp.ts";
import { Kind } from "./datagram.ts";
import { PORT, type Rig, SERVER, startRig } from "./rig_test.ts";

const ADDRESS = `udp://127.0.0.1:${PORT}`;

async function failure(rig: Rig, call: PromiseLike<unknown>): Promise<RpcError> {
  const error = await rig.clock.until(call.then(() => undefined, (error) => error));
  assert(error instanceof RpcError, `it did not fail: ${error}`);
  return error;
}

/** Another server at the same address, as after a crash. */
async function restart(rig: Rig) {
  rig.crash();
  const { wheel } = rig.clock, transports = [datagrams({ wheel, bind: rig.network.bind })];
  const { server } = await startPair({ server: { wheel, transports } });
  await server.listen(ADDRESS);
  return server;
}

Deno.test("a server that has restarted takes no call of the old session for its own", async () => {
  await using rig = await startRig();
  const runs: string[] = [];
  rig.server.handle("demo.run", () => (runs.push("old"), new Promise(() => {})));
  const call = rig.client.call("demo.run");
  call.catch(() => {});
  const again = rig.client.call("demo.run", null, { idempotent: true });
  await rig.clock.advance(30);
  const server = await restart(rig);
  server.handle("demo.run", () => (runs.push("new"), "new"));
  const error = await failure(rig, call);
  assertEquals([error.code, error.status], ["unavailable", 14]); // it may have run
  assert(error.message.endsWith("it has restarted"), error.message);
  assertEquals(await rig.clock.until(again), "new"); // it does no harm
  assertEquals(runs, ["old", "old", "new"]);
  await rig.clock.until(server.drain());
});

Deno.test("a server that is gone is found out by its silence", async () => {
  await using rig = await startRig();
  rig.server.handle("demo.wait", () => new Promise(() => {}));
  const call = rig.client.call("demo.wait", null, { timeout: 60_000 });
  call.catch(() => {});
  await rig.clock.advance(30);
  rig.crash();
  const error = await failure(rig, call);
  assertEquals(error.code, "unavailable");
  assert(rig.clock.now() < 25_100, `${rig.clock.now()} ms`);
});

Deno.test("a heartbeat survives a bad network", async () => {
  await using rig = await startRig({ faults: { seed: 5, lossRate: 0.2 } });
  const { clock } = rig;
  rig.server.handle(
    "demo.wait",
    () => new Promise<string>((resolve) => clock.after(200_000, () => resolve("still here"))),
  );
  assertEquals(await rig.clock.until(rig.client.call("demo.wait", null, { timeout: 300_000 })), "still here");
});

Deno.test("a cancel that got lost is said again, and the method learns it", async () => {
  await using rig = await startRig();
  let aborted = false;
  rig.server.handle("demo.wait", (_, ctx) => {
    ctx.signal.addEventListener("abort", () => aborted = true);
    return new Promise(() => {});
  });
  const controller = new AbortController();
  const call = rig.client.call("demo.wait", null, { signal: controller.signal });
  call.catch(() => {});
  await rig.clock.advance(100);
  rig.network.cut();
  controller.abort();
  assertEquals((await failure(rig, call)).code, "canceled");
  await rig.clock.advance(60);
  rig.network.heal();
  assertEquals(aborted, false);
  await rig.clock.advance(500);
  assertEquals(aborted, true);
  const cancels = rig.sent.filter(({ kind }) => kind === Kind.cancel).length;
  await rig.clock.advance(3000);
  assertEquals(rig.sent.filter(({ kind }) => kind === Kind.cancel).length, cancels);
});

Deno.test("a call that was cancelled before it was sent is never sent", async () => {
  await using rig = await startRig();
  let runs = 0;
  rig.server.handle("demo.run", () => ++runs);
  rig.server.handle("demo.wait", () => new Promise(() => {}));
  await rig.clock.until(rig.client.call("demo.run"));
  rig.network.cut();
  const full = Array.from({ length: 64 }, () => rig.client.call("demo.wait", null, { timeout: 1000 }));
  await rig.clock.advance(1);
  const waiting = Array.from({ length: 100 }, () => rig.client.call("demo.run"));
  for (const call of [...full, ...waiting]) call.catch(() => {});
  await rig.clock.advance(10);
  for (const call of waiting) call.cancel();
  rig.network.heal();
  await rig.clock.advance(3000);
  assertEquals(runs, 1);
});

Deno.test("oneway calls run once, on a bad network too", async () => {
  await using rig = await startRig({ faults: { seed: 3, lossRate: 0.2, duplicateRate: 0.2, delayMs: [1, 5] } });
  const runs = new Map<number, number>();
  rig.server.handle("demo.note", (n: number) => void runs.set(n, (runs.get(n) ?? 0) + 1));
  const calls = Array.from({ length: 200 }, (_, n) => rig.client.call("demo.note", n, { oneway: true }));
  await rig.clock.until(Promise.all(calls));
  await rig.clock.advance(5000);
  assertEquals([runs.size, new Set(runs.values())], [200, new Set([1])]);
  const { length } = rig.sent;
  await rig.clock.advance(4000);
  assertEquals(rig.sent.length, length); // nothing is asked for any more
});

Deno.test("64 KiB pass in pieces, where both ends allow it", async () => {
  const options = { pieces: 64 };
  await using rig = await startRig({ faults: { seed: 2, lossRate: 0.2, delayMs: [1, 9] }, datagrams: options });
  rig.server.handle("demo.echo", (body: Uint8Array) => body);
  for (const size of [0, 1, 1100, 1200, 5000, 30_000, 65_000]) {
    const body = Uint8Array.from({ length: size }, (_, i) => i * 7);
    assertEquals(await rig.clock.until(rig.client.call("demo.echo", body)), body);
  }
  assertEquals((await failure(rig, rig.client.call("demo.echo", new Uint8Array(66_000)))).code, "resource_exhausted");
});

Deno.test("what does not fit is refused with the way out, unrun or run", async () => {
  await using rig = await startRig();
  let runs = 0;
  rig.server.handle("demo.big", () => (runs++, new Uint8Array(1200)));
  const unsent = await failure(rig, rig.client.call("demo.big", new Uint8Array(1200)));
  assertEquals([unsent.code, unsent.status, runs], ["resource_exhausted", 208, 0]);
  assert(/use kcp or quic/.test(unsent.message), unsent.message);
  const unanswered = await failure(rig, rig.client.call("demo.big"));
  assertEquals([unanswered.code, unanswered.status, runs], ["resource_exhausted", 8, 1]);
  assert(/use kcp or quic/.test(unanswered.message), unanswered.message);
});

Deno.test("the end that allows less decides", async () => {
  for (const [ours, theirs] of [[{ pieces: 64 }, { pieces: 1 }], [{ datagramBytes: 9000 }, { datagramBytes: 1200 }]]) {
    await using rig = await startRig({ datagrams: ours! });
    const { wheel } = rig.clock, transports = [datagrams({ wheel, bind: rig.network.bind, ...theirs })];
    const small = await startPair({ server: { wheel, transports } });
    small.server.handle("demo.echo", (body: unknown) => body);
    await small.server.listen("udp://127.0.0.1:9100");
    const { client } = await startPair({
      client: {
        wheel,
        transports: [datagrams({ wheel, bind: rig.network.bind, ...ours })],
        address: "udp://127.0.0.1:9100",
      },
    });
    assertEquals(await rig.clock.until(client.call("demo.echo", new Uint8Array(1000))), new Uint8Array(1000));
    assertEquals((await failure(rig, client.call("demo.echo", new Uint8Array(2000)))).status, 208);
    await rig.clock.until(client.close());
    await rig.clock.until(small.server.drain());
  }
});

Deno.test("a rolling restart loses no call and runs none twice", async () => {
  for (let seed = 1; seed <= 5; seed++) {
    const faults = { seed, lossRate: 0.1, duplicateRate: 0.1, delayMs: [1, 10] } as const;
    await using rig = await startRig({ faults, client: { address: [ADDRESS, "udp://127.0.0.1:9100"] } });
    const { wheel } = rig.clock, transports = [datagrams({ wheel, bind: rig.network.bind })], runs: number[] = [];
    const { server: other } = await startPair({ server: { wheel, transports } });
    await other.listen("udp://127.0.0.1:9100");
    for (const server of [rig.server, other]) {
      server.handle("demo.run", async (n: number) => {
        runs[n] = (runs[n] ?? 0) + 1;
        await new Promise<void>((resolve) => rig.clock.after(n % 50, resolve));
        return n;
      });
    }
    const calls: PromiseLike<unknown>[] = [];
    for (let n = 0; n < 300; n++) {
      calls.push(rig.client.call("demo.run", n));
      await rig.clock.advance(3);
      if (n === 100) rig.server.drain();
    }
    assertEquals(await rig.clock.until(Promise.all(calls)), Array.from({ length: 300 }, (_, n) => n));
    assertEquals([runs.length, new Set(runs)], [300, new Set([1])]);
    await rig.clock.until(other.drain());
  }
});

Deno.test("nobody there: the call fails in time and was not sent", async () => {
  await using rig = await startRig({ client: { address: "udp://127.0.0.1:9999", retry: "failfast" } });
  const error = await failure(rig, rig.client.call("demo.run", null, { timeout: 60_000 }));
  assertEquals([error.code, error.status], ["unavailable", 214]);
  assert(rig.clock.now() <= 5000, `${rig.clock.now()} ms`);
});

Deno.test("nothing is left when both ends are closed", async () => {
  const rig = await startRig({ faults: { seed: 1, lossRate: 0.1 } });
  rig.server.handle("demo.run", () => 1);
  await rig.clock.until(Promise.all(Array.from({ length: 50 }, () => rig.client.call("demo.run"))));
  await rig[Symbol.asyncDispose]();
  await rig.clock.advance(10);
  assertEquals([rig.network.sockets, rig.listener.sessions, rig.listener.keptBytes, rig.clock.timers], [0, 0, 0, 0]);
});

Deno.test("a dial that nobody wants any more leaves no socket", async () => {
  await using rig = await startRig();
  const transport = datagrams({ wheel: rig.clock.wheel, bind: rig.network.bind }), controller = new AbortController();
  const before = rig.network.sockets;
  const dialling = transport.dial(parseAddress("udp://127.0.0.1:9999"), { signal: controller.signal });
  await Promise.resolve();
  assertEquals(rig.network.sockets, before + 1);
  controller.abort(new Error("no longer"));
  await assertRejects(() => dialling, Error, "no longer");
  await assertRejects(() => transport.dial(parseAddress(ADDRESS), { signal: controller.signal }), Error, "no longer");
  assertEquals(rig.network.sockets, before);
});

Deno.test("stages and TLS are refused, and options that can't be", async () => {
  const stages = [hmac("a secret of 16 bytes")];
  await using rig = await startRig({ client: { stages, retry: "failfast" } });
  const error = await failure(rig, rig.client.call("demo.run", null, { timeout: 3000 }));
  assert(/use kcp or quic/.test(error.message), error.message);
  const address = parseAddress(ADDRESS), tls = { cert: "x", key: "y" };
  await assertRejects(() => datagrams().dial(address, { tls }), TypeError, "use quic");
  await assertRejects(() => datagrams().listen(address, { tls }), TypeError, "use quic");
  for (
    const options of [{ datagramBytes: 511 }, { datagramBytes: 65_508 }, { pieces: 0 }, { pieces: 65 }, { waitMs: 0.5 }]
  ) {
    assertThrows(() => datagrams(options), RangeError, "for udp");
  }
});

Deno.test("a client whose address has changed is told that its session is unknown there", async () => {
  await using rig = await startRig();
  rig.server.handle("demo.run", () => 1);
  await rig.clock.until(rig.client.call("demo.run"));
  const { fromPort, bytes } = rig.sent.findLast(({ kind }) => kind === Kind.call)!;
  rig.network.send(bytes, { hostname: "127.0.0.1", port: fromPort + 500 }, SERVER); // as a NAT sends it that has forgotten
  await rig.clock.advance(5);
  assertEquals(rig.sent.at(-1)!.kind, Kind.reset);
});

Deno.test("of many calls that are cancelled at once, on a bad network, none goes on", async () => {
  await using rig = await startRig({ faults: { seed: 4, lossRate: 0.2, reorderRate: 0.3, delayMs: [1, 20] } });
  const running = new Set<number>();
  let runs = 0;
  rig.server.handle("demo.hang", (_, ctx) => {
    const run = ++runs;
    running.add(run);
    return new Promise<void>((resolve) => {
      ctx.signal.addEventListener("abort", () => resolve(void running.delete(run)));
    });
  });
  for (let round = 0; round < 10; round++) {
    const calls = Array.from({ length: 300 }, () => rig.client.call("demo.hang"));
    for (const call of calls) call.catch(() => {});
    await rig.clock.advance(round * 10);
    for (const call of calls) call.cancel();
  }
  await rig.clock.advance(9000);
  assert(runs > 100, `${runs} runs`);
  assertEquals(running.size, 0);
});
