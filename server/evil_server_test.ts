/**
 * A client among servers that lie: each call ends with a typed error or the right value, is not repeated, and the
 * connection goes on where it can.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { encodeHex } from "@std/encoding/hex";
import { type CallOptions, codes, FrameType, MetadataKey, refinements, RpcError } from "../protocol/mod.ts";
import { serverStream, service, t, unary } from "../codec/mod.ts";
import { loadCompressor } from "../codec/compress/mod.ts";
import { Client, type ClientOptions } from "../client/mod.ts";
import { plainHello, rawBytes, rawEntry, type RawFrame, rawFrame, RawPeer, rawU32 } from "../testing/mod.ts";
import { MemoryTransport } from "../transport/mod.ts";
import { bounded } from "./hostile_rig_test.ts";

const TYPE = FrameType, KEY = MetadataKey, JSON_ID = 5;
const Typed = service("typed", { one: unary(t.int32, t.int32), many: serverStream(t.int32, t.int32) });
const zlib = await loadCompressor("zlib");
const json = (value: unknown): Partial<RawFrame> => ({
  codec: JSON_ID,
  body: new TextEncoder().encode(JSON.stringify(value)),
});
const reply = (id: number, frame: Partial<RawFrame> = {}) =>
  rawFrame({ type: TYPE.response, id, ...json(7), ...frame });
const item = (id: number, frame: Partial<RawFrame> = {}) => reply(id, { type: TYPE.item, ...frame });
const end = (id: number, frame: Partial<RawFrame> = {}) => rawFrame({ type: TYPE.end, id, ...frame });
const message = (text: string | Uint8Array) => rawEntry(KEY.message, text);

/** A server that answers request number n with what `answer` gives, and anything else not at all. */
class Evil implements AsyncDisposable {
  readonly client: Client;
  /** Ids of the requests that came, over all connections. */
  readonly ids: number[] = [];
  /** Their metadata. */
  readonly metadata: Uint8Array[] = [];
  /** Frames that came and were no requests. */
  readonly others: Required<RawFrame>[] = [];
  connections = 0;
  #transport = new MemoryTransport();
  #listener = this.#transport.bind("evil");
  #peers: RawPeer[] = [];

