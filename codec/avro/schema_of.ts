/**
 * The Avro schema that a type is written by.
 *
 * | erpc | Avro |
 * | --- | --- |
 * | bool, string, bytes, float, double | boolean, string, bytes, float, double |
 * | int8, int16, int32, uint8, uint16 | int |
 * | uint32, int53, int64, uint64 (its bits) | long |
 * | enumeration | enum, its symbols in the order of the definition |
 * | list | array |
 * | map by string | map |
 * | other maps | array of records `{ key, value }` with logical type `map`, as Avro's Java and Iceberg write them |
 * | struct | record, its fields in the order of their tags |
 * | optional | union of null and the type; null first, unless the field has a default, whose type Avro wants first |
 * | union | union, its branches in the order of the tags; one of a kind that an earlier one has is a record around it |
 * | timestamp, date, decimal, uuid | long timestamp-millis, int date, bytes decimal, string uuid |
 * | any other logical type | its base |
 *
 * A union that contains itself is a record around the union, since only what has a name can.
 *
 * @module
 */
import { stripped } from "../fit.ts";
import {
  type AnyType,
  type LogicalType,
  type MapType,
  type NamedField,
  type OptionalType,
  resolved,
  type StructType,
  type Type,
} from "../schema/type.ts";
import { jsonOf } from "./default_json.ts";
import { isFixed } from "./fixed.ts";
import {
  type AvroField,
  type AvroLogical,
  type AvroPrimitiveName,
  type AvroRecord,
  type AvroSchema,
  type AvroUnion,
  branchId,
  partsOf,
} from "./schema.ts";

const primitives: Partial<Record<AnyType["kind"], AvroPrimitiveName>> = {
  bool: "boolean",
  int8: "int",
  int16: "int",
  int32: "int",
  uint8: "int",
  uint16: "int",
  uint32: "long",
  int53: "long",
  int64: "long",
  uint64: "long",
  float: "float",
  double: "double",
  string: "string",
  bytes: "bytes",
};

/** The schema that `type` is written by; throws TypeError for a list or map that contains itself with no struct between. */
export function schemaOf(type: Type): AvroSchema {
  return schemasOf([type])[0]!;
}

/** The schemas of several types, which share the schemas of what is in them; throws as {@linkcode schemaOf}. */
export function schemasOf(types: readonly Type[]): AvroSchema[] {
  const maker = new SchemaMaker(), schemas = types.map((type) => maker.make(type, ""));
  maker.addDefaults();
  return schemas;
}

/** Whether values of `type` are one of several fields, as `t.union` makes them. */
export function isUnion(type: AnyType): type is StructType {
  if (type.kind !== "struct" || type.oneofs?.length !== 1) return false;
  return type.oneofs.every(({ required, keys }) => required && keys.length === type.fields.length);
}

/** The forms that Avro has for logical types, by name; undefined where the base has to do. */
export function formOf(type: LogicalType): AvroSchema | undefined {
  if (isFixed(type)) return type.schema;
  const { name, parameters = {} } = type, base = stripped(type.base).kind;
  if (name === "timestamp" && base === "int53") return { type: "long", logical: { name: "timestamp-millis" } };
  if (name === "date" && base === "string") return { type: "int", logical: { name } };
  if (name === "uuid" && base === "string") return { type: "string", logical: { name } };
  if (name === "decimal" && base === "string" && parameters.precision !== undefined) {
    const logical: AvroLogical = { name, precision: parameters.precision, scale: parameters.scale ?? 0 };
    return { type: "bytes", logical };
  }
  return undefined;
}

class SchemaMaker {
  /** Schemas made so far, so that each has its name once. */
  readonly #known = new Map<AnyType, AvroSchema>();
  /** Types that are being made, and have no schema yet. */
  readonly #busy = new Set<AnyType>();
  /** Unions that are being made: the record around each, should one contain itself. */
  readonly #around = new Map<AnyType, AvroRecord>();
  /** Defaults that wait until what they are of is made. */
  readonly #defaults: { record: AvroRecord; at: number; type: Type; value: unknown }[] = [];

  /** Gives the fields their defaults. */
  addDefaults(): void {
    for (const { record, at, type, value } of this.#defaults) {
      const field = record.fields[at]!;
      try {
        record.fields[at] = { ...field, default: jsonOf(field.type, type, value) };
      } catch (cause) {
        throw new TypeError(`Cannot use the default of ${record.name}.${field.name}: ${cause}`, { cause });
      }
    }
  }

  /** The schema of `type`; `path` is where it stands, for names of records that have none. */
  make(type: Type, path: string): AvroSchema {
    const any = resolved(type) as AnyType, known = this.#known.get(any) ?? this.#around.get(any);
    if (known) return known;
    if (this.#busy.has(any)) {
      throw new TypeError(`Cannot use a ${any.kind} that contains itself in avro: name a struct`);
    }
    this.#busy.add(any);
    const schema = this.#fresh(any, path);
    this.#busy.delete(any);
    this.#known.set(any, schema);
    return schema;
  }

