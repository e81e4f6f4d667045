/**
 * An Avro schema as a graph: names are resolved, so that a record's field can lead back to the record.
 *
 * Format: Apache Avro 1.12 specification, "Schema Declaration".
 *
 * @module
 */

/** Types without parts. */
export type AvroPrimitiveName = "null" | "boolean" | "int" | "long" | "float" | "double" | "bytes" | "string";

/** What a schema's values mean, beside how they are written ("Logical Types"). */
export interface AvroLogical {
  /** Such as `"timestamp-millis"`. */
  readonly name: string;
  /** Digits of a decimal. */
  readonly precision?: number;
  /** Digits behind the point of a decimal. */
  readonly scale?: number;
}

/** A type without parts. */
export interface AvroPrimitive {
  /** Which. */
  readonly type: AvroPrimitiveName;
  /** What it means. */
  readonly logical?: AvroLogical;
}

/** An array. */
export interface AvroArray {
  /** Always `"array"`. */
  readonly type: "array";
  /** Schema of its elements. */
  readonly items: AvroSchema;
  /** `map`, for an array of entries that stands for a map whose keys are no strings. */
  readonly logical?: AvroLogical;
}

/** A map with strings as keys. */
export interface AvroMap {
  /** Always `"map"`. */
  readonly type: "map";
  /** Schema of its values. */
  readonly values: AvroSchema;
}

/** One of several schemas. */
export interface AvroUnion {
  /** Always `"union"`. */
  readonly type: "union";
  /** They, none of them a union. */
  readonly branches: readonly AvroSchema[];
  /** Where it is made of an erpc union: the key that each branch stands for, null for the branch null. */
  readonly members?: readonly (string | null)[];
}

/** What every schema with a name has. */
export interface AvroNamed {
  /** Full name, such as `"demo.User"`. */
  readonly name: string;
  /** Full names it had before. */
  readonly aliases?: readonly string[];
  /** What it is for. */
  readonly doc?: string;
}

/** A record. */
export interface AvroRecord extends AvroNamed {
  /** Always `"record"`. */
  readonly type: "record";
  /** Its fields, in the order of their bytes; added after it is made, as they may contain it. */
  readonly fields: AvroField[];
  /** Whether its one field is a union's member that can't be a branch by itself. */
  readonly isWrapper?: boolean;
}

/** A field of a record. */
export interface AvroField {
  /** Its name. */
  readonly name: string;
  /** Its schema. */
  readonly type: AvroSchema;
  /** Default as JSON, with bigints for what a number may not hold; undefined without one. */
  readonly default?: Json;
  /** Names it had before. */
  readonly aliases?: readonly string[];
  /** What it is for. */
  readonly doc?: string;
}

/** An enumeration. */
export interface AvroEnum extends AvroNamed {
  /** Always `"enum"`. */
  readonly type: "enum";
  /** Its symbols; bytes have the index. */
  readonly symbols: readonly string[];
  /** Symbol that stands for one a reader does not know. */
  readonly default?: string;
}

/** A certain number of bytes. */
export interface AvroFixed extends AvroNamed {
  /** Always `"fixed"`. */
  readonly type: "fixed";
  /** How many. */
  readonly size: number;
  /** What they mean. */
  readonly logical?: AvroLogical;
}

/** Every schema, discriminated by `type`. */
export type AvroSchema = AvroPrimitive | AvroArray | AvroMap | AvroUnion | AvroRecord | AvroEnum | AvroFixed;

/** A value of JSON; the integers of a `long` are bigints. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json };

/** Names of the types without parts. */
export const primitiveNames: ReadonlySet<string> = new Set<AvroPrimitiveName>(
  ["null", "boolean", "int", "long", "float", "double", "bytes", "string"],
);

/** The part of a full name behind its last dot. */
export function simpleName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** The part of a full name before its last dot; `""` when it has none. */
export function namespaceOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf(".")));
}

/** What an error message calls `schema`. */
export function nameOf(schema: AvroSchema): string {
  if (schema.type === "fixed") return `fixed ${schema.name} of ${schema.size} bytes`;
  if ("name" in schema) return `${schema.type} ${schema.name}`;
  return "logical" in schema && schema.logical ? `${schema.type} (${schema.logical.name})` : schema.type;
}

/** What `schema` is made of. */
export function partsOf(schema: AvroSchema): readonly AvroSchema[] {
  switch (schema.type) {
    case "array":
      return [schema.items];
    case "map":
      return [schema.values];
    case "union":
      return schema.branches;
    case "record":
      return schema.fields.map(({ type }) => type);
    default:
      return [];
  }
}

/** What tells `schema` from the other branches of a union: only what has a name may stand there twice. */
export function branchId(schema: AvroSchema): string {
  return "name" in schema ? schema.name : schema.type;
}
