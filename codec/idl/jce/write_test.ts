import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { structType } from "../../arbitrary_test.ts";
import { serverStream, service, unary } from "../../schema/service.ts";
import type { StructType, Type } from "../../schema/type.ts";
import * as t from "../../schema/words.ts";
import { messages } from "../../tars/shape.ts";
import { describeIdl, describeType } from "../describe.ts";
import type { Idl } from "../idl.ts";
import { readJce, writeJce } from "../jce.ts";

const Colour = t.enumeration("demo.Colour", { red: 1, blue: -7 }, { doc: "A colour." });
const Part: StructType = t.struct("demo.parts.Part", {
  id: t.field(0, t.int64),
  of: t.field(1, t.list(t.lazy(() => Part))),
});
const Everything = t.struct("demo.Everything", {
  flag: t.field(0, t.bool, { default: true }),
  int8: t.field(1, t.int8, { default: -1 }),
  uint8: t.field(2, t.uint8),
  uint16: t.field(3, t.uint16),
  uint32: t.field(4, t.uint32, { default: 2 ** 32 - 1 }),
  int64: t.field(5, t.optional(t.int64), { default: 2n ** 62n }),
  single: t.field(6, t.float, { default: 2 }),
  number: t.field(7, t.double, { default: -1.5e-7 }),
  text: t.field(8, t.string, { default: 'a "b" \\ \n\u007f é', doc: "Some text,\nof two lines." }),
  bytes: t.field(9, t.bytes),
  colour: t.field(10, Colour, { default: "blue" }),
  part: t.field(11, t.optional(Part)),
  parts: t.field(12, t.map(t.string, t.list(Part))),
  set: t.field(255, t.list(t.int32), { doc: "ends a comment: */" }),
}, { doc: "All there is." });
const text = `module demo
{
    /** A colour. */
    enum Colour
    {
        red = 1,
        blue = -7
    };
};

module demo
{
    module parts
    {
        struct Part
        {
            0 require long id;
            1 require vector<Part> of;
        };
    };
};

module demo
{
    struct Hello
    {
        1 optional Colour colour = red;
        2 require parts::Part part;
    };

    /** Greets. */
    interface Greeter
    {
        /** Says hello. */
        demo::Hello hello(string name, out vector<byte> data);
        void rest();
    };
};
`;

Deno.test("a file is written as TARS's own are", () => {
  const Hello = t.struct("demo.Hello", {
    colour: t.field(1, t.optional(Colour), { default: "red" }),
    part: t.field(2, Part),
  });
  const Takes = t.struct("demo.HelloRequest", { name: t.field(1, t.string) });
  const Gives = t.struct("demo.HelloResponse", { return: t.field(0, Hello), data: t.field(2, t.bytes) });
  const None = t.struct("demo.None", {});
  const methods = { hello: unary(Takes, Gives, { doc: "Says hello." }), rest: unary(None, None) };
  const written = writeJce({ types: [], services: [service("demo.Greeter", methods, { doc: "Greets." })] });
  assertEquals(
    written,
    text.replace("demo::Hello hello", "Hello hello").replace("parts::Part part", "demo::parts::Part part"),
  );
});

Deno.test("what was written reads back as it was", () => {
  const idl: Idl = { types: [Everything], services: [] }, described = describeIdl(idl).types;
  const back = describeIdl(readJce(writeJce(idl))).types;
  const doc = "ends a comment: * /";
  const everything = described["demo.Everything"] as { fields: { doc?: string }[] };
  assertEquals(back, {
    ...described,
    "demo.Everything": {
      ...everything,
      fields: everything.fields.map((field) => field.doc?.includes("*/") ? { ...field, doc } : field),
    },
  });
});

Deno.test("any definition written reads back as what it was read as", () => {
  const widths: Record<string, string> = { int53: "int64", uint64: "int64" };
  const same = (type: string) => type.replace(/int53|uint64/g, (word) => widths[word]!);
  const named = structType([]).filter(canBeWritten);
  fc.assert(
    fc.property(named, (type) => {
      const [back] = readJce(writeJce({ types: [type as StructType], services: [] })).types.slice(-1) as StructType[];
      const fields = (struct: StructType) =>
        struct.fields.map(({ key, tag, type }) => [key, tag, same(describeType(type))]);
      assertEquals(fields(back!), fields(type as StructType));
    }),
    { seed: 5, numRuns: 300 },
  );
});

