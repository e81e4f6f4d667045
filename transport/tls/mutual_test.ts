import { assert, assertEquals, assertMatch } from "@std/assert";
import { X509Certificate } from "node:crypto";
import type { Context, Identity, RpcError } from "../../protocol/mod.ts";
import { startPair } from "../../testing/mod.ts";
import { parseAddress } from "../address.ts";
import { tcp } from "../tcp.ts";
import type { TlsOptions } from "../transport.ts";
import { type Certificates, certifiedTest as test } from "./authority_test.ts";

/** What a handler knows of a client with these options, or the error that the client gets. */
async function callOver(server: TlsOptions, client: TlsOptions): Promise<Identity | undefined | RpcError> {
  await using pair = await startPair({
    scheme: "tcp",
    server: { tls: server },
    client: { tls: client, retry: "failfast" },
  });
  pair.server.handle("demo.who", (_: null, { peer }: Context) => peer.identity ?? null);
  const call = pair.client.call<Identity | null>("demo.who", null, { timeout: 5000 });
  return await call.then((identity) => identity ?? undefined, (error: RpcError) => error);
}

const mutual = ({ server, ca }: Certificates): TlsOptions => ({ ...server, clientCa: ca });

await test("mutual tls: a handler knows who calls", async (c) => {
  assertEquals(await callOver(mutual(c), { ca: c.ca, ...c.client }), {
    commonName: "client",
    altNames: ["DNS:client.test", "email:a@b.test", "URI:spiffe://test/client", "IP:10.0.0.7", "IP:::1"],
    fingerprint: new X509Certificate(c.client.cert).fingerprint256.replaceAll(":", "").toLowerCase(),
  });
});

await test("mutual tls: a client with a certificate may ask for a name of its own", async (c) => {
  const identity = await callOver({ ...c.named, clientCa: c.ca }, {
    ca: c.ca,
    ...c.client,
    serverName: "example.test",
  });
  assertEquals((identity as Identity).commonName, "client");
});

await test("mutual tls: nobody is known to a server that does not ask", async (c) => {
  assertEquals(await callOver(c.server, { ca: c.ca, ...c.client }), undefined);
});

const refused: Record<string, [client: (c: Certificates) => TlsOptions, says: RegExp]> = {
  "without a certificate": [(c) => ({ ca: c.ca }), /it wants a certificate of this end|may want a certificate/],
  "with one of another authority": [(c) => ({ ca: c.ca, ...c.stranger }), /may want a certificate|not trust|ended/],
  "with one of yesterday": [(c) => ({ ca: c.ca, ...c.expired }), /may want a certificate|expired|ended/],
};
for (const [name, [client, says]] of Object.entries(refused)) {
  await test(`mutual tls: a client ${name} is refused, and told so`, async (c) => {
    const error = await callOver(mutual(c), client(c));
    assert(error instanceof Error, `the call went through: ${JSON.stringify(error)}`);
    assertEquals(error.code, "unavailable");
    assertMatch(error.message, says);
  });
}

await test("mutual tls: the dialler knows the server by its certificate", async (c) => {
  const listener = await tcp.listen(parseAddress(":0"), { tls: c.server }),
    accepting = Array.fromAsync(listener.connections);
  const wire = await tcp.dial(parseAddress(listener.address), { tls: { ca: c.ca } });
  assertEquals([wire.identity?.commonName, wire.identity?.altNames], ["server", ["DNS:localhost", "IP:127.0.0.1"]]);
  wire.close();
  listener.close();
  for (const accepted of await accepting) {
    assertEquals(accepted.identity, undefined);
    accepted.close();
  }
});
