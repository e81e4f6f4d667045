import { assertEquals, assertGreater } from "@std/assert";
import { Server } from "../server/mod.ts";
import { listenCenter } from "./mod.ts";
import { clientOf, Load, TTL_MS, until, untilReaches } from "./rig_test.ts";

/** Starts server number `n`, which counts what it runs and takes a moment for some of it. */
async function start(center: string, n: number, runs: Map<string, number>, address = ":0"): Promise<Server> {
  const server = new Server({ center }).handle("demo.who", async (call: string | undefined) => {
    if (call !== undefined) runs.set(call, (runs.get(call) ?? 0) + 1);
    if (Math.random() < 0.3) await new Promise((resolve) => setTimeout(resolve, 3));
    return `server ${n}`;
  });
  await server.listen(address);
  await until(() => server.registered, "registered");
  return server;
}

Deno.test("a rolling restart under load loses no call and runs none twice", async () => {
  await using center = await listenCenter(":0", { ttlMs: TTL_MS });
  const runs = new Map<string, number>(), servers: Server[] = [];
  for (const n of [0, 1, 2]) servers.push(await start(center.address, n, runs));
  await using client = clientOf(center.address);
  await untilReaches(client, ["server 0", "server 1", "server 2"]);
  const load = new Load(client, 16);
  for (let round = 0; round < 9; round++) {
    const n = round % 3, { address } = servers[n]!;
    const before = load.answered;
    await servers[n]!.drain();
    servers[n] = await start(center.address, n, runs, address);
    await until(() => load.answered > before + 50, "answering");
  }
  await load.stop();
  await Promise.all(servers.map((server) => server.drain()));
  assertEquals(load.failures, []);
  assertGreater(load.answered, 400);
  assertEquals([...runs].filter(([, n]) => n !== 1), []);
  assertEquals(runs.size, load.answered);
});
