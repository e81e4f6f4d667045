import { assert, assertEquals, assertThrows } from "@std/assert";
import type { NamedField, StructType, Type } from "../schema/type.ts";
import { describeType } from "./describe.ts";
import { IdlError } from "./idl.ts";
import { readJce } from "./jce.ts";

const struct = (text: string): StructType => {
  const { types } = readJce(`module demo { enum Key { ONE = 1, TWO }; struct Hello { ${text} }; };`);
  return types.at(-1) as StructType;
};
const field = (text: string): NamedField => struct(text).fields[0]!;

const types: [source: string, type: string][] = [
  ["bool", "bool"],
  ["byte", "int8"],
  ["short", "int16"],
  ["int", "int32"],
  ["long", "int64"],
  ["unsigned byte", "uint8"],
  ["unsigned short", "uint16"],
  ["unsigned int", "uint32"],
  ["float", "float"],
  ["double", "double"],
  ["string", "string"],
  ["vector<byte>", "bytes"],
  ["vector<unsigned byte>", "list<uint8>"],
  ["vector<vector<string> >", "list<list<string>>"],
  ["map<string, vector<int>>", "map<string, list<int32>>"],
  ["map<Key, Key>", "map<int32, demo.Key>"],
  ["Key", "demo.Key"],
  ["demo::Key", "demo.Key"],
  ["vector<Hello>", "list<demo.Hello>"],
];

for (const [source, type] of types) {
  Deno.test(`${source} is ${type}`, () => {
    const { key, tag, type: found } = field(`7 require ${source} a;`);
    assertEquals([key, tag, describeType(found)], ["a", 7, type]);
    assertEquals(describeType(field(`0 optional ${source} a;`).type), `optional<${type}>`);
  });
}

Deno.test("arrays are lists, of bytes they are bytes", () => {
  assertEquals(describeType(field("1 require int a[3];").type), "list<int32>");
  assertEquals(describeType(field("1 require byte a[3];").type), "bytes");
});

const defaults: [source: string, value: unknown][] = [
  ["int a = -5", -5],
  ["int a = 0x10", 16],
  ["int a = 010", 8],
  ["unsigned byte a = 255", 255],
  ["long a = -9223372036854775808", -(2n ** 63n)],
  ["double a = 1.5e3", 1500],
  ["float a = -2", -2],
  ["bool a = true", true],
  ['string a = "a\\"b\\n"', 'a"b\n'],
  ["Key a = TWO", "TWO"],
  ["Key a = Key::ONE", "ONE"],
  ["Key a = 2", "TWO"],
];

for (const [source, value] of defaults) {
  Deno.test(`the default of ${source} is read`, () => {
    assertEquals(field(`1 require ${source};`).default, value);
    assertEquals(field(`1 optional ${source};`).default, value);
  });
}

Deno.test("names of an enumeration count on from the last one, or take another's number", () => {
  const { types } = readJce("module m { enum A { a, b = 5, c, d = -1, }; enum B { e = c, f }; };");
  const numbers = types.map((type) => type.kind === "enumeration" && [...type.numbers]);
  assertEquals(numbers, [[["a", 0], ["b", 5], ["c", 6], ["d", -1]], [["e", 6], ["f", 7]]]);
});

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

Deno.test("a function is a method from its parameters to what it gives back", () => {
  const { types, services } = readJce(greeter), [first, other] = services;
  const fields = (type: Type) =>
    (type as StructType).fields.map(({ key, tag, type }) => [key, tag, describeType(type)]);
  const { hello, nothing } = first!.methods;
  assertEquals([first!.name, first!.doc, hello!.doc, hello!.kind], ["demo.Greeter", "Greets.", "Says hello.", "unary"]);
  assertEquals(fields(hello!.request), [["user", 1, "demo.User"], ["route", 3, "string"]]);
  assertEquals(fields(hello!.response), [["return", 0, "int32"], ["text", 2, "string"], [
    "others",
    4,
    "list<demo.User>",
  ]]);
  assertEquals([fields(nothing!.request), fields(nothing!.response)], [[], []]);
  assertEquals(fields(other!.methods.hello!.response), [["return", 0, "demo.User"]]);
  assertEquals(types.map(({ name }) => name), [
    "demo.User",
    "demo.HelloRequest",
    "demo.HelloResponse",
    "demo.NothingRequest",
    "demo.NothingResponse",
    "demo.OtherHelloRequest",
    "demo.OtherHelloResponse",
  ]);
});

Deno.test("comments before and behind are kept", () => {
  const text = `module m {
    // A struct.
    struct S {
      1 require int a; // behind
      /* before */ 2 require int b;
    };
    enum E { x = 0, // an x
      y = 1 };
  };`;
  const [found] = readJce(text).types as StructType[];
  assertEquals([found!.doc, ...found!.fields.map(({ doc }) => doc)], ["A struct.", "behind", "before"]);
});

