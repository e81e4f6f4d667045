import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { once } from "node:events";
import tls from "node:tls";
import { RpcError } from "../protocol/mod.ts";
import { type PairOptions, startPair } from "../testing/mod.ts";
import { parseAddress } from "./address.ts";
import { tcp } from "./tcp.ts";
import type { Listener, TlsOptions, Transport, Wire } from "./transport.ts";

/** A certificate and its key, as PEM text. */
interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** Authorities and the identities they vouch for. */
interface Certificates {
  readonly ca: string;
  readonly otherCa: string;
  /** For localhost and 127.0.0.1. */
  readonly server: Identity;
  /** For example.test only. */
  readonly named: Identity;
  /** For a client. */
  readonly client: Identity;
}

const openssl = async (folder: string, ...args: string[]) => {
  const { success, stderr } = await new Deno.Command("openssl", { args, cwd: folder, stderr: "piped" }).output();
  if (!success) throw new Error(`openssl ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
};

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout"];

async function certificates(folder: string): Promise<Certificates> {
  const read = (name: string) => Deno.readTextFile(`${folder}/${name}`);
  for (const name of ["ca", "other"]) {
    const files = [`${name}.key`, "-out", `${name}.pem`, "-days", "2", "-subj", `/CN=${name}`];
    await openssl(folder, "req", "-x509", ...newKey, ...files);
  }
  const identity = async (name: string, names: string): Promise<Identity> => {
    await Deno.writeTextFile(`${folder}/ext`, `subjectAltName=${names}\nbasicConstraints=CA:FALSE\n`);
    await openssl(folder, "req", "-new", ...newKey, `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "ext"];
    await openssl(folder, "x509", "-req", "-in", `${name}.csr`, ...by, "-out", `${name}.pem`);
    return { cert: await read(`${name}.pem`), key: await read(`${name}.key`) };
  };
  return {
    server: await identity("server", "DNS:localhost,IP:127.0.0.1"),
    named: await identity("named", "DNS:example.test"),
    client: await identity("client", "DNS:client"),
    ca: await read("ca.pem"),
    otherCa: await read("other.pem"),
  };
}

