import { assert, assertEquals, assertGreater, assertLess, assertRejects } from "@std/assert";
import { type Change, Client, type WireInstance } from "../client/mod.ts";
import { RpcError } from "../protocol/mod.ts";
import { Server } from "../server/mod.ts";
import { FakeClock, seeded } from "../testing/mod.ts";
import type { CenterEvent } from "./mod.ts";
import { bench, instance, TTL_MS, until } from "./rig_test.ts";

Deno.test("a registration that can't be is refused, and why is told", async () => {
  await using here = await bench();
  const register = () => here.client.register({ services: ["demo"], instance: instance(1, { weight: 10_001 }) });
  const error = await assertRejects(register, RpcError, "Cannot register: weight 10001, want 0 to 10000");
  assertEquals([error.code, here.center.instances], ["invalid_argument", 0]);
});

Deno.test("a registration at every limit is taken, and told as it is", async () => {
  await using here = await bench();
  const services = Array.from({ length: 1000 }, (_, i) => `${i}`.padStart(200, "é"));
  const entries = Array.from({ length: 32 }, (_, i): [string, string] => [`__proto__${i}`.padEnd(28), "v".repeat(100)]);
  const full = instance(1, { id: "i".repeat(1024), weight: 10_000, metadata: new Map(entries) });
  const { ttlMs } = await here.client.register({ services, instance: full });
  const { put, reset, more } = await here.client.discover({ service: services[999]! });
  assertEquals([ttlMs, put, reset, more], [TTL_MS, [full], true, false]);
});

Deno.test("every service is listed with its instances", async () => {
  await using here = await bench();
  await here.client.register({ services: ["demo", "other"], instance: instance(1) });
  await here.client.register({ services: ["demo"], instance: instance(2) });
  assertEquals((await here.client.list({})).services, [
    { service: "demo", instances: [instance(1), instance(2)] },
    { service: "other", instances: [instance(1)] },
  ]);
});

Deno.test("a service named twice is registered once", async () => {
  await using here = await bench();
  await here.client.register({ services: ["demo", "demo"], instance: instance(1) });
  assertEquals((await here.client.discover({ service: "demo" })).put.length, 1);
});

Deno.test("a full center says so", async () => {
  await using here = await bench({ limits: { maxInstances: 2 } });
  const { lease } = await here.client.register({ services: ["demo"], instance: instance(1) });
  await here.client.register({ services: ["demo"], instance: instance(2) });
  const third = { services: ["demo"], instance: instance(3) };
  const error = await assertRejects(() => here.client.register(third), RpcError, "Cannot register: 2 instances");
  assertEquals(error.code, "resource_exhausted");
  await here.client.deregister({ lease });
  await here.client.register(third);
});

Deno.test("a heartbeat keeps a lease, and one for an unknown lease is not found", async () => {
  await using here = await bench();
  const { lease } = await here.client.register({ services: ["demo"], instance: instance(1) });
  const startMs = performance.now();
  await until(async () => {
    await here.client.heartbeat({ lease });
    return performance.now() - startMs > 2 * TTL_MS;
  }, "kept");
  await until(() => here.center.instances === 0, "expired");
  const error = await assertRejects(() => here.client.heartbeat({ lease }), RpcError, "Cannot renew the lease");
  assertEquals(error.code, "not_found");
});

Deno.test("taking a lease back twice does no harm", async () => {
  await using here = await bench();
  const { lease } = await here.client.register({ services: ["demo"], instance: instance(1) });
  await here.client.deregister({ lease });
  await here.client.deregister({ lease });
  await here.client.deregister({ lease: "never given" });
  assertEquals([(await here.client.list({})).services, here.center.instances], [[], 0]);
});

Deno.test("lists too large for one reply are refused, and can be watched", async () => {
  await using here = await bench();
  const metadata = new Map([["text", "x".repeat(4000)]]), count = 300;
  await Promise.all(
    Array.from(
      { length: count },
      (_, n) => here.client.register({ services: ["demo"], instance: instance(n, { metadata }) }),
    ),
  );
  for (const call of [() => here.client.discover({ service: "demo" }), () => here.client.list({})]) {
    assertEquals((await assertRejects(call, RpcError, "too many instances for one reply")).code, "resource_exhausted");
  }
  const ids = new Set<string>();
  for await (const { put, more } of here.client.watch({ service: "demo" })) {
    for (const { id } of put) ids.add(id);
    if (!more) break;
  }
  assertEquals(ids.size, count);
});

