/**
 * avro between random schemas: what does not go together is said when a coder is made, and nothing but RpcErrors later.
 *
 * @module
 */
import { assert, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import type { Coder } from "../codec.ts";
import { writeAvsc } from "../idl/avsc.ts";
import { difference } from "../same.ts";
import type { StructType, Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { avroTypeWithValues } from "./arbitrary_avro_test.ts";
import { avroCoder } from "./coder.ts";

const typed = avroTypeWithValues({ unions: true });

function encode(type: Type, value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new Writer(16);
  avroCoder(type).encode(value, writer);
  return writer.slice();
}

/** The value, or undefined when the bytes are refused as they should be. */
function decode(coder: Coder, bytes: Uint8Array): unknown {
  try {
    return coder.decode(new Reader(bytes));
  } catch (error) {
    assert(error instanceof RpcError, `${error}`);
    return undefined;
  }
}

Deno.test("avro reads a struct with only some of the fields from one with all, and has defaults for them", () => {
  fc.assert(
    fc.property(typed, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), ({ type, values }, keeps) => {
      const { name, fields } = type as StructType, record = values[0] as Record<string, unknown>;
      const kept = fields.filter((_, i) => keeps[i]);
      const less = t.struct(name, Object.fromEntries(kept.map((field) => [field.key, field])));
      const expected = Object.fromEntries(kept.map(({ key }) => [key, record[key]]));
      for (const schema of [type, writeAvsc(type)]) {
        const found = avroCoder<unknown>(less, { schema }).decode(new Reader(encode(type, record)));
        assertStrictEquals(difference(found, expected), undefined);
      }
      const given = fields.map((field) => [field.key, { ...field, default: record[field.key] }]);
      const more = avroCoder(t.struct(name, Object.fromEntries(given)), { schema: writeAvsc(less) });
      assertStrictEquals(difference(more.decode(new Reader(encode(less, expected))), record), undefined);
    }),
    { seed: 41, numRuns: 1500 },
  );
});

Deno.test("avro writes the defaults of fields that a type hasn't got", () => {
  fc.assert(
    // A default does not say which branch of a union it is of.
    fc.property(avroTypeWithValues({ unions: false }), ({ type, values }) => {
      const { name, fields } = type as StructType, record = values[0] as Record<string, unknown>;
      const given = fields.map((field) => [field.key, { ...field, default: record[field.key] }]);
      const full = t.struct(name, Object.fromEntries(given)), writer = new Writer();
      avroCoder(t.struct(name, {}), { schema: full }).encode({}, writer);
      assertStrictEquals(difference(avroCoder(full).decode(new Reader(writer.slice())), record), undefined);
    }),
    { seed: 42, numRuns: 1500 },
  );
});

Deno.test("avro answers spoilt bytes of another schema with an RpcError or a value", () => {
  const spoil = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 });
  let resolved = 0;
  fc.assert(
    fc.property(typed, typed, spoil, ({ type, values }, other, spoilt) => {
      const bytes = encode(type, values[0]);
      for (const [at, byte] of spoilt) if (bytes.length > 0) bytes[at % bytes.length] = byte;
      for (const reader of [type, other.type, t.struct("test.S0", {})]) {
        let coder: Coder;
        try {
          coder = avroCoder(reader, { schema: type });
        } catch (error) {
          assert(error instanceof TypeError && error.message.startsWith("Cannot use "), `${error}`);
          continue;
        }
        resolved++;
        decode(coder, bytes);
        for (let end = 0; end < bytes.length; end += 7) decode(coder, bytes.subarray(0, end));
      }
    }),
    { seed: 43, numRuns: 3000 },
  );
  assert(resolved > 6000, `only ${resolved} schemas went together`);
});
