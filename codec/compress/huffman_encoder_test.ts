import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { Inflate } from "fflate";
import * as zlib from "node:zlib";
import { canonical, huffmanCode } from "./huffman_code.ts";
import { deflateHuffman } from "./huffman_encoder.ts";

const STORED = 0, FIXED = 1, OWN = 2;
const text = new TextEncoder().encode("to be, or not to be: that is the question. ".repeat(300));
const fibonacci = Array.from({ length: 24 }, (_, i, list = [1, 1]) => {
  while (list.length <= i) list.push(list.at(-1)! + list.at(-2)!);
  return list[i]!;
});

const cases: Record<string, [bytes: Uint8Array, kind: number, maxSize: number]> = {
  "no bytes": [new Uint8Array(0), FIXED, 2],
  "few bytes": [text.subarray(0, 11), FIXED, 13],
  "bytes that fit the fixed code badly": [new Uint8Array(20).fill(200), OWN, 20],
  "text": [text, OWN, text.length * 0.6],
  "a single byte, many times": [new Uint8Array(1000).fill(7), OWN, 160],
  "every byte equally often": [Uint8Array.from({ length: 1024 }, (_, i) => i), STORED, 1029],
  "exactly one block": [new Uint8Array(32_768), OWN, 4200],
  "one byte more than a block": [new Uint8Array(32_769), OWN, 4200],
  "codes that must be cut to 15 bits": [
    Uint8Array.from(fibonacci.slice(0, 20).flatMap((count, byte) => new Array(count).fill(byte))),
    OWN,
    6000,
  ],
};

for (const [name, [bytes, kind, maxSize]] of Object.entries(cases)) {
  Deno.test(`deflateHuffman: ${name}`, async () => {
    const stream = deflateHuffman(bytes);
    assertEquals(stream[0]! >> 1 & 3, kind);
    assertLessOrEqual(stream.length, maxSize);
    assertEquals(new Uint8Array(zlib.inflateRawSync(stream)), bytes);
    assertEquals(inflateByFflate(stream), bytes);
    const native = new Blob([stream as BlobPart]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    assertEquals(await new Response(native).bytes(), bytes);
  });
}

/** fflate's stream, which refuses data behind the end unlike its one-shot function. */
function inflateByFflate(stream: Uint8Array): Uint8Array {
  const parts: number[] = [];
  new Inflate((chunk) => {
    for (const byte of chunk) parts.push(byte);
  }).push(stream, true);
  return Uint8Array.from(parts);
}

Deno.test("deflateHuffman is about as small as zlib's, and never larger than the input by more than a few bytes", () => {
  const noise = Uint8Array.from({ length: 60_000 }, (_, i) => Math.imul(i, i * 2654435761) >>> 13);
  assertLessOrEqual(deflateHuffman(noise).length, noise.length + 12);
  const byZlib = zlib.deflateRawSync(text, { strategy: zlib.constants.Z_HUFFMAN_ONLY });
  assertLessOrEqual(deflateHuffman(text).length, byZlib.length * 1.01);
});

const weights: Record<string, [counts: number[], maxBits: number, lengths: number[]]> = {
  "two symbols": [[5, 1], 15, [1, 1]],
  "symbols that do not occur": [[0, 5, 0, 1], 15, [0, 1, 0, 1]],
  "equal weights": [[1, 1, 1, 1], 15, [2, 2, 2, 2]],
  "RFC 1951's example": [[1, 1, 1, 1, 1, 4, 1, 1], 15, [3, 3, 3, 3, 3, 2, 4, 4]],
  "a deep tree": [[1, 1, 2, 3, 5, 8], 15, [5, 5, 4, 3, 2, 1]],
  "a deep tree cut to three bits": [[1, 1, 2, 3, 5, 8], 3, [3, 3, 3, 3, 2, 2]],
};

for (const [name, [counts, maxBits, lengths]] of Object.entries(weights)) {
  Deno.test(`huffmanCode: ${name}`, () => {
    const sorted = (list: Iterable<number>) => [...list].sort();
    const code = huffmanCode(Uint32Array.from(counts), maxBits);
    assertEquals(sorted(code.lengths), sorted(lengths));
    counts.forEach((count, symbol) => assertEquals(count === 0, code.lengths[symbol] === 0));
  });
}

Deno.test("huffmanCode gives complete codes within their bits, more frequent symbols never the longer ones", () => {
  for (let n = 2; n <= fibonacci.length; n++) {
    for (const maxBits of [5, 7, 15]) {
      const counts = Uint32Array.from(fibonacci.slice(0, n)), { lengths } = huffmanCode(counts, maxBits);
      assertEquals(lengths.reduce((sum, length) => sum + 2 ** -length, 0), 1);
      assert(lengths.every((length, i) => length <= maxBits && length <= (lengths[i - 1] ?? maxBits)));
    }
  }
});

Deno.test("canonical gives the codes of RFC 1951's example", () => {
  const codes = canonical(Uint8Array.of(3, 3, 3, 3, 3, 2, 4, 4)).codes;
  const reversed = [0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111];
  assertEquals([...codes], reversed);
});