  constructor(
    answer: (id: number, peer: RawPeer, n: number) => void,
    options: ClientOptions = {},
    hello: Uint8Array = plainHello,
  ) {
    this.client = new Client({ address: "mem://evil", transports: [this.#transport], codec: "json", ...options });
    this.#accept(answer, hello);
  }

  async #accept(answer: (id: number, peer: RawPeer, n: number) => void, hello: Uint8Array): Promise<void> {
    for await (const wire of this.#listener.connections) {
      const peer = new RawPeer(wire);
      this.#peers.push(peer);
      this.connections++;
      peer.send(hello);
      this.#serve(peer, answer);
    }
  }

  async #serve(peer: RawPeer, answer: (id: number, peer: RawPeer, n: number) => void): Promise<void> {
    for (let frame; (frame = await peer.frame()) !== null;) {
      if (frame.type === TYPE.request) {
        this.ids.push(frame.id);
        this.metadata.push(frame.metadata);
        answer(frame.id, peer, this.ids.length);
      } else if (frame.type !== TYPE.hello) this.others.push(frame);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
    this.#listener.close();
    for (const peer of this.#peers) peer.close();
  }
}

/** How a call ended: its value, or the code and the status of its error. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    return await bounded("the call", call);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return [error.code, error.status];
  }
}

/** Resolves when `holds` does. */
function until(holds: () => boolean): Promise<void> {
  return bounded(
    "the wait",
    (async () => {
      while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
    })(),
  );
}

const internal = ["internal", codes.internal];

/** Answers to a unary call that the contract does not know, and how the call ends. */
const answers: Record<string, [answer: (id: number, peer: RawPeer) => void, outcome: unknown]> = {
  "an honest one": [(id, peer) => peer.send(reply(id)), 7],
  "one for another id before": [(id, peer) => peer.send(reply(id + 2), reply(id + 1), reply(0), reply(id)), 7],
  "one that comes twice": [(id, peer) => peer.send(reply(id), reply(id, json(8))), 7],
  "one with unknown metadata": [(id, peer) => peer.send(reply(id, { metadata: rawEntry(99, "x") })), 7],
  "one in another codec": [(id, peer) => peer.send(reply(id, { codec: 6, body: Uint8Array.of(7) })), internal],
  "one in an unknown codec": [(id, peer) => peer.send(reply(id, { codec: 99 })), internal],
  "one in an unknown compression": [(id, peer) => peer.send(reply(id, { compression: 99 })), internal],
  "one with unknown required flags": [(id, peer) => peer.send(reply(id, { flags: 0x40 })), internal],
  "one of an unknown type that is required": [(id, peer) => peer.send(reply(id, { type: 15, flags: 0x80 })), internal],
  "one of an unknown type, and then a right one": [(id, peer) => peer.send(reply(id, { type: 15 }), reply(id)), 7],
  "garbage": [(id, peer) => peer.send(reply(id, { body: Uint8Array.of(0xff, 0, 1) })), internal],
  "a bomb that says so": [
    (id, peer) => peer.send(reply(id, { compression: 2, body: rawBytes(rawU32(2 ** 31), new Uint8Array(9)) })),
    ["resource_exhausted", codes.resource_exhausted],
  ],
  "a bomb that lies": [
    (id, peer) => {
      const bomb = zlib.compress(new Uint8Array(64 << 20));
      peer.send(reply(id, { compression: 2, body: rawBytes(rawU32(9), bomb) }));
    },
    internal,
  ],
  "arrays 10^6 deep": [(id, peer) => peer.send(reply(id, { body: new Uint8Array(1e6).fill(0x5b) })), internal],
  "an end before anything": [(id, peer) => peer.send(end(id)), undefined],
  "items and then a response": [(id, peer) => peer.send(item(id), reply(id)), 7],
  "metadata with a key twice": [
    (id, peer) => peer.send(reply(id, { metadata: rawBytes(message("a"), message("b")) })),
    internal,
  ],
  "an error whose message is no UTF-8": [
    (id, peer) => peer.send(reply(id, { status: 5, metadata: message(Uint8Array.of(0xff)) })),
    internal,
  ],
  "an error of an unknown status": [(id, peer) => peer.send(reply(id, { status: 99 })), ["unknown", codes.unknown]],
  "an error of an unknown refinement": [
    (id, peer) => peer.send(reply(id, { status: 905 })),
    ["not_found", 905],
  ],
  "an error that only a client can have": [
    (id, peer) => peer.send(reply(id, { status: refinements.not_sent })),
    ["unavailable", codes.unavailable],
  ],
  "an error whose base code is nonsense": [
    (id, peer) => peer.send(reply(id, { status: 4711, metadata: rawEntry(KEY.code, Uint8Array.of(200)) })),
    ["unknown", 4711],
  ],
  "an error with details 10^4 deep": [
    (id, peer) => peer.send(reply(id, { status: 5, metadata: rawEntry(KEY.details, "[".repeat(1e4)) })),
    ["not_found", codes.not_found],
  ],
};

for (const [name, [answer, wanted]] of Object.entries(answers)) {
  Deno.test(`a reply: ${name}`, async () => {
    await using evil = new Evil((id, peer, n) => n === 1 ? answer(id, peer) : peer.send(reply(id, json("well"))));
    assertEquals(await outcome(evil.client.call("demo.call")), wanted);
    assertEquals(evil.ids, [1], "the call was repeated");
    assertEquals([await evil.client.call("demo.call"), evil.connections], ["well", 1]);
  });
}

/** The same where a contract says what the reply is. */
const typed: Record<string, [frames: (id: number) => Uint8Array[], one: unknown, many: unknown]> = {
  "a response": [(id) => [reply(id)], 7, internal],
  "an end": [(id) => [end(id)], internal, []],
  "items and an end": [(id) => [item(id), item(id), end(id)], internal, [7, 7]],
  "items and a response": [(id) => [item(id), reply(id)], internal, internal],
  "a response of another type": [(id) => [reply(id, json("seven"))], internal, internal],
  "an item of another type": [(id) => [item(id, json("seven")), end(id)], internal, internal],
  "an item and an error": [(id) => [item(id), end(id, { status: 15 })], internal, ["data_loss", codes.data_loss]],
};

for (const [name, [frames, one, many]] of Object.entries(typed)) {
  Deno.test(`a reply the contract knows: ${name}`, async () => {
    await using evil = new Evil((id, peer) => peer.send(...frames(id)));
    assertEquals(await outcome(evil.client.of(Typed).one(1)), one);
    assertEquals(await outcome(Array.fromAsync(evil.client.of(Typed).many(1))), many);
    assertEquals([evil.ids, evil.connections], [[1, 3], 1]);
  });
}

Deno.test("a stream beyond its credit fails, and the server is told", async () => {
  const body = new Uint8Array(64 << 10).fill(0x20);
  await using evil = new Evil((id, peer) => {
    for (let n = 0; n < 6; n++) peer.send(item(id, { body: rawBytes(Uint8Array.of(0x37), body) }));
  });
  const call = evil.client.call("demo.stream"), items = call[Symbol.asyncIterator]();
  assertEquals((await bounded("the first item", items.next())).value, 7);
  await until(() => evil.others.some(({ type }) => type === TYPE.cancel));
  const error = await assertRejects(() => bounded("the end", Array.fromAsync({ [Symbol.asyncIterator]: () => items })));
  assertEquals((error as RpcError).code, "resource_exhausted");
});

Deno.test("items that are small on the wire and large in memory wait within bounds", async () => {
  const raw = new Uint8Array(4 << 20).fill(0x20);
  raw[0] = 0x37;
  const body = rawBytes(rawU32(raw.length), zlib.compress(raw));
  await using evil = new Evil((id, peer) => {
    for (let n = 0; n < 20; n++) peer.send(item(id, { compression: 2, body }));
  });
  const call = evil.client.call("demo.stream"), items = call[Symbol.asyncIterator]();
  assertEquals((await bounded("the first item", items.next())).value, 7);
  await until(() => evil.others.some(({ type }) => type === TYPE.cancel));
  const rest: unknown[] = [];
  const error = await assertRejects(async () => {
    for await (const value of { [Symbol.asyncIterator]: () => items }) rest.push(value);
  }, RpcError);
  assertEquals([error.code, rest.length], ["resource_exhausted", 16]);
});

Deno.test("a stream that ends with a response is broken", async () => {
  await using evil = new Evil((id, peer) => peer.send(item(id), reply(id)));
  assertEquals(await outcome(Array.fromAsync(evil.client.call("demo.stream"))), internal);
});

Deno.test("a deadline that is too far away for the wire travels as the farthest", async () => {
  await using evil = new Evil((id, peer) => peer.send(reply(id)));
  await evil.client.call("demo.call", 1, { timeout: 2 ** 32 });
  assertEquals(encodeHex(evil.metadata[0]!).slice(-14), "040004ffffffff");
});

Deno.test("a reply after a cancel is nobody's", async () => {
  const asked = Promise.withResolvers<void>();
  await using evil = new Evil((id, peer, n) =>
    n === 1 ? asked.resolve() : peer.send(reply(1), item(1), end(1), reply(id))
  );
  const call = evil.client.call("demo.call");
  await asked.promise;
  call.cancel();
  assertEquals(await outcome(call), ["canceled", codes.canceled]);
  assertEquals([await evil.client.call("demo.call"), evil.connections], [7, 1]);
});

Deno.test("a server may not call what a client does not handle", async () => {
  const names = rawBytes(rawEntry(KEY.service, "a"), rawEntry(KEY.method, "b"));
  await using evil = new Evil((id, peer) =>
    peer.send(rawFrame({ type: TYPE.request, id: 2, metadata: names }), reply(id))
  );
  assertEquals(await outcome(evil.client.call("demo.call")), 7);
  await until(() => evil.others.length > 0);
  assertEquals(evil.others.map(({ type, status }) => [type, status]), [[TYPE.response, refinements.no_service]]);
});

/** What a server does to a whole connection, and how a call that is not idempotent ends. */
const endings: Record<string, [answer: (id: number, peer: RawPeer) => void, outcome: unknown, requests: number]> = {
  "closes it": [(_, peer) => peer.close(), ["unavailable", codes.unavailable], 1],
  "cuts a reply": [
    async (id, peer) => {
      await peer.send(reply(id).subarray(0, 20));
      peer.close();
    },
    ["unavailable", codes.unavailable],
    1,
  ],
  "sends garbage": [(_, peer) => peer.send(new Uint8Array(40)), ["unavailable", codes.unavailable], 1],
  "announces 4 GiB": [
    (id, peer) => peer.send(reply(id, { bodyLength: 2 ** 32 - 1 })),
    ["unavailable", codes.unavailable],
    1,
  ],
  "says hello again": [(_, peer) => peer.send(plainHello), ["unavailable", codes.unavailable], 1],
  "uses ids of the client": [
    (id, peer) => peer.send(rawFrame({ type: TYPE.request, id })),
    ["unavailable", codes.unavailable],
    1,
  ],
  "goes away in anger": [
    (id, peer) => peer.send(rawFrame({ type: TYPE.goaway, status: 16, body: rawU32(id) })),
    ["unauthenticated", codes.unauthenticated],
    1,
  ],
};

for (const [name, [answer, wanted, requests]] of Object.entries(endings)) {
  Deno.test(`a server that ${name} has its calls fail, and they are not repeated`, async () => {
    await using evil = new Evil((id, peer, n) => n === 1 ? answer(id, peer) : peer.send(reply(id, json("well"))));
    assertEquals(await outcome(evil.client.call("demo.call")), wanted);
    assertEquals(evil.ids.length, requests);
    assertEquals([await evil.client.call("demo.call"), evil.connections], ["well", 2]);
  });
}

Deno.test("a call that a server going away has not run goes to the next connection", async () => {
  await using evil = new Evil((id, peer, n) =>
    peer.send(n === 1 ? rawFrame({ type: TYPE.goaway, body: rawU32(0) }) : reply(id, json("well")))
  );
  assertEquals([await outcome(evil.client.call("demo.call")), evil.ids.length], ["well", 2]);
});

/** Hellos that make no sense; no call may hang for them, not even one without a deadline. */
const hellos: Record<string, [Uint8Array, codes: string[]]> = {
  "no calls at all": [rawFrame({ type: TYPE.hello, metadata: rawEntry(5, 0) }), ["unavailable"]],
  "stages": [
    rawFrame({ type: TYPE.hello, metadata: rawBytes(rawEntry(6, "x"), rawEntry(7, new Uint8Array(16))) }),
    ["failed_precondition", "unavailable"], // the connection, or the wait before the next one
  ],
  "no bodies": [rawFrame({ type: TYPE.hello, metadata: rawEntry(2, 0) }), ["resource_exhausted"]],
  "no metadata": [rawFrame({ type: TYPE.hello, metadata: rawEntry(3, 0) }), ["resource_exhausted"]],
};

for (const [name, [hello, wanted]] of Object.entries(hellos)) {
  Deno.test(`a hello that allows ${name} fails calls`, async () => {
    const options: CallOptions = { timeout: Infinity };
    await using evil = new Evil((id, peer) => peer.send(reply(id)), { retry: "failfast" }, hello);
    await outcome(evil.client.call("demo.first", 1, options)); // may have been on its way before the hello was read
    const second = await outcome(evil.client.call("demo.second", 1, options));
    assert(wanted.includes((second as string[])[0]!), `${second}`);
  });
}
