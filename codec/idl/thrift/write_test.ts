import { assert, assertEquals, assertThrows } from "@std/assert";
import { serverStream, service, unary } from "../../schema/service.ts";
import * as t from "../../schema/words.ts";
import type { Idl } from "../idl.ts";
import { writeThrift } from "../thrift.ts";

const Hello = t.struct("demo.Hello", { name: t.field(1, t.string) }, { doc: "Who.\n\nAnd */ more." });
const Every = t.struct("demo.sub.Every", {
  a: t.field(1, t.uint8),
  b: t.field(2, t.uint16),
  c: t.field(3, t.uint32),
  d: t.field(4, t.int53),
  e: t.field(5, t.uint64),
  f: t.field(6, t.float, { default: -0 }),
  g: t.field(7, t.timestamp),
  h: t.field(8, t.decimal(5, 2)),
  i: t.field(9, t.uuid),
  j: t.field(10, t.set(Hello), { doc: "Sets." }),
});
const Demo = service("demo.Demo", {
  hello: unary(Hello, Every, { doc: "Says." }),
  text: unary(t.string, t.optional(t.int32)),
}, { doc: "Shows." });

Deno.test("writeThrift writes schemas that are not from Thrift", () => {
  assertEquals(
    writeThrift({ types: [Every], services: [Demo] }),
    `namespace * demo

/**
 * Who.
 *
 * And * / more.
 */
struct Hello {
  1: required string name
}

struct sub_Every {
  1: required i16 a
  2: required i32 b
  3: required i64 c
  4: required i64 d
  5: required i64 e
  6: required double f = -0.0
  7: required i64 g
  8: required string h
  9: required string i
  /** Sets. */
  10: required set<Hello> j
}

/** Shows. */
service Demo {
  /** Says. */
  sub_Every hello(1: Hello request)

  i32 text(1: string request)
}
`,
  );
});

const unwritable: readonly (readonly [idl: Partial<Idl>, message: string])[] = [
  [{ types: [t.struct("a", { x: t.field(0, t.bool) })] }, "tag 0 of a.x is not from 1 to 32767"],
  [{ types: [t.struct("a", { x: t.field(32768, t.bool) })] }, "tag 32768 of a.x is not from 1 to 32767"],
  [{ types: [t.struct("a", { é: t.field(1, t.bool) })] }, '"é" is no name there'],
  [{ types: [t.struct("a", { from: t.field(1, t.bool) })] }, '"from" is a reserved word there'],
  [
    { types: [t.struct("a", { x: t.field(1, t.list(t.optional(t.bool))) })] },
    "a list or map cannot hold optional values",
  ],
  [{ types: [t.struct("n.a_b", {}), t.struct("n.a.b", {})] }, "two types are named a_b"],
  [{ types: [t.struct("a", { x: t.field(1, t.double, { default: NaN }) })] }, "a default is NaN"],
  [
    { types: [t.struct("a", { x: t.field(1, t.bytes, { default: Uint8Array.of(255) }) })] },
    "a default is bytes that are no UTF-8",
  ],
  [{ services: [service("S", { a: serverStream(Hello, Hello) })] }, "Cannot use S.a: Thrift has no streams"],
];

for (const [idl, message] of unwritable) {
  Deno.test(`writeThrift refuses what Thrift lacks: ${message}`, () => {
    const error = assertThrows(() => writeThrift({ types: [], services: [], ...idl }), TypeError);
    assert(error.message.endsWith(message), error.message);
  });
}
