/**
 * What a connection does when its peer breaks the rules, and when its own side gives it what the peer could not take.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { jceAny } from "../codec/jce_any.ts";
import { FrameType, MetadataKey, Reader, readMetadata, refined, refinements, RpcError } from "../protocol/mod.ts";
import { FakeClock, plainHello, rawEntry, rawFrame, RawPeer, rawRequest, rawU32, startPair } from "../testing/mod.ts";
import { CallTable } from "./call_table.ts";
import { idAfter } from "./caller.ts";
import { Connection } from "./connection.ts";
import { memoryPair } from "./memory.ts";
import { MethodSpec } from "./method.ts";
import { Outgoing } from "./outgoing.ts";
import { hmac } from "./stage/mod.ts";
import type { Wire } from "./transport.ts";

const spec = new MethodSpec("demo", "call");

/** A connection on a clock that stands still, and the wire at its other end. */
class Rig implements Disposable {
  readonly clock = new FakeClock();
  readonly connection: Connection;
  readonly wire: Wire;
  readonly peer: RawPeer;

  constructor(role: "dialer" | "acceptor") {
    const [here, there] = memoryPair();
    this.wire = there;
    this.peer = new RawPeer(there);
    this.connection = new Connection(here, { role, wheel: this.clock.wheel });
  }

  /** Opens a call. */
  call(): Outgoing {
    const { wheel } = this.clock;
    const call = new Outgoing(wheel, {
      spec,
      request: 1,
      stream: false,
      oneway: false,
      idempotent: false,
      timeout: Infinity,
      tellDeadline: false,
      metadata: null,
      owner: null,
    });
    call.coders = spec.coders(jceAny);
    this.connection.open(call);
    return call;
  }

  [Symbol.dispose](): void {
    this.connection.close();
    this.peer.close();
  }
}

async function statusOf(call: PromiseLike<unknown>): Promise<number> {
  return (await assertRejects(() => Promise.resolve(call), RpcError)).status;
}

Deno.test("who is refused is told why, and read on until it closes, so that nothing resets the connection", async () => {
  using rig = new Rig("acceptor");
  const { wire, peer, connection, clock } = rig;
  peer.send(plainHello, rawFrame({ type: FrameType.item, bodyLength: 2 ** 31 }));
  const goaway = await peer.find(({ type }) => type === FrameType.goaway);
  assertEquals(goaway?.status, 8);
  await clock.advance(900);
  for (let n = 0; n < 5; n++) assert(await wire.write(new Uint8Array(100_000)) > 0);
  assertEquals([connection.ended, connection.usable], [false, false]);
  wire.close();
  assertEquals((await connection.closed as RpcError).code, "resource_exhausted");
});

Deno.test("who is refused and stays is left after a second", async () => {
  using rig = new Rig("acceptor");
  const { peer, connection, clock } = rig;
  peer.send(plainHello, plainHello);
  await peer.find(({ type }) => type === FrameType.goaway);
  await clock.until(connection.closed);
  assert(clock.now() <= 1000);
});

Deno.test("calls to a peer that is refused fail at once, and none of those on their way counts as unsent", async () => {
  using rig = new Rig("dialer");
  const { peer, connection } = rig;
  peer.send(plainHello, rawFrame({ type: FrameType.pong }));
  while (!connection.greeted) await peer.frame(); // its hello has been read, what follows waits in the pipe
  const first = rig.call(), second = rig.call(); // the first write is on its way ...
  await Promise.resolve();
  const third = rig.call(); // ... when this one joins what is pending
  peer.send(plainHello);
  assertEquals(await Promise.all([first, second, third].map(statusOf)), [14, 14, 14]);
  const requests = [await peer.frame(), await peer.frame(), await peer.frame()];
  assertEquals(requests.map((frame) => frame?.type), [FrameType.request, FrameType.request, FrameType.request]);
  assertEquals((await peer.frame())?.type, FrameType.goaway);
  assertEquals(await statusOf(rig.call()), refinements.not_sent);
});

