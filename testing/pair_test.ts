import { assert, assertEquals, assertRejects } from "@std/assert";
import { FakeCenter } from "./fake_center.ts";
import { pairSchemes, startPair } from "./pair.ts";

for (const scheme of pairSchemes) {
  Deno.test(`a pair over ${scheme} calls, and leaves nothing behind`, async () => {
    const pair = await startPair({ scheme });
    pair.server.handle("demo.double", (n: number) => 2 * n);
    pair.server.handle("demo.fail", () => {
      throw new RangeError("no");
    });
    assert(pair.address.startsWith(`${scheme}://`));
    assertEquals(await pair.client.call("demo.double", 21), 42);
    await assertRejects(() => pair.client.call("demo.fail"));
    assertEquals(pair.errors.map(String), ["RangeError: no"]);
    await pair[Symbol.asyncDispose]();
    assertEquals(pair.server.connections, 0);
    if (scheme === "unix") await assertRejects(() => Deno.stat(pair.address.slice("unix://".length)));
  });
}

Deno.test("a pair meets through a registry when it is given one", async () => {
  const center = new FakeCenter();
  await using pair = await startPair({ server: { registry: center }, client: { registry: center } });
  pair.server.handle("demo.hello", () => "hello");
  assertEquals(await pair.client.call("demo.hello"), "hello");
  assertEquals(center.instances("demo").map(({ address }) => address), [pair.address]);
});