/** Whether TARS has a form for `type`. */
function canBeWritten(type: Type): boolean {
  try {
    return writeJce({ types: [type as StructType], services: [] }) !== "";
  } catch {
    return false;
  }
}

const greeter = `
  module demo {
    struct User { 0 optional string name; };
    /** Greets. */
    interface Greeter {
      /** Says hello. */
      int hello(User user, out string text, routekey string route, out vector<User> others);
      void nothing();
    };
    interface Other { User hello(); };
  };`;

Deno.test("services read back as they were", () => {
  const idl = readJce(greeter), again = readJce(writeJce(idl));
  assertEquals(describeIdl(again), describeIdl(idl));
});

Deno.test("structs are written behind those they need", () => {
  const { types } = readJce("module m { struct A { 1 require B b; }; struct B { 1 require int n; }; };");
  const written = writeJce({ types, services: [] });
  assert(written.indexOf("struct B") < written.indexOf("struct A"), written);
});

Deno.test("a service of colliding tags is written as functions from message to message", () => {
  const Hello = t.struct("demo.Hello", { name: t.field(1, t.string) });
  const plain = service("demo.Greeter", { hello: unary(Hello, Hello) });
  const written = writeJce({ types: [Hello], services: [plain] });
  assert(written.includes("Hello hello(Hello request);"), written);
  assertEquals(written, writeJce({ types: [], services: [messages(plain)] }));
});

const Empty = t.struct("demo.Empty", {});
const One = t.struct("demo.One", { a: t.field(1, t.string) });
const Ring: StructType = t.struct("demo.Ring", { next: t.field(1, t.optional(t.lazy(() => Ring))) });
const Egg: StructType = t.struct("demo.Egg", { hen: t.field(1, t.list(t.lazy(() => Hen))) });
const Hen: StructType = t.struct("demo.Hen", { egg: t.field(1, t.list(t.lazy(() => Egg))) });
const inField = (type: Type, options = {}) => [t.struct("demo.S", { a: t.field(1, type, options) })];
const streams = service("demo.S", { count: serverStream(One, One) });
const nothing = service("demo.S", { f: unary(Empty, t.optional(One)) });

const unwritable: [name: string, idl: Partial<Idl>, message: string][] = [
  [
    "a struct without fields",
    { types: [Empty] },
    "Cannot write demo.Empty as .jce: TARS has no structs without fields",
  ],
  ["a struct in itself", { types: [Ring] }, "demo.Ring as .jce: it contains itself"],
  ["structs in each other", { types: [Hen] }, "which needs it"],
  ["a tag above 255", { types: [t.struct("demo.S", { a: t.field(256, t.bool) })] }, "demo.S.a as .jce: tag 256"],
  ["a name with a space", { types: [t.struct("demo.S", { "a b": t.field(1, t.bool) })] }, '"a b" is no name in TARS'],
  ["a name that is a word", { types: [t.struct("demo.out", { a: t.field(1, t.bool) })] }, '"out" is no name in TARS'],
  ["a list of int8", { types: inField(t.list(t.int8)) }, "demo.S.a as .jce: a list of int8"],
  ["a list of optional values", { types: inField(t.list(t.optional(t.bool))) }, "can't hold optional values"],
  ["a default of a list", { types: inField(t.list(t.bool), { default: [true] }) }, "TARS has no such default"],
  ["a default that is no number", { types: inField(t.double, { default: NaN }) }, "the default is NaN"],
  ["a stream", { services: [streams] }, "demo.S.count as .jce: it is a server_stream"],
  ["a response that may be missing", { services: [nothing] }, "return is optional, as no parameter"],
];

for (const [name, idl, message] of unwritable) {
  Deno.test(`${name} is not written`, () => {
    assertThrows(() => writeJce({ types: [], services: [], ...idl }), TypeError, message);
  });
}

Deno.test("what has no module gets one, and logical types are their bases", () => {
  const S = t.struct("S", {
    at: t.field(1, t.timestamp),
    ids: t.field(2, t.set(t.uuid)),
    big: t.field(3, t.uint64, { default: 2n ** 64n - 1n }),
  });
  const written = writeJce({ types: [S], services: [] }, { module: "mine" });
  assertEquals(describeIdl(readJce(written)).types["mine.S"], {
    kind: "struct",
    name: "mine.S",
    doc: undefined,
    fields: [
      { key: "at", tag: 1, type: "int64" },
      { key: "ids", tag: 2, type: "list<string>" },
      { key: "big", tag: 3, type: "int64", default: -1n },
    ],
    oneofs: [],
    keepUnknown: false,
  });
});
