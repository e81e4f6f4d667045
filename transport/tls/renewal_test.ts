import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { startPair } from "../../testing/mod.ts";
import { parseAddress } from "../address.ts";
import { tcp } from "../tcp.ts";
import type { Listener, TlsOptions } from "../transport.ts";
import { certifiedTest as test } from "./authority_test.ts";
import { ServerCredentials } from "./credentials.ts";
import { tlsFiles } from "./files.ts";

/** A listener whose wires echo one read. */
class Echo implements AsyncDisposable {
  readonly #listener: Listener;
  readonly #served: Promise<void>;

  constructor(listener: Listener) {
    this.#listener = listener;
    this.#served = this.#serve();
  }

  /** The name on the certificate that a new connection gets. */
  async shown(tls: TlsOptions): Promise<string | undefined> {
    const wire = await tcp.dial(parseAddress(this.#listener.address), { tls });
    const { commonName } = wire.identity!;
    await wire.write(Uint8Array.of(1));
    assertEquals(await wire.read(new Uint8Array(1)), 1);
    wire.close();
    return commonName;
  }

  async #serve(): Promise<void> {
    for await (const wire of this.#listener.connections) {
      const into = new Uint8Array(1);
      if (await wire.read(into).catch(() => null) !== null) await wire.write(into);
      wire.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#served;
  }
}

const listen = async (tls: TlsOptions) => new Echo(await tcp.listen(parseAddress(":0"), { tls }));

await test("renewal: new connections get the new certificate, old ones live on", async ({ ca, server, renewed }) => {
  const tls: TlsOptions = { ...server };
  await using pair = await startPair({ scheme: "tcp", server: { tls }, client: { tls: { ca } } });
  pair.server.handle("demo.double", (n: number) => 2 * n);
  assertEquals(await pair.client.call("demo.double", 21), 42);
  const address = parseAddress(pair.address), before = await tcp.dial(address, { tls: { ca } });
  Object.assign(tls, renewed);
  const after = await tcp.dial(address, { tls: { ca } });
  assertEquals([before.identity?.commonName, after.identity?.commonName], ["server", "renewed"]);
  before.close();
  after.close();
  assertEquals(await pair.client.call("demo.double", 4), 8, "over the old connection");
  assertEquals(pair.server.connections >= 1, true);
});

await test("renewal: what is of no use leaves the old certificate in use, and is told once", async (c) => {
  const told: unknown[] = [], tls: TlsOptions = { ...c.server, onError: (error) => told.push(error) };
  await using echo = await listen(tls);
  const bad: TlsOptions[] = [{ cert: c.renewed.cert }, { key: "none" }, { ...c.renewed, clientCa: c.ca }];
  for (const change of bad) {
    Object.assign(tls, { ...c.server, ...change });
    assertEquals([await echo.shown({ ca: c.ca }), await echo.shown({ ca: c.ca })], ["server", "server"]);
  }
  assertEquals(told.map((error) => (error as Error).message), [
    "Cannot use tls: key is not that of cert",
    "Cannot use tls: key is no private key as PEM text",
    "Cannot renew tls: clientCa can't come or go while a server listens",
  ]);
  delete tls.clientCa;
  assertEquals(await echo.shown({ ca: c.ca }), "renewed");
});

await test("renewal: the authorities of clients can be renewed, too", async (c) => {
  const tls: TlsOptions = { ...c.server, clientCa: c.ca };
  await using echo = await listen(tls);
  const client = { ca: c.ca, ...c.client }, stranger = { ca: c.ca, ...c.stranger };
  assertEquals(await echo.shown(client), "server");
  await assertRejects(() => echo.shown(stranger));
  tls.clientCa = c.otherCa;
  assertEquals(await echo.shown(stranger), "server");
  await assertRejects(() => echo.shown(client));
});

await test("renewal: certificates in files are read again when they are replaced", async ({ ca, server, renewed }) => {
  const folder = await Deno.makeTempDir({ prefix: "erpc-tls-" }),
    cert = `${folder}/cert.pem`,
    key = `${folder}/key.pem`;
  const write = (pair: { cert: string; key: string }) =>
    Promise.all([Deno.writeTextFile(cert, pair.cert), Deno.writeTextFile(key, pair.key)]);
  const now = performance.now;
  try {
    await write(server);
    const tls = tlsFiles({ cert, key, onError: (error) => told.push(error) }), told: unknown[] = [];
    await using echo = await listen(tls);
    await write(renewed);
    assertEquals(tls.cert, server.cert, "not at every connection");
    performance.now = () => now.call(performance) + 1000;
    assertEquals([tls.cert, await echo.shown({ ca })], [renewed.cert, "renewed"]);
    await Deno.remove(cert);
    performance.now = () => now.call(performance) + 2000;
    assertEquals([await echo.shown({ ca }), await echo.shown({ ca })], ["renewed", "renewed"]);
    assertMatch(String(told), /^NotFound: [^,]*cert\.pem'?$/);
  } finally {
    performance.now = now;
    await Deno.remove(folder, { recursive: true });
  }
});

await test("renewal: nothing new is nothing", ({ server }) => {
  const credentials = new ServerCredentials({ ...server });
  assertEquals([credentials.renew(), credentials.current], [null, server]);
});
