import { assert, assertEquals, assertThrows } from "@std/assert";
import { service, unary } from "../schema/service.ts";
import type { StructType } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { describeIdl, describeType } from "./describe.ts";
import { IdlError, type NamedType } from "./idl.ts";
import { readThrift, writeThrift } from "./thrift.ts";

/** A field's text, and what it becomes: its type, default and documentation. */
const fields: readonly (readonly [text: string, type: string, value?: unknown, doc?: string])[] = [
  ["1: bool f", "bool"],
  ["1: byte f", "int8"],
  ["1: i8 f", "int8"],
  ["1: i16 f,", "int16"],
  ["1: i32 f;", "int32"],
  ["1: required i64 f", "int64"],
  ["1: optional double f", "optional<double>"],
  ["1: string f", "string"],
  ["1: slist f", "string"],
  ["1: binary f", "bytes"],
  ["1: list<i32> f", "list<int32>"],
  ["1: set<string> f", "set<list<string>>"],
  ["1: map<i16, list<map<string, bool>>> f", "map<int16, list<map<string, bool>>>"],
  ["1: map<Op, Op> f", "map<int32, n.Op>"],
  ["1: Text f", "string"],
  ["1: Texts f", "list<string>"],
  ["1: optional S & f", "optional<n.S>"],
  ["1: Later f", "n.Later"],
  ['1: list<i32> cpp_type "std::list" f', "list<int32>"],
  ['1: map cpp_type "m" <i32, i32 (a.b)> (c = "d") f (e, g = "h";)', "map<int32, int32>"],
  ["1: i32 f xsd_optional xsd_nillable xsd_attrs { 1: i32 a }", "int32"],
  ["0x10: i32 f", "int32"],
  ["1: i32 f = -5", "int32", -5],
  ["1: i32 f = +0x7fffffff", "int32", 0x7fffffff],
  ["1: i64 f = -9223372036854775808", "int64", -(2n ** 63n)],
  ["1: double f = 2", "double", 2],
  ["1: double f = -1.5e-3", "double", -1.5e-3],
  ["1: bool f = true", "bool", true],
  ["1: bool f = 0", "bool", false],
  ["1: string f = 'a\"b'", "string", 'a"b'],
  ['1: string f = "a\\n\\"\\\\"', "string", 'a\n"\\'],
  ['1: binary f = "é"', "bytes", Uint8Array.of(0xc3, 0xa9)],
  ["1: Op f = Op.SUB", "n.Op", "SUB"],
  ["1: Op f = 1", "n.Op", "ADD"],
  ["1: Op f = elsewhere.SUB", "n.Op", "SUB"],
  ["1: Op f = FIRST", "n.Op", "ADD"],
  ["1: i32 f = Op.SUB", "int32", 2],
  ["1: i32 f = ANSWER", "int32", 42],
  ["1: list<i32> f = [1, ANSWER; 3]", "list<int32>", [1, 42, 3]],
  ["1: set<i8> f = [1, 1]", "set<list<int8>>", new Set([1])],
  ['1: map<string, i8> f = {"a": 1, "b": 2;}', "map<string, int8>", new Map([["a", 1], ["b", 2]])],
  ['1: Point f = {"x": 1}', "n.Point", { x: 1, y: 7 }],
  ['1: optional Pick f = {"n": 1}', "optional<n.Pick>", { n: 1 }],
  ["\n/** What it is. */\n1: i32 f", "int32", undefined, "What it is."],
  ["/* no doc */ 1: i32 f # nor this", "int32"],
  ["// no doc\n 1: i32 f", "int32"],
];

const around = `namespace * n
enum Op { ADD = 1, SUB }
typedef string Text
typedef list<Text> Texts
const i32 ANSWER = 42
const Op FIRST = Op.ADD
struct Point { 1: i32 x, 2: i32 y = 7, 3: optional i32 z }
union Pick { 1: i32 n, 2: string s }
`;

for (const [text, type, value, doc] of fields) {
  Deno.test(`readThrift reads the field ${text.slice(0, 60)}`, () => {
    const { types } = readThrift(`${around}struct S { ${text}\n} struct Later { 1: i32 x }`);
    const field = (types.find(({ name }) => name === "n.S") as StructType).fields[0]!;
    assertEquals([field.key, describeType(field.type), field.default, field.doc], ["f", type, value, doc]);
  });
}

const A: StructType = t.struct("A", { b: t.field(1, t.list(t.lazy(() => B))) });
const B: StructType = t.struct("B", { a: t.field(2, t.optional(A)), n: t.field(1, t.int8) });

const definitions: readonly (readonly [name: string, text: string, types: readonly NamedType[]])[] = [
  ["nothing", " // nothing\n", []],
  ["an enum", "/** E. */ enum E { A, B = 0x10 (x), C; D = -1 } (y)", [
    t.enumeration("E", { A: 0, B: 16, C: 17, D: -1 }, { doc: "E." }),
  ]],
  ["structs that contain each other", "struct A { 1: list<B> b }\nstruct B { 2: optional A a, 1: i8 n }", [A, B]],
  ["a union", "namespace py p\nnamespace js j.s\nunion U { 1: optional i8 a; 2: string b }", [
    t.union("j.s.U", { a: t.field(1, t.int8), b: t.field(2, t.string) }) as StructType,
  ]],
  ["the first namespace when none is for all", "namespace py p.y (x = 'y')\nnamespace go g\nenum E { A }", [
    t.enumeration("p.y.E", { A: 0 }),
  ]],
];

