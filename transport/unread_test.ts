import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Unread } from "./unread.ts";

Deno.test("unread: bytes come out in order, whatever the sizes", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), fc.array(fc.nat(30)), (chunks, reads) => {
      const unread = new Unread(), got: number[] = [], all = chunks.flatMap((chunk) => [...chunk]);
      const read = (size: number) => {
        const into = new Uint8Array(size), n = unread.take(into);
        assertEquals(n, Math.min(size, all.length - got.length - later));
        got.push(...into.subarray(0, n));
      };
      let later = all.length;
      chunks.forEach((chunk, i) => {
        unread.push(chunk);
        later -= chunk.length;
        if (reads[i] !== undefined) read(reads[i]);
        assertEquals(unread.length, all.length - later - got.length);
      });
      while (unread.length > 0) read(7);
      assertEquals(got, all);
    }),
  );
});

Deno.test("unread: what is forgotten is gone", () => {
  const unread = new Unread();
  unread.push(Uint8Array.of(1, 2));
  unread.clear();
  assertEquals([unread.length, unread.take(new Uint8Array(2))], [0, 0]);
});
