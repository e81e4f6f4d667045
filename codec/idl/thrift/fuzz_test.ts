/**
 * Spoilt .thrift documents: an IdlError within the text, or a definition.
 *
 * @module
 */
import { assert } from "@std/assert";
import { seeded } from "../../../testing/mod.ts";
import { IdlError } from "../idl.ts";
import { readThrift, writeThrift } from "../thrift.ts";
import { RandomThrift } from "./random_test.ts";

Deno.test("readThrift answers spoilt documents with an IdlError or a definition", () => {
  const next = seeded(5), count = (n: number) => Math.floor(next() * n), seen = { read: 0, refused: 0 };
  for (let seed = 1; seed <= 20; seed++) {
    const text = writeThrift(new RandomThrift(seed).idl(8, true));
    const pieces = text.match(/\w+|\s+|[^\w\s]/g)!, lines = text.split("\n").length;
    for (let i = 0; i < 200; i++) {
      const spoilt = [...pieces], at = count(pieces.length);
      spoilt.splice(at, count(3), ...Array.from({ length: count(3) }, () => pieces[count(pieces.length)]!));
      try {
        readThrift(spoilt.join(""));
        seen.read++;
      } catch (error) {
        assert(error instanceof IdlError, `${error}`);
        assert(error.line >= 1 && error.line <= lines + 10 && error.column >= 1, error.message);
        seen.refused++;
      }
    }
  }
  assert(seen.read > 100 && seen.refused > 1000, JSON.stringify(seen));
});
