/**
 * Checks a self-described value, from JSON, MessagePack or schemaless JCE, against a schema.
 *
 * @module
 */
import type { Reader } from "../protocol/mod.ts";
import { fitter, got, isRecord, rootName, unfit } from "./fit.ts";
import { bytesOfText, floatTexts, isDecimal, parseTimestamp } from "./forms.ts";
import { misfit, refusal } from "./misfit.ts";
import type { AnyType, EnumType, MapType, ScalarKind, StructType, Type } from "./schema/type.ts";
import { type Rules, type Step, walker } from "./walk.ts";

/**
 * Makes the function that checks a value against `type` and returns a fresh one with exactly the schema's fields.
 *
 * Lenient in the forms that self-describing codecs need, strict in everything else:
 * - unknown fields of a struct are dropped, so that a newer peer may send more;
 * - an optional value may be undefined, null or missing, and is then left out;
 * - integers may be numbers or bigints within their range; `int64`, `uint64` and `int53` decimal text as well;
 * - `float` is rounded to 32 bits; `float` and `double` may be the texts `NaN`, `Infinity`, `-Infinity` and `-0`, which
 *   JSON has no numbers for;
 * - `bytes` may be base64 text, usual or URL-safe;
 * - a map may be a Map, an object, or an array of pairs; keys that are text are read as the key's type;
 * - an enumeration may be a name or a number;
 * - a `timestamp` may be a Date, milliseconds since 1970, or text as RFC 3339 has it, a set may be a Set; every other
 *   logical type is read from its base;
 * - a missing field is looked for under its former keys, and then has its default; so has one that is null.
 *
 * `named` makes the steps for structs and enumerations that have another form than their kind.
 * The function throws RpcError `invalid_argument` naming the path, as in
 * `Cannot decode demo.User.tags[3]: got a number, want a string`, and `resource_exhausted` for a value whose missing fields
 * become more parts than the reader allows. Throws TypeError for a struct with a field `__proto__`.
 */
export function conformer<T>(type: Type<T>, named?: NamedForm): Conform<T> {
  let reader: Reader | undefined;
  const count = (parts: number) => reader?.count(parts);
  const check = walker(type as AnyType, { ...rules, count, ...named && { named } }), root = rootName(type);
  return (value, from) => {
    reader = from;
    try {
      return check(value) as T;
    } catch (error) {
      throw refusal(error, "decode", root);
    }
  };
}

/** Checks `value`, and returns a fresh one; `from`, which it was read from, counts what is made for missing fields. */
export type Conform<T> = (value: unknown, from?: Reader) => T;

/** Makes the function that reads a struct or enumeration with a form of its own, given the one for its kind. */
export type NamedForm = (
  type: StructType | EnumType,
  read: (value: unknown) => unknown,
) => (value: unknown) => unknown;

/** What {@linkcode conform} compiled; the schemas are the keys, so nothing is kept alive. */
const compiled = new WeakMap<Type, Conform<unknown>>();

/** Checks `value` against `type` and returns a fresh one; see {@linkcode conformer}. */
export function conform<T>(type: Type<T>, value: unknown): T {
  let check = compiled.get(type);
  if (!check) compiled.set(type, check = conformer(type));
  return check(value) as T;
}

const rules: Rules = {
  isAbsent: (value) => value === undefined || value === null,
  absent: undefined,
  scalar: scalarStep,
  key: keyStep,
  enumeration: enumStep,
  entries: entriesOf,
  map: (fresh) => fresh,
  logical(type, base) {
    if (type.name === "set") return (value) => type.fromBase(base(value instanceof Set ? [...value] : value));
    if (type.name !== "timestamp") return (value) => type.fromBase(base(value));
    return (value) => {
      const date = value instanceof Date ? value.getTime() : typeof value === "string" ? parseTimestamp(value) : value;
      return type.fromBase(base(date));
    };
  },
  reads: true,
};

/** Forms of a scalar beside its own; gives what the strict check then judges. */
const forms: Partial<Record<ScalarKind, Step>> = {
  int8: asNumber,
  int16: asNumber,
  int32: asNumber,
  uint8: asNumber,
  uint16: asNumber,
  uint32: asNumber,
  int53: (value) => asNumber(typeof value === "string" ? asBigInt(value) : value),
  int64: asBigInt,
  uint64: asBigInt,
  float: asFloat,
  double: asFloat,
  bytes: asBytes,
};

function scalarStep(type: AnyType): Step {
  const fit = fitter(type), form = forms[type.kind as ScalarKind];
  return form ? (value) => fit(form(value)) : fit;
}

function keyStep(type: AnyType): Step {
  const step = scalarStep(type);
  if (type.kind === "string") return step;
  if (type.kind === "bool") return (key) => step(key === "true" ? true : key === "false" ? false : key);
  return (key) => step(typeof key === "string" ? asBigInt(key) : key);
}

function enumStep(type: EnumType): Step {
  return (value) => {
    if (typeof value === "string") return type.numbers.has(value) ? value : unfit(value, type);
    if (typeof value !== "number" && typeof value !== "bigint") unfit(value, type);
    return type.names.get(Number(value)) ?? unfit(value, type);
  };
}

function entriesOf(value: unknown, type: MapType): Iterable<readonly [unknown, unknown]> {
  if (value instanceof Map) return value;
  if (!Array.isArray(value)) return isRecord(value) ? Object.entries(value) : unfit(value, type);
  const odd = value.findIndex((pair) => !Array.isArray(pair) || pair.length !== 2);
  return odd < 0 ? value : misfit(`got ${got(value[odd])} as entry ${odd}, want a pair of key and value`);
}

function asNumber(value: unknown): unknown {
  return typeof value === "bigint" && BigInt.asIntN(54, value) === value ? Number(value) : value;
}

function asBigInt(value: unknown): unknown {
  if (typeof value === "string" && isDecimal(value)) return BigInt(value);
  return Number.isSafeInteger(value) ? BigInt(value as number) : value;
}

function asFloat(value: unknown): unknown {
  return typeof value === "string" ? floatTexts.get(value) ?? value : value;
}

function asBytes(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  return typeof value === "string" ? bytesOfText(value) : value;
}