const long = "x".repeat(201);
for (const method of ["watch", "discover"] as const) {
  Deno.test(`${method} of a service that can't be is refused`, async () => {
    await using here = await bench();
    const ask = async () => {
      if (method === "discover") await here.client.discover({ service: long });
      else for await (const _ of here.client.watch({ service: long }));
    };
    const error = await assertRejects(ask, RpcError, `Cannot ${method}: the name of a service has 201 characters`);
    assertEquals(error.code, "invalid_argument");
  });
}

Deno.test("everything that happens is an event", async () => {
  const events: CenterEvent[] = [];
  await using here = await bench({ onEvent: (event) => events.push(event) });
  const kinds = () => events.map(({ kind }) => kind).join();
  const { lease } = await here.client.register({ services: ["demo"], instance: instance(1) });
  await here.client.register({ services: ["demo"], instance: instance(2) });
  await here.client.deregister({ lease });
  for await (const _ of here.client.watch({ service: "demo" })) break;
  await until(() => kinds().endsWith("unwatch"), "no longer watching");
  assertEquals(kinds(), "register,register,deregister,watch,unwatch");
  await until(() => kinds().includes("settle") && kinds().includes("expire"), "settled and expired");
  const expired = events.find(({ kind }) => kind === "expire");
  assertEquals(expired, { kind: "expire", services: ["demo"], instance: instance(2) });
});

Deno.test("watchers of 200 instances that come and go hold what there is, in far fewer messages than changes", async () => {
  const clock = new FakeClock(), rounds = 20; // the center's time: it tells changes once in 10 ms
  await using here = await bench({ ttlMs: 3_600_000, wheel: clock.wheel });
  const stop = new AbortController(), random = seeded(5), leases: (string | undefined)[] = [];
  const watchers = Array.from({ length: 5 }, () => ({ held: new Map<string, WireInstance>(), messages: 0 }));
  const watching = watchers.map(async (watcher) => {
    try {
      for await (const change of here.client.watch({ service: "demo" }, { signal: stop.signal })) take(watcher, change);
    } catch (error) {
      return error;
    }
  });
  let changes = 0;
  for (let round = 0; round < rounds; round++) {
    await Promise.all(Array.from({ length: 200 }, async (_, n) => {
      if (round > 0 && random() < 0.8) return;
      changes++;
      const lease = leases[n];
      leases[n] = undefined;
      if (lease !== undefined) await here.client.deregister({ lease });
      else leases[n] = (await here.client.register({ services: ["demo"], instance: instance(n) })).lease;
    }));
    await clock.advance(10);
  }
  const want = leases.flatMap((lease, n) => lease === undefined ? [] : [`i${n}`]).sort().join();
  await until(async () => {
    await clock.advance(10);
    return watchers.every(({ held }) => [...held.keys()].sort().join() === want);
  }, "the same list");
  assertGreater(changes, 800);
  for (const { messages } of watchers) assertLess(messages, 4 * rounds);
  stop.abort();
  for (const error of await Promise.all(watching)) assert(error instanceof RpcError && error.code === "canceled");
});

function take(watcher: { held: Map<string, WireInstance>; messages: number }, { put, removed }: Change): void {
  watcher.messages++;
  for (const id of removed) watcher.held.delete(id);
  for (const each of put) watcher.held.set(each.id, each);
}

Deno.test("a server whose registration is refused hears why, once, and serves on", async () => {
  await using here = await bench();
  const errors: unknown[] = [];
  const options = { center: here.center.address, weight: 20_000, onError: (error: unknown) => void errors.push(error) };
  await using server = await new Server(options).handle("demo.who", () => "a").listen();
  await until(() => errors.length > 0, "refused");
  const message = "RpcError: Cannot register: weight 20000, want 0 to 10000";
  await new Promise((resolve) => setTimeout(resolve, 200)); // some more tries
  assertEquals([errors.map(String), server.registered], [[message], false]);
  await using client = new Client({ address: server.address });
  assertEquals(await client.call("demo.who"), "a");
});
