/**
 * Two million frames with something wrong in them, in reads of any size: what comes out is what a reader of the specification
 * finds in the same bytes, nothing but RpcErrors is thrown, and memory grows with what has come.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { FrameError, type FrameLimits, frameSize, FrameType, RpcError } from "../protocol/mod.ts";
import { plainHello, rawBytes, rawEntry, rawFrame, rawNames, rawRequest, rawU32, seeded } from "../testing/mod.ts";
import { FrameSource } from "./frame_source.ts";

const FRAMES = 2_000_000, STREAMS_OF = 12, HEADER = 20;
const limits: FrameLimits = { maxMetadataBytes: 300, maxBodyBytes: 5000 };
const generous: FrameLimits = { maxMetadataBytes: 16 << 10, maxBodyBytes: 4 << 20 };

const random = seeded(20260), below = (n: number) => Math.floor(random() * n);
const body = (bytes: number) => Uint8Array.from({ length: bytes }, (_, i) => i * 7);

/** A valid frame of every type, and a few of odd sizes. */
const corpus: readonly Uint8Array<ArrayBuffer>[] = [
  plainHello,
  rawFrame({ type: FrameType.hello, metadata: rawBytes(rawEntry(1, "fuzz"), rawEntry(4, 1 << 18)) }),
  rawRequest(1, "demo.hello", { codec: 2, body: body(9) }),
  rawRequest(0xffffffff, "demo.hello", { flags: 0x21, compression: 1, body: rawBytes(rawU32(40), body(30)) }),
  rawFrame({ type: FrameType.request, id: 3, metadata: rawBytes(rawNames("a.b"), rawEntry(0x20, "\x01av")) }),
  ...Object.values(FrameType).slice(2).map((type) => rawFrame({ type, id: 2 * type, body: body(type) })),
  rawFrame({ type: FrameType.response, id: 7, status: 108, metadata: rawEntry(8, "Cannot") }),
  rawFrame({ type: FrameType.item, id: 9, metadata: body(limits.maxMetadataBytes) }),
  rawFrame({ type: FrameType.item, id: 9, body: body(limits.maxBodyBytes) }),
];

/** Lengths that are apt to be taken wrongly. */
const lengths = [
  ...[0, 1, HEADER, limits.maxMetadataBytes, limits.maxMetadataBytes + 1, limits.maxBodyBytes, limits.maxBodyBytes + 1],
  ...[generous.maxBodyBytes, generous.maxBodyBytes + 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1],
];

/** One frame of the corpus; the large ones come seldom. */
function pick(): Uint8Array<ArrayBuffer> {
  return corpus[below(below(30) === 0 ? corpus.length : corpus.length - 2)]!.slice();
}

