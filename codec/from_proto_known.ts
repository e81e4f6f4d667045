/**
 * Well-known messages of Protocol Buffers that protobuf-es holds as simpler values: wrappers as what they wrap, and
 * `google.protobuf.Struct` as plain JSON.
 *
 * @module
 */
import { got } from "./fit.ts";
import { isDecimal } from "./forms.ts";
import { logical } from "./schema/logical.ts";
import type { LogicalType, StructType, Type } from "./schema/type.ts";

const wrapper = /^google\.protobuf\.(?:Double|Float|U?Int(?:32|64)|Bool|String|Bytes)Value$/;

/** Whether `typeName` is that of a message that wraps a scalar, so that it can be missing. */
export function isWrapper(typeName: string): boolean {
  return wrapper.test(typeName);
}

/** What the wrapper `struct` wraps. */
export function unwrapped(struct: StructType): LogicalType<unknown, { value: unknown }> {
  return logical(struct.name, {
    base: struct as StructType<{ value: unknown }>,
    toBase: (value) => ({ value }),
    fromBase: ({ value }) => value,
  });
}

/** Integers of 64 bits as text, for `jstype = JS_STRING`. */
export function asText(type: Type): LogicalType<string, bigint> {
  return logical("int64 text", { base: type as Type<bigint>, toBase: bigintOf, fromBase: String });
}

function bigintOf(text: string): bigint {
  return typeof text === "string" && isDecimal(text) ? BigInt(text) : refuse(text, "an integer as text");
}

/** A value of JSON. */
type Json = null | number | string | boolean | readonly Json[] | { readonly [key: string]: Json };

/** The values of `google.protobuf.Struct`. */
interface StructValue {
  readonly fields: Map<string, Value>;
}

/** The values of `google.protobuf.Value`: one of the fields. */
interface Value {
  readonly nullValue?: "NULL_VALUE";
  readonly numberValue?: number;
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly structValue?: StructValue;
  readonly listValue?: { readonly values: Value[] };
}

/** Plain JSON objects that travel as `struct`, a `google.protobuf.Struct`. */
export function jsonObject(struct: StructType): LogicalType<Record<string, Json>, StructValue> {
  return logical(struct.name, {
    base: struct as unknown as StructType<StructValue>,
    toBase: (object) => structOf(isObject(object) ? object : refuse(object, "a JSON object"), 0),
    fromBase: objectOf,
  });
}

/** More levels than any limit of depth in use lets through. */
const maxLevels = 500;

function structOf(object: { readonly [key: string]: Json }, level: number): StructValue {
  if (level > maxLevels) throw new TypeError(`nesting is deeper than ${maxLevels}`);
  return { fields: new Map(Object.entries(object).map(([key, value]) => [key, valueOf(value, level + 1)])) };
}

/** The `google.protobuf.Value` for `json`; throws TypeError when it is no JSON. */
function valueOf(json: Json, level: number): Value {
  if (json === null) return { nullValue: "NULL_VALUE" };
  if (typeof json === "number") return { numberValue: json };
  if (typeof json === "string") return { stringValue: json };
  if (typeof json === "boolean") return { boolValue: json };
  if (Array.isArray(json)) {
    if (level > maxLevels) throw new TypeError(`nesting is deeper than ${maxLevels}`);
    return { listValue: { values: json.map((one) => valueOf(one, level + 1)) } };
  }
  return { structValue: structOf(isObject(json) ? json : refuse(json, "a JSON value"), level) };
}

function isObject(value: unknown): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && Object.prototype.toString.call(value) === "[object Object]";
}

function refuse(value: unknown, wanted: string): never {
  throw new TypeError(`got ${got(value)}, want ${wanted}`);
}

function objectOf({ fields }: StructValue): Record<string, Json> {
  const object: Record<string, Json> = {};
  for (const [key, value] of fields) {
    if (key === "__proto__") throw new TypeError("got the key __proto__");
    object[key] = jsonOf(value);
  }
  return object;
}

function jsonOf({ numberValue, stringValue, boolValue, structValue, listValue }: Value): Json {
  if (structValue) return objectOf(structValue);
  if (listValue) return listValue.values.map(jsonOf);
  return numberValue ?? stringValue ?? boolValue ?? null;
}
