/**
 * Peers that send without end, read nothing, or open and cancel by the thousand: what waits for them stays within bounds.
 */
import { assert, assertEquals } from "@std/assert";
import { loadCompressor } from "../codec/compress/mod.ts";
import { FrameType, HEADER_SIZE, refinements } from "../protocol/mod.ts";
import { plainHello, rawBytes, type RawFrame, rawFrame, type RawPeer, rawRequest, rawU32 } from "../testing/mod.ts";
import { withLimits } from "../transport/mod.ts";
import { expectAlive, Rig, type Way, ways } from "./hostile_rig_test.ts";

const gzip = await loadCompressor("gzip");
const WINDOW = 64 << 10, STREAM = 0x20, JSON_ID = 5, TYPE = FrameType;
const item = (id: number, bytes: number, frame: Partial<RawFrame> = {}) =>
  rawFrame({ type: TYPE.item, id, body: new Uint8Array(bytes), ...frame });
const cost = ({ metadata, body }: Required<RawFrame>) => HEADER_SIZE + metadata.length + body.length;

/** Frames that have come when the answer to a ping is there. */
async function framesUntilPong(peer: RawPeer): Promise<Required<RawFrame>[]> {
  const frames: Required<RawFrame>[] = [];
  peer.send(rawFrame({ type: TYPE.ping, body: rawU32(1) }));
  for (let frame; (frame = await peer.frame()) !== null && frame.type !== TYPE.pong;) frames.push(frame);
  return frames;
}

