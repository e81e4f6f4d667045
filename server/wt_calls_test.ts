import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client } from "../client/mod.ts";
import { RpcError } from "../protocol/mod.ts";
import { Server } from "./mod.ts";
import { parseAddress } from "../transport/address.ts";
import { certificate, secureTest as test } from "../transport/http/certificate_test.ts";
import type { TlsOptions, Wire } from "../transport/transport.ts";
import { certificateHashes, webTransport, wt } from "../transport/wt.ts";

/** A server that doubles at `path`. */
async function serve(tls: TlsOptions, path = ""): Promise<Server> {
  const server = new Server({ registry: false, tls });
  server.handle("demo.double", (n: number) => 2 * n);
  server.handle("demo.echo", (value: unknown) => value);
  server.handle("demo.count", (n: number) => Array.from({ length: n }, (_, i) => i).values().map((i) => i));
  return await server.listen(`wt://127.0.0.1:0${path}`);
}

async function double(client: Client): Promise<void> {
  assertEquals(await client.call("demo.double", 21, { timeout: 5000 }), 42);
}

await test("wt: calls and large bodies pass", async (tls) => {
  await using server = await serve(tls.server);
  await using client = new Client({ address: server.address, tls: tls.client });
  await double(client);
  const large = new Uint8Array(3 << 20).fill(7);
  assertEquals((await client.call<Uint8Array>("demo.echo", large)).length, large.length);
  assertEquals((await Promise.all(Array.from({ length: 500 }, (_, i) => client.call("demo.double", i))))[499], 998);
});

await test("wt: a path is part of the address", async (tls) => {
  await using server = await serve(tls.server, "/rpc/ä");
  await using client = new Client({ address: server.address, tls: tls.client });
  await double(client);
  for (const path of ["", "/", "/rpc", "/rpc/other", "/rpc/%C3%A4/"]) {
    const address = server.address.replace(/\/rpc.*/, path);
    await using other = new Client({ address, tls: tls.client, retry: "failfast" });
    const error = await assertRejects(async () => await other.call("demo.double", 1, { timeout: 5000 }), RpcError);
    assertEquals(error.code, "unavailable");
    assert(error.message.includes("there is nothing at this path"), error.message);
  }
});

await test("wt: a certificate is known by its hash", async (tls) => {
  await using server = await serve(tls.server);
  const [hash] = await certificateHashes(tls.server.cert!);
  const wrong = { algorithm: "sha-256", value: new Uint8Array(32) } as const;
  const clientOf = (hashes: typeof hash[]) =>
    new Client({
      address: server.address,
      transports: [webTransport({ serverCertificateHashes: hashes as typeof wrong[] })],
      retry: "failfast",
    });
  await using good = clientOf([wrong, hash]);
  await double(good);
  await using bad = clientOf([wrong]);
  const error = await assertRejects(async () => await bad.call("demo.double", 1), RpcError);
  assert(error.message.includes("its certificate is of no authority that this end trusts"), error.message);
  await using none = new Client({ address: server.address, retry: "failfast" });
  await assertRejects(async () => await none.call("demo.double", 1), RpcError, "UnknownIssuer");
});

await test("wt: listening needs a certificate, and can't ask clients for one", async (tls) => {
  const address = parseAddress("wt://127.0.0.1:0");
  await assertRejects(() => wt.listen(address, {}), TypeError, "Cannot listen at wt: QUIC is always encrypted");
  const mutual = { ...tls.server, clientCa: tls.client.ca! };
  await assertRejects(() => wt.listen(address, { tls: mutual }), TypeError, "can't ask clients for certificates");
});

await test("wt: a dial given up before it began leaves nothing", async (tls) => {
  const signal = AbortSignal.abort(new Error("enough"));
  const dialled = wt.dial(parseAddress("wt://127.0.0.1:9"), { tls: tls.client, signal });
  await assertRejects(() => dialled, Error, "enough");
});

await test("wt: a dial given up closes its session once it is there", async (tls) => {
  await using server = await serve(tls.server);
  const giveUp = new AbortController(), { signal } = giveUp;
  const dialled = wt.dial(parseAddress(server.address), { tls: tls.client, signal });
  await certificateHashes(tls.client.ca!); // the dial has come as far
  giveUp.abort(new Error("enough"));
  await assertRejects(() => dialled, Error, "enough");
  await using client = new Client({ address: server.address, tls: tls.client }); // its session comes behind that one
  await double(client);
  assertEquals(server.connections, 1);
});

await test("wt: a session without a stream does no harm", async (tls) => {
  await using server = await serve(tls.server);
  const serverCertificateHashes = await certificateHashes(tls.client.ca!);
  const idle = new WebTransport(server.address.replace("wt:", "https:"), { serverCertificateHashes });
  await idle.ready;
  await using client = new Client({ address: server.address, tls: tls.client });
  await double(client);
  idle.close();
  await idle.closed;
});

