/**
 * What a peer may not do, and what comes of it when it does: each time a typed error for the call or the end of its own
 * connection, while the others are answered as ever.
 */
import { FrameType, MetadataKey, refinements } from "../protocol/mod.ts";
import {
  plainHello,
  rawBytes,
  rawEntry,
  type RawFrame,
  rawFrame,
  rawNames,
  rawRequest,
  rawU32,
} from "../testing/mod.ts";
import { attackWith, expectOutcome, type Outcome, Rig, ways } from "./hostile_rig_test.ts";

const text = new TextEncoder(), KEY = MetadataKey, TYPE = FrameType;
const MAX_METADATA = 16 << 10, MAX_BODY = 4 << 20;

/** A request for `demo.echo` as call 1. */
const request = (frame: Partial<RawFrame> = {}) => rawRequest(1, "demo.echo", frame);
/** The same with more metadata. */
const withMetadata = (...entries: Uint8Array[]) => request({ metadata: rawBytes(rawNames("demo.echo"), ...entries) });
const user = (key: string, value: string) =>
  rawEntry(KEY.text, rawBytes(Uint8Array.of(key.length), text.encode(key + value)));
const bare = (type: number, frame: Partial<RawFrame> = {}) => rawFrame({ type, ...frame });
const hello = (...entries: Uint8Array[]) => bare(TYPE.hello, { metadata: rawBytes(...entries) });
const filler = (bytes: number) => rawEntry(200, new Uint8Array(bytes - 3));

type Attacks = Record<string, [bytes: Uint8Array | Uint8Array[], outcome: Outcome]>;

const refusal = (status: keyof typeof refinements): Outcome => ({ answers: refinements[status] });
const invalid: Outcome = { answers: 3 }, disorder: Outcome = { goaway: 13 };

/** What is sent instead of a hello. */
const greetings: Attacks = {
  "HTTP/1.1": [text.encode("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"), "HTTP 400"],
  "HTTP/2": [text.encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "HTTP 400"],
  "an HTTP proxy's request": [text.encode("CONNECT example.org:443 HTTP/1.1\r\n\r\n"), "HTTP 400"],
  "a TLS ClientHello": [Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3), "the end"],
  "SSH": [text.encode("SSH-2.0-OpenSSH_9.2\r\n"), "the end"],
  "Redis": [text.encode("*1\r\n$4\r\nPING\r\n"), "the end"],
  "SMTP": [text.encode("EHLO localhost\r\n"), "the end"],
  "gzip": [Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0), "the end"],
  "half of the magic": [Uint8Array.of(0x3b, 0x3b), "the end"],
  "another version": [bare(TYPE.hello, { version: 2 }), { goaway: 12 }],
  "version 0": [bare(TYPE.hello, { version: 0 }), { goaway: 12 }],
  "a request without a hello": [request(), disorder],
  "a ping without a hello": [bare(TYPE.ping), disorder],
  "a batch without a hello": [bare(TYPE.batch), disorder],
  "a goaway without a hello": [bare(TYPE.goaway, { body: rawU32(0) }), "the end"],
  "two hellos": [[plainHello, plainHello], disorder],
  "a hello whose window is too small": [hello(rawEntry(4, (64 << 10) - 1)), { goaway: 3 }],
  "a hello without a single call": [hello(rawEntry(5, 0)), { goaway: 3 }],
  "a hello with half a number": [hello(rawEntry(2, Uint8Array.of(0, 64))), { goaway: 3 }],
  "a hello with a key twice": [hello(rawEntry(2, 1 << 20), rawEntry(2, 1 << 20)), { goaway: 3 }],
  "a hello with 101 entries": [hello(...Array.from({ length: 101 }, () => rawEntry(99, ""))), { goaway: 3 }],
  "a hello that is no UTF-8": [hello(rawEntry(1, Uint8Array.of(0xff))), { goaway: 3 }],
  "a hello with stages": [hello(rawEntry(6, "hmac"), rawEntry(7, new Uint8Array(16))), { goaway: 9 }],
  "a hello with stages and half a nonce": [hello(rawEntry(6, "hmac"), rawEntry(7, new Uint8Array(8))), { goaway: 3 }],
  "a hello with unknown required flags": [bare(TYPE.hello, { flags: 0x40 }), { goaway: 312 }],
  "a hello with unknown keys, flags that may be ignored and a body": [
    bare(TYPE.hello, { flags: 0x0f, metadata: rawEntry(77, "later"), body: text.encode("later") }),
    "nothing",
  ],
};

