/**
 * Defaults of fields: values as the JSON that Avro's schemas have them in.
 *
 * Format: Apache Avro 1.12 specification, "Complex Types", the table of default values. Bytes are text whose characters are
 * the bytes; a union's default is one of the first branch that it fits, even if it was meant for a later one.
 *
 * @module
 */
import { fieldPlans, stripped } from "../fit.ts";
import type { AnyType, ListType, MapType, StructType, Type } from "../schema/type.ts";
import { bytesOfUuid, daysOf, unscaledOf } from "./forms.ts";
import type { AvroLogical, AvroRecord, AvroSchema, AvroUnion, Json } from "./schema.ts";

/** The JSON for `value` of `type`, which is written by `schema`; NaN and infinities, which JSON has not, as they are. */
export function jsonOf(schema: AvroSchema, type: Type, value: unknown): Json {
  if (value === undefined) return null;
  const any = stripped(type);
  if (schema.type === "union") return jsonOfUnion(schema, any, value);
  if (schema.type === "record" && schema.isWrapper) return { value: jsonOf(schema.fields[0]!.type, any, value) };
  if (any.kind !== "logical") return jsonOfPlain(schema, any, value);
  const base = any.toBase(value);
  return schema.type !== "record" && "logical" in schema && schema.logical
    ? jsonOfLogical(schema, schema.logical, base)
    : jsonOf(schema, any.base, base);
}

function jsonOfUnion({ branches, members }: AvroUnion, type: AnyType, value: unknown): Json {
  if (!members) return jsonOf(branches.find((branch) => branch.type !== "null")!, type, value);
  const record = value as Record<string, unknown>;
  const field = fieldPlans(type as StructType).find(({ get }) => get(record) !== undefined)!;
  return jsonOf(branches[members.indexOf(field.key)]!, field.type, field.get(record));
}

function jsonOfLogical(schema: AvroSchema, { name }: AvroLogical, base: unknown): Json {
  if (name === "date") return daysOf(base as string);
  const size = schema.type === "fixed" ? schema.size : 0;
  if (name === "decimal") return latinOf(unscaledOf(base as string, size));
  return size > 0 ? latinOf(bytesOfUuid(base as string)) : base as Json;
}

function jsonOfPlain(schema: AvroSchema, type: AnyType, value: unknown): Json {
  switch (type.kind) {
    case "bytes":
      return latinOf(value as Uint8Array);
    case "uint64":
      return BigInt.asIntN(64, value as bigint);
    case "list":
      return jsonOfList(schema, type, value as unknown[]);
    case "map":
      return jsonOfMap(schema, type, value as Map<unknown, unknown>);
    case "struct":
      return Object.fromEntries(
        fieldPlans(type).map(({ key, type, get }, i) => {
          return [key, jsonOf((schema as AvroRecord).fields[i]!.type, type, get(value as Record<string, unknown>))];
        }),
      );
    default:
      return value as Json;
  }
}

function jsonOfList(schema: AvroSchema, { element }: ListType, list: readonly unknown[]): Json {
  return schema.type === "array" ? list.map((item) => jsonOf(schema.items, element, item)) : null;
}

function jsonOfMap(schema: AvroSchema, { key, value }: MapType, map: ReadonlyMap<unknown, unknown>): Json {
  if (schema.type === "map") {
    return Object.fromEntries([...map].map(([name, item]) => [name as string, jsonOf(schema.values, value, item)]));
  }
  const [keys, values] = ((schema as { items?: AvroSchema }).items as AvroRecord).fields;
  return [...map].map(([name, item]) => ({
    key: jsonOf(keys!.type, key, name),
    value: jsonOf(values!.type, value, item),
  }));
}

function latinOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
