import { assert, assertEquals } from "@std/assert";
import { Flag, FrameType } from "../../protocol/mod.ts";
import { plainHello, rawFrame, rawRequest, seeded } from "../../testing/mod.ts";
import { FrameView } from "../frame_view.ts";
import { type Datagram, Kind, MAX_SLOTS, noSession } from "./datagram.ts";
import { dialRaw, forge, PORT, type RawSession, type Rig, SERVER, startRig } from "./rig_test.ts";

const stranger = { hostname: "127.0.0.1", port: 4444 };

/** A rig whose server counts the runs of demo.run. */
async function counting(options: Parameters<typeof startRig>[0] = {}) {
  const rig = await startRig(options), runs = { count: 0 };
  rig.server.handle("demo.run", () => ++runs.count);
  return { ...rig, runs };
}

async function greeted(rig: Rig, pieces?: number): Promise<RawSession> {
  const raw = await dialRaw(rig, pieces);
  await raw.say(call(0, 1, plainHello));
  assertEquals(replies(raw.heard()).map(({ type }) => type), [FrameType.hello]);
  return raw;
}

const call = (slot: number, number: number, payload: Uint8Array) => ({
  kind: Kind.call,
  slot,
  number,
  pieces: 1,
  payload,
});
const request = rawRequest(1, "demo.run");

/** The frames of whole replies. */
function replies(heard: readonly Datagram[]): FrameView[] {
  return heard.filter(({ kind }) => kind === Kind.reply).map(({ payload }) => new FrameView(payload.slice()));
}

/** Bytes that the server has sent to a port, and has got from it. */
function traffic({ sent }: Rig, port: number): { out: number; in: number } {
  const sum = (of: Rig["sent"]) => of.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return {
    out: sum(sent.filter(({ toPort }) => toPort === port)),
    in: sum(sent.filter(({ fromPort }) => fromPort === port)),
  };
}

Deno.test("junk gets at most one and a half times what it is", async () => {
  await using rig = await counting();
  const random = seeded(11);
  for (let i = 0; i < 3000; i++) {
    const junk = Uint8Array.from({ length: Math.floor(random() * 200) }, () => random() * 256);
    if (i % 3 > 0) junk.set(forge({ kind: Math.floor(random() * 16) }, noSession, i % 3 > 1).subarray(0, junk.length));
    rig.network.send(junk, stranger, SERVER);
  }
  await rig.clock.advance(10_000);
  const { out, in: got } = traffic(rig, stranger.port);
  assert(out > 0 && out <= got * 1.5, `${out} bytes for ${got}`);
  assertEquals([rig.listener.sessions, rig.listener.keptBytes, rig.runs.count], [0, 0, 0]);
});

Deno.test("a request for a session gets no more than it is, and nothing is kept before the token is shown", async () => {
  await using rig = await counting();
  const open = forge({ kind: Kind.open, number: 1200, pieces: 1, payload: new Uint8Array(40).fill(1) }, noSession);
  for (let port = 1; port <= 1000; port++) rig.network.send(open, { hostname: "127.0.0.1", port }, SERVER);
  await rig.clock.advance(100);
  for (let port = 1; port <= 1000; port++) assertEquals(traffic(rig, port).out, open.length);
  assertEquals(rig.listener.sessions, 0);
});

Deno.test("a token is good for its address, its nonce and ten seconds", async () => {
  await using rig = await counting();
  const nonce = new Uint8Array(8).fill(9), from = { hostname: "127.0.0.1", port: 5000 };
  const open = (token: Uint8Array, own = nonce) =>
    forge({ kind: Kind.open, number: 1200, pieces: 1, payload: Uint8Array.of(...own, ...token) }, noSession);
  const ask = async (bytes: Uint8Array, who = from) => {
    rig.sent.length = 0;
    rig.network.send(bytes, who, SERVER);
    await rig.clock.advance(1);
    return rig.sent.at(-1)!;
  };
  const token = (await ask(open(new Uint8Array(32)))).payload.slice(8);
  const wrong: Record<string, () => Promise<Datagram>> = {
    "from another port": () => ask(open(token), { ...from, port: 5001 }),
    "with another nonce": () => ask(open(token, new Uint8Array(8).fill(8))),
    "with a bit turned over": () => ask(open(token.with(20, token[20]! ^ 1))),
    "with another time": () => ask(open(token.with(3, token[3]! + 1))),
  };
  for (const [name, how] of Object.entries(wrong)) {
    assertEquals([name, (await how()).kind, rig.listener.sessions], [name, Kind.token, 0]);
  }
  const first = await ask(open(token)), again = await ask(open(token));
  assertEquals([first.kind, again.kind, rig.listener.sessions], [Kind.accept, Kind.accept, 1]);
  assertEquals(first.session, again.session);
  await rig.clock.advance(11_000); // the session ended as well: it has said no hello
  assertEquals([(await ask(open(token))).kind, rig.listener.sessions], [Kind.token, 0]);
});

