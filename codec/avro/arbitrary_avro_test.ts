/**
 * Random schema types that Avro's schemas can name, with values; holds no test itself.
 *
 * @module
 */
import fc from "fast-check";
import { valueOf } from "../arbitrary_test.ts";
import type { AnyType, LogicalType, StructType, Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { avroFixed } from "./fixed.ts";

/** What a random type is made from; names are given when it is built, so that each is there once. */
type Spec =
  | { readonly of: "leaf" | "logical"; readonly at: number }
  | { readonly of: "fixed"; readonly at: number }
  | { readonly of: "enum"; readonly at: number }
  | { readonly of: "list"; readonly parts: readonly Spec[] }
  | { readonly of: "map"; readonly key: number; readonly parts: readonly Spec[] }
  | { readonly of: "struct" | "union"; readonly parts: readonly Spec[]; readonly optional: readonly boolean[] };

const leaves: readonly Type[] = [
  t.bool,
  t.int8,
  t.int16,
  t.int32,
  t.int64,
  t.int53,
  t.uint8,
  t.uint16,
  t.uint32,
  t.uint64,
  t.float,
  t.double,
  t.string,
  t.bytes,
];
const logicals: readonly Type[] = [t.timestamp, t.date, t.uuid, t.decimal(12, 3), t.decimal(5), t.set(t.int32)];
const keys: readonly Type[] = [t.string, t.string, t.bool, t.int16, t.int64, t.uint32];

function specs({ unions }: { unions: boolean }): fc.Arbitrary<Spec> {
  const at = fc.nat(1000), flags = fc.array(fc.boolean(), { minLength: 5, maxLength: 5 });
  return fc.letrec<{ any: Spec; struct: Spec }>((tie) => {
    const parts = (minLength: number, maxLength: number) => fc.array(tie("any"), { minLength, maxLength });
    const struct = fc.record({
      of: fc.constant("struct" as const),
      parts: fc.array(tie("any"), { maxLength: 5 }),
      optional: flags,
    });
    return {
      struct,
      any: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        { weight: 6, arbitrary: fc.record({ of: fc.constantFrom("leaf", "leaf", "logical"), at }) },
        { weight: 1, arbitrary: fc.record({ of: fc.constantFrom("fixed", "enum"), at }) },
        { weight: 1, arbitrary: fc.record({ of: fc.constant("list"), parts: parts(1, 1) }) },
        { weight: 1, arbitrary: fc.record({ of: fc.constant("map"), key: at, parts: parts(1, 1) }) },
        { weight: 1, arbitrary: struct },
        ...unions
          ? [{ weight: 1, arbitrary: fc.record({ of: fc.constant("union"), parts: parts(1, 4), optional: flags }) }]
          : [],
      ) as fc.Arbitrary<Spec>,
    };
  }).struct;
}

/** Builds the type of `spec`. */
function build(spec: Spec, next: () => number): Type {
  const fields = (parts: readonly Spec[], optional: readonly boolean[]) =>
    Object.fromEntries(parts.map((part, i) => {
      const type = build(part, next);
      return [`f${i}`, t.field(i * 3 + 1, optional[i] ? t.optional(type) : type)];
    }));
  switch (spec.of) {
    case "leaf":
      return leaves[spec.at % leaves.length]!;
    case "logical":
      return logicals[spec.at % logicals.length]!;
    case "fixed": {
      const name = `test.F${next()}`;
      if (spec.at % 3 === 0) return avroFixed(name, 7, t.decimal(12, 3));
      return spec.at % 3 === 1 ? avroFixed(name, 16, t.uuid) : avroFixed(name, spec.at % 20);
    }
    case "enum":
      return t.enumeration(`test.E${next()}`, { a: 7, b: -1, c: spec.at + 10 });
    case "list":
      return t.list(build(spec.parts[0]!, next));
    case "map":
      return t.map(keys[spec.key % keys.length]!, build(spec.parts[0]!, next));
    case "struct":
      return t.struct(`test.S${next()}`, fields(spec.parts, spec.optional));
    case "union":
      return t.union(`test.U${next()}`, fields(spec.parts, []));
  }
}

const milliseconds = {
  min: new Date("0001-01-02T00:00:00Z"),
  max: new Date("9999-12-30T00:00:00Z"),
  noInvalidDate: true,
};
const times = fc.date(milliseconds), days = times.map((date) => date.toISOString().slice(0, 10));

/** Random values of `type`. */
function valuesOf(type: Type): fc.Arbitrary<unknown> {
  const any = type as AnyType;
  switch (any.kind) {
    case "optional":
      return fc.option(valuesOf(any.inner), { nil: undefined });
    case "list":
      return fc.array(valuesOf(any.element), { maxLength: 4 });
    case "map":
      return fc.array(fc.tuple(valuesOf(any.key), valuesOf(any.value)), { maxLength: 3 }).map((pairs) =>
        new Map(pairs)
      );
    case "struct":
      return any.oneofs ? unionValues(any) : structValues(any);
    case "logical":
      return logicalValues(any);
    case "uint64":
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    default:
      return valueOf(type);
  }
}

function structValues({ fields }: StructType): fc.Arbitrary<unknown> {
  return fc.tuple(...fields.map(({ type }) => valuesOf(type)))
    .map((values) => Object.fromEntries(fields.map(({ key }, i) => [key, values[i]])));
}

function unionValues({ fields }: StructType): fc.Arbitrary<unknown> {
  return fc.oneof(...fields.map(({ key, type }) => {
    return valuesOf((type as { inner?: Type }).inner!).map((value) => ({ [key]: value }));
  }));
}

function logicalValues({ name, base, parameters = {} }: LogicalType): fc.Arbitrary<unknown> {
  const { precision = 0, scale = 0, size = 0 } = parameters;
  switch (name) {
    case "timestamp":
      return times;
    case "date":
      return days;
    case "uuid":
      return fc.uuid();
    case "fixed":
      return fc.uint8Array({ minLength: size, maxLength: size });
    case "set":
      return fc.uniqueArray(valuesOf((base as { element?: Type }).element!), { maxLength: 4 }).map((list) =>
        new Set(list)
      );
    default:
      return fc.bigInt({ min: -(10n ** BigInt(precision)) + 1n, max: 10n ** BigInt(precision) - 1n }).map((n) => {
        const digits = String(n < 0n ? -n : n).padStart(scale + 1, "0"), point = digits.length - scale;
        return `${n < 0n ? "-" : ""}${digits.slice(0, point)}${scale > 0 ? "." : ""}${digits.slice(point)}`;
      });
  }
}

/** A random struct type with some of its values. */
export function avroTypeWithValues(options: { unions: boolean }): fc.Arbitrary<{ type: Type; values: unknown[] }> {
  return specs(options).chain((spec) => {
    let n = 0;
    const type = build(spec, () => n++);
    return fc.array(valuesOf(type), { minLength: 1, maxLength: 3 }).map((values) => ({ type, values }));
  });
}
