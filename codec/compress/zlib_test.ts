import { assertEquals, assertThrows } from "@std/assert";
import * as nodeZlib from "node:zlib";
import { RpcError } from "../../protocol/mod.ts";
import { nativeEngine } from "./native_engine.ts";
import { portableEngine } from "./portable_engine.ts";
import { zlibOn } from "./zlib.ts";

const compressors = [zlibOn(nativeEngine(nodeZlib)), zlibOn(portableEngine)];
const bytes = new TextEncoder().encode("hello, erpc");
const data = new Uint8Array(nodeZlib.deflateSync(bytes));

function withHeader(header: number): Uint8Array {
  return Uint8Array.of(header >> 8, header & 0xff, ...data.subarray(2));
}

const taken: Record<string, Uint8Array> = {
  "level 6": data,
  "level 1": withHeader(0x7801),
  "level 9": withHeader(0x78da),
  "a smaller window": withHeader(0x6881),
};

for (const [name, input] of Object.entries(taken)) {
  Deno.test(`zlib takes data of ${name}`, () => {
    assertEquals(new Uint8Array(nodeZlib.inflateSync(input)), bytes); // the case itself is sound
    for (const zlib of compressors) assertEquals(zlib.decompress(input, 100), bytes);
  });
}

const refused: Record<string, [input: Uint8Array, message: string]> = {
  "nothing": [new Uint8Array(0), "ends too early"],
  "half a header": [data.subarray(0, 1), "ends too early"],
  "gzip data": [nodeZlib.gzipSync(bytes), "not zlib data"],
  "a header whose check is wrong": [withHeader(0x789d), "not zlib data"],
  "another method": [withHeader(0x7918 + 0x1f - 0x7918 % 31), "not zlib data"],
  "too large a window": [withHeader(0x881c), "not zlib data"],
  "a preset dictionary": [withHeader(0x78bb), "needs a dictionary"],
  "a wrong checksum": [data.with(-1, data.at(-1)! ^ 1), "the checksum is wrong"],
  "a checksum that is cut short": [data.subarray(0, -1), "ends too early"],
  "zeros behind the end": [Uint8Array.of(...data, 0), "something follows"],
};

for (const [name, [input, message]] of Object.entries(refused)) {
  Deno.test(`zlib refuses ${name}`, () => {
    for (const zlib of compressors) {
      assertEquals(assertThrows(() => zlib.decompress(input, 100), RpcError, message).code, "invalid_argument");
    }
  });
}
