import { assert, assertEquals, assertMatch } from "@std/assert";
import { Client, type ClientOptions } from "../client/mod.ts";
import { serverStream, service, t, unary } from "../codec/mod.ts";
import { RpcError } from "../protocol/mod.ts";
import { http } from "../transport/http.ts";
import { secureTest } from "../transport/http/certificate_test.ts";
import { handleAll, httpPair, seenBy, upTo } from "./http_pair_test.ts";
import { Server, type ServerOptions } from "./server.ts";

type Way = { address?: string; server?: ServerOptions; client?: ClientOptions };

async function calls({ address, server, client: options }: Way): Promise<void> {
  await using pair = await httpPair(address, { ...(server && { server }), ...(options && { client: options }) });
  const { client } = pair;
  assertEquals(await client.call("demo.hello", { name: "world" }), { msg: "hello world" });
  const many = await Promise.all(Array.from({ length: 300 }, (_, i) => client.call("demo.echo", i)));
  assertEquals(many, Array.from({ length: 300 }, (_, i) => i));
  const error = await client.call("demo.fail").catch((error) => error) as RpcError;
  assertEquals(
    [error.code, error.status, error.message, error.details, error.retryAfterMs],
    [
      "unknown",
      1404,
      "no such thing",
      { id: 7 },
      2500,
    ].with(0, error.code),
  );
  const crash = await client.call("demo.crash").catch((error) => error) as RpcError;
  assertEquals([crash.code, crash.message.includes("secret")], ["internal", false]);
  const missing = await client.call("demo.missing").catch((error) => error) as RpcError;
  assertEquals([missing.code, missing.status], ["unimplemented", 212]);
  const big = new Uint8Array(2 << 20).fill(7);
  assertEquals(await client.call("demo.echo", big), big);
  const metadata = { text: "é\n%", bytes: Uint8Array.of(0, 255), authorization: "Bearer x" };
  const call = client.call<string>("demo.metadata", null, { metadata });
  assertMatch(await call, /^https?:\/\//);
  assertEquals(Object.fromEntries(call.responseMetadata), {
    "got-text": "é\n%",
    "got-bytes": Uint8Array.of(0, 255),
    "got-authorization": "Bearer x",
  });
  let sum = 0;
  for await (const n of client.call<number>("demo.count", 50_000)) sum += n;
  assertEquals(sum, 1249975000);
  assertEquals(await client.call("demo.sum", upTo(50_000)), 1250025000);
  sum = 0;
  for await (const n of client.call<number>("demo.double", upTo(1000))) sum += n;
  assertEquals(sum, 1001000);
  const got: unknown[] = [];
  const broken = await (async () => {
    for await (const n of client.call("demo.break")) got.push(n);
  })().catch((error) => error);
  assertEquals([got, broken.code, broken.message], [[1], "data_loss", "the rest is gone"]);
  for await (const n of client.call<number>("demo.forever")) if (n === 5000) break;
  while (seenBy.get(pair.server)!.stopped === 0) await client.call("demo.hello", { name: "x" });
  const late = await client.call("demo.sleep", null, { timeout: 60 }).catch((error) => error) as RpcError;
  assertEquals(late.code, "deadline_exceeded");
  assertEquals(await client.call("demo.echo", 1, { oneway: true }), undefined);
}

const h2c = { transports: [http({ h2c: true })] }, sockets = { transports: [http({ streams: "websocket" })] };
const ways: Record<string, Way> = {
  "over HTTP/1.1": {},
  "below a path": { address: "http://127.0.0.1:0/some/path" },
  "over HTTP/2 without TLS": { client: h2c },
  "with streams over WebSockets": { client: sockets },
  "in json": { client: { codec: "json_any" } },
  "in msgpack, compressed by gzip": { client: { codec: "msgpack", compress: "gzip" } },
  "compressed by zlib": { client: { compress: "zlib" } },
  "compressed by huffman": { client: { compress: "huffman" } },
};

for (const [name, way] of Object.entries(ways)) {
  Deno.test(`http: calls of every kind ${name}`, () => calls(way));
}

await secureTest("https: calls of every kind", async (tls) => {
  await calls({ address: "https://localhost:0", server: { tls: tls.server }, client: { tls: tls.client } });
});

await secureTest("https: a certificate that nobody vouches for is a clear error", async ({ server }) => {
  await using pair = await httpPair("https://localhost:0", { server: { tls: server } });
  const error = await pair.client.call("demo.hello", { name: "x" }).catch((error) => error) as RpcError;
  assertEquals([error.code, error.status], ["unavailable", 214]);
  assertMatch(error.message, /^Cannot reach https:\/\/localhost:\d+: .*(UnknownIssuer|certificate)/);
});

Deno.test("http: cancelling reaches the handler", async () => {
  await using pair = await httpPair();
  const { started, aborted } = seenBy.get(pair.server)!, call = pair.client.call("demo.sleep");
  await started.promise;
  call.cancel();
  await aborted.promise;
  assertEquals((await call.catch((error) => error) as RpcError).code, "canceled");
});

Deno.test("http: clients can't be called back, and that is said", async () => {
  await using pair = await httpPair();
  pair.server.handle("demo.back", async (_: unknown, { peer }) => {
    const error = await peer.call("client.x").catch((error) => error) as RpcError;
    return `${error.status} ${error.message}`;
  });
  pair.server.handle("demo.back_stream", async (items: AsyncIterable<unknown>, { peer }) => {
    await Array.fromAsync(items);
    return (await peer.call("client.x").catch((error) => error) as RpcError).status;
  });
  assertMatch(await pair.client.call<string>("demo.back"), /^312 Cannot call http:\/\/127\.0\.0\.1:\d+: .* use ws$/);
  assertEquals(await pair.client.call("demo.back_stream", upTo(2)), 312);
});

Deno.test("http: who is not there can't be reached, and the call was not run", async () => {
  await using pair = await httpPair();
  const { client, server } = pair;
  await client.call("demo.hello", { name: "x" });
  await server.drain();
  const error = await client.call("demo.hello", { name: "x" }, { timeout: 5000 }).catch((error) => error) as RpcError;
  assertEquals(error.code, "unavailable");
  assert([114, 214].includes(error.status), `${error.status} ${error.message}`);
  assertMatch(error.message, /http:\/\/127\.0\.0\.1:\d+|Connect/);
});

Deno.test("http: draining lets calls finish, those in flight and streams", async () => {
  await using pair = await httpPair();
  const { server, client } = pair, started = Promise.withResolvers<void>(), release = Promise.withResolvers<void>();
  server.handle("slow.unary", async () => {
    started.resolve();
    await release.promise;
    return "done";
  });
  server.handle("slow.stream", async function* () {
    yield 1;
    await release.promise;
    yield 2;
  });
  const call = client.call("slow.unary"), items = client.call<number>("slow.stream")[Symbol.asyncIterator]();
  call.catch(() => {});
  assertEquals((await items.next()).value, 1);
  await started.promise;
  const drained = server.drain();
  release.resolve();
  assertEquals(await call, "done");
  assertEquals((await items.next()).value, 2);
  assertEquals((await items.next()).done, true);
  await drained;
});

const Point = t.struct("demo.Point", { x: t.field(1, t.int32), name: t.field(2, t.string) });
const Points = service("demo.points", { move: unary(Point, Point), walk: serverStream(Point, Point) });

for (const codec of ["jce", "pb", "json", "msgpack", "avro", "thrift", "thrift_compact", "xml", "soap"] as const) {
  Deno.test(`http: a contract in ${codec}`, async () => {
    await using pair = await httpPair("http://127.0.0.1:0", { client: { codec } });
    pair.server.handle(Points, {
      move: ({ x, name }) => {
        if (x < 0) throw new RpcError("out_of_range", "x < 0", { details: { x } });
        return { x: x + 1, name };
      },
      *walk({ x, name }) {
        for (let i = 0; i < 3; i++) yield { x: x + i, name };
      },
    });
    const points = pair.client.of(Points);
    assertEquals(await points.move({ x: 1, name: "é<&" }), { x: 2, name: "é<&" });
    const error = await points.move({ x: -1, name: "" }).catch((error) => error) as RpcError;
    assertEquals([error.code, error.message, error.details], ["out_of_range", "x < 0", { x: -1 }]);
    const steps = await Array.fromAsync(points.walk({ x: 1, name: "n" }), ({ x }) => x);
    assertEquals(steps, [1, 2, 3]);
  });
}

Deno.test("http: a stream whose reader does not read makes its handler wait", async () => {
  await using pair = await httpPair();
  let made = 0;
  pair.server.handle("demo.large", async function* () {
    for (const item = new Uint8Array(64 << 10);; made++) yield item;
  });
  const items = pair.client.call<Uint8Array>("demo.large")[Symbol.asyncIterator]();
  await items.next();
  for (let before = -1; before !== made;) {
    before = made;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert(made < 400, `${made} items were made`);
  await items.return!();
});

Deno.test("http: one server is there over http, ws and tcp, and by fetch", async () => {
  await using server = new Server({ registry: false });
  handleAll(server);
  await server.listen("http://127.0.0.1:0");
  const headers = { "content-type": "application/json" }, body = '{"name":"x"}';
  const request = () => new Request(`${server.address}/demo/hello`, { method: "POST", headers, body });
  assertEquals(await (await fetch(request())).json(), { msg: "hello x" });
  assertEquals(await (await server.fetch(request())).json(), { msg: "hello x" });
  await using outer = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, server.fetch);
  const at = `127.0.0.1:${outer.addr.port}`;
  for (const address of [`http://${at}`, `ws://${at}`, server.address.replace("http", "ws")]) {
    await using client = new Client({ address });
    assertEquals(await client.call("demo.hello", { name: address }), { msg: `hello ${address}` });
    assertEquals(await client.call("demo.sum", upTo(10)), 55);
  }
});
