import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { mock } from "node:test";
import { Client, type ClientOptions } from "../client/mod.ts";
import { RpcError } from "../protocol/mod.ts";
import { Server } from "./mod.ts";
import { type Address, parseAddress } from "../transport/address.ts";
import { quic, quicTransport } from "../transport/quic.ts";
import { certifiedTest as test } from "../transport/tls/authority_test.ts";
import type { Listener, TlsOptions, Wire } from "../transport/transport.ts";

const anywhere = parseAddress("quic://127.0.0.1:0");

/** A server that doubles. */
async function serve(tls: TlsOptions, transport = quic): Promise<Server> {
  const server = new Server({ registry: false, tls, transports: [transport] });
  server.handle("demo.double", (n: number) => 2 * n);
  server.handle("demo.echo", (value: unknown) => value);
  return await server.listen("quic://127.0.0.1:0");
}

function clientOf({ address }: { address: string }, tls: TlsOptions, options: ClientOptions = {}): Client {
  return new Client({ address, tls, retry: "failfast", ...options });
}

/** Accepts every wire and reads it to its end. */
async function drainAll(listener: Listener): Promise<void> {
  const ends: Promise<void>[] = [];
  for await (const wire of listener.connections) ends.push(drain(wire));
  await Promise.all(ends);
}

async function drain(wire: Wire): Promise<void> {
  const into = new Uint8Array(1000);
  while (await wire.read(into).catch(() => null) !== null);
  wire.close();
}

async function* upTo(n: number): AsyncGenerator<number> {
  for (let i = 0; i < n; i++) yield i;
}

await test("quic: calls, streams and large bodies pass", async ({ ca, server: tls }) => {
  await using server = await serve(tls);
  server.handle("demo.count", (n: number) => upTo(n));
  await using client = clientOf(server, { ca });
  assertEquals(await client.call("demo.double", 21), 42);
  assertEquals((await Array.fromAsync(client.call("demo.count", 1000))).length, 1000);
  const large = new Uint8Array(3 << 20).fill(7);
  assertEquals((await client.call<Uint8Array>("demo.echo", large)).length, large.length);
  assertEquals(
    await Promise.all(Array.from({ length: 500 }, (_, i) => client.call("demo.double", i))).then((all) => all[499]),
    998,
  );
});

if (Deno.networkInterfaces().some(({ address }) => address === "::1")) {
  await test("quic: IPv6, and the address has the real port", async ({ ca, server: tls }) => {
    const listener = await quic.listen(parseAddress("quic://[::1]:0"), { tls }), draining = drainAll(listener);
    const address = parseAddress(listener.address);
    assertEquals([address.hostname, address.port > 0], ["::1", true]);
    (await quic.dial(address, { tls: { ca, serverName: "localhost" } })).close();
    listener.close();
    await draining;
  });
} else Deno.test.ignore("quic: IPv6 (there is none here)", () => {});

/** What both ends have, and what the caller's error says. */
const misfits: Record<string, (c: Parameters<Parameters<typeof test>[1]>[0]) => [TlsOptions, TlsOptions, RegExp]> = {
  "an authority that the client does not trust": (c) => [c.server, {}, /no authority that this end trusts.*tls\.ca/],
  "another authority": (c) => [c.server, { ca: c.otherCa }, /no authority that this end trusts/],
  "an address that the certificate does not have": (c) => [c.named, { ca: c.ca }, /not valid for name "127\.0\.0\.1"/],
  "a name that it does not have": (c) => [c.server, { ca: c.ca, serverName: "a.test" }, /not valid for name "a\.test"/],
  "a certificate of yesterday": (c) => [c.expired, { ca: c.ca }, /has expired/],
};

for (const [name, misfit] of Object.entries(misfits)) {
  await test(`quic: ${name} is a clear error`, async (certificates) => {
    const [tls, trust, says] = misfit(certificates);
    await using server = await serve(tls);
    await using client = clientOf(server, trust);
    const error = await assertRejects(async () => await client.call("demo.double", 21), RpcError);
    assertEquals(error.code, "unavailable");
    assertMatch(error.message, /^Cannot reach quic:\/\/127\.0\.0\.1:\d+: its certificate /);
    assertMatch(error.message, says);
  });
}

await test("quic: another name may be what the certificate must have", async ({ ca, named }) => {
  await using server = await serve(named);
  await using client = clientOf(server, { ca, serverName: "example.test" });
  assertEquals(await client.call("demo.double", 21), 42);
});

await test("quic: a server of another protocol is told apart", async ({ ca, server: { cert, key } }) => {
  const endpoint = new Deno.QuicEndpoint({ hostname: "127.0.0.1", port: 0 });
  const listener = endpoint.listen({ cert, key, alpnProtocols: ["h3"] });
  const accepting = (async () => {
    for await (const incoming of listener) await Promise.resolve(incoming.accept()).catch(() => {});
  })();
  const address = { ...anywhere, port: endpoint.addr.port };
  await assertRejects(async () => await quic.dial(address, { tls: { ca } }), Error, "another protocol in it (ALPN)");
  endpoint.close();
  await accepting;
});

