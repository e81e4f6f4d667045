import { assert, assertEquals, assertRejects } from "@std/assert";
import { centerRegistry, Client } from "../client/mod.ts";
import { RpcError } from "../protocol/mod.ts";
import { Server } from "../server/mod.ts";
import { hmac } from "../transport/mod.ts";
import { type CenterEvent, type CenterOptions, listenCenter, loadStore } from "./mod.ts";
import { bench, instance, TTL_MS, until } from "./rig_test.ts";

Deno.test("a center that drains ends its watches cleanly", async () => {
  await using here = await bench();
  const heard = Promise.withResolvers<void>();
  const watching = (async () => {
    for await (const _ of here.client.watch({ service: "demo" })) heard.resolve();
  })();
  await heard.promise;
  await here.center.drain();
  await watching;
  await here.center.finished;
});

Deno.test("a center that keeps its store loads it, and its servers keep their leases", async () => {
  const store = await loadStore("memory"), kept = { ...over(store), [Symbol.asyncDispose]: () => Promise.resolve() };
  let lease = "";
  {
    await using first = await bench({ store: kept });
    ({ lease } = await first.client.register({ services: ["demo"], instance: instance(1) }));
    await first.client.register({ services: ["demo"], instance: instance(2) });
  }
  await using second = await bench({ store: kept });
  assertEquals((await second.client.discover({ service: "demo" })).put.length, 2);
  await until(async () => {
    await second.client.heartbeat({ lease });
    return second.center.instances === 1;
  }, "without the server that has not come back");
  assertEquals((await second.client.discover({ service: "demo" })).put, [instance(1)]);
  await store[Symbol.asyncDispose]();
});

function over(store: Awaited<ReturnType<typeof loadStore>>): typeof store {
  return {
    put: (registered) => store.put(registered),
    remove: (lease) => store.remove(lease),
    list: () => store.list(),
    watch: (onChange) => store.watch(onChange),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

Deno.test("a store that fails fails the registration, and an expiry is tried again", async () => {
  const store = await loadStore("memory"), events: CenterEvent[] = [];
  let broken = true;
  const flaky = { ...over(store) };
  const orFail = <T>(run: () => Promise<T>) => broken ? Promise.reject(new RpcError("unavailable", "no disk")) : run();
  flaky.put = (registered) => orFail(() => store.put(registered));
  flaky.remove = (lease) => orFail(() => store.remove(lease));
  await using here = await bench({ store: flaky, onEvent: (event) => events.push(event) });
  await assertRejects(
    () => here.client.register({ services: ["demo"], instance: instance(1) }),
    RpcError,
    "no disk",
  );
  assertEquals(here.center.instances, 0, "a lease without a registration");
  broken = false;
  await here.client.register({ services: ["demo"], instance: instance(1) });
  broken = true;
  await until(() => events.some(({ kind }) => kind === "fail"), "failing to expire");
  assertEquals((await here.client.discover({ service: "demo" })).put.length, 1);
  broken = false;
  await until(async () => (await here.client.discover({ service: "demo" })).put.length === 0, "expired");
});

Deno.test("a center behind stages is reached by those who have the same", async () => {
  const stages = [hmac("a secret of enough bytes")];
  await using center = await listenCenter(":0", { ttlMs: TTL_MS, stages });
  const registry = await centerRegistry(center.address, { stages });
  await using server = await new Server({ registry }).handle("demo.who", () => "a").listen();
  await until(() => server.registered, "registered");
  await using client = new Client({ registry });
  assertEquals(await client.call("demo.who"), "a");
  await registry.close();
});

const badOptions: Record<string, [CenterOptions, string]> = {
  "a time to live too short": [{ ttlMs: 50 }, "Cannot use ttlMs 50"],
  "a time to live that is no number": [{ ttlMs: NaN }, "Cannot use ttlMs NaN"],
  "a store that there is not": [{ store: "disk" as "memory" }, 'Cannot use store "disk"'],
};
for (const [what, [options, why]] of Object.entries(badOptions)) {
  Deno.test(`${what} is refused at once`, async () => {
    const error = await assertRejects(() => listenCenter(":0", options), Error, why);
    assert(error instanceof RangeError || error instanceof TypeError);
  });
}

Deno.test("an address in use is refused and leaves nothing behind", async () => {
  await using here = await bench();
  await assertRejects(() => listenCenter(here.center.address), Deno.errors.AddrInUse);
});

Deno.test("a center drains when its signal aborts", async () => {
  const stop = new AbortController();
  const center = await listenCenter(":0", { ttlMs: TTL_MS, signal: stop.signal });
  stop.abort();
  await center.finished;
  const late = await listenCenter(":0", { ttlMs: TTL_MS, signal: stop.signal });
  await late.finished;
});
