/**
 * Random schema types of the words that every notation has, with values, and random data, for the property tests of codecs
 * and their oracles; `random_test.ts` has all the words. Holds no test itself.
 *
 * @module
 */
import fc from "fast-check";
import type { Ability } from "./conformance_cases.ts";
import type { AnyType, EnumType, Field, ScalarKind, Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";

type Lacks = readonly Ability[];

const text = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: "binary", maxLength: 40 }));
const bigint = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

const scalarValues: Record<ScalarKind, fc.Arbitrary<unknown>> = {
  bool: fc.boolean(),
  int8: fc.integer({ min: -128, max: 127 }),
  int16: fc.integer({ min: -32768, max: 32767 }),
  int32: fc.integer(),
  int64: fc.oneof(bigint, fc.bigInt({ min: -300n, max: 300n })),
  int53: fc.oneof(fc.maxSafeInteger(), fc.integer()),
  uint8: fc.nat(255),
  uint16: fc.nat(65535),
  uint32: fc.nat(2 ** 32 - 1),
  uint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  float: fc.float(),
  double: fc.double(),
  string: text,
  bytes: fc.uint8Array({ maxLength: 40 }),
};

const scalarTypes: readonly Type[] = [
  t.bool,
  t.int8,
  t.int16,
  t.int32,
  t.int64,
  t.int53,
  t.uint8,
  t.uint16,
  t.uint32,
  t.float,
  t.double,
  t.string,
  t.bytes,
];
const keyTypes = scalarTypes.filter(({ kind }) => kind !== "float" && kind !== "double" && kind !== "bytes");
const enumTypes: readonly Type[] = [
  t.enumeration("test.Small", { a: 0, b: 1, c: -1 }),
  t.enumeration("test.Large", { none: 0, least: -(2 ** 31), most: 2 ** 31 - 1 }),
];
const fieldNames = ["name", "id", "constructor", "toString", "a", "é", "0", "list", "valueOf", "x y"];

/** A random struct type, without what is in `lacks`. */
export function structType(lacks: Lacks, levels = 3): fc.Arbitrary<Type> {
  const tag = fc.integer({ min: lacks.includes("tag_zero") ? 1 : 0, max: 255 });
  const tags = fc.uniqueArray(fc.oneof({ weight: 4, arbitrary: tag.map((n) => n % 16 || 16) }, tag), { maxLength: 6 });
  const type = fieldType(lacks, levels - 1);
  return fc.tuple(
    tags,
    fc.shuffledSubarray(fieldNames, { minLength: 6 }),
    fc.array(type, { minLength: 6, maxLength: 6 }),
  )
    .map(([tags, names, types]) => {
      const fields = tags.map((tag, i): [string, Field] => [names[i]!, t.field(tag, types[i]!)]);
      return t.struct("test.Random", Object.fromEntries(fields));
    });
}

function fieldType(lacks: Lacks, levels: number): fc.Arbitrary<Type> {
  const type = valueType(lacks, levels, true);
  const inner = lacks.includes("optional_container") ? valueType(lacks, levels, false) : type;
  return fc.oneof({ weight: 3, arbitrary: type }, inner.map((type) => t.optional(type)));
}

function valueType(lacks: Lacks, levels: number, containers: boolean): fc.Arbitrary<Type> {
  const plain = [
    { weight: 6, arbitrary: fc.constantFrom(...scalarTypes) },
    { weight: 1, arbitrary: fc.constantFrom(...enumTypes) },
  ];
  if (levels <= 0) return fc.oneof(...plain);
  const inner = valueType(lacks, levels - 1, !lacks.includes("nested"));
  return fc.oneof(
    ...plain,
    { weight: 1, arbitrary: structType(lacks, levels) },
    ...containers
      ? [
        { weight: 1, arbitrary: inner.map((type) => t.list(type)) },
        { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...keyTypes), inner).map(([k, v]) => t.map(k, v)) },
      ]
      : [],
  );
}

/** Random values of `type`; `scalars` replaces those of some scalar kinds. */
export function valueOf(
  type: Type,
  scalars: Partial<Record<ScalarKind, fc.Arbitrary<unknown>>> = {},
): fc.Arbitrary<unknown> {
  const any = type as AnyType, of = (type: Type) => valueOf(type, scalars);
  switch (any.kind) {
    case "optional":
      return fc.option(of(any.inner), { nil: undefined });
    case "list":
      return fc.array(of(any.element), { maxLength: 5 });
    case "map":
      return fc.array(fc.tuple(of(any.key), of(any.value)), { maxLength: 4 }).map((pairs) => new Map(pairs));
    case "struct":
      return fc.tuple(...any.fields.map(({ type }) => of(type)))
        .map((values) => Object.fromEntries(any.fields.map(({ key }, i) => [key, values[i]])));
    case "enumeration":
      return fc.constantFrom(...(type as EnumType).numbers.keys());
    default:
      return scalars[any.kind as ScalarKind] ?? scalarValues[any.kind as ScalarKind];
  }
}

/** A random struct type with some of its values. */
export function typeWithValues(lacks: Lacks): fc.Arbitrary<{ type: Type; values: unknown[] }> {
  return structType(lacks).chain((type) =>
    fc.array(valueOf(type), { minLength: 1, maxLength: 3 }).map((values) => ({ type, values }))
  );
}

/** Random data that needs no schema, without what is in `lacks`. */
export function data(lacks: Lacks): fc.Arbitrary<unknown> {
  const can = (ability: Ability) => !lacks.includes(ability);
  const number = fc.double({ noNaN: !can("any_non_finite"), noDefaultInfinity: !can("any_non_finite") })
    .map((n) => can("any_negative_zero") ? n : n + 0);
  const key = text.filter((key) => key !== "__proto__");
  return fc.letrec((tie) => ({
    several: fc.oneof(
      tie("value"),
      fc.array(tie("value"), { minLength: 2, maxLength: 8 }),
      fc.dictionary(key, tie("value"), { minKeys: 2, maxKeys: 8, noNullPrototype: true }),
    ),
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(null, true, false, 0, 1, -1, ""),
      fc.oneof(fc.integer(), fc.maxSafeInteger(), number),
      text,
      ...can("any_bytes") ? [fc.uint8Array({ maxLength: 40 })] : [],
      ...can("any_bigint") ? [bigint] : [],
      ...can("any_big") ? [fc.bigInt()] : [],
      ...can("any_date") ? [fc.date({ noInvalidDate: !can("any_bad_date") })] : [],
      ...can("any_undefined") ? [fc.constant(undefined)] : [],
      fc.array(tie("value"), { maxLength: 6 }),
      fc.dictionary(key, tie("value"), { maxKeys: 6, noNullPrototype: true }),
      ...can("any_map")
        ? [fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 4 }).map((pairs) => new Map(pairs))]
        : [],
      ...can("any_set") ? [fc.array(tie("value"), { maxLength: 4 }).map((values) => new Set(values))] : [],
    ),
  })).several;
}
