import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { RpcError } from "../../protocol/mod.ts";
import { compressBody, decompressBody, DEFAULT_THRESHOLD_BYTES } from "./body.ts";
import type { Compressor } from "./compressor.ts";
import { gzip } from "./gzip.ts";
import { none } from "./none.ts";

const zeros = new Uint8Array(DEFAULT_THRESHOLD_BYTES);

/** Must not be called. */
const untouchable: Compressor = {
  name: "untouchable",
  id: 200,
  compress: () => {
    throw new Error("compressed");
  },
  decompress: () => {
    throw new Error("decompressed");
  },
};

function sized(size: number): Compressor {
  return { ...untouchable, compress: () => new Uint8Array(size).fill(9) };
}

const compressed: Record<string, [run: () => Uint8Array | undefined, expected: number | undefined]> = {
  "below the default threshold": [() => compressBody(untouchable, zeros.subarray(1)), undefined],
  "at the default threshold": [() => compressBody(sized(1), zeros), 5],
  "below its own threshold": [() => compressBody(untouchable, zeros.subarray(0, 9), 10), undefined],
  "at its own threshold": [() => compressBody(sized(1), zeros.subarray(0, 10), 10), 5],
  "one byte saved": [() => compressBody(sized(95), zeros.subarray(0, 100), 0), 99],
  "nothing saved, with the length": [() => compressBody(sized(96), zeros.subarray(0, 100), 0), undefined],
  "none": [() => compressBody(none, zeros), undefined],
  "nothing at all": [() => compressBody(gzip, new Uint8Array(0), 0), undefined],
};

for (const [name, [run, expected]] of Object.entries(compressed)) {
  Deno.test(`compressBody: ${name}`, () => assertEquals(run()?.length, expected));
}

Deno.test("a body is the length as a big-endian u32, then the compressed bytes", () => {
  assertEquals(compressBody(sized(2), new Uint8Array(0x010203), 0), Uint8Array.of(0, 1, 2, 3, 9, 9));
  const body = compressBody(gzip, zeros)!;
  assertEquals(gzip.decompress(body.subarray(4), 2000), zeros);
  assertEquals(decompressBody(gzip, body, zeros.length), zeros);
});

Deno.test("a body of none gives a view of it", () => {
  const body = Uint8Array.of(0, 0, 0, 2, 7, 8);
  assertStrictEquals(decompressBody(none, body, 2).buffer, body.buffer);
});

const body = compressBody(gzip, zeros)!;
const refused: Record<string, [compressor: Compressor, body: Uint8Array, maxBytes: number, code: string]> = {
  "that announces more than the limit": [untouchable, body, zeros.length - 1, "resource_exhausted"],
  "that announces 4 GiB": [untouchable, Uint8Array.of(255, 255, 255, 255), 1 << 22, "resource_exhausted"],
  "without a whole length": [untouchable, body.subarray(0, 3), 1 << 20, "invalid_argument"],
  "that is empty": [untouchable, new Uint8Array(0), 1 << 20, "invalid_argument"],
  "that holds less than announced": [gzip, Uint8Array.of(0, 0, 4, 1, ...body.subarray(4)), 1 << 20, "invalid_argument"],
  "that holds more than announced": [
    gzip,
    Uint8Array.of(0, 0, 3, 255, ...body.subarray(4)),
    1 << 20,
    "invalid_argument",
  ],
  "that announces nothing and holds something": [
    gzip,
    Uint8Array.of(0, 0, 0, 0, ...body.subarray(4)),
    9,
    "invalid_argument",
  ],
  "of none that is too short": [none, Uint8Array.of(0, 0, 0, 2, 7), 9, "invalid_argument"],
  "of none that is too long": [none, Uint8Array.of(0, 0, 0, 2, 7, 8, 9), 9, "invalid_argument"],
};

for (const [name, [compressor, body, maxBytes, code]] of Object.entries(refused)) {
  Deno.test(`decompressBody refuses a body ${name}`, () => {
    assertEquals(assertThrows(() => decompressBody(compressor, body, maxBytes), RpcError).code, code);
  });
}
