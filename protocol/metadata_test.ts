import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { RpcError } from "./error.ts";
import {
  beginEntry,
  endEntry,
  type MetadataInit,
  MetadataKey,
  readMetadata,
  readUser,
  toMetadata,
  writeText,
  writeU32,
  writeU8,
  writeUser,
} from "./metadata.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

const seed = 7;
const key = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/).filter((key) => !key.startsWith("erpc-"));
const value = fc.oneof(fc.string({ unit: "binary" }).map((text) => text.toWellFormed()), fc.uint8Array());

/** User entries of a block. */
function usersOf(block: Uint8Array, maxEntries = 100): Map<string, string | Uint8Array> {
  const users = new Map<string, string | Uint8Array>();
  readMetadata(new Reader(block), maxEntries, (key, value) => {
    if (key === MetadataKey.text || key === MetadataKey.bytes) readUser(key, value, users);
  });
  return users;
}

function written(write: (out: Writer) => void): Uint8Array {
  const out = new Writer(1);
  write(out);
  return out.slice();
}

Deno.test("user entries that are written are read again, in their order", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(key, value), { selector: ([key]) => key, maxLength: 30 }), (entries) => {
      const users = usersOf(written((out) => writeUser(out, new Map(entries))));
      assertEquals([...users], entries);
    }),
    { seed, numRuns: 300 },
  );
});

Deno.test("entries of every kind are read as they were written, with any others between them", () => {
  const kinds = fc.oneof(
    fc.tuple(fc.constant("u8"), fc.nat(255)),
    fc.tuple(fc.constant("u32"), fc.nat(2 ** 31 - 1)),
    fc.tuple(fc.constant("text"), fc.string()),
  );
  fc.assert(
    fc.property(fc.array(kinds, { maxLength: 30 }), (entries) => {
      const block = written((out) =>
        entries.forEach(([kind, value], key) => {
          if (kind === "u8") writeU8(out, key, value as number);
          else if (kind === "u32") writeU32(out, key, value as number);
          else writeText(out, key, value as string);
        })
      );
      const read: unknown[] = [];
      readMetadata(new Reader(block), 100, (key, value) => {
        const [kind] = entries[key]!;
        if (key % 3 < 2) read.push([kind, kind === "u8" ? value.u8() : kind === "u32" ? value.u32() : value.text()]);
      });
      assertEquals(read, entries.filter((_, key) => key % 3 < 2));
    }),
    { seed, numRuns: 300 },
  );
});

Deno.test("any bytes are entries that lie within the block, or refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(5), (bytes, max) => {
      let covered = 0, entries = 0;
      const reader = new Reader(bytes);
      try {
        readMetadata(reader, max, (_, value) => {
          entries++;
          covered += 3 + value.left;
        });
        assertEquals([covered, reader.pos, reader.end], [bytes.length, bytes.length, bytes.length]);
      } catch (error) {
        assert(error instanceof RpcError && error.code === "invalid_argument");
      }
      assert(covered <= bytes.length && entries <= max);
    }),
    { seed, numRuns: 2000 },
  );
});

const bad: Record<string, Uint8Array> = {
  "an entry longer than the block": Uint8Array.of(200, 0, 2, 1),
  "a block that ends within a head": Uint8Array.of(200, 0),
  "a well-known key twice": Uint8Array.of(31, 0, 0, 31, 0, 0),
  "key 0 twice": Uint8Array.of(0, 0, 0, 0, 0, 0),
  "a user key in capitals": Uint8Array.of(0x20, 0, 2, 1, 0x41),
  "a user key that begins with a dot": Uint8Array.of(0x20, 0, 2, 1, 0x2e),
  "a user key that is too long": Uint8Array.of(0x20, 0, 130, 129, ...new Uint8Array(129).fill(0x61)),
  "a user key longer than its entry": Uint8Array.of(0x20, 0, 2, 2, 0x61),
  "a user key twice, once as text and once as bytes": Uint8Array.of(0x20, 0, 2, 1, 0x61, 0x21, 0, 2, 1, 0x61),
  "a user text that is no UTF-8": Uint8Array.of(0x20, 0, 3, 1, 0x61, 0x80),
  "no user key": Uint8Array.of(0x21, 0, 0),
};

for (const [name, block] of Object.entries(bad)) {
  Deno.test(`metadata is refused with ${name}`, () => {
    assertEquals(assertThrows(() => usersOf(block), RpcError).code, "invalid_argument");
  });
}

Deno.test("as many entries as allowed are read, one more is refused", () => {
  const block = written((out) => {
    for (let n = 0; n < 100; n++) writeText(out, 200, "");
  });
  assertEquals(usersOf(block, 100).size, 0);
  assertThrows(() => usersOf(block, 99), RpcError, "Cannot read metadata: more than 99 entries");
});

Deno.test("an entry has at most 65,535 bytes", () => {
  const out = new Writer(), start = beginEntry(out, 99);
  out.raw(new Uint8Array(65_535));
  endEntry(out, start);
  assertEquals(out.slice(0).subarray(0, 3), Uint8Array.of(99, 255, 255));
  out.u8(0);
  assertEquals(assertThrows(() => endEntry(out, start), RpcError).code, "resource_exhausted");
});

const made: [name: string, init: MetadataInit, metadata: [string, string | Uint8Array][]][] = [
  ["an object", { a: "1", "b-c": Uint8Array.of(2) }, [["a", "1"], ["b-c", Uint8Array.of(2)]]],
  ["a map", new Map([["a", "1"]]), [["a", "1"]]],
  ["keys in capitals", { "X-Tenant": "1" }, [["x-tenant", "1"]]],
  ["nothing", {}, []],
  ["keys that objects have", { constructor: "1", tostring: "2" }, [["constructor", "1"], ["tostring", "2"]]],
];

for (const [name, init, metadata] of made) {
  Deno.test(`metadata is made of ${name}`, () => assertEquals([...toMetadata(init)], metadata));
}

for (const name of ["", "a b", "ü", "a\n", "__proto__", "erpc-x", "ERPC-x", "-a", "a".repeat(129)]) {
  Deno.test(`the metadata key ${JSON.stringify(name.slice(0, 9))} is refused where it is given and where it is sent`, () => {
    const metadata = new Map([[name, "value"]]);
    assertThrows(() => toMetadata(metadata), TypeError, "as a metadata key");
    assertThrows(() => written((out) => writeUser(out, metadata)), RpcError, "Cannot send metadata: bad key");
  });
}

Deno.test("a metadata value is text or bytes", () => {
  for (const value of [1, null, undefined, [1], { a: 1 }]) {
    assertThrows(() => toMetadata({ a: value as unknown as string }), TypeError, "want a string or a Uint8Array");
  }
});