Deno.test("a call that comes again runs once, whether it is done, replaced or its session over", async () => {
  await using rig = await counting();
  const raw = await greeted(rig), first = call(3, 1, request);
  for (let i = 0; i < 5; i++) await raw.say(first);
  assertEquals([rig.runs.count, replies(raw.heard()).length], [1, 5]);
  await raw.say(call(3, 2, request));
  raw.heard();
  await raw.say(first);
  assertEquals([rig.runs.count, raw.heard()], [2, []]);
  await raw.say({ kind: Kind.close });
  await raw.say(call(3, 3, request));
  const [reset] = raw.heard();
  assertEquals([rig.runs.count, reset!.kind, rig.listener.sessions, rig.listener.keptBytes], [2, Kind.reset, 0, 0]);
  raw.close();
});

Deno.test("numbers in a slot go around", async () => {
  await using rig = await counting();
  const raw = await greeted(rig);
  for (const number of [0xfffffffe, 0xffffffff, 0, 1]) await raw.say(call(3, number, request));
  await raw.say(call(3, 0xffffffff, request));
  assertEquals(rig.runs.count, 4);
  raw.close();
});

Deno.test("a call that was cancelled before it came does not run", async () => {
  await using rig = await counting();
  const raw = await greeted(rig);
  await raw.say({ kind: Kind.cancel, slot: 3, number: 1, pieces: 1 });
  await raw.say(call(3, 1, request));
  assertEquals([rig.runs.count, replies(raw.heard()).length], [0, 0]);
  raw.close();
});

Deno.test("who knows a session's datagrams but sits elsewhere can't use it", async () => {
  await using rig = await counting();
  const raw = await greeted(rig), stolen = raw.link.make(call(3, 1, request));
  rig.network.send(stolen, stranger, SERVER);
  await rig.clock.advance(20);
  const { out, in: got } = traffic(rig, stranger.port);
  assert(out <= 3 * got);
  assertEquals([rig.runs.count, raw.heard()], [0, []]);
  await raw.say(call(3, 1, request)); // the session is as it was
  assertEquals([rig.runs.count, replies(raw.heard()).length], [1, 1]);
  raw.close();
});

Deno.test("sessions can't be guessed by their halves, and datagrams that are thrown back are ignored", async () => {
  await using rig = await counting();
  const raw = await greeted(rig), { high, low } = raw.link.session;
  for (const session of [{ high, low: low ^ 1 }, { high: high ^ 1, low }]) {
    rig.network.send(forge(call(3, 1, request), session), raw.address, SERVER);
  }
  rig.network.send(forge(call(3, 1, request), { high, low }, true), raw.address, SERVER);
  await rig.clock.advance(20);
  assertEquals([rig.runs.count, raw.heard().map(({ kind }) => kind)], [0, [Kind.reset, Kind.reset]]);
  raw.close();
});

const bad: Record<string, Partial<ReturnType<typeof call>> & { piece?: number }> = {
  "a slot beyond the last": { slot: MAX_SLOTS },
  "no pieces": { pieces: 0 },
  "a piece beyond the last": { piece: 1 },
  "more pieces than are allowed": { pieces: 2 },
  "nothing behind the header": { payload: new Uint8Array() },
  "half a frame": { payload: request.subarray(0, -1) },
  "two frames": { payload: Uint8Array.of(...request, ...request) },
  "a frame and a byte": { payload: Uint8Array.of(...request, 0) },
  "a frame of another version": { payload: rawFrame({ type: FrameType.request, version: 2 }) },
  "a frame that claims 4 GiB": { payload: rawFrame({ type: FrameType.request, bodyLength: 0xffffffff }) },
  "a response": { payload: rawFrame({ type: FrameType.response, id: 1 }) },
  "an item": { payload: rawFrame({ type: FrameType.item, id: 1 }) },
  "a batch": { payload: rawFrame({ type: FrameType.batch, body: request }) },
  "a second hello": { payload: plainHello },
  "more than a datagram": { payload: rawRequest(1, "demo.run", { body: new Uint8Array(1200) }) },
};

for (const [name, parts] of Object.entries(bad)) {
  Deno.test(`a call with ${name} is dropped, and the session goes on`, async () => {
    await using rig = await counting();
    const raw = await greeted(rig);
    await raw.say({ ...call(3, 1, request), ...parts });
    assertEquals([rig.runs.count, raw.heard()], [0, []]);
    await raw.say(call(3, 1, request));
    assertEquals([rig.runs.count, replies(raw.heard()).length], [1, 1]);
    raw.close();
  });
}

