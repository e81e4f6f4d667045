import { assertEquals, assertThrows } from "@std/assert";
import * as zlib from "node:zlib";
import { RpcError } from "../../protocol/mod.ts";
import { inflate } from "./inflate.ts";
import { nativeEngine } from "./native_engine.ts";

const native = nativeEngine(zlib);

/** Bytes of fields `[value, bits]` in DEFLATE's order. */
function bits(...fields: [value: number, bits: number][]): Uint8Array {
  const all = fields.flatMap(([value, count]) => Array.from({ length: count }, (_, i) => value >> i & 1));
  return Uint8Array.from({ length: Math.ceil(all.length / 8) }, (_, i) => {
    return all.slice(i * 8, i * 8 + 8).reduce((byte, bit, at) => byte | bit << at, 0);
  });
}

const fixed: [number, number][] = [[1, 1], [1, 2]];
const dynamic: [number, number][] = [[1, 1], [2, 2]];
const end: [number, number] = [0, 7];
const letterA: [number, number] = [0b10001001, 8]; // 0x30 + 0x61, its bits reversed

const taken: Record<string, [stream: Uint8Array, expected: number[], used?: number]> = {
  "an empty block": [bits(...fixed, end), []],
  "one letter": [bits(...fixed, letterA, end), [97]],
  "a match that overlaps itself": [bits(...fixed, letterA, [0b1000000, 7], [0, 5], end), [97, 97, 97, 97]],
  "an empty stored block": [Uint8Array.of(1, 0, 0, 255, 255), []],
  "a stored block": [Uint8Array.of(1, 2, 0, 253, 255, 7, 8), [7, 8]],
  "a stored block, then another kind": [Uint8Array.of(0, 1, 0, 254, 255, 7, ...bits(...fixed, letterA, end)), [7, 97]],
  "more behind the end": [Uint8Array.of(1, 1, 0, 254, 255, 7, 99, 99), [7], 6],
};

for (const [name, [stream, expected, used]] of Object.entries(taken)) {
  Deno.test(`inflate takes ${name}`, () => {
    const result = { bytes: Uint8Array.from(expected), used: used ?? stream.length };
    assertEquals(inflate(stream, 100), result);
    assertEquals(native.inflate(stream, 100), result);
  });
}

/** Code lengths of the code for code lengths, all in the order in which they are sent. */
function codeLengths(...lengths: number[]): [number, number][] {
  return [[lengths.length - 4, 4], ...lengths.map((length): [number, number] => [length, 3])];
}

const least: [number, number][] = [[0, 5], [0, 5]]; // 257 literals, 1 distance
const rest: [number, number] = [0, 16];

const refused: Record<string, [stream: Uint8Array, message: string]> = {
  "nothing": [new Uint8Array(0), "ends too early"],
  "a block without an end": [bits(...fixed, letterA, letterA), "ends too early"],
  "a block of unknown kind": [bits([1, 1], [3, 2], rest), "unknown kind"],
  "a stored block whose length is not repeated": [Uint8Array.of(1, 2, 0, 253, 254, 7, 8), "wrong length"],
  "a stored block that is cut short": [Uint8Array.of(1, 2, 0, 253, 255, 7), "ends too early"],
  "a stored block without its length": [Uint8Array.of(1, 2, 0), "ends too early"],
  "a length that stands for nothing": [bits(...fixed, [0b01100011, 8], rest), "stands for nothing"],
  "a distance that stands for nothing": [
    bits(...fixed, letterA, [0b1000000, 7], [0b01111, 5], rest),
    "distance stands for nothing",
  ],
  "a distance before the start": [bits(...fixed, letterA, [0b1000000, 7], [0b10000, 5], rest), "before the start"],
  "too many literals": [bits(...dynamic, [30, 5], [0, 5], [15, 4], ...Array(8).fill(rest)), "too many codes"],
  "too many distances": [bits(...dynamic, [0, 5], [30, 5], [15, 4], ...Array(8).fill(rest)), "too many codes"],
  "codes that do not fit": [bits(...dynamic, ...least, ...codeLengths(1, 1, 1, 0), rest), "too many codes"],
  "codes that leave a gap": [bits(...dynamic, ...least, ...codeLengths(2, 2, 2, 0), rest), "incomplete"],
  "no code for code lengths": [
    bits(...dynamic, ...least, ...codeLengths(0, 0, 0, 0), rest, rest),
    "stands for nothing",
  ],
  "a repetition of nothing": [bits(...dynamic, ...least, ...codeLengths(1, 0, 1, 0), [0, 1], rest), "repeats nothing"],
  "a repetition beyond the last code": [
    bits(...dynamic, ...least, ...codeLengths(0, 0, 1, 1), [1, 1], [127, 7], [1, 1], [127, 7], rest),
    "too many code lengths",
  ],
  "a block that can't end": [
    bits(...dynamic, ...least, ...codeLengths(0, 0, 1, 1), [1, 1], [127, 7], [1, 1], [109, 7], rest),
    "can't end",
  ],
};

for (const [name, [stream, message]] of Object.entries(refused)) {
  Deno.test(`inflate refuses ${name}`, () => {
    const error = assertThrows(() => inflate(stream, 100), RpcError, message);
    assertEquals(error.code, "invalid_argument");
    assertThrows(() => native.inflate(stream, 100), RpcError);
  });
}

Deno.test("inflate reads codes that are as long as can be", () => {
  const counts = [1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765];
  const bytes = Uint8Array.from(counts.flatMap((count, byte) => new Array(count).fill(byte)));
  const stream = zlib.deflateRawSync(bytes, { strategy: zlib.constants.Z_HUFFMAN_ONLY });
  assertEquals(inflate(stream, bytes.length), { bytes, used: stream.length });
});

Deno.test("inflate does not take memory for what is only announced", () => {
  const stream = zlib.deflateRawSync(new Uint8Array(10));
  assertEquals(inflate(stream, 2 ** 40).bytes.buffer.byteLength < 1000, true);
});
