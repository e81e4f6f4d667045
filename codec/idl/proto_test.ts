import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { type AnyType, resolved, type StructType, type Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { describeIdl, describeType } from "./describe.ts";
import { IdlError } from "./idl.ts";
import { readProto, type ReadProtoOptions } from "./proto.ts";

const head = `syntax = "proto3"; package demo;\n`;

function typesOf(text: string, options?: ReadProtoOptions): unknown {
  return describeIdl(readProto(text, options)).types;
}

Deno.test("comments become documentation", () => {
  const { types, services } = readProto(`
// License, which belongs to nothing.

syntax = "proto3"; // not this

/* Says hello,
 * politely.
 */
message Hello { // not this one
  // Who.
  // And whence.
  string name = 1; // not this, there is one before
  int32 times = 2; // How often.
  /** Detached. */

  bool ok = 3;
}
enum Colour { // Of paint.
  RED = 0; // no place for it
}
// Says things.
service Greeter {
  // Once.
  rpc Hello(Hello) returns (Hello);
  rpc Again(Hello) returns (Hello); // Twice.
}`);
  const [hello, colour] = types as [StructType, StructType];
  assertEquals([hello.doc, colour.doc], ["Says hello,\npolitely.", "Of paint."]);
  assertEquals(hello.fields.map(({ doc }) => doc), ["Who.\nAnd whence.", "How often.", undefined]);
  const { doc, methods } = services[0]!;
  assertEquals([doc, methods["hello"]!.doc, methods["again"]!.doc], ["Says things.", "Once.", "Twice."]);
});

Deno.test("a message that contains itself is lazy there, and only there", () => {
  const { types: [a, b] } = readProto(
    head + "message A { B b = 1; } message B { A a = 1; repeated C cs = 2; } message C {}",
  );
  const inA = (a as StructType).fields[0]!.type, inB = (b as StructType).fields[0]!.type;
  assertEquals([kinds(inA), kinds(inB)], ["optional struct", "optional lazy"]);
  assertEquals([describeType(inA), describeType(inB)], ["optional<demo.B>", "optional<demo.A>"]);
  const lazy = (inB as { inner?: Type }).inner!;
  assertStrictEquals(resolved(lazy), a);
});

function kinds(type: Type): string {
  const any = type as AnyType;
  return any.kind === "optional" ? `optional ${any.inner.kind}` : any.kind;
}

Deno.test("scalars are the words of the schema", () => {
  const { types } = readProto(head + "message M { sfixed64 a = 1; uint64 b = 2; int64 c = 3 [jstype = JS_NUMBER]; }");
  assertEquals((types[0] as StructType).fields.map(({ type }) => type), [t.sfixed64, t.uint64, t.int53]);
});

Deno.test("what is missing is zero or empty, and fields may have their names in the file", () => {
  const { types } = readProto(
    head + `enum E { Z = 0; }
    message M { int64 a_b = 1; repeated M c = 2; map<string, M> d = 3; E e = 4 [json_name = "f_g"]; optional string s = 5; }`,
  );
  const fields = (types[1] as StructType).fields.map(({ key, default: standard, aliases }) => [key, standard, aliases]);
  assertEquals(fields, [
    ["aB", 0n, ["a_b"]],
    ["c", [], undefined],
    ["d", new Map(), undefined],
    ["e", "Z", ["f_g"]],
    ["s", undefined, undefined],
  ]);
});

Deno.test("files import others, which may import them", () => {
  const files: Record<string, string> = {
    "a/b.proto": `${head} import "c.proto"; import "d.proto"; message B { C c = 1; }`,
    "c.proto": `${head} import "d.proto"; message C { D d = 1; }`,
    "d.proto": `${head} message D { int32 n = 1; } message Unused {}`,
  };
  const idl = readProto(head + `import "a/b.proto";\nmessage M { B b = 1; demo.C c = 2; }`, {
    import: (path) => files[path],
  });
  assertEquals(idl.types.map(({ name }) => name), ["demo.M"]);
  assertEquals(Object.keys(describeIdl(idl).types), ["demo.B", "demo.C", "demo.D", "demo.M"]);
});

const badImports: Record<string, [files: Record<string, string>, message: string]> = {
  "isn't there": [{}, '2:8: there is no file "b.proto" to import'],
  "imports what isn't there": [
    { "b.proto": 'import "c.proto";' },
    '2:8: there is no file "c.proto" to import',
  ],
  "imports itself": [
    { "b.proto": 'import "c.proto";', "c.proto": 'import "b.proto";' },
    '2:8: the file "b.proto" imports itself',
  ],
  "is wrong": [{ "b.proto": head + " massage M {}" }, '2:8: in b.proto:2:2: got "massage", want message'],
  "uses what isn't there": [{ "b.proto": head + "message B { C c = 1; }" }, "2:8: in b.proto:2:13: there is no type C"],
  "has the name of one of ours": [{ "b.proto": head + "message M { int32 n = 1; }" }, "3:9: the name demo.M is taken"],
};

for (const [name, [files, message]] of Object.entries(badImports)) {
  Deno.test(`an error says where the import is of a file that ${name}`, () => {
    const text = head + `import "b.proto";\nmessage M { B b = 1; }`;
    const error = assertThrows(() => readProto(text, { import: (path) => files[path] }), IdlError);
    assertEquals(error.message.slice(0, message.length), message);
  });
}

const editions: Record<string, [text: string, field: string]> = {
  "are optional": ["message M { int32 a = 1; }", "optional<int32>"],
  "are as the file says": ["option features.field_presence = IMPLICIT; message M { int32 a = 1; }", "int32"],
  "are as they say": ["message M { int32 a = 1 [features.field_presence = IMPLICIT]; }", "int32"],
  "say more than the file": [
    "option features.field_presence = IMPLICIT; message M { int32 a = 1 [features.field_presence = EXPLICIT]; }",
    "optional<int32>",
  ],
  "may be of types that files share": ["export message M { local enum E { Z = 0; } E a = 1; }", "optional<M.E>"],
};

for (const [name, [text, field]] of Object.entries(editions)) {
  Deno.test(`fields of editions ${name}`, () => {
    const { types } = readProto(`edition = "2023";\n${text}`);
    assertEquals(describeType((types[0] as StructType).fields[0]!.type), field);
  });
}

const badEditions: Record<string, string> = {
  'edition = "2099";': '1:11: edition "2099" is not supported, want "2023" or "2024"',
  'edition = "2023"; message M { optional int32 a = 1; }': "1:40: editions have no optional: it is the default",
  'edition = "2023"; message M { int32 a = 1 [features.field_presence = LEGACY_REQUIRED]; }':
    "1:44: required fields are not supported",
  'edition = "2023"; message M { M a = 1 [features.message_encoding = DELIMITED]; }':
    "1:31: delimited messages are not supported",
};

for (const [text, message] of Object.entries(badEditions)) {
  Deno.test(`${text} is refused`, () => void assertThrows(() => readProto(text), IdlError, message));
}

Deno.test("nesting is bounded", () => {
  const deep = (levels: number) => head + "message M {".repeat(levels) + "}".repeat(levels);
  assertEquals(readProto(deep(64)).types.length, 64);
  assertThrows(() => readProto(deep(65)), IdlError, "nesting is deeper than 64");
  const options = head + `option (a) = ${"{ a: ".repeat(100_000)}`;
  assertThrows(() => readProto(options), IdlError, "nesting is deeper than 64");
  const chain = Array.from({ length: 10_000 }, (_, i) => `message M${i} { M${i + 1} m = 1; }`).join("\n");
  assertThrows(
    () => readProto(`${head}${chain} message M10000 {}`),
    IdlError,
    "more than 500 messages are in each other",
  );
});

const tooMuch: Record<string, [text: string, message: string]> = {
  "names": [`package ${"a.".repeat(1_000_000)}a;`, "1:9: the name is longer than 1000"],
  "numbers": [`message M { reserved ${"9".repeat(1_000_000)}; }`, "is no number"],
  "reserved numbers": [
    `message M { reserved ${Array.from({ length: 1001 }, (_, i) => i + 1).join()}; }`,
    "more than 1000 ranges of numbers are reserved",
  ],
};

for (const [name, [text, message]] of Object.entries(tooMuch)) {
  Deno.test(`${name} are bounded`, () => void assertThrows(() => readProto(text), IdlError, message));
}

Deno.test("a file without anything is one", () => assertEquals(typesOf(""), {}));
