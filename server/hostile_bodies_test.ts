/**
 * Bodies that are bombs, frames that are cut anywhere, and bytes that mean nothing at all.
 */
import { assert, assertEquals } from "@std/assert";
import { loadCompressor } from "../codec/compress/mod.ts";
import { loadCodec } from "../codec/mod.ts";
import { FrameType, MetadataKey, refinements, systemClock } from "../protocol/mod.ts";
import {
  plainHello,
  rawBytes,
  rawEntry,
  type RawFrame,
  rawFrame,
  rawNames,
  rawRequest,
  rawU32,
  seeded,
} from "../testing/mod.ts";
import { attackWith, expectAlive, expectOutcome, type Outcome, Rig, ways } from "./hostile_rig_test.ts";

const JCE_ANY = 2, JSON_ID = 5, MSGPACK = 6, DEPTH = 1_000_000, MAX_BODY = 4 << 20;
const text = new TextEncoder();
const gzip = await loadCompressor("gzip"),
  zlib = await loadCompressor("zlib"),
  huffman = await loadCompressor("huffman");
await loadCodec("msgpack");

const repeated = (piece: readonly number[], times: number) =>
  Uint8Array.from({ length: piece.length * times }, (_, i) => piece[i % piece.length]!);
/** A compressed body whose first four bytes say `length`. */
const packed = (compressor: typeof gzip, bytes: Uint8Array, length = bytes.length) =>
  rawBytes(rawU32(length), compressor.compress(bytes));
const zeros = new Uint8Array(64 << 20);

const bad: Outcome = { answers: refinements.bad_request_body },
  large: Outcome = { answers: refinements.request_too_large };

const bodies: Record<string, [frame: Partial<RawFrame>, outcome: Outcome]> = {
  "JSON arrays 10^6 deep": [{ codec: JSON_ID, body: text.encode("[".repeat(DEPTH)) }, bad],
  "JSON objects 10^6 deep": [{ codec: JSON_ID, body: text.encode('{"a":'.repeat(DEPTH >> 1)) }, bad],
  "whole JSON 10^6 deep": [{ codec: JSON_ID, body: text.encode("[".repeat(DEPTH) + "]".repeat(DEPTH)) }, bad],
  "JSON that is no UTF-8": [{ codec: JSON_ID, body: Uint8Array.of(0x22, 0xc0, 0xaf, 0x22) }, bad],
  "JSON with more behind it": [{ codec: JSON_ID, body: text.encode("1 2") }, bad],
  "MessagePack arrays 10^6 deep": [{ codec: MSGPACK, body: repeated([0x91], DEPTH) }, bad],
  "MessagePack maps 10^6 deep": [{ codec: MSGPACK, body: repeated([0x81, 0xa0], DEPTH) }, bad],
  "a MessagePack array of 2^32-1": [{ codec: MSGPACK, body: Uint8Array.of(0xdd, 255, 255, 255, 255, 1) }, bad],
  "a MessagePack map of 2^32-1": [{ codec: MSGPACK, body: Uint8Array.of(0xdf, 255, 255, 255, 255, 1) }, bad],
  "a MessagePack text of 2^32-1": [{ codec: MSGPACK, body: Uint8Array.of(0xdb, 255, 255, 255, 255, 97) }, bad],
  "MessagePack bytes of 2^32-1": [{ codec: MSGPACK, body: Uint8Array.of(0xc6, 255, 255, 255, 255, 97) }, bad],
  "a MessagePack key __proto__": [
    { codec: MSGPACK, body: rawBytes(Uint8Array.of(0x81, 0xa9), text.encode("__proto__"), Uint8Array.of(0x80)) },
    bad,
  ],
  // JCE: a head of tag and type, then the value. 9 is a list, 8 a map, 7 a text, 13 bytes; counts are integers themselves.
  "JCE lists 10^6 deep": [{ codec: JCE_ANY, body: repeated([0x09, 0x00, 0x01], DEPTH) }, bad],
  "JCE maps 10^6 deep": [{ codec: JCE_ANY, body: repeated([0x08, 0x00, 0x01, 0x06, 0x00], DEPTH >> 1) }, bad],
  "a JCE list of 2^31-1": [{ codec: JCE_ANY, body: Uint8Array.of(0x09, 0x02, 0x7f, 255, 255, 255, 0x0c) }, bad],
  "a JCE list of -1": [{ codec: JCE_ANY, body: Uint8Array.of(0x09, 0x02, 255, 255, 255, 255, 0x0c) }, bad],
  "a JCE map of 2^31-1": [{ codec: JCE_ANY, body: Uint8Array.of(0x08, 0x02, 0x7f, 255, 255, 255, 0x0c) }, bad],
  "a JCE text of 2^32-1": [{ codec: JCE_ANY, body: Uint8Array.of(0x07, 255, 255, 255, 255, 97) }, bad],
  "JCE bytes of 2^31-1": [{ codec: JCE_ANY, body: Uint8Array.of(0x0d, 0x00, 0x02, 0x7f, 255, 255, 255) }, bad],
  "a gzip bomb that says so": [{ compression: 1, body: packed(gzip, zeros) }, large],
  "a gzip bomb that lies": [{ compression: 1, body: packed(gzip, zeros, 1000) }, bad],
  "a zlib bomb that lies": [{ compression: 2, body: packed(zlib, zeros, MAX_BODY) }, bad],
  "a huffman bomb that lies": [{ compression: 3, body: packed(huffman, zeros.subarray(0, 16 << 20), 1) }, bad],
  "a compressed body that says 2^32-1": [
    { compression: 2, body: packed(zlib, zeros.subarray(0, 9), 2 ** 32 - 1) },
    large,
  ],
  "a compressed body of three bytes": [{ compression: 1, body: Uint8Array.of(0, 0, 0) }, bad],
  "a compressed body that is spoilt": [{ compression: 1, body: packed(zlib, zeros.subarray(0, 9)) }, bad],
  "a compressed body with more behind it": [
    { compression: 2, body: rawBytes(packed(zlib, zeros.subarray(0, 9)), Uint8Array.of(0)) },
    bad,
  ],
};