/** Ways to spoil a frame; the first four leave what follows readable. */
const mutations: readonly ((frame: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>)[] = [
  (frame) => flip(frame, 3 + below(9)), // flags, codec, compression, status, id
  (frame) => flip(frame, frame.length > HEADER ? HEADER + below(frame.length - HEADER) : 11),
  (frame) => { // another type
    frame[2] = 0x10 | below(16);
    return frame;
  },
  (frame) => { // metadata become body, or the other way round
    const view = new DataView(frame.buffer), all = view.getUint32(12) + view.getUint32(16), metadata = below(all + 1);
    view.setUint32(12, metadata);
    view.setUint32(16, all - metadata);
    return frame;
  },
  (frame) => flip(frame, below(frame.length)),
  (frame) => flip(flip(frame, below(HEADER)), below(HEADER)),
  (frame) => {
    new DataView(frame.buffer).setUint32(12 + 4 * below(2), lengths[below(lengths.length)]!);
    return frame;
  },
  (frame) => { // a little more or less
    const at = 15 + 4 * below(2);
    frame[at] = frame[at]! + below(7) - 3;
    return frame;
  },
  (frame) => frame.slice(0, below(frame.length)),
  (frame) => frame.slice(1 + below(HEADER)),
  (frame) => rawBytes(frame, frame.subarray(0, below(frame.length))),
  (frame) => { // the beginning of one, the end of another
    const other = pick();
    return rawBytes(frame.subarray(0, below(frame.length)), other.subarray(below(other.length)));
  },
];
const HARMLESS = 4;

function flip(frame: Uint8Array<ArrayBuffer>, at: number): Uint8Array<ArrayBuffer> {
  frame[at]! ^= 1 << below(8);
  return frame;
}

/** Spoilt frames behind each other. */
function stream(): Uint8Array {
  const frames: Uint8Array[] = [];
  for (let n = 1 + below(STREAMS_OF); n > 0; n--) {
    frames.push(mutations[below(n > 1 ? HARMLESS : mutations.length)]!(pick()));
  }
  return rawBytes(...frames);
}

/** How a stream ends: cleanly, or with an error of this code. */
type End = "clean" | "data_loss" | "invalid_argument" | "unimplemented" | "resource_exhausted";

/** Where the whole frames of `bytes` end and how the stream does, read off the specification. */
function specified(
  bytes: Uint8Array,
  { maxMetadataBytes, maxBodyBytes }: FrameLimits,
): { frames: number; at: number; end: End } {
  const u32 = (at: number) => ((bytes[at]! * 256 + bytes[at + 1]!) * 256 + bytes[at + 2]!) * 256 + bytes[at + 3]!;
  for (let at = 0, frames = 0;; frames++) {
    const left = bytes.length - at;
    if (left === 0) return { frames, at, end: "clean" };
    if (bytes[at] !== 0x3b || left > 1 && bytes[at + 1] !== 0xef) return { frames, at, end: "invalid_argument" };
    if (left > 2 && bytes[at + 2]! >> 4 !== 1) return { frames, at, end: "unimplemented" };
    if (left < HEADER) return { frames, at, end: "data_loss" };
    const metadata = u32(at + 12), body = u32(at + 16);
    if (metadata > maxMetadataBytes || body > maxBodyBytes) return { frames, at, end: "resource_exhausted" };
    if (left < HEADER + metadata + body) return { frames, at, end: "data_loss" };
    at += HEADER + metadata + body;
  }
}

/** Reads of `bytes`: all at once, byte by byte, or as it happens. */
const chunkings: readonly ((left: number) => number)[] = [
  (left) => left,
  (left) => Math.min(left, 1 + below(64)),
  (left) => Math.min(left, 1 + below(left)),
  () => 1,
];

/** Reads `bytes` through a source, which must give the same bytes in whole frames; how many bytes of frames, and the end. */
async function read(
  bytes: Uint8Array,
  chunk: (left: number) => number,
  bounds: FrameLimits,
): Promise<[at: number, end: End]> {
  let given = 0, at = 0;
  const source = new FrameSource((into) => {
    if (given === bytes.length) return END;
    const n = Math.min(into.length, chunk(bytes.length - given));
    into.set(bytes.subarray(given, given += n));
    return Promise.resolve(n);
  }, bounds);
  try {
    while (await source.fill()) {
      at = compare(source, bytes, at, bounds);
      assert(source.bytes.length <= Math.max(1024, 4 * given), `${source.bytes.length} bytes of memory for ${given}`);
    }
    return [at, "clean"];
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    assert(error.code === "data_loss" || error instanceof FrameError);
    return [at, error.code as End];
  }
}
const END = Promise.resolve(null);

/** The frames in the source are those at `at` of `bytes`, whole; where they end there. */
function compare(
  { bytes, view, start, end }: FrameSource,
  wanted: Uint8Array,
  at: number,
  bounds: FrameLimits,
): number {
  for (let next = start; next < end;) {
    const size = frameSize(bytes, view, next, end, bounds);
    assert(size >= HEADER && size <= end - next, "no whole frame");
    next += size;
  }
  for (let i = start; i < end; i++) {
    if (bytes[i] !== wanted[at + i - start]) throw new Error(`byte ${at + i - start} differs`);
  }
  return at + end - start;
}

Deno.test("two million spoilt frames are told from whole ones, whatever the reads are", async () => {
  const ends: Record<string, number> = {};
  for (let frames = 0, n = 0; frames < FRAMES; n++) {
    const bytes = stream(), wanted = specified(bytes, limits);
    const found = await read(bytes, chunkings[n % 64 === 0 ? 3 : n % 3]!, limits);
    if (found[0] !== wanted.at || found[1] !== wanted.end) assertEquals(found, [wanted.at, wanted.end], `stream ${n}`);
    ends[wanted.end] = (ends[wanted.end] ?? 0) + 1;
    frames += wanted.frames + (wanted.end === "clean" ? 0 : 1);
  }
  for (const end of ["clean", "data_loss", "invalid_argument", "unimplemented", "resource_exhausted"]) {
    assert(ends[end]! > 1000, `${end} came ${ends[end]} times`);
  }
});

Deno.test("one stream gives the same in reads of every size", async () => {
  for (let n = 0; n < 200; n++) {
    const bytes = stream(), { at, end } = specified(bytes, limits), step = Math.max(1, bytes.length >> 5);
    for (let size = 1; size <= bytes.length; size += step) {
      assertEquals(await read(bytes, (left) => Math.min(left, size), limits), [at, end]);
    }
  }
});

Deno.test("memory for a frame that is announced comes with its bytes", async () => {
  for (const announced of [0, 1, 5000, 1 << 20, generous.maxBodyBytes]) {
    const head = rawFrame({ type: FrameType.item, bodyLength: announced });
    const bytes = rawBytes(head, new Uint8Array(Math.min(announced, 9000)));
    const wanted = announced <= 9000 ? [bytes.length, "clean"] : [0, "data_loss"];
    for (const chunk of chunkings) assertEquals(await read(bytes, chunk, generous), wanted);
    if (announced <= 9000) continue;
    const reads: number[] = [];
    const source = new FrameSource((into) => {
      if (reads.push(into.length) > 1) return END;
      into.set(head);
      return Promise.resolve(head.length);
    }, generous);
    await assertRejects(() => source.fill(), RpcError);
    assertEquals(reads, [1024, 1024 - head.length]);
  }
});

Deno.test("memory of a large frame is given back while a connection rests", async () => {
  const large = rawFrame({ type: FrameType.item, body: new Uint8Array(generous.maxBodyBytes) });
  const pong = rawFrame({ type: FrameType.pong }), sent = rawBytes(large, pong, pong);
  let at = 0;
  const source = new FrameSource((into) => {
    const n = Math.min(into.length, (at < large.length ? large.length : at + pong.length) - at);
    into.set(sent.subarray(at, at += n));
    return Promise.resolve(n);
  }, generous);
  await source.fill();
  assert(source.bytes.length > large.length);
  source.shrink();
  await source.fill();
  assertEquals([source.bytes.length, source.end - source.start], [1024, pong.length]);
  await source.fill();
  assertEquals(source.bytes.length, 1024);
});
