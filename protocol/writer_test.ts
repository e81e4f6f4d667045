import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { RpcError } from "./error.ts";
import { Reader } from "./reader.ts";
import { utf8Length, Writer } from "./writer.ts";

const utf8 = new TextEncoder(), seed = 42;

/** Something to write, how to read it back, and the bytes it is. */
interface Piece {
  readonly write: (into: Writer) => void;
  readonly read: (from: Reader) => unknown;
  readonly value: unknown;
  readonly bytes: Uint8Array;
}

const bytesOf = (value: number, size: number) =>
  Uint8Array.from({ length: size }, (_, i) => value / 2 ** (8 * (size - 1 - i)));

const number = (size: 1 | 2 | 4): fc.Arbitrary<Piece> =>
  fc.integer({ min: 0, max: 2 ** (8 * size) - 1 }).map((value) => ({
    write: (into) => size === 1 ? into.u8(value) : size === 2 ? into.u16(value) : into.u32(value),
    read: (from) => size === 1 ? from.u8() : size === 2 ? from.u16() : from.u32(),
    value,
    bytes: bytesOf(value, size),
  }));

const raw: fc.Arbitrary<Piece> = fc.uint8Array({ maxLength: 300 }).map((value) => ({
  write: (into) => into.raw(value),
  read: (from) => from.take(value.length),
  value,
  bytes: value,
}));

const text: fc.Arbitrary<Piece> = fc.string({ unit: "binary", maxLength: 1200 }).map((value) => ({
  write: (into) => assertEquals(into.text(value), utf8.encode(value).length),
  read: (from) => from.text(utf8.encode(value).length),
  value: value.toWellFormed(),
  bytes: utf8.encode(value),
}));

Deno.test("what is written in any order and any room is read again, and is the bytes it should be", () => {
  const pieces = fc.array(fc.oneof(number(1), number(2), number(4), raw, text), { maxLength: 20 });
  fc.assert(
    fc.property(pieces, fc.integer({ min: 0, max: 64 }), (pieces, room) => {
      const writer = new Writer(room);
      for (const { write } of pieces) write(writer);
      const reader = new Reader(writer.slice());
      assertEquals(reader.bytes, Uint8Array.from(pieces.flatMap(({ bytes }) => [...bytes])));
      for (const { read, value } of pieces) assertEquals(read(reader), value);
      assertEquals(reader.left, 0);
    }),
    { seed, numRuns: 300 },
  );
});

Deno.test("reading never passes the end, whatever is asked for", () => {
  const reads: readonly ((from: Reader, n: number) => unknown)[] = [
    (from) => from.u8(),
    (from) => from.u16(),
    (from) => from.u32(),
    (from, n) => from.take(n),
    (from, n) => from.peek(n),
    (from, n) => from.skip(n),
    (from, n) => from.text(n),
  ];
  const asked = fc.array(fc.tuple(fc.nat(reads.length - 1), fc.oneof(fc.integer(), fc.nat(9), fc.constant(NaN))));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), fc.nat(5), asked, (bytes, before, asked) => {
      const memory = new Uint8Array(bytes.length + 40).fill(0x41), end = before + bytes.length;
      memory.set(bytes, before);
      const reader = new Reader().reset(memory, new DataView(memory.buffer), before, end);
      for (const [which, n] of asked) {
        const { pos } = reader;
        try {
          const got = reads[which]!(reader, n);
          if (got instanceof Uint8Array) assert(got.length === n && reader.pos === pos + n);
        } catch (error) {
          assert(error instanceof RpcError && error.code === "invalid_argument");
          assert(reader.pos === pos || which === 6, "a read that fails takes nothing"); // text may be no UTF-8
        }
        assert(reader.pos >= pos && reader.pos <= end);
      }
    }),
    { seed, numRuns: 500 },
  );
});

Deno.test("take copies, peek does not", () => {
  const memory = Uint8Array.of(1, 2, 3, 4), reader = new Reader(memory);
  const taken = reader.take(2), seen = reader.peek();
  memory.fill(9);
  assertEquals([taken, seen], [Uint8Array.of(1, 2), Uint8Array.of(9, 9)]);
});

Deno.test("a reader of part of a buffer reads that part", () => {
  const reader = new Reader(Uint8Array.of(9, 9, 1, 2, 3, 4, 9).subarray(2, 6));
  assertEquals([reader.u16(), reader.u16(), reader.left], [0x0102, 0x0304, 0]);
});

Deno.test("the length of text is that of its UTF-8", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.array(fc.integer({ min: 0xd7f0, max: 0xe010 })), (text, units) => {
      const odd = String.fromCharCode(...units);
      assertEquals([utf8Length(text), utf8Length(odd)], [utf8.encode(text).length, utf8.encode(odd).length]);
    }),
    { seed, numRuns: 1000 },
  );
});

Deno.test("long text takes the room it needs, not three times as much", () => {
  const writer = new Writer(16);
  writer.text("a".repeat(100_000));
  assertEquals(writer.bytes.length, 100_000);
});

Deno.test("growing beyond the limit is refused, and leaves what is there", () => {
  const writer = new Writer(8);
  writer.limit = 10;
  writer.u32(1);
  for (const write of [() => writer.raw(new Uint8Array(7)), () => writer.text("a".repeat(2000))]) {
    assertEquals(assertThrows(write, RpcError).code, "resource_exhausted");
    assertEquals(writer.slice(), Uint8Array.of(0, 0, 0, 1));
  }
  writer.raw(Uint8Array.of(5, 6, 7, 8, 9, 10));
  assertEquals(writer.pos, 10);
});

Deno.test("nesting has a limit on both sides, and ends with what it began with", () => {
  for (const side of [new Reader(), new Writer()]) {
    side.maxDepth = 3;
    for (let n = 0; n < 3; n++) side.enter();
    assertEquals(assertThrows(() => side.enter(), RpcError).code, "invalid_argument");
    for (let n = 0; n < 4; n++) side.leave();
    assertEquals(side.depth, 0);
  }
  const reader = new Reader();
  reader.enter();
  assertEquals(reader.reset(new Uint8Array(0), new DataView(new ArrayBuffer(0)), 0, 0).depth, 0);
});
