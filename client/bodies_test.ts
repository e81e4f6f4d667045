import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Codec, type CodecName, loadCodec, service, t, unary } from "../codec/mod.ts";
import { type Compressor, type CompressorName, compressors, loadCompressor } from "../codec/compress/mod.ts";
import { RpcError } from "../protocol/mod.ts";
import { faulty, memoryTransport, type PairOptions, pairSchemes, startPair } from "../testing/mod.ts";
import { ClientFamily } from "./families.ts";

const LIMIT = 4 << 20;
const Typed = service("typed", {
  echo: unary(
    t.struct("Box", { text: t.field(1, t.string), n: t.field(2, t.int32) }),
    t.struct("Out", { n: t.field(1, t.int32) }),
  ),
});
const text = "the same words again ".repeat(1000);
const json = await loadCodec("json");
/** A codec of one's own: JSON under another number. */
const mine: Codec = { ...json, name: "mine", id: 200 };

// ---- codecs

for (const codec of ["jce", "pb", "json", "msgpack", mine] as const) {
  const name = typeof codec === "string" ? codec : "a codec of one's own";
  Deno.test(`${name} carries typed calls`, async () => {
    await using pair = await startPair({ client: { codec }, server: { codecs: [mine] } });
    pair.server.handle(Typed, { echo: ({ text, n }) => ({ n: text.length + n }) });
    assertEquals(await pair.client.of(Typed).echo({ text: "four", n: 38 }), { n: 42 });
  });
}

for (const codec of ["jce", "json", "msgpack", mine] as (CodecName | Codec)[]) {
  const name = typeof codec === "string" ? codec : "a codec of one's own";
  Deno.test(`${name} carries plain objects`, async () => {
    await using pair = await startPair({ client: { codec }, server: { codecs: [mine] } });
    pair.server.handle("demo.echo", (value: unknown) => value);
    const value = { a: [1, -2.5, "é"], b: { c: true, d: null } };
    assertEquals(await pair.client.call("demo.echo", value), value);
    assertEquals(await Array.fromAsync(pair.client.call("demo.echo", value)), [value]);
  });
}

Deno.test("a codec that the server does not know is refused, and others go on", async () => {
  await using pair = await startPair({ client: { codec: mine } });
  pair.server.handle("demo.echo", (value: unknown) => value);
  const error = await assertRejects(() => pair.client.call("demo.echo", 1), RpcError, "codec 200");
  assertEquals([error.code, error.status], ["unimplemented", 312]);
});

Deno.test("a codec that needs a schema says so where there is none", async () => {
  await using pair = await startPair({ client: { codec: "pb" } });
  await assertRejects(() => pair.client.call("demo.echo", 1), RpcError, "schema");
});

Deno.test("codec and address can be chosen for each call, and each choice has one client", async () => {
  const transports = [memoryTransport()];
  await using here = await startPair(), there = await startPair({ scheme: "tcp" });
  for (const [{ server }, name] of [[here, "here"], [there, "there"]] as const) {
    server.handle("demo.where", (value: unknown) => [name, value]);
  }
  await using family = new ClientFamily();
  const call = (value: unknown, options: Parameters<ClientFamily["get"]>[0]) =>
    family.get(options).call("demo.where", value);
  const { address } = there;
  assertEquals(await call(1, { address }), ["there", 1]);
  assertEquals(await call({ a: 1 }, { address, codec: "json" }), ["there", { a: 1 }]);
  assertEquals(await call(1, { address: [address] }), ["there", 1]);
  await assertRejects(
    async () => await call(1, { address: "mem://pair", transports, retry: "failfast" }),
    RpcError,
    "mem://pair",
  );
  assert(family.get({ address }) === family.get({ address }));
  assert(family.get({ address }) !== family.get({ address, codec: "json" }));
  assert(family.get({ address, codec: mine }) === family.get({ address, codec: mine }));
  assert(family.get({ address, timeout: 5 } as { address: string }) === family.get({ address }));
});

// ---- sizes

for (const scheme of pairSchemes) {
  Deno.test(`${scheme}: bodies up to the limit pass both ways, and one byte more is refused`, async () => {
    await using pair = await startPair({ scheme, client: { codec: "none" } });
    const { client, server } = pair;
    server.handle("demo.echo", (bytes: Uint8Array) => bytes);
    server.handle("demo.grow", (bytes: Uint8Array) => new Uint8Array(bytes.length + 1));
    server.handle("demo.many", function* (bytes: Uint8Array) {
      for (let i = 0; i < 3; i++) yield bytes;
    });
    const bytes = crypto.getRandomValues(new Uint8Array(65536)), large = new Uint8Array(LIMIT);
    for (let at = 0; at < LIMIT; at += bytes.length) large.set(bytes, at);
    const same = (got: Uint8Array) => got.length === LIMIT && got.every((byte, i) => byte === large[i]);
    assert(same(await client.call<Uint8Array>("demo.echo", large)));
    for await (const item of client.call<Uint8Array>("demo.many", large)) assert(same(item));
    assertEquals(await client.call("demo.echo", new Uint8Array(0)), new Uint8Array(0));
    const request = await assertRejects(() => client.call("demo.echo", new Uint8Array(LIMIT + 1)), RpcError, "4194305");
    const reply = await assertRejects(() => client.call("demo.grow", large), RpcError, "4194305");
    assertEquals([request.code, reply.code, reply.status], ["resource_exhausted", "internal", 113]);
    assertEquals(await client.call("demo.echo", bytes), bytes, "the connection lives on");
    await assertRejects(() => client.call("demo.echo", "text"), RpcError, "want bytes");
  });
}

