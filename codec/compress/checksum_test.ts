import { assertEquals } from "@std/assert";
import * as zlib from "node:zlib";
import { adler32, crc32 } from "./checksum.ts";

const text = new TextEncoder().encode("123456789");
const highest = new Uint8Array(1_000_000).fill(255);

const cases: Record<string, [bytes: Uint8Array, crc: number, adler: number]> = {
  "no bytes": [new Uint8Array(0), 0, 1],
  "the check value of every catalogue": [text, 0xcbf43926, 0x091e01de],
  "a view": [Uint8Array.of(0, ...text, 0).subarray(1, 10), 0xcbf43926, 0x091e01de],
  "a million of the highest bytes": [highest, zlib.crc32(highest), adlerByDefinition(highest)],
};

/** RFC 1950, section 9, word for word. */
function adlerByDefinition(bytes: Uint8Array): number {
  let s1 = 1, s2 = 0;
  for (const byte of bytes) {
    s1 = (s1 + byte) % 65_521;
    s2 = (s2 + s1) % 65_521;
  }
  return s2 * 65_536 + s1;
}

for (const [name, [bytes, crc, adler]] of Object.entries(cases)) {
  Deno.test(`checksums of ${name}`, () => {
    assertEquals(crc32(bytes), crc);
    assertEquals(adler32(bytes), adler);
  });
}
