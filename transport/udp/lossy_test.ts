import { assert, assertEquals } from "@std/assert";
import type { DatagramFaults } from "../../testing/mod.ts";
import { RpcError } from "../../protocol/mod.ts";
import { Kind } from "./datagram.ts";
import { startRig } from "./rig_test.ts";

const CALLS = 200;

const networks: Record<string, Omit<DatagramFaults, "seed">> = {
  "without faults": {},
  "with a round trip of 60 to 125 ms": { delayMs: [30, 62] },
  "with 5 % loss": { lossRate: 0.05, delayMs: [1, 3] },
  "with 10 % loss": { lossRate: 0.1, delayMs: [1, 3] },
  "with 20 % loss": { lossRate: 0.2, delayMs: [1, 3] },
  "with 20 % loss and a long way": { lossRate: 0.2, delayMs: [50, 150] },
  "where everything comes twice": { duplicateRate: 1, delayMs: [1, 3] },
  "where half is overtaken": { reorderRate: 0.5, reorderMs: 200, delayMs: [1, 3] },
  "where all goes wrong": { lossRate: 0.2, duplicateRate: 0.2, reorderRate: 0.3, reorderMs: 300, delayMs: [1, 40] },
};

for (const [name, faults] of Object.entries(networks)) {
  for (const pieces of [1, 8]) {
    Deno.test(`every call completes and runs once ${name}, ${pieces === 1 ? "in one piece" : "in pieces"}`, async () => {
      for (let seed = 1; seed <= 5; seed++) {
        await using rig = await startRig({ faults: { ...faults, seed }, datagrams: { pieces } });
        const runs = new Map<number, number>(), body = new Uint8Array(pieces === 1 ? 10 : 5000);
        rig.server.handle("demo.run", ({ n, body }: { n: number; body: Uint8Array }) => {
          runs.set(n, (runs.get(n) ?? 0) + 1);
          return { n, body };
        });
        const calls = Array.from({ length: CALLS }, (_, n) => rig.client.call<{ n: number }>("demo.run", { n, body }));
        const replies = await rig.clock.until(Promise.all(calls));
        assertEquals(replies.map(({ n }) => n), Array.from({ length: CALLS }, (_, n) => n));
        assertEquals([runs.size, Math.max(...runs.values())], [CALLS, 1]);
      }
    });
  }
}

Deno.test("methods that take longer than the first wait run once, and their calls are sent once", async () => {
  await using rig = await startRig({ faults: { seed: 1, delayMs: [1, 2] } });
  let runs = 0;
  const { clock } = rig;
  rig.server.handle("demo.slow", async () => {
    runs++;
    await new Promise<void>((resolve) => clock.after(5000, resolve));
    return "done";
  });
  const calls = Array.from({ length: 1000 }, () => rig.client.call("demo.slow"));
  assertEquals(await clock.until(Promise.all(calls)), new Array(1000).fill("done"));
  assertEquals(runs, 1000);
  assert(clock.now() < 7000, `it took ${clock.now()} ms`);
});

Deno.test("a call whose every reply is lost has run once when its deadline passes, and is then left alone", async () => {
  await using rig = await startRig();
  let runs = 0;
  rig.server.handle("demo.cut", () => {
    rig.network.cut();
    return ++runs;
  });
  const error = await rig.clock.until(rig.client.call("demo.cut", null, { timeout: 2000 }).catch((error) => error));
  assert(error instanceof RpcError);
  assertEquals([error.code, runs], ["deadline_exceeded", 1]);
  rig.network.heal();
  await rig.clock.advance(500); // the cancel goes out
  const asked = () => rig.sent.filter(({ kind }) => kind !== Kind.control).length, before = asked();
  await rig.clock.advance(9000);
  assertEquals([runs, asked()], [1, before]);
});

Deno.test("waiting doubles up to 400 ms, and the time that is left shrinks with it", async () => {
  await using rig = await startRig();
  rig.server.handle("demo.left", (_, { remainingMs }) => remainingMs);
  await rig.clock.until(rig.client.call("demo.left"));
  rig.network.cut();
  const from = rig.sent.length, call = rig.client.call<number>("demo.left", null, { timeout: 10_000 });
  call.catch(() => {});
  await rig.clock.advance(5000);
  const times = rig.sent.slice(from).filter(({ kind }) => kind === Kind.call).map(({ ageMs }) => ageMs);
  const waits = times.slice(1).map((ms, i) => ms - times[i]!), doubled = [50, 100, 200, ...new Array(12).fill(400)];
  for (const [i, ms] of waits.entries()) assert(ms >= doubled[i]! * 0.8 && ms <= doubled[i]! * 1.2 + 16, `${waits}`);
  assert(waits.length >= 9);
  rig.network.heal();
  const left = await rig.clock.until(call);
  assert(left > 3900 && left < 5000, `${left} ms are left`);
});
