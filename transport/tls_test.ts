import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { RpcError } from "../protocol/mod.ts";
import { startPair } from "../testing/mod.ts";
import { type Address, parseAddress } from "./address.ts";
import { tcp } from "./tcp.ts";
import { type Certificates, certifiedTest as test } from "./tls/authority_test.ts";
import { listenTls } from "./tls/listen.ts";
import type { TlsOptions } from "./transport.ts";

/** A call over tcp with TLS at either end, or the error it fails with. */
async function callOver(server: TlsOptions | undefined, client: TlsOptions | undefined): Promise<unknown> {
  const options = (tls: TlsOptions | undefined) => tls === undefined ? {} : { tls };
  await using pair = await startPair({
    scheme: "tcp",
    server: options(server),
    client: { retry: "failfast", ...options(client) },
  });
  pair.server.handle("demo.double", (n: number) => 2 * n);
  return await pair.client.call("demo.double", 21, { timeout: 5000 }).then(
    (value) => value,
    (error: RpcError) => error,
  );
}

await test("tls: calls pass when the client trusts the server's authority", async ({ ca, server }) => {
  assertEquals(await callOver(server, { ca }), 42);
});

await test("tls: a name of one's own is what the certificate must have", async ({ ca, named }) => {
  assertEquals(await callOver(named, { ca, serverName: "example.test" }), 42);
});

await test("tls: a name of one's own may be in the place of an asterisk, or an IP address", async ({ ca, named, server }) => {
  assertEquals(await callOver(named, { ca, serverName: "api.wild.test" }), 42);
  assertEquals(await callOver(server, { ca, serverName: "127.0.0.1" }), 42);
});

await test("tls: a client may show a certificate to a server that does not ask for one", async ({ ca, server, client }) => {
  assertEquals(await callOver(server, { ca, ...client }), 42);
});

/** Both ends that do not fit, and what the caller's error says. */
const misfits: Record<
  string,
  (c: Certificates) => [server: TlsOptions | undefined, client: TlsOptions | undefined, says: RegExp]
> = {
  "an authority that the client does not trust": (c) => [c.server, {}, /: no authority trusted here vouches for its/],
  "another authority": (c) => [c.server, { ca: c.otherCa }, /: no authority trusted here vouches for its certificate/],
  "an address that the certificate does not have": (c) => [
    c.named,
    { ca: c.ca },
    /: its certificate is for DNS:example\.test, DNS:\*\.wild\.test, not for 127\.0\.0\.1$/,
  ],
  "a name that the certificate does not have": (c) => [
    c.server,
    { ca: c.ca, serverName: "example.test" },
    /: its certificate is for DNS:localhost, IP:127\.0\.0\.1, not for example\.test$/,
  ],
  "an IP address as name that the certificate does not have": (c) => [
    c.server,
    { ca: c.ca, serverName: "10.0.0.1" },
    /, not for 10\.0\.0\.1$/,
  ],
  "a name that only seems to be in the certificate": (c) => [
    c.odd,
    { ca: c.ca, serverName: "admin.test" },
    /, not for admin\.test$/,
  ],
  "a certificate of yesterday": (c) => [c.expired, { ca: c.ca }, /: its certificate has expired/],
  "a plain client at a server with TLS": (
    c,
  ) => [c.server, undefined, /the peer does not speak erpc but TLS \(use the option tls\)$/],
  "a client with TLS at a plain server": (c) => [
    undefined,
    { ca: c.ca },
    /: it ended the TLS handshake; perhaps it does not speak TLS$/,
  ],
};

for (const [name, misfit] of Object.entries(misfits)) {
  await test(`tls: ${name} is a clear error`, async (certificates) => {
    const [server, client, says] = misfit(certificates), error = await callOver(server, client);
    assert(error instanceof RpcError, `the call went through: ${error}`);
    assertEquals(error.code, "unavailable");
    assertMatch(error.message, /tcp:\/\/127\.0\.0\.1:\d+/);
    assertMatch(error.message, says);
  });
}

await test("tls: certificates that are none, or no server certificate, are refused at once", async ({ server }) => {
  const listen = (tls: TlsOptions) => startPair({ scheme: "tcp", server: { tls } });
  await assertRejects(() => listen({}), TypeError, "needs cert and key");
  await assertRejects(() => listen({ cert: server.cert }), TypeError, "needs cert and key");
  await assertRejects(() => listen({ cert: "no PEM", key: "no PEM" }));
  const error = await callOver(server, { ca: "no PEM" });
  assert(error instanceof RpcError && error.message.startsWith("Cannot reach tcp://"), `${error}`);
});

