/**
 * avro against Apache's Python: it reads what we write, and writes the same bytes again.
 *
 * @module
 */
import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { Reader, Writer } from "../../protocol/mod.ts";
import { writeAvsc } from "../idl/avsc.ts";
import { difference } from "../same.ts";
import type { Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { avroTypeWithValues } from "./arbitrary_avro_test.ts";
import { avroCoder } from "./coder.ts";
import { avroCanonicalForm } from "./source.ts";

const PYTHON = "/usr/bin/python3";

/**
 * Reads lines `[writer's schema, reader's schema or null, bytes in hex]` and writes for each: the value as Python shows it,
 * its bytes by the reader's schema, and the writer's canonical form.
 */
const SCRIPT = `
import io, json, sys
import avro.io, avro.schema
for line in sys.stdin:
    writer, reader, data = json.loads(line)
    writer = avro.schema.parse(writer)
    reader = writer if reader is None else avro.schema.parse(reader)
    stream = io.BytesIO(bytes.fromhex(data))
    value = avro.io.DatumReader(writer, reader).read(avro.io.BinaryDecoder(stream))
    assert stream.read() == b"", "bytes are left"
    again = io.BytesIO()
    avro.io.DatumWriter(reader).write(value, avro.io.BinaryEncoder(again))
    print(json.dumps([str(value), again.getvalue().hex(), writer.canonical_form]))
`;

type Question = readonly [writer: string, reader: string | null, hex: string];

async function python(questions: readonly Question[]): Promise<[shown: string, hex: string, canonical: string][]> {
  const child = new Deno.Command(PYTHON, { args: ["-c", SCRIPT], stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  const lines = questions.map((question) => JSON.stringify(question)).join("\n");
  const input = new Blob([lines]).stream().pipeTo(child.stdin).catch(() => {});
  const { success, stdout, stderr } = await child.output();
  await input;
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
}

async function isThere(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(PYTHON, { args: ["-c", "import avro.io"], stderr: "null" }).output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const missing = !await isThere(), note = missing ? " (python3-avro is missing)" : "";

function bytesOf(type: Type, value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new Writer(16);
  avroCoder(type).encode(value, writer);
  return writer.slice();
}

/** The schema without logical types, whose values Python has classes with smaller ranges for. */
function plain(json: string): string {
  return json.replace(/,\s*"(?:logicalType|precision|scale)": (?:"[a-z-]+"|\d+)/g, "");
}

Deno.test({
  name: `python reads random values of random schemas, and writes the same bytes${note}`,
  ignore: missing,
  async fn() {
    const cases = fc.sample(avroTypeWithValues({ unions: false }), { seed: 21, numRuns: 600 })
      .flatMap(({ type, values }) => values.map((value) => ({ type, value })));
    const bytes = cases.map(({ type, value }) => bytesOf(type, value));
    const answers = await python(cases.map(({ type }, i) => [plain(writeAvsc(type)), null, bytes[i]!.toHex()]));
    cases.forEach(({ type, value }, i) => {
      const [, hex, canonical] = answers[i]!;
      assertEquals(hex, bytes[i]!.toHex());
      assertEquals(JSON.parse(canonical), JSON.parse(avroCanonicalForm(type)));
      assertStrictEquals(difference(avroCoder(type).decode(new Reader(Uint8Array.fromHex(hex))), value), undefined);
    });
  },
});

interface Tree {
  name: string;
  left?: Tree | undefined;
  right?: Tree | undefined;
}
const Tree: Type<Tree> = t.struct("demo.Tree", {
  name: t.field(1, t.string),
  left: t.field(2, t.optional(t.lazy(() => Tree))),
  right: t.field(3, t.optional(t.lazy(() => Tree))),
});
const One = (type: Type) => t.struct("demo.One", { field: t.field(1, type) });
const Choice = t.union("demo.Choice", { text: t.field(1, t.string), flag: t.field(2, t.bool), tree: t.field(3, Tree) });

/** What Python shows of a field. */
const shown: readonly (readonly [type: Type, value: unknown, shown: string])[] = [
  [t.timestamp, new Date("2026-11-23T07:48:21.000Z"), "datetime.datetime(2026, 11, 23, 7, 48, 21, tzinfo="],
  [t.date, "2026-11-23", "datetime.date(2026, 11, 23)"],
  [t.date, "1969-12-31", "datetime.date(1969, 12, 31)"],
  [t.decimal(9, 2), "-1234567.89", "Decimal('-1234567.89')"],
  [t.decimal(9, 2), "0.05", "Decimal('0.05')"],
  [t.decimal(9), "128", "Decimal('128')"],
  [t.decimal(9), "-128", "Decimal('-128')"],
  [t.uuid, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'"],
  [t.uint64, 2n ** 64n - 1n, "-1"],
  [t.map(t.int32, t.string), new Map([[5, "five"]]), "[{'key': 5, 'value': 'five'}]"],
  [t.set(t.string), new Set(["a"]), "['a']"],
  [t.optional(t.int32), undefined, "None"],
  [Choice, { flag: true }, "True"],
  [t.optional(Choice), { text: "a" }, "'a'"],
  [
    Choice,
    { tree: { name: "a", left: { name: "b" } } },
    "{'name': 'a', 'left': {'name': 'b', 'left': None, 'right': None}",
  ],
];

Deno.test({
  name: `python sees what is meant${note}`,
  ignore: missing,
  async fn() {
    const questions = shown.map(([type, field]): Question => {
      return [writeAvsc(One(type)), null, bytesOf(One(type), { field }).toHex()];
    });
    const answers = await python(questions);
    shown.forEach(([type, field, expected], i) => {
      const [actual, hex] = answers[i]!, again = avroCoder(One(type)).decode(new Reader(Uint8Array.fromHex(hex)));
      assertEquals(actual.slice(0, `{'field': ${expected}`.length), `{'field': ${expected}`);
      assertStrictEquals(difference(again, { field }), undefined);
    });
  },
});

const user = (fields: Parameters<typeof t.struct>[1]) => t.struct("demo.User", fields);
const Colour = (...names: string[]) =>
  t.enumeration("demo.Colour", Object.fromEntries(names.map((name, i) => [name, i])));

/** Schemas of a writer and a reader with a value of the writer's. */
const evolutions: readonly (readonly [name: string, writer: Type, reader: Type, value: unknown])[] = [
  ["more fields", user({ a: t.field(1, t.int32), b: t.field(2, t.list(t.string)) }), user({ a: t.field(1, t.int32) }), {
    a: 1,
    b: ["x"],
  }],
  [
    "fewer fields",
    user({ a: t.field(1, t.int32) }),
    user({
      z: t.field(1, t.map(t.string, t.int64), { default: new Map([["k", 2n ** 60n]]) }),
      b: t.field(2, t.string, { default: "é" }),
      c: t.field(3, t.bytes, { default: Uint8Array.of(0, 97) }),
      d: t.field(4, t.list(t.bool), { default: [true, false] }),
      e: t.field(5, t.optional(t.double)),
      f: t.field(6, Colour("red", "blue"), { default: "blue" }),
      g: t.field(7, t.struct("demo.In", { x: t.field(1, t.float) }), { default: { x: -0.5 } }),
      a: t.field(9, t.int32),
    }),
    { a: 7 },
  ],
  [
    "another order",
    user({ a: t.field(1, t.int32), b: t.field(2, t.string) }),
    user({
      b: t.field(1, t.string),
      a: t.field(2, t.int64),
    }),
    { a: 1, b: "x" },
  ],
  [
    "wider numbers",
    user({ a: t.field(1, t.int32), b: t.field(2, t.int64), c: t.field(3, t.float) }),
    user({
      a: t.field(1, t.double),
      b: t.field(2, t.float),
      c: t.field(3, t.double),
    }),
    { a: -5, b: 3n, c: 1.5 },
  ],
  [
    "a symbol in another place",
    user({ a: t.field(1, Colour("red", "blue")) }),
    user({
      a: t.field(1, Colour("green", "blue", "red")),
    }),
    { a: "blue" },
  ],
  ["a value that became optional", user({ a: t.field(1, t.int32) }), user({ a: t.field(1, t.optional(t.int64)) }), {
    a: 5,
  }],
];

Deno.test({
  name: `python resolves schemas to what we resolve them to${note}`,
  ignore: missing,
  async fn() {
    const questions = evolutions.map(([, writer, reader, value]): Question => {
      return [writeAvsc(writer), writeAvsc(reader), bytesOf(writer, value).toHex()];
    });
    const answers = await python(questions);
    evolutions.forEach(([name, writer, reader, value], i) => {
      const read = avroCoder(reader, { schema: writer }).decode(new Reader(bytesOf(writer, value)));
      assertEquals(bytesOf(reader, read).toHex(), answers[i]![1], name);
    });
  },
});
