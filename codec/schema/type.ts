/**
 * Schema types as plain data: one notation with numbered fields that drives every codec and the TypeScript types.
 * Users write them with the words of `t` (see words.ts).
 *
 * @module
 */

/** Kinds of a scalar. `int64` is a bigint, `int53` a number within ±(2^53-1), the other integers are numbers. */
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
}

/** A list of one element type. */
export interface ListType<T = unknown> extends Type<T[]> {
  /** Always `"list"`. */
  readonly kind: "list";
  /** Type of its elements. */
  readonly element: Type<T>;
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
}

/** One numbered field of a struct. */
export interface Field<T = unknown> {
  /** Tag 0-255: JCE tag, protobuf number (0 is not allowed there), Thrift id. */
  readonly tag: number;
  /** Type of the field. */
  readonly type: Type<T>;
}

/** A named record of numbered fields. */
export interface StructType<T = unknown> extends Type<T> {
  /** Always `"struct"`. */
  readonly kind: "struct";
  /** Full name, such as `"demo.Hello"`. */
  readonly name: string;
  /** Fields in ascending tag order. */
  readonly fields: readonly NamedField[];
}

/** A field with its key. */
export interface NamedField extends Field {
  /** Key in the TypeScript object. */
  readonly key: string;
}

/** Every type, discriminated by `kind`. */
export type AnyType = ScalarType | ListType | MapType | OptionalType | EnumType | StructType;

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
