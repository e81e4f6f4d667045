import { assert, assertEquals, assertMatch } from "@std/assert";
import { gzipSync } from "node:zlib";
import { HEADER_SIZE, RpcError } from "../protocol/mod.ts";
import { http } from "../transport/http.ts";
import { handleAll, seenBy } from "./http_pair_test.ts";
import { Server, type ServerOptions } from "./server.ts";

function serving(options: ServerOptions = {}): Server {
  const server = new Server({ registry: false, onError() {}, ...options });
  handleAll(server);
  return server;
}

/** What keeps a test going that waits for nothing but timers which do not. */
function awake(): Disposable {
  const timer = setInterval(() => {}, 1000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

const json = { "content-type": "application/json" };
const post = (body: BodyInit, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { ...json, ...headers },
  body,
});
const gzipped = (text: string) => new Uint8Array(gzipSync(text));

interface Expected {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | RegExp>>;
  readonly body?: string | RegExp;
}

/** Requests, and what they are answered. */
const asked: Record<string, [path: string, init: RequestInit, expected: Expected]> = {
  "a call": ["/demo/hello", post('{"name":"bob"}'), {
    status: 200,
    headers: { "content-type": "application/json" },
    body: '{"msg":"hello bob"}',
  }],
  "a media type with parameters": [
    "/demo/hello",
    post('{"name":"bob"}', { "content-type": "Application/JSON; charset=utf-8" }),
    {
      status: 200,
    },
  ],
  "GET of an idempotent method": ["/demo/hello?name=bob", {}, { status: 200, body: '{"msg":"hello bob"}' }],
  "GET with a body in the query": ["/demo/hello?body=eyJuYW1lIjoiYm9iIn0", {}, { status: 200, body: /hello bob/ }],
  "HEAD": ["/demo/hello?name=bob", { method: "HEAD" }, { status: 200, headers: { "content-length": "19" }, body: "" }],
  "GET of a method that may not be run twice": ["/demo/echo", {}, { status: 405, headers: { allow: "POST, OPTIONS" } }],
  "GET of no method": ["/demo/nothing", {}, { status: 404, body: /"status":212/ }],
  "GET of no service": ["/none/nothing", {}, { status: 404, body: /"status":112/ }],
  "a path that names no method": ["/demo", post("{}"), { status: 404, body: /want \/<service>\/<method>/ }],
  "the root": ["/", {}, { status: 404 }],
  "a method that is not there": ["/demo/nothing", post("{}"), { status: 404, body: /there is no such method/ }],
  "PUT": ["/demo/hello", { method: "PUT", body: "{}" }, { status: 405, headers: { allow: /POST, GET/ } }],
  "DELETE": ["/demo/hello", { method: "DELETE" }, { status: 405 }],
  "OPTIONS": ["/demo/hello", { method: "OPTIONS" }, {
    status: 200,
    headers: { allow: /POST/, "content-type": /erpc/ },
  }],
  "no content type": ["/demo/hello", { method: "POST", body: Uint8Array.of(1) }, {
    status: 415,
    headers: { "accept-post": /application\/json/ },
  }],
  "a form": ["/demo/hello", { method: "POST", body: new URLSearchParams({ name: "x" }) }, { status: 415 }],
  "a body that is no JSON": ["/demo/hello", post("{"), { status: 400, body: /"code":"invalid_argument","status":103/ }],
  "a codec that needs a schema": ["/demo/hello", post("x", { "content-type": "application/x-protobuf" }), {
    status: 415,
  }],
  "a body in gzip": ["/demo/hello", post(gzipped('{"name":"z"}'), { "content-encoding": "gzip" }), {
    status: 200,
    body: /hello z/,
  }],
  "a body that only says gzip": ["/demo/hello", post("{}", { "content-encoding": "gzip" }), {
    status: 400,
    body: /103/,
  }],
  "a body in brotli": ["/demo/hello", post("{}", { "content-encoding": "br" }), {
    status: 415,
    body: /want gzip or deflate/,
  }],
  "a bomb": ["/demo/echo", post(gzipped(" ".repeat(9 << 20) + "1"), { "content-encoding": "gzip" }), { status: 413 }],
  "a body that is too large": ["/demo/echo", post(`"${"x".repeat(4 << 20)}"`), { status: 413, body: /208/ }],
  "a long reply for who takes gzip": ["/demo/echo", post(`"${"x".repeat(4000)}"`, { "accept-encoding": "gzip" }), {
    status: 200,
    headers: { "content-encoding": "gzip" },
  }],
  "a long reply for who does not": ["/demo/echo", post(`"${"x".repeat(4000)}"`), { status: 200, body: /^"x{4000}"$/ }],
  "a business error": ["/demo/fail", post("{}"), {
    status: 404,
    headers: { "erpc-status": "1404", "retry-after": "3" },
    body: '{"code":"not_found","status":1404,"message":"no such thing","details":{"id":7},"retryAfterMs":2500}\n',
  }],
  "a handler that crashes": ["/demo/crash", post("{}"), { status: 500, body: /^(?!.*secret).*its handler failed/ }],
  "a reply that is a stream": ["/demo/count", post("3"), { status: 406, body: /its reply is a stream/ }],
  "a deadline that has passed": ["/demo/hello", post("{}", { "erpc-timeout": "0" }), { status: 504, body: /104/ }],
  "a deadline of Connect": ["/demo/sleep", post("{}", { "connect-timeout-ms": "20" }), { status: 504 }],
  "a deadline of gRPC": ["/demo/sleep", post("{}", { "grpc-timeout": "20m" }), { status: 504 }],
  "a deadline that is none": ["/demo/hello", post("{}", { "erpc-timeout": "soon" }), { status: 400 }],
  "metadata": ["/demo/metadata", post("{}", { "erpc-meta-user": "b%C3%A9", authorization: "Bearer x" }), {
    status: 200,
    headers: { "erpc-meta-got-user": "b%C3%A9", "erpc-meta-got-authorization": "Bearer x" },
  }],
  "metadata that is listed, as clients of erpc do": [
    "/demo/metadata",
    post("{}", { erpc: "0,erpc-meta-a", "erpc-meta-a": "1", "erpc-meta-b": "2" }),
    {
      status: 200,
      headers: { "erpc-meta-got-a": "1" },
    },
  ],
  "a key of metadata that is none": ["/demo/metadata", post("{}", { "erpc-meta-a!b": "x" }), { status: 400 }],
  "a key of metadata in two headers": [
    "/demo/metadata",
    post("{}", { authorization: "a", "erpc-meta-authorization": "b" }),
    { status: 400 },
  ],
  "too much metadata": ["/demo/hello", post("{}", { "erpc-meta-a": "x".repeat(20_000) }), { status: 431 }],
  "a URL that is too long": [`/demo/hello?name=${"x".repeat(9000)}`, {}, { status: 414 }],
  "a name that is too long": [`/demo/${"x".repeat(300)}`, post("{}"), { status: 404 }],
  "a page of another host": ["/demo/hello", post("{}", { origin: "https://evil.example" }), {
    status: 403,
    body: /permission_denied/,
  }],
  "a page that may call": ["/demo/hello", post('{"name":"x"}', { origin: "https://app.example" }), {
    status: 200,
    headers: { "access-control-allow-origin": "https://app.example", vary: "origin" },
  }],
  "a page that may call, and an error": ["/demo/none", post("{}", { origin: "https://app.example" }), {
    status: 404,
    headers: { "access-control-allow-origin": "https://app.example" },
  }],
  "a page that asks before": ["/demo/hello", {
    method: "OPTIONS",
    headers: {
      origin: "https://app.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    },
  }, {
    status: 204,
    headers: { "access-control-allow-headers": "content-type", "access-control-allow-methods": /POST/ },
  }],
  "a page of another host that asks before": ["/demo/hello", {
    method: "OPTIONS",
    headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
  }, { status: 403 }],
};

for (const [name, [path, init, { status, headers = {}, body }]] of Object.entries(asked)) {
  Deno.test(`fetch: ${name} is answered ${status}`, async () => {
    using _awake = awake();
    await using server = serving({ transports: [http({ origins: ["https://app.example"] })] });
    const response = await server.fetch(new Request(`http://127.0.0.1${path}`, init)), text = await response.text();
    assertEquals(response.status, status, text);
    for (const [name, value] of Object.entries(headers)) {
      const got = response.headers.get(name) ?? "";
      if (typeof value === "string") assertEquals(got, value);
      else assertMatch(got, value);
    }
    if (typeof body === "string") assertEquals(text, body);
    else if (body !== undefined) assertMatch(text, body);
  });
}

Deno.test("fetch: a oneway call is answered before it has run", async () => {
  await using server = serving();
  const ran = Promise.withResolvers<unknown>();
  server.handle("demo.note", (value: unknown) => ran.resolve(value));
  const response = await server.fetch(new Request("http://x/demo/note", post("7", { "erpc-oneway": "1" })));
  assertEquals([response.status, await response.text()], [202, ""]);
  assertEquals(await ran.promise, 7);
});

Deno.test("fetch: a stream goes as frames to who takes them", async () => {
  await using server = serving();
  const response = await server.fetch(new Request("http://x/demo/count", post("3", { accept: "application/erpc" })));
  assertEquals(response.headers.get("content-type"), "application/erpc");
  const bytes = await response.bytes(), view = new DataView(bytes.buffer), frames: [type: number, body: string][] = [];
  for (let at = 0; at < bytes.length;) {
    const bodyAt = at + HEADER_SIZE + view.getUint32(at + 12), next = bodyAt + view.getUint32(at + 16);
    frames.push([bytes[at + 2]! & 15, new TextDecoder().decode(bytes.subarray(bodyAt, next))]);
    at = next;
  }
  assertEquals(frames, [[3, "0"], [3, "1"], [3, "2"], [4, ""]]);
});

Deno.test("fetch: who reads no more of a stream ends it", async () => {
  await using server = serving();
  const response = await server.fetch(new Request("http://x/demo/forever", post("{}", { accept: "application/erpc" })));
  const reader = response.body!.getReader();
  await reader.read();
  await reader.cancel();
  const hello = () => server.fetch(new Request("http://x/demo/hello?name=x"));
  while (seenBy.get(server)!.stopped === 0) await hello();
});

Deno.test("fetch: a body that does not come in time is answered 408", async () => {
  using _awake = awake();
  await using server = serving({ transports: [http({ bodyTimeoutMs: 30 })] });
  const body = new ReadableStream<Uint8Array>(), stuck = new Request("http://x/demo/hello", { ...post(body), body });
  assertEquals((await server.fetch(stuck)).status, 408);
});

Deno.test("fetch: a caller that goes cancels its call", async () => {
  using _awake = awake();
  await using server = serving();
  const gone = new AbortController(), { started, aborted } = seenBy.get(server)!;
  const response = server.fetch(new Request("http://x/demo/sleep", { ...post("{}"), signal: gone.signal }));
  await started.promise;
  gone.abort();
  await aborted.promise;
  assertEquals((await response).status, 499);
});

Deno.test("fetch: limits of a connection hold for a peer of HTTP", async () => {
  using _awake = awake();
  await using server = serving({ limits: { maxCalls: 2 } });
  const info = (port: number) => ({ remoteAddr: { hostname: "10.0.0.1", port } });
  const sleep = (port: number) =>
    server.fetch(new Request("http://x/demo/sleep", post("{}", { "erpc-timeout": "300" })), info(port));
  const answers = await Promise.all([sleep(1), sleep(1), sleep(1), sleep(2)]);
  assertEquals(answers.map(({ status }) => status), [504, 504, 429, 504]);
  await Promise.all(answers.map((answer) => answer.body?.cancel()));
});

Deno.test("fetch: a server that drains takes nothing new, and finishes what it has", async () => {
  using _awake = awake();
  const server = serving(), release = Promise.withResolvers<void>(), started = Promise.withResolvers<void>();
  server.handle("slow.unary", async () => {
    started.resolve();
    await release.promise;
    return "done";
  });
  const slow = server.fetch(new Request("http://x/slow/unary", post("{}")));
  await started.promise;
  const drained = server.drain(), ask = () => server.fetch(new Request("http://x/demo/hello?name=x"));
  let refused = await ask();
  while (refused.status === 200) refused = await ask(); // drain() has only been called
  assertEquals([refused.status, refused.headers.get("erpc-status")], [503, "114"]);
  release.resolve();
  assertEquals(await (await slow).json(), "done");
  await drained;
  assertEquals((await server.fetch(new Request("http://x/demo/hello?name=x"))).status, 503);
});

Deno.test("fetch: more connections than allowed are answered 503", async () => {
  await using server = serving({ maxConnections: 1 });
  const ask = (port: number) =>
    server.fetch(new Request("http://x/demo/hello?name=x"), { remoteAddr: { hostname: "h", port } });
  const statuses = [(await ask(1)).status, (await ask(2)).status, (await ask(1)).status];
  assertEquals(statuses, [200, 503, 200]);
});

Deno.test("fetch: interceptors and the context see calls of HTTP as all others", async () => {
  const seen: unknown[] = [];
  await using server = serving({
    interceptors: [(next) => (call) => {
      seen.push([call.service, call.method, call.metadata.get("authorization"), call.remainingMs <= 5000]);
      if (call.metadata.get("authorization") !== "Bearer good") throw new RpcError("unauthenticated", "who are you?");
      return next(call);
    }],
  });
  const ask = async (token: string) => {
    const headers = { authorization: `Bearer ${token}`, "erpc-timeout": "5000" };
    return (await server.fetch(new Request("http://x/demo/hello", post('{"name":"x"}', headers)))).status;
  };
  assertEquals([await ask("good"), await ask("bad")], [200, 401]);
  assertEquals(seen, [["demo", "hello", "Bearer good", true], ["demo", "hello", "Bearer bad", true]]);
});

/** What a raw socket gets for these bytes, until the server closes or a response with this many bytes is there. */
async function raw(server: Server, ...parts: string[]): Promise<string> {
  const { port } = new URL(server.address);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  for (const part of parts) await conn.write(new TextEncoder().encode(part)).catch(() => {});
  let text = "";
  for (const into = new Uint8Array(65536); !/\r\n\r\n/.test(text);) {
    const n = await conn.read(into).catch(() => null);
    if (n === null) break;
    text += new TextDecoder().decode(into.subarray(0, n));
  }
  return text;
}

const head = "POST /demo/echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
const shapes: Record<string, [parts: string[], answer: RegExp]> = {
  "two lengths that differ": [[`${head}content-length: 1\r\ncontent-length: 2\r\n\r\n12`], /^HTTP\/1.1 400 /],
  "a length that is no number": [[`${head}content-length: 1x\r\n\r\n1`], /^HTTP\/1.1 400 /],
  "a length with a sign": [[`${head}content-length: +1\r\n\r\n1`], /^HTTP\/1.1 400 /],
  "a length and chunks": [
    [`${head}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n3\r\n123\r\n0\r\n\r\n`],
    /^HTTP\/1.1 (400 |200 [^]*content-length: 3\r\n)/,
  ],
  "chunks whose size is no number": [
    [`${head}transfer-encoding: chunked\r\n\r\nzz\r\n1\r\n0\r\n\r\n`],
    /^(HTTP\/1.1 400 |$)/,
  ],
  "another coding behind chunked": [[`${head}transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n`], /^HTTP\/1.1 400 /],
  "a space before the colon": [[`${head}content-length : 1\r\n\r\n1`], /^HTTP\/1.1 400 /],
  "a folded header": [[`${head}x: a\r\n b\r\ncontent-length: 1\r\n\r\n1`], /^HTTP\/1.1 400 /],
  "a header without a name": [[`${head}: x\r\n\r\n`], /^HTTP\/1.1 400 /],
  "no HTTP at all": [["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n"], /^(HTTP\/1.1 400 |$)/],
  "headers without end": [
    [head, ...Array.from({ length: 40 }, (_, i) => `x-${i}: ${"a".repeat(20_000)}\r\n`)],
    /^(HTTP\/1.1 (400|431) |$)/,
  ],
  "a URL without end": [[`GET /${"a".repeat(500_000)} HTTP/1.1\r\nhost: x\r\n\r\n`], /^(HTTP\/1.1 (400|414|431) |$)/],
  "a body that ends early, and the connection with it": [
    [`${head}content-length: 2\r\nconnection: close\r\n\r\n12`],
    /^HTTP\/1.1 200 /,
  ],
};

for (const [name, [parts, answer]] of Object.entries(shapes)) {
  Deno.test(`http on the wire: ${name} is answered ${answer.source.slice(0, 24)}`, async () => {
    await using server = serving();
    await server.listen("http://127.0.0.1:0");
    assertMatch(await raw(server, ...parts), answer);
    assertEquals(
      await raw(server, `${head}content-length: 1\r\n\r\n7`).then((text) => text.slice(0, 15)),
      "HTTP/1.1 200 OK",
    );
  });
}

Deno.test("http on the wire: half a request does not keep a server from draining", async () => {
  const server = serving();
  await server.listen("http://127.0.0.1:0");
  const { port } = new URL(server.address);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  await conn.write(new TextEncoder().encode("POST /demo/echo HTTP/1.1\r\nhost: x\r\n"));
  await server.fetch(new Request("http://x/demo/hello?name=x"));
  const start = performance.now();
  await server.drain();
  assert(performance.now() - start < 5000, "it took too long");
});

/** What curl prints. */
async function curl(...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command("curl", { args: ["-sS", ...args], stderr: "null" }).output();
  return new TextDecoder().decode(stdout);
}

const hasCurl = await curl("--version").catch(() => "") !== "";

Deno.test({
  name: `curl calls a server${hasCurl ? "" : " (curl is missing)"}`,
  ignore: !hasCurl,
  async fn() {
    await using server = serving();
    await server.listen("http://127.0.0.1:0");
    const at = server.address, type = ["-H", "content-type: application/json"];
    assertEquals(await curl(...type, "-d", '{"name":"bob"}', `${at}/demo/hello`), '{"msg":"hello bob"}');
    assertEquals(await curl(`${at}/demo/hello?name=bob`), '{"msg":"hello bob"}');
    assertEquals(await curl("--http2-prior-knowledge", `${at}/demo/hello?name=h2`), '{"msg":"hello h2"}');
    assertEquals(await curl("-o", "/dev/null", "-w", "%{http_code}", `${at}/demo/none`), "404");
    assertEquals(
      await curl("--compressed", ...type, "-d", `"${"x".repeat(2000)}"`, `${at}/demo/echo`),
      `"${"x".repeat(2000)}"`,
    );
    const { started, aborted } = seenBy.get(server)!,
      asleep = curl("-m", "0.3", ...type, "-d", "{}", `${at}/demo/sleep`);
    await started.promise;
    await aborted.promise; // curl has given up
    await asleep;
  },
});