await test("quic: a dial that nobody answers ends with its time, and leaves nothing", async ({ ca }) => {
  const silent = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const address = `quic://127.0.0.1:${(silent.addr as Deno.NetAddr).port}`;
  await using client = clientOf({ address }, { ca }, { pool: { dialTimeoutMs: 50 } });
  await assertRejects(async () => await client.call("demo.double", 1), RpcError, "no connection within 50 ms");
  silent.close();
});

await test("quic: a dial given up harms no connection of the same socket", async ({ ca, server: tls }) => {
  const transport = quicTransport({ idleTimeoutMs: 1000 });
  const silent = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  await using server = await serve(tls);
  await using client = clientOf(server, { ca }, { transports: [transport] });
  assertEquals(await client.call("demo.double", 21), 42);
  const giveUp = new AbortController(), address = { ...anywhere, port: (silent.addr as Deno.NetAddr).port };
  const dialling = transport.dial(address, { tls: { ca }, signal: giveUp.signal });
  giveUp.abort(new Error("enough"));
  await assertRejects(() => dialling, Error, "enough");
  assertEquals(await client.call("demo.double", 4), 8);
  silent.close();
});

await test("quic: names that are none, and certificates that are none, fail at once", async ({ ca, server }) => {
  const dial = (address: Address, tls: TlsOptions) => quic.dial(address, { tls });
  await assertRejects(() => dial({ ...anywhere, hostname: "nobody.invalid", port: 1 }, { ca }), Error, "lookup");
  await assertRejects(
    () => dial({ ...anywhere, port: 1 }, { ca, serverName: "no name!" }),
    Error,
    "invalid server name",
  );
  const listen = (tls?: TlsOptions) => quic.listen(anywhere, tls === undefined ? {} : { tls });
  await assertRejects(() => listen(), TypeError, "QUIC is always encrypted, tls needs cert and key");
  await assertRejects(() => listen({ cert: server.cert }), TypeError, "needs cert and key");
  await assertRejects(() => listen({ cert: "no PEM", key: "no PEM" }), TypeError, "cert is no certificate");
  await assertRejects(() => listen({ ...server, clientCa: ca }), TypeError, "can't ask clients for certificates");
});

await test("quic: a port can't be listened at twice", async ({ server: tls }) => {
  const listener = await quic.listen(anywhere, { tls }), draining = drainAll(listener);
  await assertRejects(() => quic.listen(parseAddress(listener.address), { tls }), Error, "in use");
  listener.close();
  await draining;
});

await test("quic: bad clients do not keep a server from the others", async ({ ca, server: tls }) => {
  await using server = await serve(tls);
  const { port } = parseAddress(server.address),
    socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  for (let i = 0; i < 100; i++) {
    await socket.send(crypto.getRandomValues(new Uint8Array(1200)), { transport: "udp", hostname: "127.0.0.1", port });
  }
  const common = { hostname: "127.0.0.1", port, caCerts: [ca] };
  await assertRejects(async () => await Deno.connectQuic({ ...common, alpnProtocols: ["h3"] }), Error, "protocol");
  await assertRejects(
    async () => await Deno.connectQuic({ ...common, caCerts: [], alpnProtocols: ["erpc"] }),
    Error,
    "UnknownIssuer",
  );
  const idle = await Deno.connectQuic({ ...common, alpnProtocols: ["erpc"] });
  const left = await Deno.connectQuic({ ...common, alpnProtocols: ["erpc"] });
  left.close({ closeCode: 9, reason: "" });
  await using client = clientOf(server, { ca });
  assertEquals(await client.call("demo.double", 21, { timeout: 5000 }), 42);
  idle.close({ closeCode: 0, reason: "" });
  socket.close();
});

await test("quic: a peer opens one stream and no more", async ({ ca, server: tls }) => {
  await using server = await serve(tls);
  const { port } = parseAddress(server.address);
  const conn = await Deno.connectQuic({ hostname: "127.0.0.1", port, caCerts: [ca], alpnProtocols: ["erpc"] });
  await conn.createBidirectionalStream();
  await assertRejects(() => conn.createBidirectionalStream(), RangeError);
  await assertRejects(() => conn.createUnidirectionalStream(), RangeError);
  conn.close({ closeCode: 0, reason: "" });
});

await test("quic: a peer whose stream does not come is told so and closed", async ({ ca, server: tls }) => {
  await using server = await serve(tls);
  const { port } = parseAddress(server.address);
  mock.timers.enable({ apis: ["setTimeout"] });
  const conn = await Deno.connectQuic({ hostname: "127.0.0.1", port, caCerts: [ca], alpnProtocols: ["erpc"] });
  await using client = clientOf(server, { ca }); // once it is answered, the one before has been accepted
  try {
    assertEquals(await client.call("demo.double", 21), 42);
    mock.timers.tick(10_000);
  } finally {
    mock.timers.reset();
  }
  assertEquals({ ...await conn.closed }, { closeCode: 2, reason: "no stream came" });
});