const cases: Record<string, (rig: Rig, way: Way) => Promise<void>> = {
  "an endless stream goes as far as its credit": async (rig, way) => {
    let made = 0;
    rig.server.handle("demo.forever", function* () {
      for (;;) yield new Uint8Array(++made && 1000);
    });
    using peer = await rig.dial(way);
    peer.send(plainHello, rawRequest(1, "demo.forever"));
    const received = async () => (await framesUntilPong(peer)).filter(({ type }) => type === TYPE.item);
    const first = [...await received(), ...await received()],
      bytes = first.reduce((sum, frame) => sum + cost(frame), 0);
    assert(bytes >= WINDOW && bytes < WINDOW + 1020, `${bytes} bytes came`);
    assert(made <= first.length + 1, `${made} items were made`);
    peer.send(rawFrame({ type: TYPE.window, id: 1, body: rawU32(2040) }));
    assertEquals((await received()).length + (await received()).length, 2);
    peer.send(rawFrame({ type: TYPE.cancel, id: 1 }));
    await expectAlive(peer);
  },

  "credit beyond all measure is no credit for ever": async (rig, way) => {
    rig.server.handle("demo.thousand", function* () {
      for (let n = 0; n < 1000; n++) yield new Uint8Array(1000);
    });
    using peer = await rig.dial(way);
    peer.send(plainHello, rawRequest(1, "demo.thousand"));
    for (let n = 0; n < 100; n++) peer.send(rawFrame({ type: TYPE.window, id: 1, body: rawU32(2 ** 32 - 1) }));
    const end = await peer.find(({ type }) => type === TYPE.end);
    assertEquals(end?.status, 0);
  },

  "items beyond the credit end their call": async (rig, way) => {
    rig.server.handle(
      "demo.ignore",
      (_: unknown, { signal }) => new Promise((resolve) => signal.addEventListener("abort", resolve)),
    );
    using peer = await rig.dial(way);
    peer.send(plainHello, rawRequest(1, "demo.ignore", { flags: STREAM }));
    for (let n = 0; n < 6; n++) peer.send(item(1, 64 << 10));
    assertEquals((await peer.reply(1))?.status, 8);
    await expectAlive(peer);
  },

  "an item may be larger than what is left of the credit, but not all of them": async (rig, way) => {
    rig.server.handle(
      "demo.ignore",
      (_: unknown, { signal }) => new Promise((resolve) => signal.addEventListener("abort", resolve)),
    );
    using peer = await rig.dial(way);
    peer.send(plainHello);
    for (let id = 1; id < 61; id += 2) {
      peer.send(rawRequest(id, "demo.ignore", { flags: STREAM }), item(id, 4 << 20));
    }
    const refused = await peer.find(({ type }) => type === TYPE.response);
    assertEquals(refused?.status, 8);
    await expectAlive(peer);
    for (let id = 1; id < 61; id += 2) peer.send(rawFrame({ type: TYPE.cancel, id }));
    const id = 0x7fff_ff01;
    peer.send(rawRequest(id, "demo.ignore", { flags: STREAM }), item(id, 4 << 20));
    const after = (await framesUntilPong(peer)).filter(({ type }) => type === TYPE.response);
    assertEquals(after, []); // the room is there again
  },

  "items that are small on the wire count as large as they are": async (rig, way) => {
    rig.server.handle(
      "demo.ignore",
      (_: unknown, { signal }) => new Promise((resolve) => signal.addEventListener("abort", resolve)),
    );
    using peer = await rig.dial(way);
    const raw = new Uint8Array(4 << 20), body = rawBytes(rawU32(raw.length), gzip.compress(raw));
    const small = (id: number) => item(id, 0, { compression: 1, body });
    peer.send(
      plainHello,
      rawRequest(1, "demo.ignore", { flags: STREAM }),
      rawRequest(3, "demo.ignore", { flags: STREAM }),
    );
    for (let n = 0; n < 10; n++) peer.send(small(1), small(3));
    const refused = await peer.find(({ type }) => type === TYPE.response);
    assertEquals(refused?.status, 8);
    await expectAlive(peer);
    for (const id of [1, 3]) peer.send(rawFrame({ type: TYPE.cancel, id }));
    const id = 0x7fff_ff01;
    peer.send(rawRequest(id, "demo.ignore", { flags: STREAM }), small(id));
    assertEquals((await framesUntilPong(peer)).filter(({ type }) => type === TYPE.response), []);
    if (way === "mem") assertEquals(rig.attacked!.incomingBytes, raw.length - (256 << 10));
  },

  "items that can't be read end their call": async (rig, way) => {
    rig.server.handle("demo.count", async (items: AsyncIterable<unknown>) => (await Array.fromAsync(items)).length);
    using peer = await rig.dial(way);
    const bad: Partial<RawFrame>[] = [{ codec: JSON_ID }, { codec: 6 }, { compression: 1 }, { flags: 0x40 }];
    const statuses: (number | undefined)[] = [];
    peer.send(plainHello);
    for (const [n, frame] of bad.entries()) {
      const id = 2 * n + 1, codec = n === 0 ? JSON_ID : 0;
      peer.send(rawRequest(id, "demo.count", { flags: STREAM, codec }), item(id, 2, frame));
      statuses.push((await peer.reply(id))?.status);
    }
    assertEquals(statuses, [3, 3, 3, refinements.unsupported]);
    await expectAlive(peer);
  },

  "an endless request stream waits for its reader": async (rig, way) => {
    const read = Promise.withResolvers<void>();
    rig.server.handle("demo.slow", async (items: AsyncIterable<Uint8Array>) => {
      let n = 0;
      for await (const _ of items) if (++n === 2) read.resolve(), await read.promise;
      return Uint8Array.of(n);
    });
    using peer = await rig.dial(way);
    peer.send(plainHello, rawRequest(1, "demo.slow", { flags: STREAM }));
    let credit = 256 << 10, sent = 0;
    for (; sent < 2000; sent++) {
      while (credit <= 0) {
        const grant = (await peer.find(({ type }) => type === TYPE.window))!;
        credit += new DataView(grant.body.buffer).getUint32(0);
      }
      credit -= 1020;
      peer.send(item(1, 1000));
    }
    peer.send(rawFrame({ type: TYPE.end, id: 1 }));
    const reply = await peer.find(({ type }) => type === TYPE.response);
    assertEquals([reply?.status, reply?.body], [0, Uint8Array.of(2000 & 255)]);
  },

  "10,000 calls that are opened and cancelled leave nothing": async (rig, way) => {
    let started = 0, aborted = 0;
    rig.server.handle("demo.wait", (_: unknown, { signal }) => {
      started++;
      return new Promise((_, reject) =>
        signal.addEventListener("abort", () => {
          aborted++;
          reject(signal.reason);
        })
      );
    });
    using peer = await rig.dial(way);
    peer.send(plainHello);
    for (let id = 1; id < 20_000; id += 2) {
      peer.send(rawRequest(id, "demo.wait"), rawFrame({ type: TYPE.cancel, id, status: 1 }));
    }
    await framesUntilPong(peer);
    assert(started >= 1000, `${started} calls were started`); // those of one read may be too many at once
    assertEquals(aborted, started);
    await expectAlive(peer);
    if (way === "mem") assertEquals([rig.attacked!.incoming.size, rig.attacked!.incomingBytes], [0, 0]);
  },

  "an id that has come round is refused while its call runs": async (rig, way) => {
    using peer = await rig.dial(way), other = await rig.dial(way);
    const round = [0x7fff_ffff, 0xffff_fffd, 1].map((id) => rawRequest(id, "demo.echo"));
    peer.send(plainHello, rawRequest(1, "demo.hang"), ...round);
    assertEquals((await peer.find(({ type }) => type === TYPE.goaway))?.status, 13);
    other.send(plainHello, rawRequest(1, "demo.echo"), ...round);
    for (const id of [1, 0x7fff_ffff, 0xffff_fffd, 1]) assertEquals((await other.reply(id))?.status, 0);
  },

  "handlers that ignore cancelling keep their places": async (rig, way) => {
    const over = Promise.withResolvers<void>();
    let running = 0;
    rig.server.handle("demo.stubborn", async () => {
      running++;
      await over.promise;
      running--;
    });
    using peer = await rig.dial(way);
    peer.send(plainHello);
    for (let id = 1; id <= 2401; id += 2) {
      peer.send(rawRequest(id, "demo.stubborn"), rawFrame({ type: TYPE.cancel, id, status: 1 }));
    }
    assertEquals((await peer.reply(2001))?.status, refinements.overloaded);
    assertEquals((await peer.reply(2401))?.status, refinements.overloaded);
    assertEquals(running, 1000);
    over.resolve();
    await framesUntilPong(peer);
    assertEquals(running, 0);
    await expectAlive(peer);
  },
};