await test("tls: one bad client does not keep a server from the others", async ({ ca, server }) => {
  await using pair = await startPair({ scheme: "tcp", server: { tls: server }, client: { tls: { ca } } });
  pair.server.handle("demo.double", (n: number) => 2 * n);
  const { port } = parseAddress(pair.address),
    silent = await Deno.connect({ port }),
    rude = await Deno.connect({ port });
  await rude.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
  assertEquals(await pair.client.call("demo.double", 21, { timeout: 5000 }), 42);
  silent.close();
  rude.close();
  assertEquals(await pair.client.call("demo.double", 4), 8);
});

await test("tls: many small calls and large bodies pass", async ({ ca, server }) => {
  await using pair = await startPair({ scheme: "tcp", server: { tls: server }, client: { tls: { ca } } });
  pair.server.handle("demo.echo", (value: unknown) => value);
  const large = new Uint8Array(3 << 20).fill(7);
  assertEquals((await pair.client.call<Uint8Array>("demo.echo", large)).length, large.length);
  const startMs = performance.now();
  for (let i = 0; i < 100; i++) assertEquals(await pair.client.call("demo.echo", i), i);
  const eachMs = (performance.now() - startMs) / 100;
  assert(eachMs < 20, `a call took ${eachMs} ms: small writes are held back`); // 40 ms with Nagle's algorithm
});

await test("tls: a server that speaks something else is told apart", async ({ ca }) => {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const talking = listener.accept().then(async (conn) => {
    await conn.write(new TextEncoder().encode("220 mail.test ESMTP\r\n"));
    while (await conn.read(new Uint8Array(1000)) !== null);
    conn.close();
  });
  await assertRejects(() => tcp.dial(addressOf(listener), { tls: { ca } }), Error, "it does not speak TLS");
  await talking;
});

await test("tls: a handshake that never comes is given up with the dial, and its socket is closed", async ({ ca }) => {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = addressOf(listener);
  const client = { address: `:${port}`, tls: { ca }, retry: "failfast", pool: { dialTimeoutMs: 50 } } as const;
  await using pair = await startPair({ scheme: "tcp", client });
  const [accepted] = await Promise.all([
    listener.accept(),
    assertRejects(async () => await pair.client.call("demo.hello"), RpcError, "no connection within 50 ms"),
  ]);
  while (await accepted.read(new Uint8Array(1000)).catch(() => null) !== null); // for ever, were it left open
  accepted.close();
});

await test("tls: clients that say nothing are turned away in time, or when the listener closes", async ({ server }) => {
  const listener = await listenTls(parseAddress(":0"), server, 50), { port } = parseAddress(listener.address);
  using first = await Deno.connect({ port });
  assertEquals(await first.read(new Uint8Array(1)).catch(() => null), null);
  const slow = await listenTls(parseAddress(":0"), server);
  using second = await Deno.connect({ port: parseAddress(slow.address).port });
  const accepting = Array.fromAsync(slow.connections);
  using third = await Deno.connect({ port: parseAddress(slow.address).port });
  const wire = await tcp.dial(parseAddress(slow.address), { tls: { ca: "" } }).catch((error) => error);
  assert(wire instanceof TypeError);
  slow.close();
  assertEquals(await second.read(new Uint8Array(1)).catch(() => null), null);
  assertEquals(await third.read(new Uint8Array(1)).catch(() => null), null);
  assertEquals(await accepting, []);
  listener.close();
});

await test("tls: no error has anything of a key in it", async ({ ca, server, client }) => {
  const secret = server.key.split("\n")[1]!,
    says = async (run: () => Promise<unknown>) => {
      const error = await run().then(() => undefined, (error: Error) => error);
      return Deno.inspect(error);
    };
  const spoilt = server.key.replace(/\n-----END/, "AA\n-----END"), address = parseAddress(":0");
  const told = await Promise.all([
    says(() => tcp.listen(address, { tls: { cert: server.cert, key: spoilt } })),
    says(() => tcp.listen(address, { tls: { cert: server.key, key: server.key } })),
    says(() => tcp.listen(address, { tls: { ...server, cert: client.cert } })),
    says(() => tcp.dial(address, { tls: { ca, cert: client.cert, key: server.key } })),
    says(() => tcp.dial(address, { tls: { ca: server.key } })),
    says(() => tcp.dial(address, { tls: { ca, cert: client.cert } })),
  ]);
  for (const text of told) assert(text.includes("TypeError: Cannot use tls: ") && !text.includes(secret), text);
});

function addressOf(listener: Deno.Listener): Address {
  return parseAddress(`:${(listener.addr as Deno.NetAddr).port}`);
}
