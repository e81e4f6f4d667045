/**
 * avro against npm's avsc: random schemas written by writeAvsc and read by avsc, random values both ways.
 *
 * @module
 */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import avsc from "avsc";
import fc from "fast-check";
import { Buffer } from "node:buffer";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import type { Coder } from "../codec.ts";
import { readAvsc, writeAvsc } from "../idl/avsc.ts";
import { difference } from "../same.ts";
import type { StructType, Type } from "../schema/type.ts";
import { stripped } from "../fit.ts";
import * as t from "../schema/words.ts";
import { avroTypeWithValues } from "./arbitrary_avro_test.ts";
import { avroCoder } from "./coder.ts";
import { bytesOfUuid, daysOf, unscaledOf } from "./forms.ts";
import { avroFixed } from "./fixed.ts";
import { type AvroRecord, type AvroSchema, branchId } from "./schema.ts";
import { schemaOf } from "./schema_of.ts";
import { avroCanonicalForm } from "./source.ts";

/** A long as a bigint, which avsc leaves to its users. */
const long = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer(n: bigint) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(n);
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (n: unknown) => typeof n === "bigint",
  compare: (a: bigint, b: bigint) => a < b ? -1 : a > b ? 1 : 0,
});

function avscTypeOf(json: string): avsc.Type {
  const typeHook = (schema: avsc.Schema) => (schema as { type?: unknown }).type === "long" ? long : undefined;
  return avsc.Type.forSchema(
    JSON.parse(json),
    { registry: { long }, typeHook, wrapUnions: true } as Partial<avsc.ForSchemaOptions>,
  );
}

/** `value` in the form that avsc takes: unions wrapped, logical types as what they are written as. */
function avscValueOf(schema: AvroSchema, type: Type, value: unknown): unknown {
  const any = stripped(type), record = value as Record<string, unknown>;
  if (schema.type === "union") {
    if (value === undefined) return null;
    const key = any.kind === "struct" && schema.members ? Object.keys(record)[0]! : undefined;
    const at = key === undefined
      ? schema.branches.findIndex((branch) => branch.type !== "null")
      : schema.members!.indexOf(key);
    const branch = schema.branches[at]!;
    const inner = key === undefined ? any : (any as StructType).fields.find((field) => field.key === key)!.type;
    return { [branchId(branch)]: avscValueOf(branch, inner, key === undefined ? value : record[key]) };
  }
  if (schema.type === "record" && schema.isWrapper) return { value: avscValueOf(schema.fields[0]!.type, any, value) };
  switch (any.kind) {
    case "logical": {
      const base = any.toBase(value);
      if (any.name === "timestamp") return BigInt(base as number);
      if (any.name === "date") return daysOf(base as string);
      if (any.name === "decimal") {
        return Buffer.from(unscaledOf(base as string, schema.type === "fixed" ? schema.size : 0));
      }
      if (any.name === "uuid" && schema.type === "fixed") return Buffer.from(bytesOfUuid(base as string));
      return avscValueOf(schema, any.base, base);
    }
    case "int53":
    case "uint32":
      return BigInt(value as number);
    case "uint64":
      return BigInt.asIntN(64, value as bigint);
    case "string":
      return (value as string).toWellFormed();
    case "bytes":
      return Buffer.from(value as Uint8Array);
    case "list":
      return (value as unknown[]).map((item) =>
        avscValueOf((schema as { items?: AvroSchema }).items!, any.element, item)
      );
    case "map": {
      const entries = [...value as Map<unknown, unknown>];
      if (schema.type === "map") {
        return Object.fromEntries(entries.map(([key, item]) => [key, avscValueOf(schema.values, any.value, item)]));
      }
      const [key, item] = ((schema as { items?: AvroSchema }).items as AvroRecord).fields;
      return entries.map(([k, v]) => ({
        key: avscValueOf(key!.type, any.key, k),
        value: avscValueOf(item!.type, any.value, v),
      }));
    }
    case "struct":
      return Object.fromEntries(
        (schema as AvroRecord).fields.map((
          { name, type },
          i,
        ) => [name, avscValueOf(type, any.fields[i]!.type, record[name])]),
      );
    default:
      return value;
  }
}

function encode(coder: Coder, value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new Writer(16);
  coder.encode(value, writer);
  return writer.slice();
}

/** Whether avsc keeps the order of a map's keys; numbers come first in its objects. */
function keepsOrder(json: string): boolean {
  return !json.includes('"map", "values"');
}

