import { assert, assertEquals, assertGreater, assertRejects } from "@std/assert";
import { centerRegistry, Client } from "../client/mod.ts";
import { RpcError } from "../protocol/mod.ts";
import { Server } from "../server/mod.ts";
import { listenCenter } from "./mod.ts";
import { census, clientOf, crashable, demoServer, freePort, Load, TTL_MS, until, untilReaches } from "./rig_test.ts";

const options = { ttlMs: TTL_MS };

Deno.test("a server registers, a client finds it and calls", async () => {
  await using center = await listenCenter(":0", options);
  await using _server = await demoServer(center.address, "a");
  await using client = clientOf(center.address);
  assertEquals(await client.call("demo.who"), "a");
  assertEquals(center.instances, 1);
});

Deno.test("two servers are called in turn", async () => {
  await using center = await listenCenter(":0", options);
  await using _a = await demoServer(center.address, "a");
  await using _b = await demoServer(center.address, "b");
  await using client = clientOf(center.address);
  assertEquals(await census(client, 10), { a: 5, b: 5 });
});

Deno.test("a server that comes later is found by clients that run already", async () => {
  await using center = await listenCenter(":0", options);
  await using _a = await demoServer(center.address, "a");
  await using client = clientOf(center.address);
  await untilReaches(client, ["a"]);
  await using _b = await demoServer(center.address, "b");
  await untilReaches(client, ["a", "b"]);
});

Deno.test("services handled after listening are registered beside the first ones", async () => {
  await using center = await listenCenter(":0", options);
  await using server = await demoServer(center.address, "a");
  server.handle("later.who", () => "later");
  await using client = clientOf(center.address);
  await until(() => center.instances === 2, "registered twice");
  await until(() => client.call("later.who").then(() => true, () => false), "calling the later service");
  assertEquals(await client.call("demo.who"), "a");
  assertEquals(center.instances, 2, "the second lease has taken the first one's place");
});

Deno.test("a server that was killed is gone within its time to live and a second", async () => {
  await using center = await listenCenter(":0", options);
  const process = await crashable();
  await using _a = await demoServer(center.address, "a");
  await using _b = await demoServer(center.address, "b", { transports: [process], drainMs: 0 });
  await using client = clientOf(center.address);
  await untilReaches(client, ["a", "b"]);
  process.crash();
  const killedMs = performance.now();
  assertEquals(await census(client, 10), { a: 10 }, "a call was lost");
  await until(() => center.instances === 1, "expired", TTL_MS + 1000);
  assertGreater(performance.now() - killedMs, TTL_MS / 2, "it expired too early");
});

Deno.test("a drain is seen by clients before it ends, and running calls finish", async () => {
  await using center = await listenCenter(":0", options);
  const started = Promise.withResolvers<void>(), release = Promise.withResolvers<string>();
  await using a = await demoServer(center.address, "a");
  await using client = clientOf(center.address);
  a.handle("slow.who", () => (started.resolve(), release.promise));
  await until(() => center.instances === 2, "registered twice");
  const slow = client.call("slow.who");
  slow.then(undefined, () => {}); // sent now
  await started.promise;
  await using _b = await demoServer(center.address, "b");
  await untilReaches(client, ["a", "b"]);
  let drained = false;
  const draining = a.drain().then(() => drained = true);
  await untilReaches(client, ["b"]);
  await until(() => center.instances === 1, "deregistered");
  assertEquals(drained, false);
  release.resolve("slow");
  assertEquals(await slow, "slow");
  await draining;
});

Deno.test("a center that is gone and comes back empty costs no call, and knows every server again", async () => {
  const port = freePort(), address = `127.0.0.1:${port}`, process = await crashable();
  await using first = await listenCenter(address, { ...options, transports: [process] });
  await using _a = await demoServer(address, "a");
  await using _b = await demoServer(address, "b");
  await using client = clientOf(address);
  await untilReaches(client, ["a", "b"]);
  const load = new Load(client);
  process.crash();
  await first.drain();
  await untilReaches(client, ["a", "b"]);
  await using second = await listenCenter(address, options);
  await until(() => second.instances === 2, "registered again", TTL_MS + 1000);
  await using late = clientOf(address);
  await untilReaches(late, ["a", "b"]);
  await load.stop();
  assertEquals(load.failures, []);
  assertGreater(load.answered, 20);
});

Deno.test("what a fresh center does not know is kept until it has settled, and dropped then", async () => {
  const address = `127.0.0.1:${freePort()}`, process = await crashable();
  const first = await listenCenter(address, options);
  await using _a = await demoServer(address, "a");
  const b = await demoServer(address, "b", { transports: [process], drainMs: 0 });
  const registry = await centerRegistry(address), stop = new AbortController(), sizes: number[] = [];
  const watching = (async () => {
    for await (const { instances } of registry.watch("demo", stop.signal)) sizes.push(instances.length);
  })();
  await until(() => sizes.at(-1) === 2, "watching both");
  await first.drain();
  process.crash();
  await b.drain();
  const events: string[] = [];
  await using second = await listenCenter(address, { ttlMs: 1000, onEvent: ({ kind }) => events.push(kind) });
  await until(() => second.instances === 1, "registered again");
  assertEquals([sizes.at(-1), events.includes("settle")], [2, false]);
  await until(() => sizes.at(-1) === 1, "settled");
  assertEquals(events.includes("settle"), true);
  assertEquals(Math.min(...sizes.slice(sizes.indexOf(2))), 1, "the list was empty in between");
  stop.abort();
  await watching;
  await registry.close();
});

Deno.test("a server listens without a center and registers when one comes", async () => {
  const address = `127.0.0.1:${freePort()}`;
  await using server = await new Server({ center: address }).handle("demo.who", () => "a").listen();
  await using direct = new Client({ address: server.address });
  assertEquals(await direct.call("demo.who"), "a");
  await using client = clientOf(address);
  const error = await assertRejects(() => client.call("demo.who"), RpcError);
  const refused = `no center answers at ${address} (Connection refused`;
  assert(error.message.startsWith(`Cannot find demo.who: ${refused}`), error.message);
  assert(error.message.endsWith("name another by ERPC_CENTER or the option center"), error.message);
  await using center = await listenCenter(address, options);
  await until(() => center.instances === 1, "registered");
  await untilReaches(client, ["a"]);
});

Deno.test("the first center of a list may be dead", async () => {
  const dead = `127.0.0.1:${freePort()}`;
  await using center = await listenCenter(":0", options);
  await using server = await demoServer([dead, center.address], "a");
  await using client = clientOf([dead, center.address]);
  assertEquals(await client.call("demo.who"), "a");
  assertEquals(server.registered, true);
});

Deno.test("clients go on with another center when theirs is gone", async () => {
  const process = await crashable();
  await using first = await listenCenter(":0", { ...options, transports: [process] });
  await using second = await listenCenter(":0", options);
  const both = [first.address, second.address];
  await using _a = await demoServer(both, "a");
  await until(() => first.instances === 1 && second.instances === 1, "registered with both");
  await using client = clientOf(both);
  await untilReaches(client, ["a"]);
  process.crash();
  await using _b = await demoServer(both, "b");
  await untilReaches(client, ["a", "b"]);
});