Deno.test("a request before the hello is dropped, and taken after it", async () => {
  await using rig = await counting();
  const raw = await dialRaw(rig);
  await raw.say(call(3, 1, request));
  assertEquals([rig.runs.count, raw.heard()], [0, []]);
  await raw.say(call(0, 1, plainHello));
  await raw.say(call(3, 1, request));
  assertEquals(rig.runs.count, 1);
  raw.close();
});

Deno.test("a request that announces a stream is refused", async () => {
  await using rig = await counting();
  const raw = await greeted(rig);
  await raw.say(call(3, 1, rawFrame({ type: FrameType.request, flags: Flag.stream, metadata: request.subarray(20) })));
  assertEquals([rig.runs.count, replies(raw.heard()).map(({ status }) => status)], [0, [312]]);
  raw.close();
});

Deno.test("pieces that never become a frame are bounded, then refused, and thrown away after a while", async () => {
  const maxKeptBytes = 100_000;
  await using rig = await counting({ datagrams: { pieces: 64, maxKeptBytes } });
  const raw = await greeted(rig), payload = new Uint8Array(1000);
  for (let slot = 1; slot < MAX_SLOTS; slot++) raw.link.say({ kind: Kind.call, slot, number: 1, pieces: 64, payload });
  await rig.clock.advance(20);
  assert(rig.listener.keptBytes > maxKeptBytes - 2000 && rig.listener.keptBytes <= maxKeptBytes);
  const statuses = new Set(replies(raw.heard()).map(({ status }) => status));
  assertEquals(statuses, new Set([108]));
  for (let ping = 0; ping < 14; ping++) {
    await raw.say({ kind: Kind.control, payload: rawFrame({ type: FrameType.ping, body: new Uint8Array(4) }) });
    await rig.clock.advance(5000);
  }
  assertEquals([rig.listener.sessions, rig.listener.keptBytes, rig.runs.count], [1, 0, 0]);
  raw.close();
});

Deno.test("replies that are kept are bounded, and a call that is refused for it stays refused", async () => {
  const maxKeptBytes = 50_000;
  await using rig = await counting({ datagrams: { maxKeptBytes } });
  rig.server.handle("demo.big", () => (rig.runs.count++, new Uint8Array(1000)));
  const raw = await greeted(rig), big = rawRequest(1, "demo.big");
  for (let slot = 1; slot <= 200; slot++) await raw.say(call(slot, 1, big));
  assert(rig.listener.keptBytes <= maxKeptBytes + 1200, `${rig.listener.keptBytes} bytes`);
  assertEquals(rig.runs.count < 60, true);
  raw.heard();
  for (let slot = 1; slot <= 60; slot++) await raw.say(call(slot, 2, request)); // gives back what was kept
  const { count } = rig.runs;
  raw.heard();
  await raw.say(call(200, 1, big));
  assertEquals([replies(raw.heard()).map(({ status }) => status), rig.runs.count], [[108], count]);
  raw.close();
});

Deno.test("a session without a hello, and one whose peer is gone, end by themselves", async () => {
  await using rig = await counting();
  const silent = await dialRaw(rig), gone = await greeted(rig);
  assertEquals(rig.listener.sessions, 2);
  silent.close();
  gone.close();
  await rig.clock.advance(10_100);
  assertEquals(rig.listener.sessions, 1);
  await rig.clock.advance(16_000);
  assertEquals(rig.listener.sessions, 0);
});

Deno.test("a client takes nothing from anybody but its server", async () => {
  await using rig = await counting({ faults: { seed: 1, delayMs: [5, 5] } });
  let forged = 0;
  const { onSend } = rig.network;
  rig.network.onSend = (bytes, from, to) => {
    onSend!(bytes, from, to);
    const sent = rig.sent.at(-1)!;
    if (sent.kind !== Kind.call || to.port !== PORT || sent.payload[2] !== request[2]) return;
    const reply = rawFrame({ type: FrameType.response, status: 13 }), { slot, number, session } = sent;
    const parts = { kind: Kind.reply, slot, number, pieces: 1, payload: reply };
    const tries: [Uint8Array, typeof from][] = [
      [forge(parts, session, true), stranger], // from elsewhere
      [forge(parts, session, false), SERVER], // thrown back
      [forge(parts, { ...session, low: session.low ^ 1 }, true), SERVER], // another session
      [forge({ ...parts, number: number + 1 }, session, true), SERVER], // another call
      [forge({ ...parts, slot: slot + 1 }, session, true), SERVER],
      [forge({ kind: Kind.reset, payload: new Uint8Array(8) }, session, true), stranger],
      [forge({ kind: Kind.close }, session, true), stranger],
      [bytes, SERVER],
    ];
    for (const [bytes, who] of tries) {
      forged++;
      onSend!(bytes, who, from);
      rig.network.onSend = null;
      rig.network.send(bytes, who, from);
    }
  };
  assertEquals(await rig.clock.until(rig.client.call("demo.run")), 1);
  assertEquals(forged, 8);
});
