/**
 * Frames of every type, spoilt in every way, over real sockets: lengths at their bounds, cuts anywhere, and whole
 * conversations with random faults, on both sides. The others are served meanwhile.
 */
import { assert, assertEquals } from "@std/assert";
import { Client } from "../client/mod.ts";
import { FrameType, RpcError } from "../protocol/mod.ts";
import { bounded, expectAlive, expectOutcome, type Outcome, Rig } from "../server/hostile_rig_test.ts";
import { memoryPair, MemoryTransport, parseAddress } from "../transport/mod.ts";
import { plainHello, rawBytes, rawEntry, rawFrame, rawNames, RawPeer, rawRequest, rawU32 } from "./raw_peer.ts";
import { seeded } from "./seeded.ts";

const TYPE = FrameType, MAX_METADATA = 16 << 10, MAX_BODY = 4 << 20, MUTANTS = 12_000, REPLIES = 2000;
const types = Object.entries(TYPE).filter(([name]) => name !== "hello");

/** What a frame of a type does that has neither metadata nor body. */
const empty: Record<string, Outcome> = {
  request: { answers: 3 },
  response: "nothing",
  item: "nothing",
  end: "nothing",
  cancel: "nothing",
  ping: "nothing",
  pong: "nothing",
  window: { goaway: 3 },
  goaway: { goaway: 3 },
  batch: { goaway: 13 },
};

for (const [name, type] of types) {
  Deno.test(`lengths of a ${name} frame at their bounds`, async () => {
    await using rig = await new Rig().start();
    const send = async (frame: Uint8Array, outcome: Outcome) => {
      using peer = await rig.dial("tcp");
      peer.send(plainHello, frame);
      if (name === "ping" && outcome === "nothing") return await expectAlive(peer); // the pong comes first
      await expectOutcome(peer, outcome);
    };
    await rig.attack(name, async () => {
      await send(rawFrame({ type, id: 1 }), empty[name]!);
      for (const length of [1, 2 ** 31, 2 ** 32 - 1]) {
        const over = { metadataLength: MAX_METADATA + length % 2 ** 31, bodyLength: MAX_BODY + length % 2 ** 31 };
        if (length > 1) over.metadataLength = over.bodyLength = length;
        await send(rawFrame({ type, id: 1, metadataLength: over.metadataLength }), { goaway: 8 });
        await send(rawFrame({ type, id: 1, bodyLength: over.bodyLength }), { goaway: 8 });
      }
      await cut(
        rig,
        rawBytes(plainHello, rawFrame({ type, id: 1, metadataLength: MAX_METADATA, bodyLength: MAX_BODY })),
      );
    });
  });
}

Deno.test("lengths of the first hello at their bounds", async () => {
  await using rig = await new Rig().start();
  const over = [{ metadataLength: MAX_METADATA + 1 }, { bodyLength: MAX_BODY + 1 }, { metadataLength: 2 ** 32 - 1 }];
  await rig.attack("hello", async () => {
    for (const lengths of over) {
      using peer = await rig.dial("tcp");
      peer.send(rawFrame({ type: TYPE.hello, ...lengths }));
      await expectOutcome(peer, { goaway: 8 });
    }
    using peer = await rig.dial("tcp");
    peer.send(rawFrame({ type: TYPE.hello, metadata: rawEntry(99, new Uint8Array(MAX_METADATA - 3)) }));
    await expectAlive(peer);
  });
});

/** Sends bytes, says that no more come, and waits for the server to close; what came back. */
async function cut(rig: Rig, bytes: Uint8Array): Promise<Uint8Array> {
  const { hostname, port } = parseAddress(rig.server.address);
  using conn = await Deno.connect({ hostname, port });
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
  await conn.closeWrite();
  return new Uint8Array(await new Response(conn.readable).arrayBuffer());
}

Deno.test("a frame of any type that is cut anywhere ends its connection, and what was whole before it is answered", async () => {
  await using rig = await new Rig().start();
  const whole = rawRequest(1, "demo.run"), metadata = rawNames("demo.run");
  let runs = 0;
  await rig.attack("cuts", async () => {
    for (const type of Object.values(TYPE)) {
      const frame = rawFrame({ type, id: 3, metadata, body: rawU32(1) }), tries: Promise<Uint8Array>[] = [];
      for (let at = 1; at < frame.length; at++, runs++) {
        tries.push(cut(rig, rawBytes(plainHello, whole, frame.subarray(0, at))));
      }
      for (let at = 1; at < frame.length; at++) tries.push(cut(rig, frame.subarray(0, at)));
      await Promise.all(tries);
    }
  });
  assertEquals(rig.runs, runs);
});

const random = seeded(41), below = (n: number) => Math.floor(random() * n);

