/**
 * .thrift documents, read by us and by Apache's compiler, which writes what it read as JSON.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { type AnyType, resolved, type StructType, type Type } from "../../schema/type.ts";
import { stripped } from "../../fit.ts";
import { thriftMethod } from "../../thrift/method.ts";
import { describeIdl } from "../describe.ts";
import type { Idl, NamedType } from "../idl.ts";
import { readThrift, writeThrift } from "../thrift.ts";
import { RandomThrift } from "./random_test.ts";

// deno-lint-ignore no-explicit-any -- the compiler's JSON
type Loose = any;

/** What the compiler reads in `documents`, by name; the first is the one that is compiled. Undefined when it refuses. */
async function compiled(documents: Readonly<Record<string, string>>): Promise<Loose> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(documents)) await Deno.writeTextFile(`${folder}/${name}`, text);
    const first = Object.keys(documents)[0]!, args = ["--gen", "json", "-out", folder, `${folder}/${first}`];
    const { success, stderr } = await new Deno.Command("thrift", { args, stdout: "null" }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return JSON.parse(await Deno.readTextFile(`${folder}/${first.replace("thrift", "json")}`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function isThere(): Promise<boolean> {
  try {
    return (await new Deno.Command("thrift", { args: ["--version"], stdout: "null", stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const ignore = !await isThere(), note = ignore ? " (thrift-compiler is missing)" : "";

/** `idl` in the words of the compiler's JSON, in which enumerations are i32, and methods those of `own` alone. */
function described({ types, services }: Idl, own: Loose): Loose {
  const mine = new Set(
    own.services.flatMap(({ name, functions }: Loose) => functions.map((f: Loose) => `${name}.${f.name}`)),
  );
  return {
    enums: types.filter((type) => type.kind === "enumeration").map(({ name, doc, numbers }) => ({
      name: local(name),
      doc,
      members: [...numbers].map(([name, value]) => ({ name, value })),
    })),
    structs: types.filter((type) => type.kind === "struct" && isOwn(type)).map((type) => ({
      name: local(type.name),
      doc: type.doc,
      isUnion: (type as StructType).oneofs !== undefined,
      fields: fieldsOf(type as StructType),
    })),
    services: services.map((service) => ({
      name: local(service.name),
      doc: service.doc,
      functions: Object.keys(service.methods).filter((method) => mine.has(`${local(service.name)}.${method}`)).map(
        (name) => {
          const { args, result } = thriftMethod(service, name), success = result.fields.find(({ tag }) => tag === 0);
          return {
            name,
            doc: service.methods[name]!.doc,
            returns: success ? word(success.type) : "void",
            arguments: fieldsOf(args),
            exceptions: fieldsOf({ ...result, fields: result.fields.filter(({ tag }) => tag > 0) })
              .map((field: Loose) => ({ ...field, optional: false })),
          };
        },
      ),
    })),
  };
}

/** Whether a type is not one of a method's arguments or results. */
function isOwn({ name }: NamedType): boolean {
  return !/Args$|Result$/.test(name);
}

function local(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

function fieldsOf({ fields }: StructType): Loose {
  return fields.map(({ tag, key, doc, type, default: value }) => ({
    key: tag,
    name: key,
    doc,
    type: word(type),
    optional: type.kind === "optional",
    default: value === undefined ? undefined : loose(type, value),
  }));
}

const words: Partial<Record<AnyType["kind"], string>> = {
  bool: "bool",
  int8: "i8",
  int16: "i16",
  int32: "i32",
  int64: "i64",
  double: "double",
  string: "string",
  bytes: "binary",
  enumeration: "i32",
};

function word(type: Type): string {
  const any = stripped(type);
  switch (any.kind) {
    case "list":
      return `list<${word(any.element)}>`;
    case "map":
      return `map<${word(any.key)},${word(any.value)}>`;
    case "logical":
      return `set<${word((resolved(any.base) as { element?: Type }).element!)}>`;
    case "struct":
      return local(any.name);
    default:
      return words[any.kind]!;
  }
}

/** A default as the compiler writes it: numbers for booleans and enumerations, texts for the keys of maps. */
function loose(type: Type, value: Loose): Loose {
  const any = stripped(type);
  switch (any.kind) {
    case "list":
      return value.map((item: Loose) => loose(any.element, item));
    case "logical":
      return loose(any.base, [...value]);
    case "map":
      return Object.fromEntries(
        [...value].map((
          [key, item],
        ) => [typeof key === "bigint" ? String(key) : String(loose(any.key, key)), loose(any.value, item)]),
      );
    case "struct":
      return Object.fromEntries(
        any.fields.filter(({ key }) => value[key] !== undefined)
          .map(({ key, type }) => [key, loose(type, value[key])]),
      );
    case "enumeration":
      return any.numbers.get(value);
    case "bytes":
      return new TextDecoder().decode(value);
    case "double":
      return value === 0 ? value : Number(value.toPrecision(15));
    default:
      return typeof value === "string" ? value : Number(value);
  }
}

/** What the compiler says, in the same form. */
function simplified({ enums, structs, services }: Loose): Loose {
  const doc = (text?: string) => text?.trimEnd();
  const fields = (list: Loose[]) =>
    list.map((field) => ({
      key: field.key,
      name: field.name,
      doc: doc(field.doc),
      type: typeWord(field.typeId, field.type),
      optional: field.required === "optional",
      default: field.default,
    })).sort((a, b) => a.key - b.key);
  return {
    enums: enums.map(({ name, members, ...rest }: Loose) => ({ name, doc: doc(rest.doc), members })),
    structs: structs.map((one: Loose) => ({
      name: one.name,
      doc: doc(one.doc),
      isUnion: one.isUnion,
      fields: fields(one.fields),
    })),
    services: services.map(({ name, functions, ...rest }: Loose) => ({
      name,
      doc: doc(rest.doc),
      functions: functions.map((method: Loose) => ({
        name: method.name,
        doc: doc(method.doc),
        returns: typeWord(method.returnTypeId, method.returnType),
        arguments: fields(method.arguments),
        exceptions: fields(method.exceptions),
      })),
    })),
  };
}

function typeWord(id: string, type: Loose): string {
  if (id === "list" || id === "set") return `${id}<${typeWord(type.elemTypeId, type.elemType)}>`;
  if (id === "map") {
    return `map<${typeWord(type.keyTypeId, type.keyType)},${typeWord(type.valueTypeId, type.valueType)}>`;
  }
  return type?.class === undefined ? id : local(type.class);
}

const shared = `namespace * shared
struct Point { 1: i32 x, 2: i32 y = 7 }
enum E { A, B }
service Base { void ping() }`;

const document = `include "shared.thrift"
namespace py tutorial.py
namespace * all.of.it
# shell comment
typedef i32 Number
typedef map<string, list<Number>> Numbers
const Number ANSWER = 0x2a
const Numbers SOME = { "a": [1, ANSWER], 'b': [] }
/** What to do. */
enum Op { ADD = 1, SUB, MUL = 10 (x = "y"), DIV; NEG = -3 }
/**
 * A tree.
 *   * indented
 *
 * More.
 */
struct Tree { 1: string name, 2: list<Tree> kids = [], 3: optional Later later }
struct Later { 1: Tree tree }
union Choice { 1: i32 n; 2: string s 3: Choice c }
exception Bad { 1: string why }
struct Work {
  /** First. */
  1: i32 num1 = ANSWER,
  2: required Number num2;
  3: Op op = Op.SUB
  4: optional string comment = "a\\"b\\n" (x.y = "z", q)
  5: map<i32, list<set<string>>> deep = {4: [["x"]]}
  6: optional Work after
  7: binary raw = "é", 8: double d = -1.5e3; 9: bool yes = 1, 10: i64 big = -4503599627370496
  12: list<Tree> trees = [{"name": "n", "kids": []}]
  11: Choice choice
  13: shared.Point at = {"x": 1, "y": 2}
  14: Numbers numbers
  300: byte b (c = "d")
  32767: shared.E last
} (final = "true")
service Calc extends shared.Base {
  /** Adds. */
  i32 add(1: i32 a, 2: i32 b = 5) throws (1: Bad bad)
  void put(1: Work w) throws (1: Bad b1, 3: Bad b2);
  list<Work> all(),
  oneway void zip(1: bool fast) (x = "y")
}`;

Deno.test({
  name: `readThrift reads what Apache's compiler reads${note}`,
  ignore,
  async fn() {
    const texts: Record<string, string> = { "all.thrift": document, "shared.thrift": shared };
    const judged = await compiled(texts), idl = readThrift(document, { include: (path) => texts[path] });
    const types = idl.types.filter(({ name }) => name.startsWith("all.of.it."));
    assertEquals(described({ ...idl, types }, judged), simplified(judged));
  },
});

Deno.test({
  name: `Apache's compiler reads what writeThrift writes${note}`,
  ignore,
  async fn() {
    for (let seed = 1; seed <= 5; seed++) {
      const idl = new RandomThrift(seed).idl(60, true), text = writeThrift(idl);
      const again = readThrift(text), judged = await compiled({ "all.thrift": text });
      assertEquals(described(again, judged), simplified(judged));
      assertEquals(described(idl, judged), simplified(judged));
      assertEquals(
        describeIdl({ types: again.types.filter(isOwn), services: [] }),
        describeIdl({ ...idl, services: [] }),
      );
      assertEquals(writeThrift(again), text);
    }
  },
});
