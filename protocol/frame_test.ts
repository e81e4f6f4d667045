import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  beginFrame,
  endFrame,
  Flag,
  FrameError,
  type FrameLimits,
  frameSize,
  FrameType,
  HEADER_SIZE,
  isLater,
  KNOWN_FLAGS,
  KNOWN_OTHER_FLAGS,
} from "./frame.ts";
import { Writer } from "./writer.ts";

const seed = 3, limits: FrameLimits = { maxMetadataBytes: 100, maxBodyBytes: 1000 };

function size(bytes: Uint8Array, at = 0, end = bytes.length): number {
  return frameSize(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at, end, limits);
}

/** A whole frame of that many bytes. */
function frame(metadata: number, body: number, out = new Writer(1)): Uint8Array<ArrayBuffer> {
  const start = out.pos, at = beginFrame(out, FrameType.item, 0, 5, 0, 7);
  out.raw(new Uint8Array(metadata));
  const bodyAt = out.pos;
  out.raw(new Uint8Array(body));
  endFrame(out, at, bodyAt);
  return out.slice(start);
}

Deno.test("every field of a header stands where it belongs", () => {
  const byte = fc.nat(255), u16 = fc.nat(0xffff), u32 = fc.nat(2 ** 32 - 1);
  fc.assert(
    fc.property(fc.nat(15), byte, byte, u16, u32, fc.nat(9), (type, flags, codec, status, id, before) => {
      const out = new Writer(1);
      out.raw(new Uint8Array(before).fill(0xaa));
      const at = beginFrame(out, type, flags, codec, status, id);
      out.u16(1);
      endFrame(out, at, out.pos);
      const view = new DataView(out.slice(before).buffer);
      assertEquals(at, before);
      assertEquals(
        [view.getUint16(0), view.getUint8(2), view.getUint8(3), view.getUint8(4), view.getUint8(5)],
        [0x3bef, 0x10 | type, flags, codec, 0],
      );
      assertEquals(
        [view.getUint16(6), view.getUint32(8), view.getUint32(12), view.getUint32(16)],
        [status, id, 2, 0],
      );
    }),
    { seed, numRuns: 500 },
  );
});

Deno.test("the size of a frame is known as soon as its header is there, wherever it stands", () => {
  fc.assert(
    fc.property(fc.nat(100), fc.nat(1000), fc.nat(20), (metadata, body, before) => {
      const bytes = frame(metadata, body), memory = new Uint8Array(before + bytes.length);
      memory.set(bytes, before);
      for (let end = 0; end <= bytes.length; end += end < HEADER_SIZE ? 1 : 97) {
        assertEquals(size(memory, before, before + end), end < HEADER_SIZE ? 0 : bytes.length);
      }
    }),
    { seed, numRuns: 200 },
  );
});

const bad: [name: string, change: (bytes: Uint8Array) => void, knownAt: number, code: string][] = [
  ["another first byte", (bytes) => bytes[0] = 0x47, 1, "invalid_argument"],
  ["another second byte", (bytes) => bytes[1] = 0x3b, 2, "invalid_argument"],
  ["another version", (bytes) => bytes[2] = 0x23, 3, "unimplemented"],
  ["metadata above the limit", (bytes) => bytes[15] = 101, HEADER_SIZE, "resource_exhausted"],
  ["metadata of 2^31 bytes", (bytes) => bytes[12] = 0x80, HEADER_SIZE, "resource_exhausted"],
  ["a body above the limit", (bytes) => bytes.set([3, 0xe9], 18), HEADER_SIZE, "resource_exhausted"],
  ["a body of 2^32-1 bytes", (bytes) => bytes.fill(255, 16, 20), HEADER_SIZE, "resource_exhausted"],
];

for (const [name, change, knownAt, code] of bad) {
  Deno.test(`a frame with ${name} is refused as soon as that shows`, () => {
    const bytes = frame(1, 1);
    change(bytes);
    for (let end = 0; end <= bytes.length; end++) {
      if (end < knownAt) assertEquals(size(bytes, 0, end), 0);
      else assertEquals(assertThrows(() => size(bytes, 0, end), FrameError).code, code);
    }
  });
}

Deno.test("lengths at their limits are allowed", () => {
  assertEquals(size(frame(100, 1000)), 1120);
});

Deno.test("any header is refused, or gives a size within the limits", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 17, maxLength: 40 }), (tail) => {
      const bytes = Uint8Array.of(0x3b, 0xef, 0x11, ...tail);
      try {
        const found = size(bytes);
        assertEquals(found >= HEADER_SIZE && found <= HEADER_SIZE + 1100, true);
      } catch (error) {
        assertEquals(error instanceof FrameError && error.code, "resource_exhausted");
      }
    }),
    { seed, numRuns: 1000 },
  );
});

Deno.test("of two ids within 2^31-1 of each other, one is later", () => {
  fc.assert(
    fc.property(fc.nat(2 ** 32 - 1), fc.integer({ min: 1, max: 2 ** 31 - 1 }), (id, step) => {
      const next = (id + step) % 2 ** 32;
      assertEquals([isLater(next, id), isLater(id, next), isLater(id, id)], [true, false, false]);
    }),
    { seed, numRuns: 1000 },
  );
});

Deno.test("a flag of the low half is known everywhere, and one of the high half only where it means something", () => {
  for (const known of [KNOWN_FLAGS, KNOWN_OTHER_FLAGS]) assertEquals(known & 0x0f, 0x0f);
  assertEquals([KNOWN_FLAGS & 0xf0, KNOWN_OTHER_FLAGS & 0xf0], [
    Flag.oneway | Flag.stream | Flag.required,
    Flag.required,
  ]);
});
