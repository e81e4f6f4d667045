import { assertEquals, assertRejects } from "@std/assert";
import { centerRegistry, Client } from "../client/mod.ts";
import { Server } from "../server/mod.ts";
import { certifiedTest as test } from "../transport/tls/authority_test.ts";
import { listenCenter } from "./mod.ts";
import { until } from "./rig_test.ts";

await test("a center with mutual TLS is used by those with a certificate", async (c) => {
  await using center = await listenCenter(":0", { tls: { ...c.server, clientCa: c.ca } });
  const tls = { ca: c.ca, ...c.client }, registry = await centerRegistry(center.address, { tls });
  await using undo = new AsyncDisposableStack();
  undo.defer(() => registry.close());
  const server = undo.use(new Server({ registry, tls: c.server }).handle("demo.double", (n: number) => 2 * n));
  await server.listen(":0");
  const client = undo.use(new Client({ registry, tls: { ca: c.ca } }));
  await until(() => server.registered, "the server is registered");
  assertEquals(await client.call("demo.double", 21), 42);
  assertEquals(center.instances, 1);
});

await test("a center with mutual TLS takes nobody else", async (c) => {
  await using center = await listenCenter(":0", { tls: { ...c.server, clientCa: c.ca } });
  for (const tls of [{ ca: c.ca }, { ca: c.ca, ...c.stranger }, undefined]) {
    const registry = await centerRegistry(center.address, tls === undefined ? {} : { tls });
    await using client = new Client({ registry });
    await assertRejects(
      async () => await client.call("demo.double", 21, { timeout: 2000 }),
      Error,
      "no center answers",
    );
    await registry.close();
  }
  assertEquals(center.instances, 0);
});
