/**
 * Schema types as plain data: one notation with numbered fields that drives every codec and the TypeScript types.
 * Users write them with the words of `t` (see words.ts).
 *
 * @module
 */

/**
 * Kinds of a scalar. `int64` and `uint64` are bigints, `int53` a number within ±(2^53-1), the other integers are numbers.
 */
export type ScalarKind =
  | "bool"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "int53"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float"
  | "double"
  | "string"
  | "bytes";

/** A schema type for values of `T`. Narrow it with `kind` after a cast to {@linkcode AnyType}. */
export interface Type<T = unknown> {
  /** Which kind of type it is. */
  readonly kind: AnyType["kind"];
  /** Never there at run time: carries `T` for {@linkcode Infer}. */
  readonly "~type"?: T;
}

/** A scalar. */
export interface ScalarType<T = unknown> extends Type<T> {
  /** Which scalar. */
  readonly kind: ScalarKind;
  /** How protobuf writes the integer; default as a varint of its own bits. Other codecs don't look at it. */
  readonly form?: "zigzag" | "fixed";
}

/** A list of one element type. */
export interface ListType<T = unknown> extends Type<T[]> {
  /** Always `"list"`. */
  readonly kind: "list";
  /** Type of its elements. */
  readonly element: Type<T>;
  /** Whether pb writes numbers in one body, as proto3 does by default. Default true. */
  readonly packed?: boolean;
}

/** A map; string keys give a `Map` too, so that no key is special. */
export interface MapType<K = unknown, V = unknown> extends Type<Map<K, V>> {
  /** Always `"map"`. */
  readonly kind: "map";
  /** Type of its keys: bool, an integer or string. */
  readonly key: Type<K>;
  /** Type of its values. */
  readonly value: Type<V>;
}

/** A field or element that may be undefined. */
export interface OptionalType<T = unknown> extends Type<T | undefined> {
  /** Always `"optional"`. */
  readonly kind: "optional";
  /** Type of the value when there is one. */
  readonly inner: Type<T>;
}

/** A closed set of names with numbers; values are the names. The first name is what a missing value decodes to. */
export interface EnumType<N extends string = string> extends Type<N> {
  /** Always `"enumeration"`. */
  readonly kind: "enumeration";
  /** Name of the enumeration, such as `"demo.Colour"`. */
  readonly name: string;
  /** Numbers (int32) by name. */
  readonly numbers: ReadonlyMap<N, number>;
  /** Names by number. */
  readonly names: ReadonlyMap<number, N>;
  /** What it is for. */
  readonly doc?: string;
}

/** A type that is asked for when it is first needed, so that a struct can contain itself. */
export interface LazyType<T = unknown> extends Type<T> {
  /** Always `"lazy"`. */
  readonly kind: "lazy";
  /** Gives the type; the same one each time. */
  readonly get: () => Type<T>;
}

/**
 * Values that travel as those of another type, such as a Date as a number.
 *
 * A codec with a form of its own for `name` (Avro's logical types, MessagePack's timestamp) uses it; every other codec
 * carries the base.
 */
export interface LogicalType<T = unknown, B = unknown> extends Type<T> {
  /** Always `"logical"`. */
  readonly kind: "logical";
  /** Which logical type: `"timestamp"`, `"date"`, `"decimal"`, `"uuid"`, `"set"`, or a user's own. */
  readonly name: string;
  /** Type of the values that travel. */
  readonly base: Type<B>;
  /** Numbers that belong to the type, such as a decimal's `precision` and `scale`. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** The value that travels for `value`; throws an Error that says what it got and wants when that is none. */
  toBase(value: T): B;
  /** The value for what travelled; throws an Error that says why when there is none. */
  fromBase(base: B): T;
}

/** What a field of a struct may say beside its type. */
export interface FieldOptions<T = unknown> {
  /** What a reader takes when the field is missing; containers are copied for each value. */
  readonly default?: T;
  /**
   * Former keys, which formats with names (JSON, MessagePack, XML, Avro) still read: those that are no field's key now, and
   * that no field before this one had.
   */
  readonly aliases?: readonly string[];
  /** Name in JSON, where it isn't the key: `json_name` of Protocol Buffers. */
  readonly jsonName?: string;
  /** What it is for. */
  readonly doc?: string;
}

