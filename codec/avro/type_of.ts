/**
 * The erpc type for an Avro schema.
 *
 * | Avro | erpc |
 * | --- | --- |
 * | int; long; float; double; boolean; string; bytes | int32; int64; float; double; bool; string; bytes |
 * | timestamp-millis; date; decimal; uuid | timestamp; date; decimal; uuid |
 * | other logical types | what they are written as |
 * | fixed | `avroFixed` |
 * | array; map | list; map by string |
 * | array of `{ key, value }` with logical type `map` | map, where the key can be one |
 * | enum | enumeration, numbered by index |
 * | record | struct, its fields numbered from 1 |
 * | union of null and one other | optional |
 * | other unions | union, named after where it stands, its fields named as {@linkcode memberKeys} says; optional with null |
 *
 * A field of null is left out, as it has neither bytes nor a value; anywhere else null by itself has no type. A union's null is wherever Avro has it, but a type does not say where: it writes null first
 * (see schema_of.ts). `avroCoder` with the schema keeps to the schema.
 *
 * @module
 */
import { Misfit } from "../misfit.ts";
import type { EnumType, Field, FieldOptions, StructType, Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { valueOf } from "./default_value.ts";
import { avroFixed } from "./fixed.ts";
import { mismatch } from "./mismatch.ts";
import type { AvroArray, AvroField, AvroFixed, AvroPrimitive, AvroRecord, AvroSchema, AvroUnion } from "./schema.ts";
import { memberKeys } from "./union_keys.ts";

/** Refuses what is not possible in erpc: a schema, or the default of a field. */
export type Refuse = (what: AvroSchema | AvroField, reason: string) => never;

/** The type for `schema`; throws a Mismatch for what erpc has no type for. */
export function typeOfSchema(schema: AvroSchema): Type {
  return new TypeMaker((_, reason) => mismatch(reason)).make(schema, "Union");
}

/** Makes types, each named schema's once. */
export class TypeMaker {
  /** Structs, unions and enumerations, outer ones first. */
  readonly types: (StructType | EnumType)[] = [];
  readonly #known = new Map<AvroSchema, Type>();
  readonly #busy = new Set<AvroSchema>();
  readonly #refuse: Refuse;

  /** Makes one; `refuse` throws. */
  constructor(refuse: Refuse) {
    this.#refuse = refuse;
  }

  /** The type for `schema`; `path` names a union. */
  make(schema: AvroSchema, path: string): Type {
    const known = this.#known.get(schema);
    if (known) return known;
    if (this.#busy.has(schema)) return t.lazy(() => this.#known.get(schema)!);
    this.#busy.add(schema);
    const type = this.#fresh(schema, path);
    this.#known.set(schema, type);
    this.#busy.delete(schema);
    return type;
  }

  #fresh(schema: AvroSchema, path: string): Type {
    switch (schema.type) {
      case "array":
        return this.#array(schema, path);
      case "map":
        return t.map(t.string, this.make(schema.values, path));
      case "union":
        return this.#union(schema, path);
      case "record":
        return this.#record(schema);
      case "enum": {
        if (schema.symbols.length === 0) this.#refuse(schema, "an enumeration without symbols has no values");
        const numbers = Object.fromEntries(schema.symbols.map((symbol, i) => [symbol, i]));
        return this.#added(t.enumeration(schema.name, numbers, docOf(schema)));
      }
      default:
        return this.#leaf(schema);
    }
  }

  #leaf(schema: AvroPrimitive | AvroFixed): Type {
    const { name, precision = 0, scale = 0 } = schema.logical ?? {};
    const decimal = name === "decimal" && precision <= 1000 ? t.decimal(precision, scale) : undefined;
    switch (schema.type) {
      case "null":
        return this.#refuse(schema, "null by itself has no type in erpc; want it in a union");
      case "boolean":
        return t.bool;
      case "int":
        return name === "date" ? t.date : t.int32;
      case "long":
        return name === "timestamp-millis" ? t.timestamp : t.int64;
      case "bytes":
        return decimal ?? t.bytes;
      case "string":
        return name === "uuid" ? t.uuid : t.string;
      case "fixed":
        if (decimal) return avroFixed(schema.name, schema.size, decimal);
        return name === "uuid" && schema.size === 16
          ? avroFixed(schema.name, schema.size, t.uuid)
          : avroFixed(schema.name, schema.size);
      default:
        return t[schema.type];
    }
  }

  #array({ items, logical }: AvroArray, path: string): Type {
    if (logical?.name !== "map") return t.list(this.make(items, path));
    const [key, value] = (items as AvroRecord).fields;
    return t.map(this.make(key!.type, path), this.make(value!.type, `${path}_value`));
  }

  #union(schema: AvroUnion, path: string): Type {
    const others = schema.branches.filter(({ type }) => type !== "null");
    if (others.length === 0) this.#refuse(schema, "a union without anything but null has no type in erpc");
    if (others.length === 1 && schema.branches.length === 2) return t.optional(this.make(others[0]!, path));
    const keys = memberKeys(schema), fields: [string, Field][] = [];
    schema.branches.forEach((branch, i) => {
      if (keys[i] === "__proto__") this.#refuse(schema, "a branch can't be named __proto__");
      if (keys[i] !== null) {
        fields.push([keys[i]!, t.field(fields.length + 1, this.make(branch, `${path}_${keys[i]}`))]);
      }
    });
    const union = this.#added(t.union(path, Object.fromEntries(fields)) as StructType);
    return others.length < schema.branches.length ? t.optional(union) : union;
  }

  #record(schema: AvroRecord): Type {
    const at = this.types.length;
    const fields = schema.fields.flatMap((field, i): [string, Field][] => {
      if (field.type.type === "null") return [];
      if (field.name === "__proto__") this.#refuse(field.type, "a field can't be named __proto__");
      const type = this.make(field.type, `${schema.name}_${field.name}`);
      return [[field.name, t.field(i + 1, type, this.#options(field))]];
    });
    const struct = t.struct(schema.name, Object.fromEntries(fields), docOf(schema)) as StructType;
    this.types.splice(at, 0, struct);
    return struct;
  }

  #options(field: AvroField): FieldOptions {
    const { aliases, default: json } = field;
    const value = json === undefined ? undefined : this.#default(field);
    return {
      ...(value === undefined ? {} : { default: value }),
      ...(aliases ? { aliases } : {}),
      ...docOf(field),
    };
  }

  #default(field: AvroField): unknown {
    try {
      return valueOf(field.type, field.default);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      return this.#refuse(field, `the default of ${field.name} does not fit: ${error.message}`);
    }
  }

  #added<T extends StructType | EnumType>(type: T): T {
    this.types.push(type);
    return type;
  }
}

function docOf({ doc }: { readonly doc?: string }): { doc?: string } {
  return doc === undefined ? {} : { doc };
}
