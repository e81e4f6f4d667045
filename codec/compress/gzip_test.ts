import { assertEquals, assertThrows } from "@std/assert";
import * as zlib from "node:zlib";
import { RpcError } from "../../protocol/mod.ts";
import { gzipOn } from "./gzip.ts";
import { nativeEngine } from "./native_engine.ts";
import { portableEngine } from "./portable_engine.ts";

const compressors = [gzipOn(nativeEngine(zlib)), gzipOn(portableEngine)];
const bytes = new TextEncoder().encode("hello, erpc");
const member = new Uint8Array(zlib.gzipSync(bytes));

/** The member with a header of these flags and extra fields instead of the plain one. */
function withHeader(flags: number, ...fields: number[]): Uint8Array {
  return Uint8Array.of(0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 3, ...fields, ...member.subarray(10));
}

function withCrc(input: Uint8Array, at: number): Uint8Array {
  const crc = zlib.crc32(input.subarray(0, at));
  return Uint8Array.of(...input.subarray(0, at), crc & 0xff, crc >> 8 & 0xff, ...input.subarray(at));
}

/** The member with one byte changed, counted from the end when negative. */
function changed(at: number): Uint8Array {
  return member.with((at + member.length) % member.length, member.at(at)! ^ 1);
}

const named = [...new TextEncoder().encode("name\0")];
const taken: Record<string, Uint8Array> = {
  "a plain member": member,
  "a file's name": withHeader(8, ...named),
  "a comment": withHeader(16, ...named),
  "an extra field": withHeader(4, 3, 0, 9, 9, 9),
  "an empty extra field": withHeader(4, 0, 0),
  "text that says so": withHeader(1),
  "a checksum of the header": withCrc(withHeader(2), 10),
  "all of it": withCrc(withHeader(31, 1, 0, 9, ...named, ...named), 10 + 3 + 10),
};

for (const [name, input] of Object.entries(taken)) {
  Deno.test(`gzip takes ${name}`, () => {
    assertEquals(new Uint8Array(zlib.gunzipSync(input)), bytes); // the case itself is sound
    for (const gzip of compressors) assertEquals(gzip.decompress(input, 100), bytes);
  });
}

const refused: Record<string, [input: Uint8Array, message: string]> = {
  "nothing": [new Uint8Array(0), "ends too early"],
  "other magic": [changed(0), "not gzip data"],
  "zlib data": [zlib.deflateSync(bytes), "not gzip data"],
  "another method": [changed(2), "not gzip data"],
  "unknown flags": [withHeader(0x20), "unknown flags"],
  "a wrong checksum": [changed(-5), "the checksum is wrong"],
  "a wrong length": [changed(-1), "the length is wrong"],
  "a header without checksum where one is announced": [withHeader(2), "checksum of the header"],
  "a name without an end": [Uint8Array.of(0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 0, 65, 65), "ends too early"],
  "an extra field beyond the end": [withHeader(4, 255, 255), "ends too early"],
  "a second member": [Uint8Array.of(...member, ...member), "something follows"],
  "zeros behind the end": [Uint8Array.of(...member, 0), "something follows"],
  "a trailer that is cut short": [member.subarray(0, -1), "ends too early"],
};

for (const [name, [input, message]] of Object.entries(refused)) {
  Deno.test(`gzip refuses ${name}`, () => {
    for (const gzip of compressors) {
      assertEquals(assertThrows(() => gzip.decompress(input, 100), RpcError, message).code, "invalid_argument");
    }
  });
}

Deno.test("gzip writes no time and no system, so that the same bytes give the same member", () => {
  for (const gzip of compressors) {
    assertEquals(gzip.compress(bytes).subarray(0, 10), Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255));
    assertEquals(new Uint8Array(zlib.gunzipSync(gzip.compress(bytes))), bytes);
  }
});