Deno.test("who says goodbye waits for the other to close, a second at most", async () => {
  for (const closes of [true, false]) {
    using rig = new Rig("acceptor");
    const { peer, connection, clock } = rig;
    peer.send(plainHello);
    await peer.frame();
    const drained = connection.drain();
    assertEquals((await peer.frame())?.type, FrameType.goaway);
    await clock.advance(900);
    peer.send(rawRequest(1, "demo.call")); // too late, which the goaway says
    await clock.advance(50);
    assertEquals(connection.ended, false);
    if (closes) peer.close();
    else await clock.advance(100);
    await drained;
    assertEquals(await connection.closed, undefined);
  }
});

Deno.test("who hears goodbye closes as soon as its own calls are over", async () => {
  using rig = new Rig("dialer");
  const { peer, connection } = rig;
  peer.send(plainHello);
  const kept = rig.call(), refused = rig.call();
  await peer.reply(1);
  peer.send(rawFrame({ type: FrameType.goaway, body: rawU32(1) }));
  assertEquals(await statusOf(refused), refinements.going_away);
  assertEquals([kept.settled, connection.usable, connection.ended], [false, false, false]);
  peer.send(rawFrame({ type: FrameType.response, id: 1, codec: 2 }));
  assertEquals([await kept, await connection.closed], [undefined, undefined]);
});

const round: [id: number, used: number[], next: number][] = [
  [1, [], 3],
  [2, [], 4],
  [0xffff_ffff, [], 1],
  [0xffff_fffe, [], 2],
  [0xffff_fffd, [0xffff_ffff, 1, 3], 5],
  [4, [6, 10], 8],
];

for (const [id, used, next] of round) {
  Deno.test(`after call ${id} comes ${next}, while ${used.join(", ") || "no others"} still run`, () => {
    const calls = new CallTable<{ id: number }>();
    for (const id of used) calls.add({ id });
    assertEquals(idAfter(id, calls), next);
  });
}

const large = { "a lot": "x".repeat(20_000) }, tooLarge = new Uint8Array(70_000);

/** Replies with metadata that can't travel, or not to this peer, and how their calls end. */
const replies: Record<string, [reply: () => unknown, status: number]> = {
  "a value": [() => 1, refinements.bad_reply],
  "an empty stream": [function* () {}, 8],
  "a stream": [function* () {
    yield 1;
  }, refinements.bad_reply],
  "an error": [() => {
    throw new RpcError("not_found", "no", { details: { a: 1 } });
  }, 5],
  "an error with details that are too large": [() => {
    throw new RpcError("not_found", "no", { details: "ü".repeat(8000) });
  }, 5],
  "an error that only a client can have": [() => {
    throw refined("no_endpoint", "made by hand");
  }, 14],
};

for (const [name, [reply, status]] of Object.entries(replies)) {
  for (const [what, value] of Object.entries({ "20 KB": large["a lot"], "more than an entry holds": tooLarge })) {
    Deno.test(`${name} with metadata of ${what} fails alone`, async () => {
      await using pair = await startPair();
      pair.server.handle("demo.call", (_: unknown, context) => {
        context.responseMetadata.set("a-lot", value);
        return reply();
      });
      pair.server.handle("demo.echo", (value: unknown) => value);
      const other = pair.client.call("demo.echo", 1), items = Array.fromAsync(pair.client.call("demo.call"));
      const error = await assertRejects(() => items, RpcError);
      assertEquals([error.status, error.message !== ""], [status, true]);
      assertEquals([await other, await pair.client.call("demo.echo", 2), pair.server.connections], [1, 2, 1]);
    });
  }
}

const { code, message, details, retryAfter, text } = MetadataKey, user = new Map([["a", "b"]]);

