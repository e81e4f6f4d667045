import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { loadCompressor } from "../codec/compress/mod.ts";
import { beginFrame, endFrame, FrameType, MetadataKey, RpcError, Writer, writeText } from "../protocol/mod.ts";
import { faulty, type FaultyTransport, type Pair, pairSchemes, startPair } from "../testing/mod.ts";
import { writeHello } from "./hello.ts";
import { defaultLimits } from "./limits.ts";
import { MemoryTransport } from "./memory.ts";
import { compress, hmac, type Stage } from "./stage/mod.ts";
import type { Transport } from "./transport.ts";

const gzip = await loadCompressor("gzip");
const secret = "0123456789abcdef";

const xor = (n: number) => (chunk: Uint8Array) => chunk.map((byte) => byte ^ n);

/** A cipher of one's own, for tests only. */
const cipher: Stage = { name: "xor", connect: () => ({ seal: xor(0x55), open: xor(0x55) }) };

/** The same as streams, which take their time. */
const streamed: Stage = {
  name: "xor",
  connect: () => {
    const stream = () =>
      new TransformStream<Uint8Array, Uint8Array>({
        async transform(chunk, controller) {
          await null;
          controller.enqueue(xor(0x55)(chunk));
        },
      });
    return { seal: stream(), open: stream() };
  },
};

function handle({ server }: Pair): { runs: number } {
  const seen = { runs: 0 };
  server.handle("demo.echo", (value: unknown) => (seen.runs++, value));
  server.handle("demo.count", function* (n: number) {
    for (let i = 1; i <= n; i++) yield i;
  });
  server.handle("demo.sum", async (numbers: AsyncIterable<number>) => {
    return (await Array.fromAsync(numbers)).reduce((a, b) => a + b, 0);
  });
  return seen;
}

const lists: Record<string, readonly [client: Stage[], server: Stage[]]> = {
  "hmac": [[hmac(secret)], [hmac(new TextEncoder().encode(secret))]],
  "compress": [[compress(gzip)], [compress(gzip)]],
  "compress, then hmac": [[compress(gzip, 10), hmac(secret)], [compress(gzip), hmac(secret)]],
  "a cipher of one's own": [[cipher], [cipher]],
  "a cipher of streams": [[streamed], [streamed]],
  "a function at one end, a stream at the other": [[cipher], [streamed]],
  "five stages": [
    [cipher, hmac(secret), streamed, compress(gzip), cipher],
    [streamed, hmac(secret), cipher, compress(gzip), cipher],
  ],
};

for (const scheme of pairSchemes) {
  for (const [name, [client, server]] of Object.entries(lists)) {
    Deno.test(`${scheme}: calls of every kind pass through ${name}`, async () => {
      await using pair = await startPair({ scheme, client: { stages: client }, server: { stages: server } });
      handle(pair);
      const first = Array.from({ length: 20 }, (_, i) => pair.client.call("demo.echo", i));
      assertEquals(await Promise.all(first), Array.from({ length: 20 }, (_, i) => i));
      const large = new Uint8Array(3 << 20).fill(7);
      assertEquals((await pair.client.call<Uint8Array>("demo.echo", large)).length, large.length);
      let last = 0;
      for await (const n of pair.client.call<number>("demo.count", 20_000)) assertEquals(n, ++last);
      assertEquals(last, 20_000);
      assertEquals(await pair.client.call("demo.sum", pair.client.call("demo.count", 1000)), 500_500);
      await assertRejects(() => pair.client.call("demo.nothing"), RpcError, "no such method");
    });
  }
}

/** What a call ends with, and how often its handler ran, when the ends run these stages. */
async function outcome(
  client: readonly Stage[],
  server: readonly Stage[],
  through: (memory: Transport) => Transport = (memory) => memory,
  timeout = 2000,
): Promise<{ result: unknown; runs: number }> {
  const memory = new MemoryTransport();
  await using pair = await startPair({
    server: { stages: server, transports: [memory] },
    client: { stages: client, transports: [through(memory)], retry: "failfast", timing: { helloTimeoutMs: 500 } },
  });
  const seen = handle(pair);
  const result = await pair.client.call("demo.echo", "hello", { timeout }).then(
    (value) => value,
    (error: unknown) => error,
  );
  return { result, runs: seen.runs };
}