for (const [name, text, types] of definitions) {
  Deno.test(`readThrift reads ${name}`, () => {
    const idl = readThrift(text);
    assertEquals(idl.types.map(({ name }) => name), types.map(({ name }) => name));
    assertEquals(describeIdl(idl), describeIdl({ types, services: [] }));
  });
}

const calculator = `namespace * calc
/** Wrong. */
exception Bad {
  1: string why
}
service Base {
  oneway void ping()
}
/** Counts. */
service Calculator extends Base {
  /** Adds. */
  i32 add(1: i32 a, 2: optional i32 b = 5) throws (1: Bad bad),
  void put(3: string text) throws (1: Bad bad);
  async void zap(1: bool hard) (x = "y")
}`;

Deno.test("readThrift gives a method the structs of its arguments and results", () => {
  const Bad = t.struct("calc.Bad", { why: t.field(1, t.string) }, { doc: "Wrong." });
  const empty = (name: string) => t.struct(`calc.Calculator${name}`, {});
  const Calculator = service("calc.Calculator", {
    ping: unary(empty("PingArgs"), empty("PingResult")),
    add: unary(
      t.struct("calc.CalculatorAddArgs", { a: t.field(1, t.int32), b: t.field(2, t.int32, { default: 5 }) }),
      t.union("calc.CalculatorAddResult", { success: t.field(0, t.int32), bad: t.field(1, Bad) }),
      { doc: "Adds." },
    ),
    put: unary(
      t.struct("calc.CalculatorPutArgs", { text: t.field(3, t.string) }),
      t.struct("calc.CalculatorPutResult", { bad: t.field(1, t.optional(Bad)) }, { oneofs: { result: ["bad"] } }),
    ),
    zap: unary(t.struct("calc.CalculatorZapArgs", { hard: t.field(1, t.bool) }), empty("ZapResult")),
  }, { doc: "Counts." });
  const { types, services } = readThrift(calculator);
  assertEquals(
    describeIdl({ types: [], services: services.slice(1) }),
    describeIdl({ types: [], services: [Calculator] }),
  );
  const names = ["Bad", "BasePingArgs", "BasePingResult", "CalculatorPingArgs", "CalculatorPingResult"];
  assertEquals(types.slice(0, 5).map(({ name }) => name), names.map((name) => `calc.${name}`));
});

const files: Record<string, string> = {
  "shared.thrift": "namespace * sh\nstruct Point { 1: i32 x }\nenum E { A, B }\nconst E LAST = E.B\nexception No {}\n" +
    "service Base { void ping() }",
  "lib/more.thrift": 'include "shared.thrift"\nstruct More { 1: shared.Point p }',
  "dotted.name.thrift": "struct Dotted {}",
  "loop.thrift": 'include "loop.thrift"',
  "wrong.thrift": "struct S {\n  1: Foo a\n}",
  "broken.thrift": "struct S {",
};
const include = (path: string) => files[path];

Deno.test("readThrift reads what a document includes", () => {
  const text = 'include "shared.thrift"\ninclude "lib/more.thrift"\ninclude "dotted.name.thrift"\nnamespace * own\n' +
    "struct S { 1: shared.Point a, 2: more.More b, 3: shared.E c = shared.LAST, 4: shared.E d = shared.E.A, 5: dotted.name.Dotted e }\n" +
    "service T extends shared.Base { void put(1: S s) throws (1: shared.No no) }";
  const { types, services } = readThrift(text, { include });
  const names = ["sh.Point", "sh.E", "sh.No", "More", "Dotted", "own.S"];
  assertEquals(types.slice(0, 6).map(({ name }) => name), names);
  const S = types[5] as StructType;
  assertEquals(S.fields.map((field) => [describeType(field.type), field.default]), [
    ["sh.Point", undefined],
    ["More", undefined],
    ["sh.E", "B"],
    ["sh.E", "A"],
    ["Dotted", undefined],
  ]);
  assertEquals([services.length, services[0]?.name, Object.keys(services[0]!.methods)], [1, "own.T", ["ping", "put"]]);
});

for (
  const [path, message] of [
    ["loop.thrift", "2:1: loop.thrift:1:1: loop.thrift includes itself"],
    ["wrong.thrift", "2:1: wrong.thrift:2:6: Foo is not defined"],
    ["broken.thrift", "2:1: broken.thrift:1:11: got the end, want an id"],
    ["none.thrift", '2:1: "none.thrift" can\'t be found'],
  ]
) {
  Deno.test(`readThrift says what is wrong with the included ${path}`, () => {
    const error = assertThrows(() => readThrift(`\ninclude "${path}"`, { include }), IdlError);
    assert(error.message.startsWith(message!), error.message);
  });
}

Deno.test("readThrift reads long chains of structs, the last first", () => {
  const chain = Array.from({ length: 5000 }, (_, i) => `struct S${i} { 1: optional S${i + 1} a }`).join("\n");
  assertEquals(readThrift(`${chain}\nstruct S5000 {}`).types.length, 5001);
});

Deno.test("writeThrift writes what readThrift reads again", () => {
  const whole = `${around}struct S {\n${
    fields.map(([text], i) => text.replace(/0x10:|1:/, `${i + 1}:`).replace(" f", ` f${i}`)).join("\n")
  }\n}
struct Later { 1: Point p }\n${calculator.replace("namespace * calc", "")}`;
  const idl = readThrift(whole), text = writeThrift(idl);
  assertEquals(describeIdl(readThrift(text)), describeIdl(idl));
  assertEquals(writeThrift(readThrift(text)), text);
});