  #fresh(any: AnyType, path: string): AvroSchema {
    switch (any.kind) {
      case "list":
        return { type: "array", items: this.make(any.element, path) };
      case "map":
        return this.#map(any, path);
      case "optional":
        return this.#optional(any, path, false);
      case "enumeration":
        return { type: "enum", name: any.name, symbols: [...any.numbers.keys()], ...docOf(any) };
      case "struct":
        return isUnion(any) ? this.#namedUnion(any) : this.#record(any);
      case "logical":
        return formOf(any) ?? this.make(any.base, path);
      default: {
        const primitive = primitives[any.kind];
        if (primitive) return { type: primitive };
        throw new TypeError(`Cannot use a schema type: unknown kind ${any.kind}`);
      }
    }
  }

  #map(type: MapType, path: string): AvroSchema {
    if (resolved(type.key).kind === "string") return { type: "map", values: this.make(type.value, path) };
    const name = path === "" ? "entry" : `${path}_entry`;
    const fields = [
      { name: "key", type: this.make(type.key, `${name}_key`) },
      { name: "value", type: this.make(type.value, `${name}_value`) },
    ];
    return { type: "array", items: { type: "record", name, fields }, logical: { name: "map" } };
  }

  /** A union of null and what `type` is without it; a union's own branches stand beside null. */
  #optional(type: OptionalType, path: string, nullLast: boolean): AvroUnion {
    const inner = stripped(type), none: AvroSchema = { type: "null" };
    const schema = this.make(inner, path);
    if (schema.type === "union" && schema.members && isUnion(inner)) {
      const branches = nullLast ? [...schema.branches, none] : [none, ...schema.branches];
      return { type: "union", branches, members: nullLast ? [...schema.members, null] : [null, ...schema.members] };
    }
    const branch = schema.type === "union" ? wrapped(schema, `${path}_some`) : schema;
    return { type: "union", branches: nullLast ? [branch, none] : [none, branch] };
  }

  #record(type: StructType): AvroRecord {
    const record: AvroRecord = { type: "record", name: type.name, fields: [], ...docOf(type) };
    this.#known.set(type, record);
    type.fields.forEach((field, at) => {
      record.fields.push(this.#field(field, `${type.name}_${field.key}`));
      if (field.default !== undefined) this.#defaults.push({ record, at, type: field.type, value: field.default });
    });
    return record;
  }

  #field(field: NamedField, path: string): AvroField {
    const { key: name, type, aliases, default: value } = field;
    const aka = aliases?.length ? { aliases } : {};
    if (type.kind !== "optional") return { name, type: this.make(type, path), ...aka, ...docOf(field) };
    const schema = this.#optional(type as OptionalType, path, value !== undefined);
    return { name, type: schema, ...value === undefined ? { default: null } : {}, ...aka, ...docOf(field) };
  }

  #namedUnion(type: StructType): AvroSchema {
    const around: AvroRecord = { type: "record", name: type.name, fields: [], isWrapper: true, ...docOf(type) };
    this.#around.set(type, around);
    const branches: AvroSchema[] = [], taken = new Set<string>();
    for (const field of type.fields) {
      const schema = this.make(stripped(field.type), `${type.name}_${field.key}`);
      branches.push(asBranch(schema, taken, `${type.name}_${field.key}`));
    }
    this.#around.delete(type);
    const union: AvroUnion = { type: "union", branches, members: type.fields.map(({ key }) => key) };
    if (!contains(branches, around)) return union;
    around.fields.push({ name: "value", type: union });
    return around;
  }
}

/** `schema` as a branch of a union: by itself when no other is like it, else in a record of its own. */
function asBranch(schema: AvroSchema, taken: Set<string>, name: string): AvroSchema {
  const id = branchId(schema);
  if (schema.type === "union" || taken.has(id)) return wrapped(schema, name);
  taken.add(id);
  return schema;
}

function wrapped(schema: AvroSchema, name: string): AvroRecord {
  return { type: "record", name, fields: [{ name: "value", type: schema }], isWrapper: true };
}

function docOf({ doc }: { readonly doc?: string }): { doc?: string } {
  return doc === undefined ? {} : { doc };
}

/** Whether `wanted` is among `schemas` or in one of them. */
function contains(schemas: readonly AvroSchema[], wanted: AvroSchema, seen: Set<AvroSchema> = new Set()): boolean {
  return schemas.some((schema) => {
    if (schema === wanted) return true;
    if (seen.has(schema)) return false;
    seen.add(schema);
    return contains(partsOf(schema), wanted, seen);
  });
}