const misfits: Record<string, readonly [client: Stage[], server: Stage[], says: RegExp]> = {
  "another secret": [[hmac(secret)], [hmac("another secret!!")], /wrong secret/],
  "a stage at the server alone": [[], [hmac(secret)], /stages \[hmac\].*\[\]/],
  "a stage at the client alone": [[hmac(secret)], [], /stages \[\].*\[hmac\]/],
  "another order": [
    [hmac(secret), compress(gzip)],
    [compress(gzip), hmac(secret)],
    /\[compress:gzip,hmac\].*\[hmac,compress:gzip\]/,
  ],
  "a longer list": [[hmac(secret), cipher], [hmac(secret)], /\[hmac\].*\[hmac,xor\]/],
};

for (const [name, [client, server, says]] of Object.entries(misfits)) {
  Deno.test(`${name} is a clear error, and nothing is run`, async () => {
    const { result, runs } = await outcome(client, server);
    assert(result instanceof RpcError, `the call went through: ${result}`);
    assertEquals(runs, 0);
    assertMatch(result.message, says);
  });
}

const broken: Record<string, Stage> = {
  "fails when it seals": { name: "xor", connect: () => ({ seal: fails, open: xor(0x55) }) },
  "fails when it opens": { name: "xor", connect: () => ({ seal: xor(0x55), open: fails }) },
  "fails when it is made": { name: "xor", connect: fails },
  "seals garbage": { name: "xor", connect: () => ({ seal: xor(0x11), open: xor(0x55) }) },
  "cuts off a frame's end": {
    name: "xor",
    connect: () => ({ seal: (chunk) => xor(0x55)(chunk.subarray(1)), open: xor(0x55) }),
  },
};

function fails(): never {
  throw new RangeError("a broken stage");
}

for (const [name, stage] of Object.entries(broken)) {
  for (const side of ["client", "server"] as const) {
    Deno.test(`a stage of the ${side} that ${name} ends the connection, and no call hangs`, async () => {
      const { result } = side === "client" ? await outcome([stage], [cipher]) : await outcome([cipher], [stage]);
      assert(result instanceof RpcError, `the call went through: ${result}`);
      assert(result.code !== "deadline_exceeded", "the call hung until its deadline");
    });
  }
}

// ---- somebody in the middle

/** Hands on what the client sends, changed by `change`, which sees each write with its number. */
function inTheMiddle(change: (bytes: Uint8Array, n: number) => Uint8Array[]): (memory: Transport) => Transport {
  return (memory) => ({
    name: "mem",
    listen: (...args) => memory.listen(...args),
    dial: async (...args) => {
      const wire = await memory.dial(...args);
      let n = 0;
      const write = async (bytes: Uint8Array) => {
        for (const part of change(bytes.slice(), n++)) {
          for (let at = 0; at < part.length;) at += await wire.write(part.subarray(at));
        }
        return bytes.length;
      };
      return {
        remote: wire.remote,
        local: wire.local,
        read: (into) => wire.read(into),
        write,
        close: () => wire.close(),
      };
    },
  });
}

Deno.test("whichever byte of a sealed chunk is changed on its way, the call is not run and does not hang", async () => {
  let size = 0;
  const look = inTheMiddle((bytes, n) => (size = n === 1 ? bytes.length : size, [bytes]));
  assertEquals(await outcome([hmac(secret)], [hmac(secret)], look), { result: "hello", runs: 1 });
  assert(size > 80 && size < 200, `the first chunk has ${size} bytes`);
  for (let k = 0; k < size; k++) {
    const spoil = inTheMiddle((bytes, n) => {
      if (n === 1) bytes[k]! ^= 1 << (k % 8);
      return [bytes];
    });
    const { result, runs } = await outcome([hmac(secret)], [hmac(secret)], spoil, 100);
    // Only the batch frame's own header is not sealed; what does not matter there may differ.
    if (k >= 20) assert(result instanceof RpcError && runs === 0, `byte ${k}: ${result}, run ${runs} times`);
    else assert(runs === 0 || result === "hello", `byte ${k}: ${result}, run ${runs} times`);
  }
});

Deno.test("a chunk that is sent twice is opened once", async () => {
  const twice = inTheMiddle((bytes, n) => n === 1 ? [bytes, bytes] : [bytes]);
  const { runs } = await outcome([hmac(secret)], [hmac(secret)], twice);
  assertEquals(runs, 1);
});

Deno.test("a chunk of an earlier connection is not opened in a later one", async () => {
  let kept: Uint8Array | undefined;
  const keep = inTheMiddle((bytes, n) => (kept = n === 1 ? bytes : kept, [bytes]));
  assertEquals((await outcome([hmac(secret)], [hmac(secret)], keep)).runs, 1);
  const replay = inTheMiddle((bytes, n) => n === 1 ? [kept!] : [bytes]);
  const { result, runs } = await outcome([hmac(secret)], [hmac(secret)], replay);
  assert(result instanceof RpcError);
  assertMatch(result.message, /wrong secret, or the bytes were changed/);
  assertEquals(runs, 0);
});