Deno.test("what says nothing about messages is skipped", () => {
  const text = `module m { const int X = 5; const string Y = "a"; struct S { 1 require int a; }; key[S, a]; };`;
  assertEquals(readJce(text).types.length, 1);
});

Deno.test("files include each other", () => {
  const files: Record<string, string> = {
    "a.jce": '#include "b.jce"\nmodule a { struct A { 1 require b::B b; }; };',
    "b.jce": '#include "a.jce"\n#include "c.jce"\nmodule b { struct B { 1 require c::C c; }; };',
    "c.jce": "module c { enum C { x = 3 }; };",
  };
  const include = (path: string) => files[path];
  const { types } = readJce('#include "a.jce"\nmodule m { struct S { 1 require a::A a; }; };', { include });
  assertEquals(types.map(({ name }) => name), ["m.S"]);
  const bad = { include: () => "module x { struct ? };" };
  const error = assertThrows(() => readJce('\n #include "x"', bad), IdlError, 'in x:1:19: got "?", want a struct');
  assertEquals([error.line, error.column], [2, 11]);
});

Deno.test("modules nest, and a struct may stand before its definition", () => {
  const { types } = readJce(
    "module a { module b { struct X { 1 require Y y; 2 require vector<X> more; }; }; struct Y { 1 require int n; }; };",
  );
  assertEquals(types.map(({ name }) => name), ["a.b.X", "a.Y"]);
  assertEquals((types[0] as StructType).fields.map(({ type }) => describeType(type)), ["a.Y", "list<a.b.X>"]);
});

const errors: [name: string, text: string, message: string][] = [
  ["no module", "struct S {};", '1:1: want "module"'],
  ["no semicolon", "module m { struct S { 1 require int a } };", '1:39: got "}", want ";"'],
  ["no tag", "module m { struct S { require int a; }; };", '1:23: got "require", want a tag'],
  ["a tag too large", "module m { struct S { 256 require int a; }; };", "1:23: 256 is not a tag from 0 to 255"],
  ["neither require nor optional", "module m { struct S { 1 int a; }; };", '1:25: got "int", want "optional"'],
  ["a tag twice", "module m { struct S {\n1 require int a;\n1 optional int b; }; };", "3:16: b has the tag of a, 1"],
  ["a field twice", "module m { struct S { 1 require int a; 2 require int a; }; };", "1:54: the name a is taken"],
  ["a struct twice", "module m { struct S {}; struct S {}; };", "1:32: the name m.S is taken"],
  ["an unknown type", "module m { struct S { 1 require a::T a; }; };", "1:33: a::T is not defined"],
  ["a key that is a struct", "module m { struct S { 1 require map<S, int> a; }; };", "1:33: a map's keys are"],
  ["unsigned long", "module m { struct S { 1 require unsigned long a; }; };", "1:42: there is no unsigned long"],
  ["a pointer", "module m { struct S { 1 require int * a; }; };", "1:37: pointers are not supported"],
  ["a fixed size", "module m { struct S { 1 require string:8 a; }; };", "1:39: fixed sizes are not supported"],
  [
    "a default out of range",
    "module m { struct S { 1 require byte a = 128; }; };",
    "1:42: 128 is not within the type's range",
  ],
  [
    "a default of another type",
    'module m { struct S { 1 require int a = "x"; }; };',
    "1:41: the default is not of the field's type",
  ],
  ["a default of a list", "module m { struct S { 1 require vector<int> a = 1; }; };", "1:49: the default is not of"],
  ["an unknown name", "module m { enum E { a }; struct S { 1 require E a = b; }; };", "1:53: b is no name of m.E"],
  ["a number twice", "module m { enum E { a = 1, b = 1 }; };", "1:28: b has the number of a, 1"],
  ["an enumeration of nothing", "module m { enum E { }; };", "1:17: the enumeration E has no names"],
  ["a word as a name", "module m { struct out { }; };", "1:19: nothing may be called out"],
  ["a function twice", "module m { interface I { int a(); int a(int b); }; };", "1:39: the name a is taken"],
  ["a parameter twice", "module m { interface I { int f(int a, out int a); }; };", "1:47: the name a is taken"],
  ["a prototype", "module m { struct S { 1 require int __proto__; }; };", "1:37: no field may be called __proto__"],
  ["an unknown file", '#include "a.jce"', '1:10: there is no file "a.jce" to include'],
  ["the end too early", "module m {", "1:11: want a struct, enum"],
  ["nesting without end", "module m { struct S { 1 require " + "vector<".repeat(100), "nesting is deeper than 64"],
  ["modules without end", "module m {".repeat(100), "nesting is deeper than 64"],
];

for (const [name, text, message] of errors) {
  Deno.test(`${name} is told with its place`, () => void assertThrows(() => readJce(text), IdlError, message));
}

Deno.test("any cut of a file is read or refused with its place", () => {
  for (let end = 0; end < greeter.length; end++) {
    try {
      readJce(greeter.slice(0, end));
    } catch (error) {
      assert(error instanceof IdlError, String(error));
    }
  }
});