Deno.test("each end keeps to the smaller limit of the other", async () => {
  await using pair = await startPair({
    client: { codec: "none", limits: { maxBodyBytes: 1000 } },
    server: { limits: { maxBodyBytes: 2000 } },
  });
  pair.server.handle("demo.make", (bytes: Uint8Array) => new Uint8Array(bytes.length / 2));
  assertEquals(await pair.client.call<Uint8Array>("demo.make", new Uint8Array(2000)), new Uint8Array(1000));
  await assertRejects(() => pair.client.call("demo.make", new Uint8Array(2002)), RpcError, "the peer takes 2000");
  pair.server.handle("demo.grow", () => new Uint8Array(1001));
  await assertRejects(() => pair.client.call("demo.grow", new Uint8Array(1)), RpcError, "the peer takes 1000");
});

Deno.test("a first request that is too large for the server is refused unrun, and says so", async () => {
  await using pair = await startPair({ client: { codec: "none" }, server: { limits: { maxBodyBytes: 2000 } } });
  let runs = 0;
  pair.server.handle("demo.take", (bytes: Uint8Array) => (runs++, bytes));
  const error = await assertRejects(() => pair.client.call("demo.take", new Uint8Array(9000)), RpcError, "takes 2000");
  assertEquals([error.code, runs], ["resource_exhausted", 0]);
  assertEquals((await pair.client.call<Uint8Array>("demo.take", new Uint8Array(1000))).length, 1000);
});

// ---- compression

/** Bytes sent and received for one echo of `value`, after a first call. */
async function traffic(value: unknown, client: PairOptions["client"], own?: Compressor): Promise<[number, number]> {
  const memory = memoryTransport(), transport = faulty(memory, { seed: 1 }), { counts } = transport;
  const server = { transports: [memory], ...(own !== undefined && { compressors: [own] }) };
  await using pair = await startPair({ server, client: { ...client, transports: [transport] } });
  pair.server.handle("demo.echo", (value: unknown) => value);
  await pair.client.call("demo.echo");
  const { sentBytes, receivedBytes } = counts;
  assertEquals(await pair.client.call("demo.echo", value), value);
  return [counts.sentBytes - sentBytes, counts.receivedBytes - receivedBytes];
}

/** A compressor of one's own, which counts its work. */
async function ownCompressor(): Promise<Compressor & { compressed: number; decompressed: number }> {
  const gzip = await loadCompressor("gzip");
  const own = {
    name: "own",
    id: 201,
    compressed: 0,
    decompressed: 0,
    compress: (bytes: Uint8Array) => (own.compressed++, gzip.compress(bytes)),
    decompress: (bytes: Uint8Array, max: number) => (own.decompressed++, gzip.decompress(bytes, max)),
  };
  return own;
}

for (const compress of Object.keys(compressors) as CompressorName[]) {
  Deno.test(`${compress} makes bodies small both ways`, async () => {
    const [sent, received] = await traffic(text, { compress });
    const plain = compress === "none";
    assertEquals([sent < text.length * 0.8, received < text.length * 0.8], [!plain, !plain]);
  });
}

Deno.test("a compressor of one's own works on both bodies, when the server has it too", async () => {
  const own = await ownCompressor();
  const [sent, received] = await traffic(text, { compress: own }, own);
  assert(sent < 1000 && received < 1000);
  assertEquals([own.compressed, own.decompressed], [2, 2]);
});

Deno.test("a compressor that the server does not know is refused", async () => {
  const own = await ownCompressor();
  const error = await assertRejects(() => traffic(text, { compress: own }), RpcError, "201");
  assertEquals([error.code, error.status], ["unimplemented", 312]);
});

const thresholds: Record<string, [options: PairOptions["client"], length: number, compressed: number]> = {
  "a body just below the default threshold": [{}, 1023, 0],
  "a body at the default threshold": [{}, 1024, 2],
  "a body below a threshold of one's own": [{ compressThreshold: 5000 }, 4999, 1], // the reply: the server's own threshold
  "a body at a threshold of one's own": [{ compressThreshold: 100 }, 100, 1],
};

for (const [name, [options, length, compressed]] of Object.entries(thresholds)) {
  Deno.test(`${name} is compressed ${compressed} times`, async () => {
    const own = await ownCompressor();
    await traffic(new Uint8Array(length), { ...options, codec: "none", compress: own }, own);
    assertEquals([own.compressed, own.decompressed], [compressed, compressed]);
  });
}

Deno.test("bodies that do not shrink travel as they are", async () => {
  const noise = crypto.getRandomValues(new Uint8Array(5000));
  const [sent, received] = await traffic(noise, { codec: "none", compress: "gzip" });
  assert(sent < 5100 && received < 5100);
});

Deno.test("limits hold before compression", async () => {
  const limits = { maxBodyBytes: 10_000 };
  await using pair = await startPair({ client: { compress: "gzip", codec: "none", limits }, server: { limits } });
  pair.server.handle("demo.echo", (bytes: Uint8Array) => bytes);
  pair.server.handle("demo.grow", () => new Uint8Array(10_001));
  assertEquals((await pair.client.call<Uint8Array>("demo.echo", new Uint8Array(10_000))).length, 10_000);
  await assertRejects(() => pair.client.call("demo.echo", new Uint8Array(10_001)), RpcError, "10001");
  await assertRejects(() => pair.client.call("demo.grow", new Uint8Array(1)), RpcError, "10001");
});
