import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { RpcError } from "../protocol/mod.ts";
import { startPair } from "../testing/mod.ts";
import { parseAddress } from "./address.ts";
import { secureTest } from "./http/certificate_test.ts";
import { memoryPair } from "./memory.ts";
import type { Listener, Transport, Wire } from "./transport.ts";
import { webSocket, ws, wss } from "./websocket.ts";
import { dialGlobal } from "./websocket/dial_global.ts";
import { FramedWire } from "./websocket/framed_wire.ts";
import { MAX_MESSAGE_BYTES } from "./websocket/socket_wire.ts";

/** The WebSocket that browsers have. */
const global: Transport = { ...ws, dial: dialGlobal };

/** A listener, what connects to it, and its end. */
async function listening(transport: Transport = ws, address = "ws://127.0.0.1:0/rpc"): Promise<
  Listener & AsyncDisposable & { accepted(): Promise<Wire> }
> {
  const listener = await transport.listen(parseAddress(address), {}),
    wires = listener.connections[Symbol.asyncIterator]();
  return {
    ...listener,
    accepted: async () => (await wires.next()).value!,
    async [Symbol.asyncDispose]() {
      listener.close();
      while (!(await wires.next()).done);
    },
  };
}

async function readText(wire: Wire, length: number): Promise<string> {
  let text = "";
  while (text.length < length) {
    const into = new Uint8Array(length), n = await wire.read(into);
    if (n === null) break;
    text += new TextDecoder().decode(into.subarray(0, n));
  }
  return text;
}

