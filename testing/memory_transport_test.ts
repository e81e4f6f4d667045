import { assertEquals, assertRejects } from "@std/assert";
import { parseAddress } from "../transport/mod.ts";
import { memoryTransport } from "./memory_transport.ts";

const address = parseAddress("mem://name");

Deno.test("two transports do not share names", async () => {
  const here = memoryTransport(), there = memoryTransport();
  const listener = await here.listen(address, {});
  await assertRejects(() => there.dial(address, {}), Error, "nothing listens on mem://name");
  await assertRejects(() => here.listen(address, {}), Error, "taken");
  (await there.listen(address, {})).close();
  listener.close();
});

Deno.test("bytes go both ways, and a closed end is an end", async () => {
  const memory = memoryTransport(), listener = await memory.listen(address, {});
  const here = await memory.dial(address, {});
  const { value: there } = await listener.connections[Symbol.asyncIterator]().next();
  for (const [from, to] of [[here, there!], [there!, here]] as const) {
    const into = new Uint8Array(2), written = from.write(Uint8Array.of(1, 2, 3));
    assertEquals([await to.read(into), into], [2, Uint8Array.of(1, 2)]);
    assertEquals([await to.read(into), into, await written], [1, Uint8Array.of(3, 2), 3]);
  }
  here.close();
  assertEquals(await there!.read(new Uint8Array(1)), null);
  await assertRejects(() => there!.write(Uint8Array.of(1)));
  listener.close();
});

Deno.test("a name is free again when its listener has closed, and who was not accepted learns it", async () => {
  const memory = memoryTransport(), listener = await memory.listen(address, {});
  const waiting = await memory.dial(address, {});
  listener.close();
  listener.close();
  assertEquals(await waiting.read(new Uint8Array(1)), null);
  await assertRejects(() => memory.dial(address, {}));
  const next = await memory.listen(address, {});
  next.close();
});
