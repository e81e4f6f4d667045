import { assertEquals, assertThrows } from "@std/assert";
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import { none } from "./none.ts";
import * as t from "./schema/words.ts";

Deno.test("none gives back a copy of the bytes", () => {
  for (const coder of [none.compile(), none.compile(t.bytes), none.compile(t.lazy(() => t.bytes))]) {
    const writer = new Writer(1), memory = Uint8Array.of(9, 1, 2, 3, 9);
    coder.encode(memory.subarray(1, 4), writer);
    const bytes = writer.slice(), value = coder.decode(new Reader(bytes));
    bytes.fill(0);
    assertEquals(value, Uint8Array.of(1, 2, 3));
  }
});

Deno.test("none refuses everything else", () => {
  for (const value of [undefined, null, "text", [1], new ArrayBuffer(1), new Uint16Array(1)]) {
    const error = assertThrows(() => none.compile().encode(value, new Writer()), RpcError, "want bytes");
    assertEquals((error as RpcError).code, "invalid_argument");
  }
});

Deno.test("none refuses to compile a schema other than bytes", () => {
  assertThrows(() => none.compile(t.string), TypeError, "Cannot compile a string for none: it carries only bytes");
});