await test("quic: while connections live on, a closed listener refuses others", async ({ ca, server: tls }) => {
  const listener = await quic.listen(anywhere, { tls }), address = parseAddress(listener.address);
  const wire = await quic.dial(address, { tls: { ca } });
  await wire.write(Uint8Array.of(1));
  const connections = listener.connections[Symbol.asyncIterator](), accepted: Wire = (await connections.next()).value;
  listener.close();
  await assertRejects(() => quic.dial(address, { tls: { ca } }), Error, "it refuses new connections");
  assertEquals(await accepted.read(new Uint8Array(10)), 1);
  await accepted.write(Uint8Array.of(2));
  assertEquals(await wire.read(new Uint8Array(10)), 1);
  wire.close();
  await drain(accepted);
  assertEquals((await connections.next()).done, true);
});

await test("quic: new connections get a renewed certificate, old ones live on", async ({ ca, otherCa, server, stranger }) => {
  const heard: unknown[] = [], tls: TlsOptions = { ...server, onError: (error) => heard.push(error) };
  await using service = await serve(tls);
  await using old = clientOf(service, { ca });
  assertEquals(await old.call("demo.double", 21), 42);
  tls.cert = "no PEM";
  await using same = clientOf(service, { ca });
  assertEquals(await same.call("demo.double", 21), 42);
  assertEquals(heard.length, 1);
  Object.assign(tls, stranger);
  await using fresh = clientOf(service, { ca: otherCa });
  const error = await assertRejects(async () => await fresh.call("demo.double", 21), RpcError);
  assertMatch(error.message, /certificate/, "the stranger's certificate is for no address");
  assertMatch(error.message, /not valid for name/);
  assertEquals(await old.call("demo.double", 4), 8);
});

await test("quic: a connection that hears nothing for too long is over", async ({ ca, server: tls }) => {
  const short = quicTransport({ idleTimeoutMs: 100, keepAliveMs: 60_000 });
  const listener = await short.listen(anywhere, { tls }), draining = drainAll(listener);
  const wire = await short.dial(parseAddress(listener.address), { tls: { ca } });
  await wire.write(Uint8Array.of(1));
  await assertRejects(() => wire.read(new Uint8Array(1)), Error, "timed out");
  wire.close();
  listener.close();
  await draining;
});

await test("quic: a dialer keeps an idle connection alive", async ({ ca, server: tls }) => {
  const short = quicTransport({ idleTimeoutMs: 300, keepAliveMs: 50 });
  const listener = await short.listen(anywhere, { tls });
  const wire = await short.dial(parseAddress(listener.address), { tls: { ca } });
  await wire.write(Uint8Array.of(1));
  const connections = listener.connections[Symbol.asyncIterator](), accepted: Wire = (await connections.next()).value;
  await accepted.read(new Uint8Array(1));
  const idle = quicTransport({ idleTimeoutMs: 900, keepAliveMs: 60_000 }); // measures 900 ms by the same means
  const other = await idle.listen(anywhere, { tls }), draining = drainAll(other);
  const clock = await idle.dial(parseAddress(other.address), { tls: { ca } });
  await assertRejects(() => clock.read(new Uint8Array(1)), Error, "timed out");
  await wire.write(Uint8Array.of(2));
  assertEquals(await accepted.read(new Uint8Array(1)), 1);
  for (const one of [wire, accepted, clock]) one.close();
  for (const one of [listener, other]) one.close();
  await draining;
  await connections.next();
});

await test("quic: rounds of connecting and closing leave nothing open", async ({ ca, server: tls }) => {
  const files = () => Array.from(Deno.readDirSync("/proc/self/fd")).length;
  await using server = await serve(tls);
  const round = async () => {
    await using client = clientOf(server, { ca });
    assertEquals(await client.call("demo.double", 21), 42);
  };
  await round();
  const before = files();
  for (let i = 0; i < 300; i++) await round();
  assert(files() <= before + 2, `${files()} files are open, and were ${before}`);
});

Deno.test("quic: without the runtime's flag the error names it", async () => {
  const url = new URL("../transport/quic.ts", import.meta.url).href;
  const code = `const { quic } = await import(${JSON.stringify(url)});
    for (const run of [() => quic.dial({ port: 1 }, {}), () => quic.listen({ port: 0 }, {})]) await run().catch((e) => console.log(e.name, e.message));`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", "--no-config", "--no-lock", code] })
    .output();
  const line = "TypeError Cannot use quic: run deno with --unstable-net\n";
  assertEquals(new TextDecoder().decode(stdout), line + line);
});
