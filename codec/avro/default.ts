/**
 * Defaults of fields: values as the JSON that Avro's schemas have them in, and back.
 *
 * Format: Apache Avro 1.12 specification, "Complex Types", the table of default values. Bytes are text whose characters are
 * the bytes; a union's default is one of the first branch that it fits, even if it was meant for a later one.
 *
 * @module
 */
import { fieldPlans, got, stripped } from "../fit.ts";
import { misfit, within } from "../misfit.ts";
import type { AnyType, ListType, MapType, StructType, Type } from "../schema/type.ts";
import { bytesOfUuid, dateOf, daysOf, decimalOf, unscaledOf, uuidOf } from "./forms.ts";
import type {
  AvroArray,
  AvroFixed,
  AvroLogical,
  AvroPrimitive,
  AvroRecord,
  AvroSchema,
  AvroUnion,
  Json,
} from "./schema.ts";
import { memberKeys } from "./union_keys.ts";

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

/** The value of the type that type_of.ts makes of `schema` for `json`; throws a Misfit when it does not fit. */
export function valueOf(schema: AvroSchema, json: Json | undefined): unknown {
  if (json === undefined) misfit("it is missing");
  switch (schema.type) {
    case "null":
      return json === null ? undefined : wrong(json, "null");
    case "boolean":
      return typeof json === "boolean" ? json : wrong(json, "a boolean");
    case "int":
    case "long":
      return valueOfInteger(schema, json);
    case "float":
    case "double": {
      const n = typeof json === "number" || typeof json === "bigint" ? Number(json) : wrong(json, "a number");
      return schema.type === "float" ? Math.fround(n) : n;
    }
    case "string":
      return typeof json === "string" ? json : wrong(json, "a string");
    case "bytes":
    case "fixed":
      return valueOfBytes(schema, typeof json === "string" ? json : wrong(json, "a string of bytes"));
    case "enum":
      return typeof json === "string" && schema.symbols.includes(json) ? json : wrong(json, `one of ${schema.name}`);
    case "union":
      return valueOfUnion(schema, json);
    case "array":
      return valueOfArray(schema, Array.isArray(json) ? json : wrong(json, "an array"));
    default:
      return valueOfObject(schema, objectOf(json) ?? wrong(json, "an object"));
  }
}

function wrong(json: Json, wanted: string): never {
  misfit(`got ${typeof json === "bigint" || typeof json === "number" ? json : got(json)}, want ${wanted}`);
}

function objectOf(json: Json): { readonly [key: string]: Json } | undefined {
  return typeof json === "object" && json !== null && !Array.isArray(json)
    ? json as { readonly [key: string]: Json }
    : undefined;
}

function valueOfInteger(schema: AvroPrimitive, json: Json): unknown {
  const bits = schema.type === "int" ? 32 : 64, { logical } = schema;
  const n = typeof json === "bigint" ? json : Number.isSafeInteger(json) ? BigInt(json as number) : undefined;
  if (n === undefined || n !== BigInt.asIntN(bits, n)) return wrong(json, `an integer of ${bits} bits`);
  if (bits === 32) return logical?.name === "date" ? dateOf(Number(n)) : Number(n);
  return logical?.name === "timestamp-millis" ? new Date(Number(n)) : n;
}

function valueOfBytes(schema: AvroPrimitive | AvroFixed, text: string): unknown {
  const bytes = Uint8Array.from(
    text,
    (c) => c.charCodeAt(0) < 256 ? c.charCodeAt(0) : misfit("got a character above 255"),
  );
  if (schema.type === "fixed" && bytes.length !== schema.size) {
    misfit(`got ${bytes.length} bytes, want ${schema.size}`);
  }
  const { name, precision = 0, scale = 0 } = schema.logical ?? {};
  if (name === "decimal") return decimalOf(bytes, precision, scale);
  return name === "uuid" && schema.type === "fixed" ? uuidOf(bytes) : bytes;
}

function valueOfUnion(schema: AvroUnion, json: Json): unknown {
  const keys = memberKeys(schema);
  let first: unknown;
  for (const [i, branch] of schema.branches.entries()) {
    try {
      const value = valueOf(branch, json), key = keys[i]!;
      return key === null ? value : { [key]: value };
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

function valueOfArray(schema: AvroArray, list: readonly Json[]): unknown {
  const values = list.map((item, i) => {
    try {
      return valueOf(schema.items, item);
    } catch (error) {
      throw within(`[${i}]`, error);
    }
  });
  if (schema.logical?.name !== "map") return values;
  return new Map((values as { key: unknown; value: unknown }[]).map(({ key, value }) => [key, value]));
}

function valueOfObject(schema: AvroSchema, object: { readonly [key: string]: Json }): unknown {
  const valueAt = (key: string, type: AvroSchema, json: Json | undefined): unknown => {
    try {
      return valueOf(type, json);
    } catch (error) {
      throw within("." + key, error);
    }
  };
  if (schema.type === "map") {
    return new Map(Object.entries(object).map(([key, json]) => [key, valueAt(key, schema.values, json)]));
  }
  const { fields } = schema as AvroRecord;
  const pairs = fields.filter(({ type }) => type.type !== "null").map(({ name, type, default: absent }) => {
    return [name, valueAt(name, type, Object.hasOwn(object, name) ? object[name] : absent)] as const;
  });
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}