const tls = await certificate;
Deno.test({
  name: `wt: peers that speak no WebTransport do no harm${tls === undefined ? " (openssl is missing)" : ""}`,
  ignore: tls === undefined,
  sanitizeResources: false, // the runtime loses track of its own stream when it can't upgrade a connection
  async fn() {
    await using server = await serve(tls!.server);
    const { port } = parseAddress(server.address), caCerts = [tls!.client.ca!], alpnProtocols = ["h3"];
    const plain = await Deno.connectQuic({ hostname: "127.0.0.1", port, caCerts, alpnProtocols });
    const stream = await plain.createUnidirectionalStream();
    await stream.getWriter().write(Uint8Array.of(0, 4, 2, 1, 0)); // SETTINGS, none of them WebTransport's
    const { closeCode, reason } = await plain.closed;
    assertEquals({ closeCode, reason }, { closeCode: 2, reason: "Peer does not support WebTransport" });
    await using client = new Client({ address: server.address, tls: tls!.client });
    await double(client);
  },
});

/** A session dialled by hand, the wire at the other end, and how to end both. */
async function byHand(tls: { server: TlsOptions; client: TlsOptions }) {
  const listener = await wt.listen(parseAddress("wt://127.0.0.1:0"), { tls: tls.server });
  const serverCertificateHashes = await certificateHashes(tls.client.ca!);
  const session = new WebTransport(listener.address.replace("wt:", "https:"), { serverCertificateHashes });
  await session.ready;
  const stream = await session.createBidirectionalStream(), writer = stream.writable.getWriter();
  await writer.write(Uint8Array.of(1, 2, 3));
  const connections = listener.connections[Symbol.asyncIterator](), wire: Wire = (await connections.next()).value;
  const tellEnd = async (...bytes: number[]) => {
    const told = (await session.createBidirectionalStream()).writable.getWriter();
    for (const byte of bytes) await told.write(Uint8Array.of(byte));
  };
  const dispose = async () => {
    wire.close();
    session.close();
    listener.close();
    await connections.next();
  };
  return { session, writer, wire, tellEnd, [Symbol.asyncDispose]: dispose };
}

/** What a peer tells of its end, byte by byte, and what is read of the three bytes that it has written. */
const endings: Record<string, { told: number[]; read: (number | null)[] }> = {
  "the end is where the peer says": { told: [0, 0, 0, 0, 0, 0, 0, 3], read: [3, null] },
  "an end before what has come is an end": { told: [0, 0, 0, 0, 0, 0, 0, 1], read: [3, null] },
  "more bytes about the end than eight are ignored": { told: [0, 0, 0, 0, 0, 0, 0, 3, 9], read: [3, null] },
};

for (const [name, { told, read }] of Object.entries(endings)) {
  await test(`wt: ${name}`, async (tls) => {
    await using hand = await byHand(tls);
    const into = new Uint8Array(10), got: (number | null)[] = [await hand.wire.read(into)];
    await hand.tellEnd(...told);
    got.push(await hand.wire.read(into));
    assertEquals(got, read);
  });
}

await test("wt: an end that is far away is waited for", async (tls) => {
  await using hand = await byHand(tls);
  const into = new Uint8Array(10);
  await hand.tellEnd(255, 255, 255, 255, 255, 255, 255, 255);
  assertEquals(await hand.wire.read(into), 3);
  await hand.writer.write(Uint8Array.of(4));
  assertEquals(await hand.wire.read(into), 1);
});

await test("wt: a session that is closed without an end is broken", async (tls) => {
  await using hand = await byHand(tls);
  const into = new Uint8Array(10);
  assertEquals(await hand.wire.read(into), 3);
  const reading = hand.wire.read(into);
  hand.session.close({ closeCode: 7, reason: "no more" });
  await assertRejects(() => reading, Error, "the peer closed the connection: no more");
});

await test("wt: rounds of connecting and closing leave nothing open", async (tls) => {
  await using server = await serve(tls.server);
  for (let i = 0; i < 100; i++) {
    await using client = new Client({ address: server.address, tls: tls.client });
    await double(client);
  }
});

Deno.test("wt: without the runtime's flag the error names it", async () => {
  const url = new URL("../transport/wt.ts", import.meta.url).href;
  const code = `const { wt } = await import(${JSON.stringify(url)});
    for (const run of [() => wt.dial({ port: 1 }, {}), () => wt.listen({ port: 0 }, {})]) await run().catch((e) => console.log(e.name, e.message));`;
  const args = ["eval", "--no-config", "--no-lock", code];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
  const line = "TypeError Cannot use wt: run deno with --unstable-net\n";
  assertEquals(new TextDecoder().decode(stdout), line + line);
});