/** Requests, behind a hello. */
const requests: Attacks = {
  "wrong magic behind a hello": [request({ magic: 0x1603 }), { goaway: 3 }],
  "another version behind a hello": [request({ version: 3 }), { goaway: 12 }],
  "metadata of 0 bytes": [request({ metadata: new Uint8Array(0) }), invalid],
  "metadata of one byte too many": [request({ metadata: new Uint8Array(MAX_METADATA + 1) }), { goaway: 8 }],
  "metadata of 2^31 bytes": [request({ metadataLength: 2 ** 31 }), { goaway: 8 }],
  "metadata of 2^32-1 bytes": [request({ metadataLength: 2 ** 32 - 1 }), { goaway: 8 }],
  "a body of one byte too many": [request({ bodyLength: MAX_BODY + 1 }), { goaway: 8 }],
  "a body of 2^31 bytes": [request({ bodyLength: 2 ** 31 }), { goaway: 8 }],
  "a body of 2^32-1 bytes": [request({ bodyLength: 2 ** 32 - 1 }), { goaway: 8 }],
  "an unknown flag": [request({ flags: 0x40 }), refusal("unsupported")],
  "an unknown codec": [request({ codec: 77 }), refusal("unsupported")],
  "an unknown compression": [request({ compression: 77, body: rawU32(0) }), refusal("unsupported")],
  "a codec that needs a schema": [request({ codec: 1 }), refusal("unsupported")],
  "an unknown service": [rawRequest(1, "nobody.echo"), refusal("no_service")],
  "an unknown method": [rawRequest(1, "demo.nothing"), refusal("no_method")],
  "a method from Object.prototype": [rawRequest(1, "demo.constructor"), refusal("no_method")],
  "a service from Object.prototype": [rawRequest(1, "__proto__.toString"), refusal("no_service")],
  "a deadline that has passed": [withMetadata(rawEntry(KEY.timeout, 0)), refusal("queue_timeout")],
  "a user key __proto__": [withMetadata(user("__proto__", "x")), invalid],
  "a user key in capitals": [withMetadata(user("Key", "x")), invalid],
  "a user key with a line break": [withMetadata(user("a\r\nb", "x")), invalid],
  "an empty user key": [withMetadata(user("", "x")), invalid],
  "a user key of erpc's own": [withMetadata(user("erpc-x", "x")), invalid],
  "a user key twice": [withMetadata(user("a", "x"), user("a", "y")), invalid],
  "a user key longer than its entry": [withMetadata(rawEntry(KEY.text, Uint8Array.of(9, 97))), invalid],
  "a user text that is no UTF-8": [withMetadata(rawEntry(KEY.text, Uint8Array.of(1, 97, 0xc0, 0x80))), invalid],
  "a well-known key twice": [withMetadata(rawEntry(KEY.service, "demo")), invalid],
  "a number cut short": [withMetadata(rawEntry(KEY.timeout, Uint8Array.of(1, 2))), invalid],
  "an entry cut short": [withMetadata(Uint8Array.of(KEY.text, 0, 9, 1)), invalid],
  "101 entries": [withMetadata(...Array.from({ length: 99 }, (_, i) => user(`k${i}`, ""))), invalid],
  "no method": [request({ metadata: rawEntry(KEY.service, "demo") }), invalid],
  "an empty method": [
    request({ metadata: rawBytes(rawEntry(KEY.service, "demo"), rawEntry(KEY.method, "")) }),
    invalid,
  ],
  "a name of 256 bytes": [rawRequest(1, `${"a".repeat(256)}.b`), invalid],
  "a name that is no UTF-8": [
    request({ metadata: rawBytes(rawEntry(KEY.service, Uint8Array.of(0xed, 0xa0, 0x80)), rawEntry(KEY.method, "m")) }),
    invalid,
  ],
  "a route nobody has defined": [request({ metadata: rawEntry(KEY.route, Uint8Array.of(0, 5)) }), invalid],
  "a route beyond the table": [withMetadata(rawEntry(KEY.route, Uint8Array.of(0x10, 0))), invalid],
  "an id twice": [[request(), request()], disorder],
  "an id that falls": [[rawRequest(5, "demo.echo"), rawRequest(3, "demo.echo")], disorder],
  "an even id": [rawRequest(2, "demo.echo"), disorder],
  "id 0": [rawRequest(0, "demo.echo"), disorder],
};

