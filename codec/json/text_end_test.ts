import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { textEnd } from "./text_end.ts";

Deno.test("textEnd finds the end of text of any length, with escapes anywhere", () => {
  const units = fc.constantFrom("x", "\\\\", '\\"', "é", "x".repeat(20), "x".repeat(700));
  fc.assert(
    fc.property(fc.array(units, { maxLength: 100 }), (units) => {
      const text = units.join(""),
        bytes = new TextEncoder().encode(`"${text}","${text}`),
        length = (bytes.length - 4) / 2;
      assertEquals(textEnd(bytes, 1, bytes.length), 1 + length);
      assertEquals(textEnd(bytes, 1, 2 + length), 1 + length);
      assert(textEnd(bytes, 4 + length, bytes.length) >= bytes.length);
      assert(textEnd(bytes, 1, length) >= length);
    }),
    { seed: 5, numRuns: 2000 },
  );
});

Deno.test("textEnd takes bytes that are not UTF-8 for what they are", () => {
  for (const byte of [0x80, 0xc3, 0xe2, 0xff]) {
    for (const n of [10, 100, 600, 3000]) {
      const bytes = new Uint8Array(n + 20).fill(byte);
      bytes[n] = 0x22;
      assertEquals(textEnd(bytes, 0, bytes.length), n);
      assert(textEnd(bytes, 0, n) >= n);
    }
  }
});
