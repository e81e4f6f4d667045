import { assertEquals } from "@std/assert";
import { startCluster } from "./cluster.ts";
import { faulty, type FaultyTransport } from "./faulty_transport.ts";

Deno.test("a cluster shares its calls, takes in one more server, and leaves nothing behind", async () => {
  const cluster = await startCluster(2);
  const { servers, client, center } = cluster;
  await cluster.start();
  for (const [i, server] of servers.entries()) server.handle("demo.who", () => i);
  const replies = await Promise.all(Array.from({ length: 6 }, () => client.call<number>("demo.who")));
  assertEquals(replies.sort(), [0, 0, 1, 1, 2, 2]);
  await cluster[Symbol.asyncDispose]();
  assertEquals([center.instances("demo"), servers.map(({ connections }) => connections)], [[], [0, 0, 0]]);
});

Deno.test("the client of a cluster can be put behind a faulty transport", async () => {
  let transport: FaultyTransport | undefined;
  await using cluster = await startCluster(1, {
    through: (memory) => transport = faulty(memory, { seed: 1, partialReads: true }),
  });
  cluster.servers[0]!.handle("demo.who", () => "me");
  assertEquals([await cluster.client.call("demo.who"), transport?.counts.connections], ["me", 1]);
});
