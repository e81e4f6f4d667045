/**
 * Holds the code against the language-neutral vectors of the protocol. They were not made by this code.
 */
import { assertEquals, assertThrows } from "@std/assert";
import { decodeHex, encodeHex } from "@std/encoding/hex";
import { compressBody, compressorOfId, decompressBody, loadCompressor } from "../codec/compress/mod.ts";
import { beginFrame, endFrame, frameSize, HEADER_SIZE, isLater, Reader, RpcError, Writer } from "../protocol/mod.ts";
import vectors from "../protocol/vectors.json" with { type: "json" };
import { readError } from "./error_frame.ts";
import { readHello, writeHello } from "./hello.ts";
import { defaultLimits } from "./limits.ts";
import { RequestReader } from "./request_reader.ts";
import { compress, hmac, type Stage, type StageLink } from "./stage/mod.ts";

interface Outcome {
  name: string;
  hex: string;
  error?: unknown;
}

function size(hex: string, limits = {}): number {
  const { bytes, view, end } = new Reader(decodeHex(hex));
  return frameSize(bytes, view, 0, end, { ...defaultLimits, ...limits });
}

function refuses(code: unknown, run: () => unknown): void {
  assertEquals(assertThrows(run, RpcError).code, code);
}

for (const { name, hex, frame } of vectors.frames) {
  Deno.test(`frame: ${name}`, () => {
    const { view, bytes } = new Reader(decodeHex(hex)), bodyAt = HEADER_SIZE + view.getUint32(12);
    assertEquals(size(hex), bytes.length);
    assertEquals({
      type: bytes[2]! & 15,
      flags: bytes[3],
      codec: bytes[4],
      compression: bytes[5],
      status: view.getUint16(6),
      id: view.getUint32(8),
      metadata: encodeHex(bytes.subarray(HEADER_SIZE, bodyAt)),
      body: encodeHex(bytes.subarray(bodyAt)),
    }, frame);

    const out = new Writer(), at = beginFrame(out, frame.type, frame.flags, frame.codec, frame.status, frame.id);
    out.bytes[at + 5] = frame.compression;
    out.raw(decodeHex(frame.metadata));
    const writtenBodyAt = out.pos;
    out.raw(decodeHex(frame.body));
    endFrame(out, at, writtenBodyAt);
    assertEquals(encodeHex(out.slice()), hex);
  });
}

for (const { name, hex } of vectors.incompleteFrames) {
  Deno.test(`incomplete frame: ${name}`, () => {
    const needed = size(hex);
    assertEquals(needed === 0 || needed > hex.length / 2, true);
  });
}

for (const { name, hex, error, limits } of vectors.badFrames as (Outcome & { limits?: object })[]) {
  Deno.test(`bad frame: ${name}`, () => refuses(error, () => size(hex, limits)));
}

interface RequestVector extends Outcome {
  request?: { service: string; method: string; timeoutMs?: number; attempt?: number; accept?: number; user?: object };
}

for (const { name, hex, error, request } of vectors.requestMetadata as RequestVector[]) {
  Deno.test(`metadata of a request: ${name}`, () => {
    const reader = new RequestReader(), read = () => reader.read(new Reader(decodeHex(hex)), 100);
    if (request === undefined) return refuses(error, read);
    read();
    const { route: { service, method }, timeoutMs, attempt, accept } = reader;
    const user = Object.fromEntries(reader.user ?? []);
    assertEquals(
      { service, method, timeoutMs, attempt, accept, user },
      { timeoutMs: 0, attempt: 1, accept: 0, user: {}, ...request },
    );
  });
}

interface HelloVector extends Outcome {
  hello?: Record<string, unknown>;
}

for (const { name, hex, error, hello } of vectors.helloMetadata as HelloVector[]) {
  Deno.test(`metadata of a hello: ${name}`, () => {
    const read = () => readHello(new Reader(decodeHex(hex)), 100);
    if (hello === undefined) return refuses(error, read);
    const said = read();
    assertEquals({ ...said, nonce: encodeHex(said.nonce) }, hello);

    const out = new Writer();
    writeHello(out, said);
    assertEquals(readHello(new Reader(out.slice(HEADER_SIZE)), 100), said);
  });
}

interface ErrorVector {
  name: string;
  status: number;
  hex: string;
  error: Record<string, unknown>;
}