/** A conversation that is right: calls of every kind, with everything that goes with them. */
const STREAM = 0x20, JSON_ID = 5, text = new TextEncoder();
const conversation: readonly ((id: number) => Uint8Array<ArrayBuffer>)[] = [
  (id) => rawRequest(id, "demo.echo", { codec: JSON_ID, body: text.encode('{"a":[1,2,{"b":null}]}') }),
  (id) => rawRequest(id, "demo.echo", { codec: 2, body: Uint8Array.of(0x06, 2, 97, 98) }),
  (id) => rawRequest(id, "demo.echo", { metadata: rawBytes(rawNames("demo.echo"), rawEntry(0x20, "\x01av")) }),
  (id) => rawRequest(id, "demo.hang", { metadata: rawBytes(rawNames("demo.hang"), rawEntry(4, 50)) }),
  (id) => rawRequest(id, "demo.count", { flags: STREAM }),
  (id) => rawFrame({ type: TYPE.item, id: id - 2, body: text.encode("an item") }),
  (id) => rawFrame({ type: TYPE.end, id: id - 2 }),
  (id) => rawFrame({ type: TYPE.cancel, id: id - 2, status: 1 }),
  (id) => rawFrame({ type: TYPE.window, id: id - 2, body: rawU32(1000) }),
  () => rawFrame({ type: TYPE.ping, body: rawU32(7) }),
];

/** One to three bits of it wrong, most of them behind the header. */
function spoil(frame: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  for (let n = 1 + below(3); n > 0; n--) {
    const at = below(30) === 0 ? below(20) : below(4) === 0 ? 3 + below(9) : 20 + below(Math.max(1, frame.length - 20));
    if (at < frame.length) frame[at]! ^= 1 << below(8);
  }
  return frame;
}

Deno.test("conversations with random faults leave nothing behind and disturb nobody", async () => {
  await using rig = await new Rig().start();
  rig.server.handle("demo.count", async (items: AsyncIterable<unknown>) => (await Array.fromAsync(items)).length);
  const before = rig.server.connections;
  let sent = 0, refused = 0, connections = 0;
  await rig.attack("faults", async () => {
    while (sent < MUTANTS) {
      const [here, there] = memoryPair(), peer = new RawPeer(here), connection = rig.server.serve(there);
      const rest = peer.rest();
      peer.send(plainHello);
      for (let id = 1; id < 100 && !connection.ended; id += 2, sent++) {
        const frame = conversation[below(conversation.length)]!(id);
        await peer.send(below(4) === 0 ? frame : spoil(frame));
      }
      peer.close();
      if ((await rest).some(({ type }) => type === TYPE.goaway)) refused++;
      await connection.closed;
      await new Promise((resolve) => setTimeout(resolve)); // handlers hear of it
      assertEquals([connection.ended, connection.incoming.size, connection.incomingBytes], [true, 0, 0]);
      connections++;
    }
  });
  assert(refused > connections / 10 && refused < connections, `${refused} of ${connections} were refused`);
  assertEquals(rig.server.connections, before);
});

Deno.test("replies with random faults end their call, with a value or an RpcError", async () => {
  const transport = new MemoryTransport(), listener = transport.bind("evil"), peers: RawPeer[] = [];
  const reply = (id: number) =>
    [
      rawFrame({ type: TYPE.response, id, codec: JSON_ID, body: text.encode('{"a":[1,2,3]}') }),
      rawFrame({ type: TYPE.item, id, codec: JSON_ID, body: text.encode("[7]") }),
      rawFrame({ type: TYPE.response, id, status: 108, metadata: rawEntry(8, "Cannot do this") }),
      rawFrame({ type: TYPE.end, id }),
      rawFrame({ type: TYPE.end, id, status: 5, metadata: rawEntry(9, '{"a":1}') }),
    ][below(5)]!;
  const serve = async (peer: RawPeer) => {
    peer.send(plainHello);
    for (let frame; (frame = await peer.frame()) !== null;) {
      const last = rawFrame({ type: TYPE.response, id: frame.id, status: 10 });
      if (frame.type === TYPE.request) peer.send(spoil(reply(frame.id)), spoil(reply(frame.id)), last);
    }
  };
  const accepted = (async () => {
    const serving: Promise<void>[] = [];
    for await (const wire of listener.connections) {
      peers.push(new RawPeer(wire));
      serving.push(serve(peers.at(-1)!));
    }
    await Promise.all(serving);
  })();
  const client = new Client({
    address: "mem://evil",
    transports: [transport],
    codec: "json",
    retry: "failfast",
    pool: { backoffMs: 1, maxBackoffMs: 2 },
    timing: { helloTimeoutMs: 30, heartbeatIdleMs: 30, heartbeatPatienceMs: 30 }, // for those who announce more than they send
  });
  const ends = { value: 0, error: 0 };
  for (let n = 0; n < REPLIES; n += 10) {
    const calls = Array.from({ length: 10 }, () => client.call("demo.call", 1, { timeout: 20_000 }));
    for (const result of await bounded("replies", Promise.allSettled(calls))) {
      if (result.status === "rejected" && !(result.reason instanceof RpcError)) throw result.reason;
      ends[result.status === "rejected" ? "error" : "value"]++;
    }
  }
  assert(ends.value > REPLIES / 10 && ends.error > REPLIES / 10, JSON.stringify(ends));
  await client.close();
  listener.close();
  for (const peer of peers) peer.close();
  await accepted;
});