for (const way of ways) {
  for (const [name, run] of Object.entries(cases)) {
    Deno.test(`${way}: ${name}`, async () => {
      await using rig = await new Rig().start();
      await rig.attack(name, () => run(rig, way));
    });
  }
}

const limits = { maxPendingBytes: 256 << 10 };

Deno.test("replies that nobody reads wait unencoded, and all come in the end", async () => {
  await using rig = await new Rig({ limits }).start();
  rig.server.handle("demo.large", () => new Uint8Array(100_000));
  await rig.attack("a peer that does not read", async () => {
    using peer = await rig.dial("mem");
    peer.send(plainHello);
    for (let id = 1; id < 1600; id += 2) await peer.send(rawRequest(id, "demo.large"));
    const { outbox: { sink }, incoming } = rig.attacked!;
    assert(sink.pending <= limits.maxPendingBytes + 100_020, `${sink.pending} bytes wait`);
    assert(incoming.size > 700, "too few wait unencoded");
    const ids = new Set<number>();
    while (ids.size < 800) ids.add((await peer.find(({ type }) => type === TYPE.response))!.id);
    await expectAlive(peer);
  });
});

const endless: Record<string, () => AsyncIterable<unknown> | Iterable<unknown>> = {
  async *"asynchronous streams"() {
    for (;;) yield await Promise.resolve(new Uint8Array(60_000));
  },
  *"synchronous streams"() {
    for (;;) yield new Uint8Array(60_000);
  },
};

for (const [name, stream] of Object.entries(endless)) {
  Deno.test(`${name} that nobody reads wait unencoded`, async () => {
    await using rig = await new Rig({ limits }).start();
    rig.server.handle("demo.large", stream);
    await rig.attack("a peer that does not read", async () => {
      using peer = await rig.dial("mem");
      peer.send(plainHello);
      for (let id = 1; id < 1600; id += 2) await peer.send(rawRequest(id, "demo.large"));
      const { outbox: { sink } } = rig.attacked!;
      assert(sink.pending <= limits.maxPendingBytes + 60_020, `${sink.pending} bytes wait`);
      for (let id = 1; id < 1600; id += 2) await peer.send(rawFrame({ type: TYPE.cancel, id }));
      assert(sink.pending <= limits.maxPendingBytes + 60_020, `${sink.pending} bytes wait`);
    });
  });
}

const owed: Record<string, (n: number) => Uint8Array> = {
  "pings": () => rawFrame({ type: TYPE.ping, body: new Uint8Array(64) }),
  "requests that are refused": (n) => rawRequest(2 * n + 1, "nobody.nothing"),
  "streams that are empty": (n) => rawRequest(2 * n + 1, "demo.empty"),
  "unknown frames that are required": (n) => rawFrame({ type: 15, flags: 0x80, id: 2 * n + 1 }),
};

for (const [name, frame] of Object.entries(owed)) {
  Deno.test(`a peer that sends ${name} and reads no answer is cut off`, async () => {
    await using rig = await new Rig({ limits }).start();
    rig.server.handle("demo.empty", function* () {});
    await rig.attack(name, async () => {
      using peer = await rig.dial("mem");
      const { closed, outbox: { sink } } = (peer.send(plainHello), rig.attacked!);
      let most = 0, over = false;
      closed.then(() => over = true);
      for (let n = 0; !over; n++) {
        await peer.send(frame(n));
        most = Math.max(most, sink.pending);
      }
      assert(most < 3 * limits.maxPendingBytes, `${most} bytes waited`);
      assertEquals(((await closed) as { code?: string }).code, "resource_exhausted");
    });
  });
}

Deno.test("limits that could not work are refused", () => {
  for (const bad of [{ maxCalls: 0 }, { maxBodyBytes: 1.5 }, { streamWindowBytes: 1000 }, { maxDepth: 2 ** 31 }]) {
    let refused = false;
    try {
      withLimits(bad);
    } catch (error) {
      refused = error instanceof RangeError;
    }
    assert(refused, JSON.stringify(bad));
  }
});
