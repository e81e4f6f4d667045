/**
 * The schema words, exported together as `t`.
 *
 * @example
 * ```ts
 * import { type Infer, t } from "@erpc/erpc";
 * const Hello = t.struct("demo.Hello", { name: t.field(1, t.string), times: t.field(2, t.optional(t.int32)) });
 * type Hello = Infer<typeof Hello>; // { name: string; times?: number | undefined }
 * const hello: Hello = { name: "world" };
 * console.assert(hello.times === undefined);
 * ```
 *
 * @module
 */
import {
  checkType,
  type EnumType,
  type Field,
  type FieldOptions,
  type Fields,
  type LazyType,
  type ListType,
  type MapType,
  type NamedField,
  type Oneof,
  type OptionalType,
  type ScalarType,
  type StructOf,
  type StructOptions,
  type StructType,
  type Type,
  type UnionOf,
} from "./type.ts";

export { standard } from "../standard.ts";
export { checked } from "../validate.ts";
export { date, decimal, logical, set, timestamp, uuid } from "./logical.ts";

/** true or false. */
export const bool: ScalarType<boolean> = { kind: "bool" };
/** Integer of 8 bits. */
export const int8: ScalarType<number> = { kind: "int8" };
/** Integer of 16 bits. */
export const int16: ScalarType<number> = { kind: "int16" };
/** Integer of 32 bits. */
export const int32: ScalarType<number> = { kind: "int32" };
/** Integer of 64 bits, as a bigint. */
export const int64: ScalarType<bigint> = { kind: "int64" };
/** Integer within ±(2^53-1), as a number; 64 bits on the wire. */
export const int53: ScalarType<number> = { kind: "int53" };
/** Unsigned integer of 8 bits. */
export const uint8: ScalarType<number> = { kind: "uint8" };
/** Unsigned integer of 16 bits. */
export const uint16: ScalarType<number> = { kind: "uint16" };
/** Unsigned integer of 32 bits. */
export const uint32: ScalarType<number> = { kind: "uint32" };
/** Unsigned integer of 64 bits, as a bigint; jce, thrift and avro carry its bits as those of an int64. */
export const uint64: ScalarType<bigint> = { kind: "uint64" };
/** An int32 that protobuf writes zigzag, for numbers that are often negative. */
export const sint32: ScalarType<number> = { kind: "int32", form: "zigzag" };
/** An int64 that protobuf writes zigzag. */
export const sint64: ScalarType<bigint> = { kind: "int64", form: "zigzag" };
/** An uint32 that protobuf writes in four bytes. */
export const fixed32: ScalarType<number> = { kind: "uint32", form: "fixed" };
/** An uint64 that protobuf writes in eight bytes. */
export const fixed64: ScalarType<bigint> = { kind: "uint64", form: "fixed" };
/** An int32 that protobuf writes in four bytes. */
export const sfixed32: ScalarType<number> = { kind: "int32", form: "fixed" };
/** An int64 that protobuf writes in eight bytes. */
export const sfixed64: ScalarType<bigint> = { kind: "int64", form: "fixed" };
/** IEEE 754 number of 32 bits; a JavaScript number is rounded to it. */
export const float: ScalarType<number> = { kind: "float" };
/** IEEE 754 number of 64 bits: JavaScript's number. */
export const double: ScalarType<number> = { kind: "double" };
/** Text. */
export const string: ScalarType<string> = { kind: "string" };
/** Raw bytes, as a Uint8Array. */
export const bytes: ScalarType<Uint8Array> = { kind: "bytes" };

/** A list of `element`s. */
export function list<T>(element: Type<T>): ListType<T> {
  checkType(element, "a list");
  return { kind: "list", element };
}

const keyKinds: ReadonlySet<string> = new Set(
  ["bool", "int8", "int16", "int32", "int64", "int53", "uint8", "uint16", "uint32", "uint64", "string"],
);

/** A `Map` from `key`s (bool, integer or string) to `value`s; throws TypeError for another key type. */
export function map<K, V>(key: Type<K>, value: Type<V>): MapType<K, V> {
  checkType(key, "a map");
  checkType(value, "a map");
  if (!keyKinds.has(key.kind)) throw new TypeError(`Cannot use ${key.kind} as the key of a map`);
  return { kind: "map", key, value };
}

/** A field that may be left out, or undefined. */
export function optional<T>(inner: Type<T>): OptionalType<T> {
  checkType(inner, "an optional type");
  return { kind: "optional", inner };
}

