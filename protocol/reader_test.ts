import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Reader } from "./reader.ts";
import { RpcError } from "./error.ts";

const utf8 = new TextEncoder(), strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads `bytes` as text from the middle of other memory. */
function textOf(bytes: Uint8Array): string {
  const memory = new Uint8Array(bytes.length + 6).fill(0x41), reader = new Reader();
  memory.set(bytes, 3);
  reader.reset(memory, new DataView(memory.buffer), 3, 3 + bytes.length);
  const text = reader.text();
  assertEquals(reader.left, 0);
  return text;
}

Deno.test("text of every length around those where the way changes comes out as it is", () => {
  for (let n = 0; n < 40; n++) {
    for (
      const text of [
        "abcdefgh".repeat(5).slice(0, n),
        "\0".repeat(n),
        "\x7f".repeat(n),
        "a".repeat(n) + "é",
        "漢".repeat(n),
      ]
    ) {
      assertEquals(textOf(utf8.encode(text)), text);
    }
  }
});

const kept: readonly (readonly [name: string, text: string])[] = [
  ["a byte order mark", "\ufeffa"],
  ["a replacement character", "a\ufffd"],
  ["a character of four bytes", "\u{10ffff}"],
];

for (const [name, text] of kept) {
  Deno.test(`text keeps ${name}`, () => assertEquals(textOf(utf8.encode(text)), text));
}

const refused: readonly (readonly [name: string, ...bytes: number[]])[] = [
  ["a byte that is never there", 0x61, 0xff],
  ["a byte that goes on with nothing", 0x80],
  ["an overlong form", 0xc0, 0xaf],
  ["a surrogate", 0xed, 0xa0, 0x80],
  ["a character cut short", 0x61, 0xe2, 0x82],
  ["a character beyond the last", 0xf4, 0x90, 0x80, 0x80],
];

for (const [name, ...bytes] of refused) {
  Deno.test(`text refuses ${name}, short and long`, () => {
    for (const before of [0, 8, 24, 100]) {
      const error = assertThrows(() => textOf(Uint8Array.of(...utf8.encode("x".repeat(before)), ...bytes)), RpcError);
      assertEquals([error.code, error.message], ["invalid_argument", "Cannot decode: text is not valid UTF-8"]);
    }
  });
}

Deno.test("text reads and refuses what a strict TextDecoder does", () => {
  const byte = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) }, fc.nat(255));
  const bytes = fc.oneof(
    fc.array(byte, { maxLength: 40 }),
    fc.string({ unit: "binary", maxLength: 12 }).map((s) => [...utf8.encode(s)]),
  );
  fc.assert(
    fc.property(bytes, (bytes) => {
      const input = Uint8Array.from(bytes);
      let expected: string | undefined;
      try {
        expected = strict.decode(input);
      } catch {
        assertThrows(() => textOf(input), RpcError);
      }
      if (expected !== undefined) assertEquals(textOf(input), expected);
    }),
    { seed: 1, numRuns: 3000 },
  );
});

for (const n of [5, -1, NaN, 2 ** 32]) {
  Deno.test(`text refuses ${n} bytes of 4`, () => {
    const reader = new Reader(utf8.encode("abcd"));
    assertThrows(() => reader.text(n), RpcError, `Cannot decode: ${n} bytes wanted, 4 left`);
  });
}
