import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { AnyCallOptions } from "../client/mod.ts";
import { bidi, clientStream, serverStream, service, t, unary } from "../codec/mod.ts";
import { type Context, type Interceptor, RpcError } from "../protocol/mod.ts";
import { call, client, handle, listen, shutdown } from "./default.ts";
import { connect } from "./peer.ts";
import type { ServerOptions } from "./server.ts";

const Demo = service("typed", {
  double: unary(t.int32, t.int32),
  count: serverStream(t.int32, t.int32),
  sum: clientStream(t.int32, t.int32),
  echo: bidi(t.string, t.string),
});

async function sum(numbers: AsyncIterable<number>): Promise<number> {
  return (await Array.fromAsync(numbers)).reduce((a, b) => a + b, 0);
}

function handleDemo(): void {
  handle(Demo, {
    double: (n) => 2 * n,
    count: function* (n) {
      for (let i = 1; i <= n; i++) yield i;
    },
    sum,
    echo: (items) => items,
  });
}

const cases: Record<string, () => Promise<void>> = {
  "what is handled here can be called here, with no center and no listener": async () => {
    handle("demo.hello", ({ name }: { name: string }) => ({ msg: `hello ${name}` }));
    const { msg } = await call<{ msg: string }>("demo.hello", { name: "world" }, { timeout: 5000 });
    assertEquals(msg, "hello world");
    handle("demo.later", (n: number) => n + 1);
    assertEquals(await call("demo.later", 1), 2, "also what is handled later");
  },
  "contracts and interfaces have clients": async () => {
    handleDemo();
    const typed = client(Demo);
    assertEquals([await typed.double(21), await typed.sum([1, 2, 3])], [42, 6]);
    assertEquals(await Array.fromAsync(typed.count(3)), [1, 2, 3]);
    assertEquals(await Array.fromAsync(typed.echo(["a", "b"])), ["a", "b"]);
    const named = client<{ double(n: number): number; count(n: number): AsyncIterable<number> }>("typed");
    assertEquals(await named.double(4), 8);
    assertEquals(await Array.fromAsync(named.count(2)), [1, 2]);
    assert(await Promise.resolve(named) === named, "a client is no promise");
  },
  "errors, cancelling, metadata and oneway work as over any wire": async () => {
    handle("demo.fail", () => {
      throw new RpcError("not_found", "no such thing", { status: 1404, details: { id: 7 } });
    });
    handle("demo.about", (_: unknown, ctx: Context) => ctx.metadata.get("user"));
    const aborted = Promise.withResolvers<void>(), noted = Promise.withResolvers<string>();
    handle("demo.hang", (_: unknown, { signal }: Context) => {
      return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(aborted.resolve())));
    });
    handle("demo.note", (text: string) => noted.resolve(text));
    const error = await assertRejects(() => call("demo.fail"), RpcError, "no such thing");
    assertEquals([error.status, error.details], [1404, { id: 7 }]);
    assertEquals(await call("demo.about", 1, { metadata: { user: "ada" } }), "ada");
    const late = await assertRejects(() => call("demo.hang", 1, { timeout: 10 }), RpcError);
    assertEquals(late.code, "deadline_exceeded");
    await aborted.promise;
    await call("demo.note", "hi", { oneway: true });
    assertEquals(await noted.promise, "hi");
  },
  "a listener answers the same, at an address of its own": async () => {
    handle("demo.where", (_: unknown, { peer }: Context) => peer.address.split(":")[0]);
    const server = await listen(), second = await listen("unix://\0erpc-default-test");
    assert(server.address.startsWith("tcp://127.0.0.1:"));
    assertEquals(await call("demo.where"), "mem");
    assertEquals(await call("demo.where", 1, { address: server.address }), "tcp");
    assertEquals(await call("demo.where", 1, { address: second.address, codec: "json" }), "unix");
    await using peer = await connect(server.address);
    assertEquals(await peer.call("demo.where"), "tcp");
    handle("demo.added", () => "later");
    assertEquals(await call("demo.added", 1, { address: server.address }), "later");
    await assertRejects(() => listen(server.address), Deno.errors.AddrInUse, `at ${server.address}: `);
  },
  "a listener can be drained alone": async () => {
    handle("demo.hello", () => "hello");
    const server = await listen();
    const { address } = server;
    assertEquals(await call("demo.hello", 1, { address }), "hello");
    await server.drain();
    const error = await assertRejects(() => call("demo.hello", 1, { address }), RpcError, "Cannot reach");
    assertEquals(error.code, "unavailable");
    assertEquals(await call("demo.hello"), "hello");
  },
  "a listener has options of its own": async () => {
    const seen: string[] = [], watch: Interceptor = (next) => (call) => (seen.push(call.method), next(call));
    handle("demo.hello", () => "hello");
    await using server = await listen(":0", { interceptors: [watch] });
    assertEquals(await call("demo.hello", 1, { address: server.address }), "hello");
    assertEquals([await call("demo.hello"), seen], ["hello", ["hello"]]);
  },
  "what nobody handles says so": async () => {
    const none = await assertRejects(() => call("nobody.home"), RpcError, "Cannot find nobody.home");
    assertEquals([none.code, none.status], ["unavailable", 314]);
    handle("demo.hello", () => "hello");
    const wrong = await assertRejects(() => call("demo.goodbye"), RpcError, "no such method");
    assertEquals([wrong.code, wrong.status], ["unimplemented", 212]);
  },
  "options that hold the same share a client, wherever they are written": async () => {
    handle("demo.hello", () => "hello");
    const server = await listen(), { address } = server, watch: Interceptor = (next) => (call) => next(call);
    for (let i = 0; i < 5; i++) {
      await call("demo.hello", 1, { address, pool: { size: 1 }, interceptors: [watch] });
    }
    assertEquals(server.connections, 1);
    await call("demo.hello", 1, { address, pool: { size: 2 }, interceptors: [watch] });
    await call("demo.hello", 1, { address, pool: { size: 1 }, interceptors: [watch, watch] });
    assertEquals(server.connections, 3);
  },
  "a call that comes before its handler finds it, when that comes soon": async () => {
    const early = call("demo.soon");
    handle("demo.soon", () => "here");
    assertEquals(await early, "here");
  },
  "mistakes throw at once": () => {
    handle("demo.hello", () => "hello");
    assertThrows(() => handle("demo.hello", () => "again"), TypeError, "handled already");
    assertThrows(() => handle("nodot", () => 1), TypeError, "Cannot use");
    assertThrows(() => call("nodot"), TypeError, "Cannot use");
    assertThrows(() => call("demo.hello", 1, { timeout: -1 }), RangeError);
    assertThrows(() => handle(Demo, {} as never), TypeError, "no handler for double");
    assertThrows(() => handle("demo.seven", 7 as never), TypeError, "its handler is no function");
    return Promise.resolve();
  },
  "options that can't be throw at once, and say what is wanted": async () => {
    const calls: Record<string, AnyCallOptions> = {
      "timeout 100: want milliseconds above 0": { timeout: "100" as never },
      "timeout NaN": { timeout: NaN },
      "limit maxBodyBytes: 0": { limits: { maxBodyBytes: 0 } },
      "helloTimeoutMs NaN: want milliseconds": { timing: { helloTimeoutMs: NaN } },
      "heartbeatIdleMs 0": { timing: { heartbeatIdleMs: 0 } },
      "pool size 0: want 1 or more": { pool: { size: 0 } },
      "dialTimeoutMs -1": { pool: { dialTimeoutMs: -1 } },
    };
    for (const [complaint, options] of Object.entries(calls)) {
      assertThrows(() => call("demo.hello", 1, options), RangeError, complaint);
    }
    const servers: Record<string, ServerOptions> = {
      "drainMs -1: want 0 or more": { drainMs: -1 },
      "maxConnections 0": { maxConnections: 0 },
      "heartbeatPatienceMs null": { timing: { heartbeatPatienceMs: null as never } },
    };
    for (const [complaint, options] of Object.entries(servers)) {
      await assertRejects(() => listen(":0", options), RangeError, complaint);
    }
    await assertRejects(() => connect(":1", { dialTimeout: 0 }), RangeError, "dialTimeout 0");
  },
  "options that name what does not exist fail the call, and say what there is": async () => {
    handle("demo.hello", () => "hello");
    const options = { codec: "morse", balancer: "none", retry: "never", compress: "lzw", registry: "dns://x" };
    for (const [option, name] of Object.entries(options)) {
      const error = await assertRejects(() => call("demo.hello", 1, { [option]: name }), RpcError, name);
      assertEquals(error.code, "invalid_argument");
      assert(error.message.includes("want"), error.message);
    }
  },
  "after a shutdown everything is forgotten and can be handled anew": async () => {
    for (let i = 0; i < 2; i++) {
      handle("demo.hello", () => `hello ${i}`);
      const server = await listen();
      assertEquals(await call("demo.hello"), `hello ${i}`);
      await shutdown();
      await server.finished;
      await assertRejects(() => call("demo.hello"), RpcError, "Cannot find");
      await shutdown();
    }
  },
  "a shutdown lets running calls fail rather than hang": async () => {
    const started = Promise.withResolvers<void>();
    handle("demo.hang", (_: unknown, { signal }: Context) => {
      started.resolve();
      return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    });
    const hanging = assertRejects(() => call("demo.hang"), RpcError);
    await started.promise;
    await shutdown();
    assertEquals((await hanging).code, "unavailable");
  },
};

for (const [name, run] of Object.entries(cases)) {
  Deno.test(name, async () => {
    const center = Deno.env.get("ERPC_CENTER");
    Deno.env.set("ERPC_CENTER", "mem://no-center"); // whatever may run on this machine
    try {
      await run();
    } finally {
      await shutdown();
      if (center === undefined) Deno.env.delete("ERPC_CENTER");
      else Deno.env.set("ERPC_CENTER", center);
    }
  });
}