for (const [name, transport] of [["framed by us", ws], ["of the runtime", global]] as const) {
  Deno.test(`ws ${name}: bytes pass both ways, in order, and each end's close is the other's end`, async () => {
    await using listener = await listening();
    const here = await transport.dial(parseAddress(listener.address), {}), there = await listener.accepted();
    assertEquals(here.remote, listener.address);
    assertMatch(there.remote, /^ws:\/\/127\.0\.0\.1:\d+$/);
    const sent = "0123456789".repeat(100_000), bytes = new TextEncoder().encode(sent);
    const send = async (wire: Wire) => {
      for (let at = 0; at < bytes.length;) at += await wire.write(bytes.subarray(at));
    };
    const [a, b] = await Promise.all([
      readText(there, sent.length),
      readText(here, sent.length),
      send(here),
      send(there),
    ]);
    assertEquals([a === sent, b === sent], [true, true]);
    here.close();
    assertEquals(await there.read(new Uint8Array(9)), null);
    const again = await transport.dial(parseAddress(listener.address), {}), other = await listener.accepted();
    other.close();
    assertEquals(await again.read(new Uint8Array(9)), null);
    again.close();
  });

  Deno.test(`ws ${name}: who does not read makes the sender wait`, async () => {
    await using listener = await listening();
    const here = await transport.dial(parseAddress(listener.address), {}), there = await listener.accepted();
    const chunk = new Uint8Array(256 << 10);
    let sent = 0;
    const sending = (async () => {
      for (;;) sent += await there.write(chunk);
    })().catch((error) => error.message);
    if (transport === ws) { // the runtime's own reads without being asked, up to a bound
      let before = -1;
      while (sent !== before) {
        before = sent;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert(sent < 64 << 20, `${sent} bytes went out`);
    }
    here.close();
    await sending;
  });
}

Deno.test("ws: the runtime's own WebSocket, which can't wait, is ended by more than is sensible", async () => {
  await using listener = await listening();
  const here = await dialGlobal(parseAddress(listener.address), {}), there = await listener.accepted();
  const sending = (async () => {
    for (const chunk = new Uint8Array(256 << 10);;) await there.write(chunk);
  })();
  await assertRejects(() => sending, Error, "want at most");
  here.close();
});

Deno.test("ws: calls of every kind go over it, both ways, and cancelling and errors do", async () => {
  const listen: Transport["listen"] = (_, options) => ws.listen(parseAddress("ws://127.0.0.1:0"), options);
  await using pair = await startPair({ server: { transports: [{ ...ws, name: "mem", listen }] } });
  const { client } = pair;
  pair.server.handle("demo.double", (n: number) => 2 * n);
  pair.server.handle("demo.fail", () => {
    throw new RpcError("not_found", "no such thing", { details: { id: 7 } });
  });
  pair.server.handle("demo.sum", async (numbers: AsyncIterable<number>) => {
    let sum = 0;
    for await (const n of numbers) sum += n;
    return sum;
  });
  let stopped = 0;
  pair.server.handle("demo.forever", async function* () {
    try {
      for (let n = 0;; n++) yield n;
    } finally {
      stopped++;
    }
  });
  assertEquals(await client.call("demo.double", 21), 42);
  const error = await client.call("demo.fail").catch((error) => error) as RpcError;
  assertEquals([error.code, error.message, error.details], ["not_found", "no such thing", { id: 7 }]);
  async function* upTo(n: number): AsyncGenerator<number> {
    for (let i = 1; i <= n; i++) yield i;
  }
  assertEquals(await client.call("demo.sum", upTo(1000)), 500500);
  for await (const n of client.call<number>("demo.forever")) if (n === 10_000) break;
  await client.call("demo.double", 1);
  assertEquals(stopped, 1);
  const big = new Uint8Array(4 << 20 >> 1).fill(7);
  pair.server.handle("demo.echo", (bytes: Uint8Array) => bytes);
  assertEquals(await client.call("demo.echo", big), big);
});

await secureTest("wss: calls go over TLS, and a certificate that nobody vouches for is refused", async (tls) => {
  const server = await wss.listen(parseAddress("wss://localhost:0"), { tls: tls.server });
  const wires = server.connections[Symbol.asyncIterator](), address = parseAddress(server.address);
  const here = await wss.dial(address, { tls: tls.client }), there: Wire = (await wires.next()).value!;
  assertMatch(there.remote, /^wss:/);
  await here.write(new TextEncoder().encode("hello"));
  assertEquals(await readText(there, 5), "hello");
  await assertRejects(() => wss.dial(address, {}), Error, "no authority trusted here");
  await assertRejects(() => ws.dial({ ...address, scheme: "ws" }, {}));
  await assertRejects(
    () => Promise.try(() => wss.listen(parseAddress("wss://localhost:0"), {})),
    TypeError,
    "tls needs cert",
  );
  here.close();
  server.close();
  await wires.next();
});

/** What a server answers to an opening with these headers instead of the usual ones. */
async function opened(listener: Listener, headers: Record<string, string>, path = "/rpc"): Promise<string> {
  const { hostname, port } = parseAddress(listener.address), conn = await Deno.connect({ hostname, port });
  const usual = {
    host: `127.0.0.1:${port}`,
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-version": "13",
    "sec-websocket-protocol": "erpc",
  };
  const lines = Object.entries({ ...usual, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  await conn.write(new TextEncoder().encode(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`));
  const into = new Uint8Array(4096), n = await conn.read(into);
  conn.close();
  return new TextDecoder().decode(into.subarray(0, n ?? 0));
}

const openings: Record<string, [headers: Record<string, string>, status: RegExp, path?: string]> = {
  "no Origin": [{}, /^HTTP\/1.1 101 [^]*\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/i],
  "several subprotocols": [{ "sec-websocket-protocol": "chat, erpc" }, /sec-websocket-protocol: erpc\r\n/i],
  "an allowed Origin": [{ origin: "https://app.example" }, /^HTTP\/1.1 101 /],
  "another Origin": [{ origin: "https://evil.example" }, /^HTTP\/1.1 403 /],
  "an Origin that begins like an allowed one": [{ origin: "https://app.example.evil.example" }, /^HTTP\/1.1 403 /],
  "the Origin null": [{ origin: "null" }, /^HTTP\/1.1 403 /],
  "another subprotocol": [{ "sec-websocket-protocol": "chat" }, /^HTTP\/1.1 400 [^]*want the subprotocol erpc/],
  "another path": [{}, /^HTTP\/1.1 404 /, "/"],
  "an old version": [{ "sec-websocket-version": "8" }, /^HTTP\/1.1 426 [^]*sec-websocket-version: 13\r\n/],
  "no key": [{ "sec-websocket-key": "" }, /^HTTP\/1.1 400 /],
  "no WebSocket": [{ upgrade: "h2c" }, /^HTTP\/1.1 426 /],
};

for (const [name, [headers, status, path]] of Object.entries(openings)) {
  Deno.test(`ws: an opening with ${name} is answered ${status.source.slice(13, 17)}`, async () => {
    await using listener = await listening(webSocket({ origins: ["https://app.example"] }));
    assertMatch(await opened(listener, headers, path), status);
  });
}

Deno.test("ws: pages of the server's own host may connect", async () => {
  await using listener = await listening();
  assertMatch(await opened(listener, { origin: `http://127.0.0.1:${parseAddress(listener.address).port}` }), / 101 /);
  assertMatch(await opened(listener, { origin: "http://127.0.0.1:1" }), / 403 /);
});

const refused: Record<string, [send: (socket: WebSocket) => void, code: number]> = {
  "text": [(socket) => socket.send("{}"), 1003],
  "a message that is too large": [(socket) => socket.send(new Uint8Array(MAX_MESSAGE_BYTES + 1)), 1009],
};

for (const [name, [send, code]] of Object.entries(refused)) {
  Deno.test(`ws: ${name} closes it with ${code}`, async () => {
    await using listener = await listening();
    const socket = new WebSocket(listener.address, "erpc"), ended = Promise.withResolvers<CloseEvent>();
    socket.onclose = ended.resolve;
    socket.onopen = () => send(socket);
    const wire = await listener.accepted();
    await assertRejects(() => wire.read(new Uint8Array(9)), Error, "it sent");
    assertEquals((await ended.promise).code, code);
  });
}

const dialled: Record<string, [answer: string, says: RegExp]> = {
  "no HTTP": ["SSH-2.0-OpenSSH\r\n\r\n", /it speaks no HTTP/],
  "a refusal": ["HTTP/1.1 403 Forbidden\r\n\r\nnot you\n", /it opens no WebSocket: 403 Forbidden \(not you\)/],
  "another key": ["HTTP/1.1 101 x\r\nsec-websocket-accept: x\r\n\r\n", /it speaks no WebSocket/],
  "nothing": ["", /it ended the connection instead/],
  "no end": ["HTTP/1.1 101 x\r\n".padEnd(20_000, "x"), /has no end/],
};

for (const [name, [answer, says]] of Object.entries(dialled)) {
  Deno.test(`ws: a server that answers with ${name} is a clear error`, async () => {
    using server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const serving = (async () => {
      using conn = await server.accept();
      await conn.read(new Uint8Array(4096));
      await conn.write(new TextEncoder().encode(answer)).catch(() => {});
    })();
    const address = parseAddress(`ws://127.0.0.1:${server.addr.port}`);
    const error = await ws.dial(address, {}).catch((error) => error);
    assertMatch(error.message, says);
    await serving;
  });
}

Deno.test("ws: a dial that is given up closes its connection", async () => {
  using server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const giveUp = new AbortController(), address = parseAddress(`ws://127.0.0.1:${server.addr.port}`);
  const dialling = ws.dial(address, { signal: giveUp.signal });
  using conn = await server.accept();
  await conn.read(new Uint8Array(4096));
  giveUp.abort();
  await assertRejects(() => dialling);
  assertEquals(await conn.read(new Uint8Array(9)).catch(() => null), null);
});

/** What a framed wire makes of these bytes of a server. */
async function reads(...bytes: number[]): Promise<string> {
  const [here, there] = memoryPair(), wire = new FramedWire(here, "ws://x", { bytes: new Uint8Array(32), filled: 0 });
  const writing = (async () => {
    for (const byte of bytes) await there.write(Uint8Array.of(byte)); // one by one: whatever can be split is
    there.close();
  })().catch(() => {});
  const pongs = (async () => {
    for (const into = new Uint8Array(99); await there.read(into) !== null;);
  })();
  try {
    let text = "";
    for (const into = new Uint8Array(4);;) {
      const n = await wire.read(into);
      if (n === null) return text;
      text += String.fromCharCode(...into.subarray(0, n));
    }
  } catch (error) {
    return (error as Error).message;
  } finally {
    wire.close();
    await writing;
    await pongs;
  }
}

const text = (value: string) => [...new TextEncoder().encode(value)];
const framed: Record<string, [bytes: number[], read: string | RegExp]> = {
  "one message": [[0x82, 5, ...text("hello")], "hello"],
  "a message in pieces, with a ping within": [
    [2, 2, ...text("he"), 0x89, 1, 0, 0, 0, 0x80, 3, ...text("llo")],
    "hello",
  ],
  "lengths in two and in eight bytes": [
    [0x82, 126, 0, 2, ...text("ab"), 0x82, 127, 0, 0, 0, 0, 0, 0, 0, 1, ...text("c")],
    "abc",
  ],
  "a close": [[0x82, 1, 65, 0x88, 2, 3, 0xe8], "A"],
  "a close without a code": [[0x88, 0], ""],
  "a close with a reason": [[0x88, 6, 3, 0xf1, ...text("nope")], /it closed the WebSocket: nope/],
  "text": [[0x81, 1, 65], /a message that is not binary/],
  "a mask": [[0x82, 0x81, 0, 0, 0, 0, 65], /a header that no server may send/],
  "reserved bits": [[0xc2, 1, 65], /a header that no server may send/],
  "a ping in pieces": [[9, 0], /a control frame that no end may send/],
  "a ping that is too long": [[0x89, 126, 0, 200], /a control frame that no end may send/],
  "a message without end": [[0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255], /a message without end/],
  "half a header": [[0x82], /half a frame/],
  "half a message": [[0x82, 2, 65], /ended within a WebSocket message/],
};

for (const [name, [bytes, read]] of Object.entries(framed)) {
  Deno.test(`ws: a client that reads ${name}`, async () => {
    if (typeof read === "string") assertEquals(await reads(...bytes), read);
    else assertMatch(await reads(...bytes), read);
  });
}
