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
import type {
  EnumType,
  Field,
  Fields,
  ListType,
  MapType,
  NamedField,
  OptionalType,
  ScalarType,
  StructOf,
  StructType,
  Type,
} from "./type.ts";

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
  return { kind: "list", element };
}

const keyKinds: ReadonlySet<string> = new Set(
  ["bool", "int8", "int16", "int32", "int64", "int53", "uint8", "uint16", "uint32", "string"],
);

/** A `Map` from `key`s (bool, integer or string) to `value`s; throws TypeError for another key type. */
export function map<K, V>(key: Type<K>, value: Type<V>): MapType<K, V> {
  if (!keyKinds.has(key.kind)) throw new TypeError(`Cannot use ${key.kind} as the key of a map`);
  return { kind: "map", key, value };
}

/** A field that may be left out, or undefined. */
export function optional<T>(inner: Type<T>): OptionalType<T> {
  return { kind: "optional", inner };
}

/** A closed set of names with int32 numbers. Throws RangeError for a bad or repeated number. */
export function enumeration<N extends string>(name: string, numbers: Readonly<Record<N, number>>): EnumType<N> {
  const byName = new Map<N, number>(), byNumber = new Map<number, N>();
  for (const [key, number] of Object.entries(numbers) as [N, number][]) {
    if (number !== (number | 0) || byNumber.has(number)) {
      throw new RangeError(`Cannot define enumeration ${name}: bad or repeated number ${number} for ${key}`);
    }
    byName.set(key, number);
    byNumber.set(number, key);
  }
  if (byName.size === 0) throw new RangeError(`Cannot define enumeration ${name}: it has no names`);
  return { kind: "enumeration", name, numbers: byName, names: byNumber };
}

/** A field of a struct with its tag, 0-255; throws RangeError for another tag. */
export function field<T>(tag: number, type: Type<T>): Field<T> {
  if (!Number.isInteger(tag) || tag < 0 || tag > 255) throw new RangeError(`Cannot use tag ${tag}: want 0-255`);
  return { tag, type };
}

/** A named record. Throws RangeError when a tag stands twice. */
export function struct<F extends Fields>(name: string, fields: F): StructType<StructOf<F>> {
  const sorted: NamedField[] = Object.entries(fields).map(([key, { tag, type }]) => ({ key, tag, type }));
  sorted.sort((a, b) => a.tag - b.tag);
  sorted.forEach(({ key, tag }, i) => {
    if (tag === sorted[i - 1]?.tag) {
      throw new RangeError(`Cannot define struct ${name}: tag ${tag} of ${key} stands twice`);
    }
  });
  return { kind: "struct", name, fields: sorted };
}
