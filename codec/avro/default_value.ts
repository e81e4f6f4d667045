/**
 * Defaults of fields: JSON as values; see default_json.ts.
 *
 * @module
 */
import { got } from "../fit.ts";
import { misfit, within } from "../misfit.ts";
import { dateOf, decimalOf, uuidOf } from "./forms.ts";
import type {
  AvroArray,
  AvroFixed,
  AvroMap,
  AvroPrimitive,
  AvroRecord,
  AvroSchema,
  AvroUnion,
  Json,
} from "./schema.ts";
import { memberKeys } from "./union_keys.ts";

/** The value of the type that type_of.ts makes of `schema` for `json`; throws a Misfit when it does not fit. */
export function valueOf(schema: AvroSchema, json: Json | undefined): unknown {
  return new DefaultReader().value(schema, json);
}

/** Most steps that one default takes: as unions in unions are tried, some could take more than anybody waits. */
const maxSteps = 100_000;
/** Deepest nesting; a default may stand for a field that it has not got itself. */
const maxDepth = 200;

type JsonObject = { readonly [key: string]: Json };

class DefaultReader {
  #steps = 0;
  #depth = 0;

  value(schema: AvroSchema, json: Json | undefined): unknown {
    if (json === undefined) misfit("it is missing");
    if (++this.#steps > maxSteps) misfit("it takes too long to find the branches of its unions");
    switch (schema.type) {
      case "null":
        return json === null ? undefined : wrong(json, "null");
      case "boolean":
        return typeof json === "boolean" ? json : wrong(json, "a boolean");
      case "int":
      case "long":
        return integerOf(schema, json);
      case "float":
      case "double": {
        const n = typeof json === "number" || typeof json === "bigint" ? Number(json) : wrong(json, "a number");
        return schema.type === "float" ? Math.fround(n) : n;
      }
      case "string":
        return typeof json === "string" ? json : wrong(json, "a string");
      case "bytes":
      case "fixed":
        return bytesOf(schema, typeof json === "string" ? json : wrong(json, "a string of bytes"));
      case "enum":
        return typeof json === "string" && schema.symbols.includes(json) ? json : wrong(json, `one of ${schema.name}`);
      case "union":
        return this.#union(schema, json);
      case "array":
        return this.#array(schema, Array.isArray(json) ? json : wrong(json, "an array"));
      case "map":
        return this.#map(schema, objectOf(json));
      default:
        return this.#record(schema, objectOf(json));
    }
  }

  #union(schema: AvroUnion, json: Json): unknown {
    const keys = memberKeys(schema);
    let first: unknown;
    for (const [i, branch] of schema.branches.entries()) {
      try {
        const value = this.value(branch, json), key = keys[i]!;
        return key === null ? value : { [key]: value };
      } catch (error) {
        first ??= error;
      }
    }
    throw first;
  }

  #array(schema: AvroArray, list: readonly Json[]): unknown {
    const values = list.map((item, i) => this.#within(`[${i}]`, schema.items, item));
    if (schema.logical?.name !== "map") return values;
    return new Map((values as { key: unknown; value: unknown }[]).map(({ key, value }) => [key, value]));
  }

  #map({ values }: AvroMap, object: JsonObject): unknown {
    return new Map(Object.entries(object).map(([key, json]) => [key, this.#within("." + key, values, json)]));
  }

  #record({ fields }: AvroRecord, object: JsonObject): unknown {
    const pairs = fields.filter(({ type }) => type.type !== "null").map(({ name, type, default: absent }) => {
      const json = Object.hasOwn(object, name) ? object[name] : absent;
      return [name, this.#within("." + name, type, json)] as const;
    });
    return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
  }

  #within(step: string, schema: AvroSchema, json: Json | undefined): unknown {
    if (++this.#depth > maxDepth) misfit(`nesting is deeper than ${maxDepth}`);
    try {
      return this.value(schema, json);
    } catch (error) {
      throw within(step, error);
    } finally {
      this.#depth--;
    }
  }
}

function wrong(json: Json, wanted: string): never {
  misfit(`got ${typeof json === "bigint" || typeof json === "number" ? json : got(json)}, want ${wanted}`);
}

function objectOf(json: Json): JsonObject {
  const isObject = typeof json === "object" && json !== null && !Array.isArray(json);
  return isObject ? json as JsonObject : wrong(json, "an object");
}

function integerOf(schema: AvroPrimitive, json: Json): unknown {
  const bits = schema.type === "int" ? 32 : 64, { logical } = schema;
  const n = typeof json === "bigint" ? json : Number.isSafeInteger(json) ? BigInt(json as number) : undefined;
  if (n === undefined || n !== BigInt.asIntN(bits, n)) return wrong(json, `an integer of ${bits} bits`);
  if (bits === 32) return logical?.name === "date" ? dateOf(Number(n)) : Number(n);
  return logical?.name === "timestamp-millis" ? new Date(Number(n)) : n;
}

function bytesOf(schema: AvroPrimitive | AvroFixed, text: string): unknown {
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