/** The certificates of this run, or why there are none. */
async function make(): Promise<Certificates | string> {
  const folder = await Deno.makeTempDir({ prefix: "erpc-tls-" });
  try {
    return await certificates(folder);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "openssl is not installed";
    throw error;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const made = await make();

function test(name: string, run: (certificates: Certificates) => Promise<void>): void {
  if (typeof made === "string") Deno.test.ignore(`${name} (${made})`, () => {});
  else Deno.test(name, () => run(made));
}

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

test("tls: calls pass when the client trusts the server's authority", async ({ ca, server }) => {
  assertEquals(await callOver(server, { ca }), 42);
});

test("tls: a name of one's own is what the certificate must have", async ({ ca, named }) => {
  assertEquals(await callOver(named, { ca, serverName: "example.test" }), 42);
});

test("tls: a client may show a certificate to a server that does not ask for one", async ({ ca, server, client }) => {
  assertEquals(await callOver(server, { ca, ...client }), 42);
});

/** Both ends that do not fit, and what the caller's error says. */
const misfits: Record<
  string,
  (c: Certificates) => [server: TlsOptions | undefined, client: TlsOptions | undefined, says: RegExp]
> = {
  "an authority that the client does not trust": (c) => [c.server, {}, /UnknownIssuer/],
  "another authority": (c) => [c.server, { ca: c.otherCa }, /UnknownIssuer/],
  "an address that the certificate does not have": (c) => [c.named, { ca: c.ca }, /not valid for name|NotValidForName/],
  "a name that the certificate does not have": (c) => [
    c.server,
    { ca: c.ca, serverName: "example.test" },
    /not valid for name|NotValidForName/,
  ],
  "a plain client at a server with TLS": (c) => [c.server, undefined, /TLS/],
  "a client with TLS at a plain server": (c) => [undefined, { ca: c.ca }, /tls handshake|InvalidContentType/i],
};

for (const [name, misfit] of Object.entries(misfits)) {
  test(`tls: ${name} is a clear error`, async (certificates) => {
    const [server, client, says] = misfit(certificates), error = await callOver(server, client);
    assert(error instanceof RpcError, `the call went through: ${error}`);
    assertEquals(error.code, "unavailable");
    assertMatch(error.message, /tcp:\/\/127\.0\.0\.1:\d+/);
    assertMatch(error.message, says);
  });
}

test("tls: certificates that are none, or no server certificate, are refused at once", async ({ server }) => {
  const listen = (tls: TlsOptions) => startPair({ scheme: "tcp", server: { tls } });
  await assertRejects(() => listen({}), TypeError, "needs cert and key");
  await assertRejects(() => listen({ cert: server.cert }), TypeError, "needs cert and key");
  await assertRejects(() => listen({ cert: "no PEM", key: "no PEM" }));
  const error = await callOver(server, { ca: "no PEM" });
  assert(error instanceof RpcError && error.message.startsWith("Cannot reach tcp://"), `${error}`);
});

test("tls: one bad client does not keep a server from the others", async ({ ca, server }) => {
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

test("tls: many small calls and large bodies pass", async ({ ca, server }) => {
  await using pair = await startPair({ scheme: "tcp", server: { tls: server }, client: { tls: { ca } } });
  pair.server.handle("demo.echo", (value: unknown) => value);
  const large = new Uint8Array(3 << 20).fill(7);
  assertEquals((await pair.client.call<Uint8Array>("demo.echo", large)).length, large.length);
  const startMs = performance.now();
  for (let i = 0; i < 100; i++) assertEquals(await pair.client.call("demo.echo", i), i);
  const eachMs = (performance.now() - startMs) / 100;
  assert(eachMs < 20, `a call took ${eachMs} ms: small writes are held back`); // 40 ms with Nagle's algorithm
});

test("tls: a handshake that never comes is given up with the dial", async ({ ca }) => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const address = `tcp://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`;
  const client = { address, tls: { ca }, retry: "failfast", pool: { dialTimeoutMs: 50 } } as const;
  await using pair = await startPair({ scheme: "tcp", client });
  const [accepted] = await Promise.all([
    listener.accept(),
    assertRejects(async () => await pair.client.call("demo.hello"), RpcError, "no connection within 50 ms"),
  ]);
  accepted.close();
  listener.close();
});

// ---- client certificates: Deno's own listener can't ask for them, node:tls can

/** A transport whose server asks for certificates of `ca`. */
function mutual(server: Identity, ca: string): Transport {
  return { name: "tcp", dial: (...args) => tcp.dial(...args), listen: () => listenMutual(server, ca) };
}

async function listenMutual(server: Identity, ca: string): Promise<Listener> {
  const wires = new TransformStream<Wire, Wire>(undefined, { highWaterMark: 10 }), writer = wires.writable.getWriter();
  const options = { ...server, ca: [ca], requestCert: true, rejectUnauthorized: true };
  const listener = tls.createServer(options, (socket) => void writer.write(wireOf(socket)));
  listener.on("tlsClientError", () => {});
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  return {
    address: `tcp://127.0.0.1:${(listener.address() as { port: number }).port}`,
    connections: wires.readable,
    close: () => (listener.close(), void writer.close()),
  };
}

function wireOf(socket: tls.TLSSocket): Wire {
  let rest: Uint8Array = new Uint8Array(0);
  const chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  socket.on("error", () => {});
  return {
    remote: "tcp://peer:0",
    local: "tcp://here:0",
    async read(into) {
      while (rest.length === 0) {
        const { value, done } = await chunks.next();
        if (done) return null;
        rest = value;
      }
      const part = rest.subarray(0, into.length);
      into.set(part);
      rest = rest.subarray(part.length);
      return part.length;
    },
    write: (bytes) =>
      new Promise((resolve, reject) =>
        socket.write(bytes.slice(), (error) => error ? reject(error) : resolve(bytes.length))
      ),
    close: () => void socket.destroy(),
  };
}

async function callMutual(client: TlsOptions, { server, ca }: Certificates): Promise<unknown> {
  const options: PairOptions = {
    scheme: "tcp",
    server: { transports: [mutual(server, ca)], tls: server },
    client: { tls: client, retry: "failfast" },
  };
  await using pair = await startPair(options);
  pair.server.handle("demo.double", (n: number) => 2 * n);
  return await pair.client.call("demo.double", 21, { timeout: 5000 }).then(
    (value) => value,
    (error: RpcError) => error,
  );
}

test("tls: a server that asks for certificates takes clients that have one", async (c) => {
  assertEquals(await callMutual({ ca: c.ca, ...c.client }, c), 42);
});

test("tls: a server that asks for certificates refuses clients without one, clearly", async (c) => {
  // With TLS 1.3 the client's handshake succeeds all the same; what follows must not hang or look like success.
  const error = await callMutual({ ca: c.ca }, c);
  assert(error instanceof RpcError, `the call went through: ${error}`);
  assertEquals(error.code, "unavailable");
  assertMatch(error.message, /CertificateRequired|connection/);
});