/**
 * The type that `get` gives, asked for when it is first needed: for a struct that contains itself.
 *
 * @example
 * ```ts
 * import { type StructType, t } from "@erpc/erpc/codec";
 * interface Tree {
 *   name: string;
 *   children: Tree[];
 * }
 * const Tree: StructType<Tree> = t.struct("demo.Tree", {
 *   name: t.field(1, t.string),
 *   children: t.field(2, t.list(t.lazy(() => Tree))),
 * });
 * ```
 */
export function lazy<T>(get: () => Type<T>): LazyType<T> {
  return { kind: "lazy", get };
}

/** A closed set of names with int32 numbers. Throws RangeError for a bad or repeated number. */
export function enumeration<N extends string>(
  name: string,
  numbers: Readonly<Record<N, number>>,
  options: { readonly doc?: string } = {},
): EnumType<N> {
  const byName = new Map<N, number>(), byNumber = new Map<number, N>();
  for (const [key, number] of Object.entries(numbers) as [N, number][]) {
    if (number !== (number | 0) || byNumber.has(number)) {
      throw new RangeError(`Cannot define enumeration ${name}: bad or repeated number ${number} for ${key}`);
    }
    byName.set(key, number);
    byNumber.set(number, key);
  }
  if (byName.size === 0) throw new RangeError(`Cannot define enumeration ${name}: it has no names`);
  return { ...options, kind: "enumeration", name, numbers: byName, names: byNumber };
}

const maxTag = 2 ** 29 - 1;

/**
 * A field of a struct with its tag; throws RangeError for a tag that isn't an integer from 0 to 2^29-1. Tags of 1-255 suit
 * every codec: jce has no larger ones, thrift none above 32767, and pb no 0.
 */
export function field<T>(tag: number, type: Type<T>, options: FieldOptions<NoInfer<T>> = {}): Field<T> {
  if (!Number.isInteger(tag) || tag < 0 || tag > maxTag) {
    throw new RangeError(`Cannot use tag ${tag}: want 0-${maxTag}`);
  }
  checkType(type, `the field of tag ${tag}`);
  return { ...options, tag, type };
}

/**
 * A named record. Throws RangeError when a tag stands twice, TypeError for what is no field, and for a group of fields that
 * aren't optional.
 */
export function struct<F extends Fields>(
  name: string,
  fields: F,
  options: StructOptions = {},
): StructType<StructOf<F>> {
  const { oneofs, ...rest } = options, sorted = sortedFields(name, fields);
  if (!oneofs) return { ...rest, kind: "struct", name, fields: sorted };
  const groups = Object.entries(oneofs).map(([group, keys]) => ({ name: group, keys, required: false }));
  checkGroups(name, sorted, groups);
  return { ...rest, kind: "struct", name, fields: sorted, oneofs: groups };
}

/**
 * Exactly one of several fields, as in `{ text: "hi" }`: a message that is one oneof, a Thrift union.
 * Throws RangeError when a tag stands twice, or without fields.
 */
export function union<F extends Fields>(
  name: string,
  fields: F,
  options: { readonly doc?: string } = {},
): StructType<UnionOf<{ [K in keyof F]: F[K] extends Field<infer T> ? T : never }>> {
  const keys = Object.keys(fields);
  if (keys.length === 0) throw new RangeError(`Cannot define union ${name}: it has no fields`);
  const sorted = sortedFields(name, fields).map((field) => ({ ...field, type: optional(field.type) }));
  return { ...options, kind: "struct", name, fields: sorted, oneofs: [{ name: "value", keys, required: true }] };
}

function sortedFields(name: string, fields: Fields): NamedField[] {
  const sorted = Object.entries(fields).map(([key, field]): NamedField => {
    if (typeof field?.tag === "number") return { ...field, key };
    throw new TypeError(`Cannot define struct ${name}: ${key} is no field, want t.field(tag, type)`);
  });
  sorted.sort((a, b) => a.tag - b.tag);
  sorted.forEach(({ key, tag }, i) => {
    if (tag === sorted[i - 1]?.tag) {
      throw new RangeError(`Cannot define struct ${name}: tag ${tag} of ${key} stands twice`);
    }
  });
  return sorted;
}

function checkGroups(name: string, fields: readonly NamedField[], groups: readonly Oneof[]): void {
  const seen = new Set<string>(), types = new Map(fields.map(({ key, type }) => [key, type]));
  for (const { name: group, keys } of groups) {
    for (const key of keys) {
      if (types.get(key)?.kind !== "optional" || seen.has(key)) {
        throw new TypeError(`Cannot define struct ${name}: ${key} of ${group} is no optional field of its own`);
      }
      seen.add(key);
    }
  }
}