/** Errors, and which entries go with them to a peer that takes so many bytes of metadata. */
const errors: [name: string, error: RpcError, maxBytes: number, status: number, keys: number[]][] = [
  ["all there is", new RpcError("aborted", "no", { details: 1 }), 16_384, 10, [message, details, text]],
  ["a base code", new RpcError("aborted", "no", { status: 1000, retryAfterMs: 1 }), 16_384, 1000, [
    ...[code, retryAfter, message, text],
  ]],
  ["no details above 8 KiB", new RpcError("aborted", "no", { details: "ü".repeat(4096) }), 16_384, 10, [message, text]],
  ["no details that are no JSON", new RpcError("aborted", "no", { details: 1n }), 16_384, 10, [message, text]],
  ["no user entries that do not fit", new RpcError("aborted", "no", { details: 1 }), 10, 10, [message, details]],
  ["no details that do not fit", new RpcError("aborted", "no", { details: 1 }), 8, 10, [message]],
  ["nothing where nothing fits", new RpcError("aborted", "no", { details: 1 }), 0, 10, []],
  ["a base code where nothing else fits", new RpcError("aborted", "no", { status: 1000 }), 4, 1000, [code]],
  ["a status that is nobody else's business", refined("not_sent", "no"), 16_384, 14, [message, text]],
];

for (const [name, error, maxBytes, status, keys] of errors) {
  Deno.test(`an error travels with ${name}`, async () => {
    using rig = new Rig("acceptor");
    rig.peer.send(rawFrame({ type: FrameType.hello, metadata: rawEntry(3, maxBytes) }));
    await rig.peer.frame();
    rig.connection.outbox.error(FrameType.response, 1, error, user);
    const frame = (await rig.peer.frame())!, found: number[] = [];
    readMetadata(new Reader(frame.metadata), 100, (key) => found.push(key));
    assertEquals([frame.status, found], [status, keys]);
  });
}

Deno.test("a long message is cut between characters", async () => {
  using rig = new Rig("acceptor");
  rig.peer.send(plainHello);
  await rig.peer.frame();
  rig.connection.outbox.error(FrameType.response, 1, new RpcError("aborted", "a" + "\u{1f44b}".repeat(1000)));
  const { metadata } = (await rig.peer.frame())!;
  assertEquals(new TextDecoder().decode(metadata.subarray(3)), "a" + "\u{1f44b}".repeat(511));
});

Deno.test("a metadata key that is none fails its reply, and the caller learns why", async () => {
  await using pair = await startPair();
  pair.server.handle("demo.call", (_: unknown, context) => void context.responseMetadata.set("No Key", "x"));
  const error = await assertRejects(() => Promise.resolve(pair.client.call("demo.call")), RpcError, "bad key");
  assertEquals(error.status, refinements.bad_reply);
});

Deno.test("a flush that is larger than any frame passes through stages in pieces", async () => {
  const stages = [hmac("0123456789abcdef")];
  await using pair = await startPair({ scheme: "tcp", client: { stages }, server: { stages } });
  pair.server.handle("demo.echo", (value: Uint8Array) => value);
  await pair.client.call("demo.echo", 1);
  const body = new Uint8Array(1 << 20).fill(3);
  const sizes = await Promise.all(
    Array.from({ length: 12 }, async () => (await pair.client.call<Uint8Array>("demo.echo", body)).length),
  );
  assertEquals([new Set(sizes), pair.server.connections], [new Set([1 << 20]), 1]);
});

Deno.test("the last replies of a server that drains pass through its stages", async () => {
  const stages = [hmac("0123456789abcdef")];
  await using pair = await startPair({ scheme: "tcp", client: { stages }, server: { stages } });
  const asked = Promise.withResolvers<void>(), answer = Promise.withResolvers<void>();
  pair.server.handle("demo.slow", async () => {
    asked.resolve();
    await answer.promise;
    return new Uint8Array(3 << 20);
  });
  const call = pair.client.call<Uint8Array>("demo.slow");
  await asked.promise;
  const drained = pair.server.drain();
  answer.resolve();
  assertEquals((await call).length, 3 << 20);
  await drained;
});