type Transform = (chunk: Uint8Array) => Uint8Array;

/** Seals as the dialer does, and opens as each end does. */
function ends(): { seal: Transform; openThere: Transform; openHere: Transform } {
  const [a, b] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)], maxChunkBytes = 1 << 20;
  const dialer = hmac(secret).connect({ role: "dialer", localNonce: a, remoteNonce: b, maxChunkBytes });
  const acceptor = hmac(secret).connect({ role: "acceptor", localNonce: b, remoteNonce: a, maxChunkBytes });
  return { seal: dialer.seal as Transform, openThere: acceptor.open as Transform, openHere: dialer.open as Transform };
}

const abuses: Record<string, (seal: Transform, open: Transform, openHere: Transform) => void> = {
  "come back to its sender": (seal, _, openHere) => openHere(seal(Uint8Array.of(1))),
  "come twice": (seal, open) => {
    const sealed = seal(Uint8Array.of(1));
    assertEquals(open(sealed), Uint8Array.of(1));
    open(sealed);
  },
  "come in another order": (seal, open) => {
    seal(Uint8Array.of(1));
    open(seal(Uint8Array.of(2)));
  },
  "be cut": (seal, open) => open(seal(Uint8Array.of(1)).subarray(0, 31)),
  "be longer": (seal, open) => open(Uint8Array.of(...seal(Uint8Array.of(1)), 0)),
};

for (const [name, abuse] of Object.entries(abuses)) {
  Deno.test(`a chunk sealed by hmac can't ${name}`, () => {
    const { seal, openThere, openHere } = ends();
    const error = assertThrows(() => abuse(seal, openThere, openHere), RpcError);
    assertEquals(error.code, "unauthenticated");
  });
}

Deno.test("bare frames are refused where stages run", async () => {
  const memory = new MemoryTransport();
  await using pair = await startPair({ server: { stages: [hmac(secret)], transports: [memory] } });
  const seen = handle(pair), wire = await memory.dial({ scheme: "mem", hostname: "", port: 0, path: "pair" });
  const out = new Writer(256), nonce = new Uint8Array(16);
  writeHello(out, { agent: "test", ...defaultLimits, stages: ["hmac"], nonce });
  const at = beginFrame(out, FrameType.request, 0, 2, 0, 1);
  writeText(out, MetadataKey.service, "demo");
  writeText(out, MetadataKey.method, "echo");
  endFrame(out, at, out.pos);
  await wire.write(out.slice());
  const into = new Uint8Array(4096);
  let text = "";
  for (let n; (n = await wire.read(into)) !== null;) {
    text += new TextDecoder().decode(into.subarray(0, n));
    if (text.includes("Cannot")) wire.close();
  }
  assertEquals(seen.runs, 0);
  assert(text.includes("Cannot"), "the peer was not told why");
});

// ---- the stages themselves

/** Bytes sent and received for an echo of `value`, after a first call. */
async function traffic(value: unknown, stage: Stage): Promise<{ sent: number; received: number }> {
  const memory = new MemoryTransport(),
    transport: FaultyTransport = faulty(memory, { seed: 1 }),
    { counts } = transport;
  await using pair = await startPair({
    client: { stages: [stage], transports: [transport] },
    server: { stages: [stage], transports: [memory] },
  });
  handle(pair);
  await pair.client.call("demo.echo");
  const { sentBytes, receivedBytes } = counts;
  assertEquals(await pair.client.call("demo.echo", value), value);
  return { sent: counts.sentBytes - sentBytes, received: counts.receivedBytes - receivedBytes };
}

Deno.test("the stage compress makes chunks small both ways, from its threshold on", async () => {
  const text = "the same words again ".repeat(200);
  const small = await traffic(text, compress(gzip)), plain = await traffic(text, compress(gzip, 10_000));
  assert(small.sent < 500 && small.received < 500, Deno.inspect(small));
  assert(plain.sent > text.length && plain.received > text.length, Deno.inspect(plain));
  const noise = await traffic(crypto.getRandomValues(new Uint8Array(5000)), compress(gzip));
  assert(noise.sent < 5200 && noise.received < 5200, "what does not shrink travels as it is");
});

Deno.test("hmac wants a secret of 16 bytes or more", () => {
  assertThrows(() => hmac("too short"), RangeError, "want at least 16");
  assertThrows(() => hmac(new Uint8Array(15)), RangeError);
  hmac(new Uint8Array(16));
});