/** Frames that are not requests, behind a hello. */
const others: Attacks = {
  "unknown types": [[11, 12, 13, 14, 15].map((type) => bare(type, { id: 1, body: text.encode("later") })), "nothing"],
  "an unknown type that is required": [bare(13, { id: 1, flags: 0x80 }), refusal("unsupported")],
  "a reply with an unknown flag": [bare(TYPE.response, { id: 1, flags: 0x20 }), refusal("unsupported")],
  "frames of calls that do not exist": [
    [TYPE.response, TYPE.item, TYPE.end, TYPE.cancel].flatMap((type) => [1, 2, 3].map((id) => bare(type, { id }))),
    "nothing",
  ],
  "credit for calls that do not exist": [
    [1, 2].map((id) => bare(TYPE.window, { id, body: rawU32(2 ** 32 - 1) })),
    "nothing",
  ],
  "credit cut short": [bare(TYPE.window, { id: 1, body: Uint8Array.of(1) }), { goaway: 3 }],
  "a goaway cut short": [bare(TYPE.goaway), { goaway: 3 }],
  "a pong nobody asked for": [bare(TYPE.pong, { body: rawU32(7) }), "nothing"],
  "a batch where no stages run": [bare(TYPE.batch, { body: request() }), disorder],
  "the same end twice and items behind it": [
    [
      rawRequest(1, "demo.hang", { flags: 0x20 }),
      ...[TYPE.end, TYPE.end, TYPE.item, TYPE.item].map((type) => bare(type, { id: 1 })),
      bare(TYPE.cancel, { id: 1 }),
    ],
    "nothing",
  ],
};

/** What is no attack, though it is near one. */
const harmless: Record<string, Uint8Array[]> = {
  "metadata of as many bytes as there may be": [
    withMetadata(filler(MAX_METADATA - rawNames("demo.echo").length)),
  ],
  "a body of as many bytes as there may be": [request({ body: new Uint8Array(MAX_BODY) })],
  "100 entries": [withMetadata(...Array.from({ length: 98 }, (_, i) => user(`k${i}`, "")))],
  "a user key constructor": [withMetadata(user("constructor", "x"))],
  "flags that may be ignored": [request({ flags: 0x0e })],
  "a status on a request": [request({ status: 77 })],
  "an empty body": [request()],
  "unknown keys": [withMetadata(rawEntry(31, "x"), rawEntry(0, "x"), rawEntry(0x22, "x"), rawEntry(255, "x"))],
  "numbers with more to come": [withMetadata(rawEntry(KEY.timeout, Uint8Array.of(0, 0, 0x7f, 0, 1, 2)))],
};

for (const way of ways) {
  for (const [name, [bytes, outcome]] of Object.entries({ ...requests, ...others })) {
    Deno.test(`${way}: ${name}`, async () => {
      await using rig = await new Rig().start();
      await rig.attack(name, () => attackWith(rig, way, [bytes].flat(), outcome));
    });
  }
  for (const [name, [bytes, outcome]] of Object.entries(greetings)) {
    Deno.test(`${way}: ${name}`, async () => {
      await using rig = await new Rig().start();
      await rig.attack(name, async () => {
        using peer = await rig.dial(way);
        peer.send(...[bytes].flat());
        await expectOutcome(peer, outcome);
      });
    });
  }
  for (const [name, bytes] of Object.entries(harmless)) {
    Deno.test(`${way}: ${name} is no attack`, async () => {
      await using rig = await new Rig().start();
      await rig.attack(name, () => attackWith(rig, way, bytes, { answers: 0 }));
    });
  }
}
