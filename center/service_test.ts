import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import {
  Center,
  type CenterMethods,
  centerRegistry,
  type Change,
  Client,
  type ServiceClient,
  type WireInstance,
} from "../client/mod.ts";
import { RpcError } from "../protocol/mod.ts";
import { Server } from "../server/mod.ts";
import { seeded } from "../testing/mod.ts";
import { hmac } from "../transport/mod.ts";
import { type CenterEvent, type CenterOptions, type CenterServer, listenCenter, loadStore } from "./mod.ts";
import { TTL_MS, until } from "./rig_test.ts";

interface Bench extends AsyncDisposable {
  readonly center: CenterServer;
  readonly client: ServiceClient<CenterMethods>;
}

async function bench(options: CenterOptions = {}): Promise<Bench> {
  const center = await listenCenter(":0", { ttlMs: TTL_MS, ...options });
  const caller = new Client({ address: center.address, retry: "failfast" });
  return {
    center,
    client: caller.of(Center),
    [Symbol.asyncDispose]: async () => {
      await caller.close();
      await center.drain();
    },
  };
}

function instance(n: number, over: Partial<WireInstance> = {}): WireInstance {
  return { id: `i${n}`, address: `tcp://10.0.0.1:${n + 1}`, weight: 100, metadata: new Map(), ...over };
}

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
  await using here = await bench({ ttlMs: 60_000 });
  const stop = new AbortController(), random = seeded(5), leases: (string | undefined)[] = [];
  const watchers = Array.from({ length: 5 }, () => ({ held: new Map<string, WireInstance>(), messages: 0 }));
  const watching = watchers.map(async (watcher) => {
    try {
      for await (const change of here.client.watch({ service: "demo" }, { signal: stop.signal })) take(watcher, change);
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
  });
  let changes = 0;
  for (let round = 0; round < 20; round++) {
    await Promise.all(Array.from({ length: 200 }, async (_, n) => {
      if (round > 0 && random() < 0.8) return;
      changes++;
      const lease = leases[n];
      leases[n] = undefined;
      if (lease !== undefined) await here.client.deregister({ lease });
      else leases[n] = (await here.client.register({ services: ["demo"], instance: instance(n) })).lease;
    }));
  }
  const want = leases.flatMap((lease, n) => lease === undefined ? [] : [`i${n}`]).sort().join();
  for (const { held } of watchers) await until(() => [...held.keys()].sort().join() === want, "the same list");
  for (const { messages } of watchers) assertLess(messages, changes / 4);
  stop.abort();
  await Promise.all(watching);
});

function take(watcher: { held: Map<string, WireInstance>; messages: number }, { put, removed }: Change): void {
  watcher.messages++;
  for (const id of removed) watcher.held.delete(id);
  for (const each of put) watcher.held.set(each.id, each);
}

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
