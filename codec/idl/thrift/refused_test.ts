import { assert, assertEquals, assertThrows } from "@std/assert";
import { IdlError } from "../idl.ts";
import { readThrift } from "../thrift.ts";

/** Text, and what is said of it, line and column first. */
const bad: readonly (readonly [text: string, message: string])[] = [
  ["struct", "1:7: got the end, want a name"],
  ["strukt S {}", '1:1: got "strukt", want a definition such as struct, enum or service'],
  ["struct S {\n  1: i32\n}", '3:1: got "}", want the name of a field'],
  ["struct S {\n  i32 a\n}", "2:3: the field has no id: write one before it, as in 1:"],
  ["struct S { 0: i32 a }", "1:12: 0 is not an id from 1 to 32767"],
  ["struct S { -1: i32 a }", "1:12: -1 is not an id from 1 to 32767"],
  ["struct S { 32768: i32 a }", "1:12: 32768 is not an id from 1 to 32767"],
  ["struct S { 1: i32 a, 1: i32 b }", "1:29: the id 1 of b stands twice"],
  ["struct S { 1: i32 a, 2: i32 a }", "1:29: a can't be the name of another field"],
  ["struct S { 1: i32 __proto__ }", "1:19: __proto__ can't be the name of another field"],
  ["struct S { 1: Foo a }", "1:15: Foo is not defined"],
  ["struct S { 1: uuid a }", "1:15: uuid is no type of Thrift 0.17: use string"],
  ["struct S { 1: other.Foo a }", "1:15: other.Foo is not defined"],
  ["const i32 A = 1\nstruct S { 1: A a }", "2:15: A is no type"],
  ["struct S { 1: map<double, i32> a }", "1:15: Cannot use double as the key of a map"],
  ["struct S { 1: map<i32> a }", '1:22: got ">", want ","'],
  ["struct S { 1: list a }", '1:20: got "a", want "<"'],
  ["struct S { 1: i8 a = 128 }", "1:22: got 128, want an integer from -128 to 127"],
  ["struct S { 1: i64 a = 9223372036854775808 }", "1:23: got 9223372036854775808, want a bigint of 64 bits"],
  ["struct S { 1: i32 a = 1.5 }", "1:23: got a number with a point, want an integer from -2147483648 to 2147483647"],
  ['struct S { 1: i32 a = "x" }', "1:23: got a text, want an integer from -2147483648 to 2147483647"],
  ["struct S { 1: string a = 1 }", "1:26: got an integer, want a string"],
  ["struct S { 1: bool a = 2 }", "1:24: got an integer, want a boolean"],
  ["struct S { 1: list<i32> a = {} }", "1:29: got a map, want an array"],
  ['struct S { 1: list<i32> a = [1, "x"] }', "1:33: got a text, want an integer from -2147483648 to 2147483647"],
  ["struct S { 1: i32 a = FOO }", "1:23: FOO is no constant"],
  ["struct S { 1: i32 a = }", '1:23: got "}", want a constant'],
  ["const i32 A = A", "1:15: A is a constant of constants, more than 64 deep"],
  ["const i8 A = 300", "1:14: got 300, want an integer from -128 to 127"],
  ["enum E { A }\nconst E X = 5", "2:13: got an integer, want a name of E"],
  ["enum E { A }\nconst E X = E.B", "2:13: E.B is no constant"],
  ['struct P { 1: i32 x }\nconst P A = {"y": 1}', "2:14: this is no field of P"],
  ["struct P { 1: i32 x }\nconst P A = {}\nstruct S { 1: P p = A }", "2:13: x of P is missing"],
  ["struct P { 1: optional P p = {} }", "1:8: this needs itself to begin with"],
  ["enum E { }", "1:6: E has no names"],
  ["enum E { A = 1, B = 1 }", "1:17: the number 1 of B stands twice"],
  ["enum E { A, A }", "1:13: A can't be another name of the enum"],
  ["enum E { A = 2147483648 }", "1:14: 2147483648 is not a number from -2147483648 to 2147483647"],
  ["enum E { A = 2147483647, B }", "1:26: the number 2147483648 of B has more than 32 bits"],
  ["union U { }", "1:7: U is a union without fields"],
  ["union U { 1: i32 a = 5 }", "1:22: a field of a union has no default"],
  ["struct A {}\nenum A { X }", "2:6: A is defined twice"],
  ["typedef A B\ntypedef B A", "1:9: A is a typedef of typedefs, more than 64 deep"],
  ["service S { void a(), void a() }", "1:28: a can't be the name of another method"],
  ["service S extends T { }", "1:9: T is no service"],
  ["service A extends B {}\nservice B extends A {}", "1:9: A extends services more than 64 deep"],
  ["service S { oneway i32 a() }", "1:13: a is oneway and so can't answer"],
  ["struct X {}\nservice S { void a() throws (1: X x) }", "2:33: X is no exception"],
  ["exception X {}\nservice S { i32 a() throws (1: X success) }", "2:34: an exception can't be named success"],
  ["struct SAArgs {}\nservice S { void a() }", "2:9: SAArgs is the name of another type as well"],
  [`service ${"S".repeat(201)} {}`, `1:9: Cannot define service "${"S".repeat(201)}": bad name`],
  ['include "a.thrift"', '1:1: "a.thrift" can\'t be found'],
  ["senum S { 'a' }", '1:1: got "senum", want a definition such as struct, enum or service'],
  ["struct S { 1: i32 a } (x = 5)", '1:28: got "5", want the text of an annotation'],
  ["struct S {}\n/* open", "2:1: the comment has no end"],
  [`struct S { 1: ${"list<".repeat(100)}i32${">".repeat(100)} a }`, "1:339: nesting is deeper than 64"],
  [`const i32 A = ${"[".repeat(100)}`, "1:80: nesting is deeper than 64"],
  [bomb(6), "1:1: the constants have more than 100000 values"],
];

/** Constants that multiply. */
function bomb(levels: number): string {
  const list = (i: number) => `const ${"list<".repeat(i)}i8${">".repeat(i)} L${i} = [${`L${i - 1},`.repeat(20)}]\n`;
  return `const i8 L0 = 1\n${Array.from({ length: levels }, (_, i) => list(i + 1)).join("")}`;
}

for (const [text, message] of bad) {
  Deno.test(`readThrift refuses ${text.slice(0, 50)}`, () => {
    const error = assertThrows(() => readThrift(text), IdlError);
    if (!text.startsWith("const i8 L0")) assertEquals(error.message, message);
    else assert(error.message.endsWith(message.slice(5)), error.message);
    assert(error.message.startsWith(`${error.line}:${error.column}: `));
  });
}