/** One numbered field of a struct. */
export interface Field<T = unknown> extends FieldOptions<T> {
  /** Tag: protobuf number (0 is not allowed there), JCE tag (at most 255), Thrift id (at most 32767). */
  readonly tag: number;
  /** Type of the field. */
  readonly type: Type<T>;
}

/** Optional fields of a struct of which at most one may be there. */
export interface Oneof {
  /** Its name. */
  readonly name: string;
  /** Keys of the fields. */
  readonly keys: readonly string[];
  /** Whether one must be there. */
  readonly required: boolean;
}

/** What a struct may say beside its fields. */
export interface StructOptions {
  /** Keys of optional fields by the name of the group of which at most one may be there. */
  readonly oneofs?: Readonly<Record<string, readonly string[]>>;
  /** Whether pb keeps fields it doesn't know, under {@linkcode unknownFields}, and writes them again. Default false. */
  readonly keepUnknown?: boolean;
  /** What it is for. */
  readonly doc?: string;
}

/** Key of the bytes of a message's fields that pb did not know, with their heads; see {@linkcode StructOptions}. */
export const unknownFields: unique symbol = Symbol("unknownFields");

/** A named record of numbered fields. */
export interface StructType<T = unknown> extends Type<T> {
  /** Always `"struct"`. */
  readonly kind: "struct";
  /** Full name, such as `"demo.Hello"`. */
  readonly name: string;
  /** Fields in ascending tag order. */
  readonly fields: readonly NamedField[];
  /** Groups of fields of which at most one may be there. */
  readonly oneofs?: readonly Oneof[];
  /** Whether pb keeps fields it doesn't know. */
  readonly keepUnknown?: boolean;
  /** What it is for. */
  readonly doc?: string;
}

/** A field with its key. */
export interface NamedField extends Field {
  /** Key in the TypeScript object. */
  readonly key: string;
}

/** Every type, discriminated by `kind`. */
export type AnyType =
  | ScalarType
  | ListType
  | MapType
  | OptionalType
  | EnumType
  | StructType
  | LazyType
  | LogicalType;

/** TypeScript type of the values of a schema type. */
export type Infer<S> = S extends Type<infer T> ? T : never;

/** Fields of a struct, by key. */
// deno-lint-ignore no-explicit-any -- a field of any value type; unknown would not be assignable both ways
export type Fields = Readonly<Record<string, Field<any>>>;

/** TypeScript type of the values of a field. */
export type FieldValue<F> = F extends Field<infer T> ? T : never;

/** Keys of the fields whose value may be undefined. */
export type OptionalKeys<F extends Fields> = {
  [K in keyof F]: undefined extends FieldValue<F[K]> ? K : never;
}[keyof F];

/** TypeScript type of a struct with fields `F`: optional fields may be left out. */
export type StructOf<F extends Fields> =
  & { [K in Exclude<keyof F, OptionalKeys<F>>]: FieldValue<F[K]> }
  & { [K in OptionalKeys<F>]?: FieldValue<F[K]> };

/** Values of a union of the types `F`: exactly one key. */
export type UnionOf<F> = {
  [K in keyof F]: { [P in K]: F[P] } & { [P in Exclude<keyof F, K>]?: undefined };
}[keyof F];

/** Throws TypeError, for what `name` is, when `type` is none: when it is asked for before it is defined, most likely. */
export function checkType(type: Type | undefined, name: string): void {
  if (typeof type?.kind === "string") return;
  throw new TypeError(`Cannot define ${name}: got no type; want one of t, or t.lazy(() => T) for a T that comes later`);
}

/** The type itself, where `type` may be lazy. */
export function resolved(type: Type): Type {
  let found = type as AnyType;
  while (found.kind === "lazy") found = found.get() as AnyType;
  return found;
}
