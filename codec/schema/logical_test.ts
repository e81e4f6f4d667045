import { assertEquals, assertThrows } from "@std/assert";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import { jce } from "../jce.ts";
import type { LogicalType, StructType, Type } from "./type.ts";
import * as t from "./words.ts";

const money = t.decimal(5, 2);

/** Texts and whether they are of the type. */
const texts: readonly (readonly [type: LogicalType<string, string>, text: string, fits: boolean])[] = [
  [money, "0.00", true],
  [money, "999.99", true],
  [money, "-0.01", true],
  [money, "1000.00", false],
  [money, "1.5", false],
  [money, "01.50", false],
  [money, "-0.00", false],
  [money, "1e2", false],
  [money, "1.50\n", false],
  [t.decimal(3), "-120", true],
  [t.decimal(3), "1200", false],
  [t.decimal(2, 2), "0.12", true],
  [t.decimal(2, 2), "1.12", false],
  [t.date, "2024-02-29", true],
  [t.date, "2026-02-29", false],
  [t.date, "0000-01-01", false],
  [t.date, "2026-1-1", false],
  [t.uuid, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", true],
  [t.uuid, "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6", false],
  [t.uuid, "f81d4fae7dec11d0a76500a0c91e6bf6", false],
];

for (const [type, text, fits] of texts) {
  Deno.test(`${JSON.stringify(text)} is ${fits ? "a" : "no"} ${type.name} ${JSON.stringify(type.parameters ?? {})}`, () => {
    for (const check of [type.toBase, type.fromBase]) {
      if (fits) assertEquals(check(text), text);
      else assertThrows(() => check(text), TypeError, "want a");
    }
  });
}

Deno.test("a decimal needs a precision of 1 to 1000 and a scale within it", () => {
  for (const [precision, scale] of [[0, 0], [2, 3], [1001, 0], [2, -1], [1.5, 1]] as const) {
    assertThrows(() => t.decimal(precision, scale), RangeError, `precision ${precision} and scale ${scale}`);
  }
});

Deno.test("a timestamp is a Date of the years 1 to 9999", () => {
  const { toBase, fromBase } = t.timestamp;
  const first = new Date("0001-01-01T00:00:00Z"), last = new Date("9999-12-31T23:59:59.999Z");
  for (const date of [first, last, new Date(0)]) assertEquals(fromBase(toBase(date)), date);
  for (const date of [new Date(NaN), new Date(first.getTime() - 1), new Date(last.getTime() + 1), 5 as never]) {
    assertThrows(() => toBase(date), TypeError, "want a Date");
  }
  assertThrows(() => fromBase(first.getTime() - 1), TypeError, "want milliseconds");
});

interface Tree {
  name: string;
  children: Tree[];
}
const Tree: StructType<Tree> = t.struct("demo.Tree", {
  name: t.field(1, t.string),
  children: t.field(2, t.list(t.lazy(() => Tree))),
});
const Body = t.union("demo.Body", { text: t.field(1, t.string), code: t.field(2, t.int32) });
const Choice = t.struct(
  "demo.Choice",
  { a: t.field(1, t.optional(t.int32)), b: t.field(2, t.optional(t.int32)), c: t.field(3, t.optional(t.int32)) },
  { oneofs: { ab: ["a", "b"] } },
);
const Late = t.struct("demo.Late", {
  id: t.field(1, t.int32),
  tags: t.field(2, t.list(t.string), { default: ["new"] }),
  level: t.field(3, t.optional(t.int32), { default: 7 }),
});

function there<T>(type: Type<T>, value: T): Uint8Array {
  const writer = new Writer();
  jce.compile(type).encode(value, writer);
  return writer.slice();
}

function back<T>(type: Type<T>, bytes: Uint8Array): T {
  return jce.compile(type).decode(new Reader(bytes));
}

Deno.test("a struct may contain itself, down to the limit", () => {
  const leaf = { name: "leaf", children: [] },
    tree = { name: "root", children: [leaf, { name: "twig", children: [leaf] }] };
  assertEquals(back(Tree, there(Tree, tree)), tree);
  const loop: Tree = { name: "loop", children: [] };
  loop.children.push(loop);
  assertThrows(() => there(Tree, loop), RpcError, "deeper than");
});

Deno.test("a union has exactly one of its fields", () => {
  assertEquals(back(Body, there(Body, { text: "hi" })), { text: "hi" });
  for (const [value, says] of [[{}, "got none of text, code"], [{ text: "", code: 1 }, "got text and code"]] as const) {
    assertThrows(() => there(Body, value as never), RpcError, `Cannot encode demo.Body: ${says}`);
  }
  const Fields = t.struct("demo.Body", {
    text: t.field(1, t.optional(t.string)),
    code: t.field(2, t.optional(t.int32)),
  });
  assertThrows(() => back(Body, there(Fields, {})), RpcError, "Cannot decode demo.Body: got none of text, code");
  assertThrows(
    () => back(Body, there(Fields, { text: "", code: 1 })),
    RpcError,
    "got text and code, want one of value",
  );
});

Deno.test("a group has at most one of its fields, other fields stand beside it", () => {
  assertEquals(back(Choice, there(Choice, { b: 1, c: 2 })), { b: 1, c: 2 });
  assertEquals(back(Choice, there(Choice, {})), {});
  assertThrows(() => there(Choice, { a: 1, b: 1 }), RpcError, "Cannot encode demo.Choice: got a and b, want one of ab");
});

Deno.test("a group takes optional fields only, each once", () => {
  const fields = { a: t.field(1, t.optional(t.int32)), b: t.field(2, t.int32) };
  for (const oneofs of [{ g: ["b"] }, { g: ["a", "a"] }, { g: ["a"], h: ["a"] }, { g: ["z"] }]) {
    assertThrows(() => t.struct("demo.Bad", fields, { oneofs }), TypeError, "no optional field of its own");
  }
});

Deno.test("a missing field has its default, a fresh one each time", () => {
  const bytes = there(t.struct("demo.Early", { id: t.field(1, t.int32) }), { id: 1 });
  const first = back(Late, bytes);
  assertEquals(first, { id: 1, tags: ["new"], level: 7 });
  first.tags.push("changed");
  assertEquals(back(Late, bytes).tags, ["new"]);
});

Deno.test("a logical type of one's own travels as its base, and says where it does not fit", () => {
  const Link = t.logical<URL, string>("link", {
    base: t.string,
    toBase: (url) => url.href,
    fromBase: (text) => new URL(text),
  });
  const Page = t.struct("demo.Page", { links: t.field(1, t.list(Link)) });
  const page = { links: [new URL("erpc://a/")] };
  assertEquals(back(Page, there(Page, page)), page);
  const Plain = t.struct("demo.Page", { links: t.field(1, t.list(t.string)) });
  assertThrows(
    () => back(Page, there(Plain, { links: ["no url"] })),
    RpcError,
    "Cannot decode demo.Page.links[0]: Invalid",
  );
  assertThrows(() => there(Page, { links: [undefined as never] }), RpcError, "Cannot encode demo.Page.links[0]: ");
});

Deno.test("jce has uint64 as the int64 of the same bits, and no tag above 255", () => {
  const U = t.struct("demo.U", { n: t.field(0, t.uint64) }), I = t.struct("demo.U", { n: t.field(0, t.int64) });
  assertEquals(there(U, { n: 2n ** 64n - 1n }), there(I, { n: -1n }));
  for (const n of [0n, 2n ** 63n, 2n ** 64n - 1n]) assertEquals(back(U, there(U, { n })), { n });
  for (const n of [-1n, 2n ** 64n]) assertThrows(() => there(U, { n }), RpcError, "want a bigint of 64 bits");
  assertThrows(() => jce.compile(t.struct("demo.T", { far: t.field(256, t.bool) })), TypeError, "tag 256 of far");
});