for (const way of ways) {
  for (const [name, [frame, outcome]] of Object.entries(bodies)) {
    Deno.test(`${way}: ${name}`, async () => {
      await using rig = await new Rig().start();
      const before = systemClock.now();
      await rig.attack(name, () => attackWith(rig, way, [rawRequest(1, "demo.run", frame)], outcome));
      assertEquals(rig.runs, 0);
      assert(systemClock.now() - before < 5000, "it took too long");
    });
  }

  Deno.test(`${way}: a request cut anywhere is not run, and what was whole before it is`, async () => {
    await using rig = await new Rig().start();
    const metadata = rawBytes(rawNames("demo.run"), rawEntry(MetadataKey.timeout, 60_000));
    const cut = rawRequest(3, "demo.run", { metadata, codec: JSON_ID, body: text.encode('{"a":[1,2,3]}') });
    await rig.attack("cut requests", async () => {
      for (let at = 0; at < cut.length; at++) {
        using peer = await rig.dial(way);
        peer.send(plainHello, rawRequest(1, "demo.run", { codec: JSON_ID }), cut.subarray(0, at));
        assertEquals((await peer.reply(1))?.status, 0);
      }
    });
    assertEquals(rig.runs, cut.length);
  });

  Deno.test(`${way}: random bytes end a connection`, async () => {
    await using rig = await new Rig().start();
    const random = seeded(7), end = rawFrame({ type: FrameType.hello, version: 9 });
    await rig.attack("random bytes", async () => {
      for (let n = 0; n < 100; n++) {
        const noise = Uint8Array.from({ length: 1 + Math.floor(random() * 300) }, () => Math.floor(random() * 256));
        if (noise[0] === 0x3b) noise[0]!++;
        using peer = await rig.dial(way);
        peer.send(noise);
        await expectOutcome(peer, "the end");
      }
      for (let n = 0; n < 20; n++) {
        const noise = Uint8Array.from({ length: 20 + Math.floor(random() * 300) }, () => Math.floor(random() * 256));
        using peer = await rig.dial(way);
        peer.send(plainHello, noise, end);
        const [first] = (await peer.rest()).filter(({ type }) => type !== FrameType.hello);
        assertEquals(first?.type, FrameType.goaway);
      }
    });
  });

  Deno.test(`${way}: frames with a random inside do not disturb what comes after them`, async () => {
    await using rig = await new Rig().start();
    const random = seeded(11), byte = () => Math.floor(random() * 256);
    const kinds = [FrameType.request, FrameType.response, FrameType.item, FrameType.end, FrameType.cancel, 11, 12];
    await rig.attack("random insides", async () => {
      using peer = await rig.dial(way);
      peer.send(plainHello);
      for (let id = 1; id < 4000; id += 2) {
        const inside = Uint8Array.from({ length: Math.floor(random() * 60) }, byte),
          at = Math.floor(random() * inside.length);
        const type = kinds[Math.floor(random() * kinds.length)]!,
          metadata = inside.subarray(0, at),
          body = inside.subarray(at);
        peer.send(
          rawFrame({ type, flags: byte(), codec: byte(), compression: byte() & 3, status: byte(), id, metadata, body }),
        );
      }
      await expectAlive(peer);
    });
    assertEquals(rig.runs, 0);
  });
}