for (const { name, status, hex, error } of vectors.errors as ErrorVector[]) {
  Deno.test(`error: ${name}`, () => {
    const read = readError(status, new Reader(decodeHex(hex)), 100, new Map());
    const { code, message, details, retryAfterMs } = read;
    assertEquals(
      { code, status: read.status, message, details, retryAfterMs },
      { details: undefined, retryAfterMs: undefined, ...error },
    );
  });
}

for (const { name, a, b, later } of vectors.laterIds) {
  Deno.test(`id: ${name}`, () => assertEquals(isLater(a, b), later));
}

interface BodyVector extends Outcome {
  compression: number;
  raw?: string;
}

for (const { name, compression, hex, raw, error } of vectors.compressedBodies as BodyVector[]) {
  Deno.test(`compressed body: ${name}`, async () => {
    const compressor = (await compressorOfId(compression))!, body = decodeHex(hex);
    const decompress = () => decompressBody(compressor, body, defaultLimits.maxBodyBytes);
    if (raw === undefined) return refuses(error, decompress);
    assertEquals(encodeHex(decompress()), raw);

    const again = compressBody(compressor, new Uint8Array(2000), 0)!;
    assertEquals(decompressBody(compressor, again, 2000), new Uint8Array(2000));
  });
}

/** Both directions of a stage at one end, as plain functions. */
function plain(stage: Stage, link: StageLink): Record<"seal" | "open", (chunk: Uint8Array) => Uint8Array> {
  const { seal, open } = stage.connect(link);
  if (typeof seal !== "function" || typeof open !== "function") throw new TypeError("the stage is no plain function");
  return { seal, open };
}

Deno.test("the hmac stage seals and opens chunks in their order, and nothing else", () => {
  const { secret, dialerNonce, acceptorNonce, dialer, acceptor } = vectors.hmacStage, maxChunkBytes = 1 << 20;
  const [here, there] = [decodeHex(dialerNonce), decodeHex(acceptorNonce)], stage = hmac(decodeHex(secret));
  const makeDialer = () => plain(stage, { role: "dialer", localNonce: here, remoteNonce: there, maxChunkBytes });
  const makeAcceptor = () => plain(stage, { role: "acceptor", localNonce: there, remoteNonce: here, maxChunkBytes });
  const ends = [[dialer, makeDialer, makeAcceptor], [acceptor, makeAcceptor, makeDialer]] as const;
  for (const [chunks, makeSender, makeReceiver] of ends) {
    const sender = makeSender(), receiver = makeReceiver();
    for (const { chunk, sealed } of chunks) {
      assertEquals(encodeHex(sender.seal(decodeHex(chunk))), sealed);
      assertEquals(encodeHex(receiver.open(decodeHex(sealed))), chunk);
    }
    const [first, second] = chunks.map(({ sealed }) => decodeHex(sealed)), spoilt = first!.slice();
    spoilt[40]! ^= 1;
    for (const wrong of [second!, spoilt, first!.subarray(0, 31), new Uint8Array(0)]) {
      refuses("unauthenticated", () => makeReceiver().open(wrong)); // out of order, changed, cut
    }
    refuses("unauthenticated", () => makeSender().open(first!)); // sent back
    refuses("unauthenticated", () => receiver.open(first!)); // sent again
  }
});

const unlinked: StageLink = {
  role: "dialer",
  localNonce: new Uint8Array(16),
  remoteNonce: new Uint8Array(16),
  maxChunkBytes: 4096,
};

for (const { name, chunk, sealed } of vectors.compressStage) {
  Deno.test(`the compress stage: ${name}`, async () => {
    const { seal, open } = plain(compress(await loadCompressor("zlib")), unlinked);
    assertEquals(encodeHex(open(decodeHex(sealed))), chunk);
    assertEquals(encodeHex(open(seal(decodeHex(chunk)))), chunk);
    assertEquals(seal(decodeHex(chunk))[0], Number(sealed.slice(0, 2)));
  });
}

for (const { name, sealed } of vectors.badCompressStage) {
  Deno.test(`the compress stage refuses ${name}`, async () => {
    const { open } = plain(compress(await loadCompressor("zlib")), unlinked);
    refuses("invalid_argument", () => open(decodeHex(sealed)));
  });
}

Deno.test("there are vectors of every kind, at least 60", () => {
  const counts = Object.values(vectors).filter(Array.isArray).map(({ length }) => length);
  assertEquals(counts.every((count) => count > 0), true);
  assertEquals(counts.reduce((sum, count) => sum + count) >= 60, true);
});