Deno.test("avro writes the bytes of avsc, and reads them", () => {
  fc.assert(
    fc.property(avroTypeWithValues({ unions: true }), ({ type, values }) => {
      const coder = avroCoder(type), json = writeAvsc(type), judge = avscTypeOf(json), schema = schemaOf(type);
      for (const value of values) {
        const bytes = encode(coder, value), expected = judge.toBuffer(avscValueOf(schema, type, value));
        if (keepsOrder(json)) assertEquals(bytes.toHex(), expected.toString("hex"));
        const relayed = judge.toBuffer(judge.fromBuffer(Buffer.from(bytes)));
        for (const written of [expected, relayed]) {
          assertStrictEquals(difference(coder.decode(new Reader(new Uint8Array(written))), value), undefined);
        }
      }
    }),
    { seed: 11, numRuns: 2000 },
  );
});

Deno.test("avro refuses spoilt bytes with an RpcError, and else reads what avsc reads", () => {
  const spoil = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
  let taken = 0;
  fc.assert(
    fc.property(avroTypeWithValues({ unions: true }), spoil, ({ type, values }, spoilt) => {
      const coder = avroCoder(type), bytes = encode(coder, values[0]);
      for (const [at, byte] of spoilt) if (bytes.length > 0) bytes[at % bytes.length] = byte;
      let value: unknown;
      try {
        value = coder.decode(new Reader(bytes));
      } catch (error) {
        assert(error instanceof RpcError && error.code === "invalid_argument", `${error}`);
        return;
      }
      taken++;
      const json = writeAvsc(type), judge = avscTypeOf(json);
      const again = coder.decode(new Reader(new Uint8Array(judge.toBuffer(judge.fromBuffer(Buffer.from(bytes))))));
      assertStrictEquals(difference(again, value), undefined);
    }),
    { seed: 12, numRuns: 3000 },
  );
  assert(taken > 300, `only ${taken} spoilt messages were taken`);
});

Deno.test("writeAvsc gives schemas with the canonical form that avsc makes of them, and readAvsc types of the same bytes", () => {
  fc.assert(
    fc.property(avroTypeWithValues({ unions: true }), ({ type, values }) => {
      const json = writeAvsc(type), form = avroCanonicalForm(type);
      assertEquals(form, avroCanonicalForm(json));
      assertEquals(JSON.stringify(JSON.parse(form)), JSON.stringify(avscTypeOf(json).schema()));
      const again = avroCoder(readAvsc(json).types[0]!), bytes = encode(avroCoder(type), values[0]);
      assertEquals(encode(again, again.decode(new Reader(bytes))).toHex(), bytes.toHex());
    }),
    { seed: 13, numRuns: 1000 },
  );
});

/** What a reader with another schema makes of the same bytes, by avsc's resolvers. */
const evolutions: readonly (readonly [name: string, writer: Type, reader: Type, value: unknown])[] = [
  ["int to long", t.int32, t.int64, -5],
  ["int to double", t.int32, t.double, 1 << 30],
  ["long to float", t.int64, t.float, 16777216n],
  ["float to double", t.float, t.double, 1.5],
  ["text to bytes", t.string, t.bytes, "é"],
  ["bytes to text", t.bytes, t.string, new TextEncoder().encode("é")],
  ["a list of ints to a list of doubles", t.list(t.int32), t.list(t.double), [1, 2]],
  ["a fixed", avroFixed("a.F", 2), avroFixed("a.F", 2), Uint8Array.of(1, 2)],
  ["a value to an optional one", t.int32, t.optional(t.int64), 7],
];

for (const [name, writer, reader, value] of evolutions) {
  Deno.test(`avro and avsc agree on ${name}`, () => {
    const of = (type: Type) => t.struct("test.One", { field: t.field(1, type) });
    const from = avscTypeOf(writeAvsc(of(writer))), to = avscTypeOf(writeAvsc(of(reader)));
    const bytes = encode(avroCoder(of(writer)), { field: value });
    const judged = to.fromBuffer(Buffer.from(bytes), to.createResolver(from)),
      own = avroCoder(of(reader), { schema: of(writer) });
    const read = own.decode(new Reader(bytes));
    assertEquals(encode(avroCoder(of(reader)), read).toHex(), to.toBuffer(judged).toString("hex"));
    assertEquals(encode(own, read).toHex(), bytes.toHex());
  });
}
