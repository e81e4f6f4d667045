/**
 * The well-known messages of Protocol Buffers that have a form of their own in JSON, such as a time as text.
 *
 * Format: protobuf.dev, "ProtoJSON Format".
 *
 * @module
 */
import { stripped } from "../fit.ts";
import { parseTimestamp } from "../forms.ts";
import { misfit } from "../misfit.ts";
import { type AnyType, type EnumType, resolved, type StructType, type Type } from "../schema/type.ts";
import type { Step } from "../walk.ts";

/** Turns the JSON that any message with these fields would have into that of the well-known one, and back. */
interface ProtoForm {
  write(fields: Fields): unknown;
  read(json: unknown): unknown;
}

/** Fields of a message in JSON. */
type Fields = Readonly<Record<string, unknown>>;

/** What was null where null is a value, so that it isn't taken for a missing field. */
const nullValue: unique symbol = Symbol("null");

const wrapped: ProtoForm = { write: ({ value }) => value, read: (value) => ({ value }) };

/** The forms, by the name of the message. */
const forms: ReadonlyMap<string, ProtoForm> = new Map<string, ProtoForm>([
  ["google.protobuf.Timestamp", { write: timestampText, read: readTimestamp }],
  ["google.protobuf.Duration", { write: durationText, read: readDuration }],
  ["google.protobuf.FieldMask", {
    write: ({ paths }) => (paths as string[]).map(camelPath).join(","),
    read: (json) => ({ paths: textOf(json, "a field mask").split(",").filter((path) => path !== "").map(snakePath) }),
  }],
  ["google.protobuf.Struct", {
    write: ({ fields }) => fields,
    read: (json) => ({ fields: Array.isArray(json) ? misfit("got an array, want an object") : json }),
  }],
  ["google.protobuf.ListValue", { write: ({ values }) => values, read: (values) => ({ values }) }],
  ["google.protobuf.Value", { write: jsonOf, read: valueOf }],
  ...["Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes"]
    .map((name): [string, ProtoForm] => [`google.protobuf.${name}Value`, wrapped]),
]);

const nullEnum = "google.protobuf.NullValue";

/** Whether something in `type` has a form of its own. */
export function hasProtoForms(type: Type, seen: Set<Type> = new Set()): boolean {
  const any = resolved(type) as AnyType;
  if (seen.has(any)) return false;
  seen.add(any);
  const inside = (type: Type) => hasProtoForms(type, seen);
  switch (any.kind) {
    case "struct":
      return forms.has(any.name) || any.fields.some(({ type }) => inside(type));
    case "enumeration":
      return any.name === nullEnum;
    case "list":
      return inside(any.element);
    case "map":
      return inside(any.value);
    case "optional":
      return inside(any.inner);
    case "logical":
      return inside(any.base);
    default:
      return false;
  }
}

/** The step that writes `type` in its own form, given the one for any type of its kind. */
export function writeProtoForm(type: StructType | EnumType, step: Step): Step {
  if (type.name === nullEnum) return (value) => step(value) === undefined ? undefined : null;
  const form = type.kind === "struct" ? forms.get(type.name) : undefined;
  return form ? (value) => form.write(step(value) as Fields) : step;
}

/** The step that reads `type` in its own form, given the one for any type of its kind. */
export function readProtoForm(type: StructType | EnumType, step: Step): Step {
  if (type.kind === "enumeration") {
    return type.name === nullEnum ? (value) => step(value === null || value === nullValue ? 0 : value) : step;
  }
  const form = forms.get(type.name);
  if (form) return (value) => step(form.read(value));
  const nulls = type.fields.filter(({ type }) => takesNull(stripped(type))).flatMap((
    { key, aliases = [] },
  ) => [key, ...aliases]);
  return nulls.length > 0 ? (value) => step(withNulls(value, nulls)) : step;
}

function takesNull(type: AnyType): boolean {
  return "name" in type && (type.name === nullEnum || type.name === "google.protobuf.Value");
}

function withNulls(value: unknown, keys: readonly string[]): unknown {
  const fields = value as Fields | null;
  if (typeof fields !== "object" || fields === null || !keys.some((key) => fields[key] === null)) return value;
  return Object.fromEntries(
    Object.entries(fields).map(([key, inner]) => [key, inner === null && keys.includes(key) ? nullValue : inner]),
  );
}

function textOf(json: unknown, wanted: string): string {
  return typeof json === "string" ? json : misfit(`got a ${typeof json}, want ${wanted} as text`);
}

/** First and last second of the years 1 to 9999. */
const firstSecond = -62_135_596_800, lastSecond = 253_402_300_799;

function timestampText({ seconds, nanos }: Fields): string {
  const whole = Number(seconds), n = nanos as number;
  if (whole < firstSecond || whole > lastSecond || n < 0 || n > 999_999_999) {
    misfit("got a time beyond the years 1 to 9999");
  }
  return new Date(whole * 1000).toISOString().replace(".000Z", fraction(n) + "Z");
}

/** Nanoseconds as the digits behind the point, 3, 6 or 9 of them. */
function fraction(nanos: number): string {
  if (nanos === 0) return "";
  return "." + String(nanos).padStart(9, "0").replace(/(?:000){1,2}$/, "");
}

function nanosOf(digits: string): number {
  return Number(digits.padEnd(9, "0"));
}

function readTimestamp(json: unknown): unknown {
  const text = textOf(json, "a time"), [whole = "", digits = ""] = /\.(\d+)/.exec(text) ?? [];
  const seconds = parseTimestamp(text.replace(whole, "")) / 1000;
  if (digits.length > 9 || seconds < firstSecond || seconds > lastSecond) {
    misfit("got a time beyond the years 1 to 9999");
  }
  return { seconds, nanos: nanosOf(digits) };
}

/** Ten thousand years. */
const maxSeconds = 315_576_000_000;

function durationText({ seconds, nanos }: Fields): string {
  const whole = Number(seconds), n = nanos as number;
  if (Math.abs(whole) > maxSeconds || Math.abs(n) > 999_999_999 || whole * n < 0) misfit("got a duration out of range");
  const sign = whole < 0 || n < 0 ? "-" : "";
  return sign + Math.abs(whole) + fraction(Math.abs(n)) + "s";
}

function readDuration(json: unknown): unknown {
  const [, sign, whole, digits = ""] = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(textOf(json, "a duration")) ?? [];
  const seconds = Number(whole), nanos = nanosOf(digits);
  if (!(seconds < maxSeconds || seconds === maxSeconds && nanos === 0)) {
    misfit('got text that is no duration such as "1.5s"');
  }
  return sign ? { seconds: 0 - seconds, nanos: 0 - nanos } : { seconds, nanos };
}

function camelPath(path: string): string {
  const camel = path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return snakePath(camel) === path ? camel : misfit("got a path that lowerCamelCase would change");
}

function snakePath(path: string): string {
  if (path.includes("_")) misfit("got a path of a field mask that is not in lowerCamelCase");
  return path.replace(/[A-Z]/g, (letter) => "_" + letter.toLowerCase());
}

function jsonOf(fields: Fields): unknown {
  const [[kind, value] = ["nullValue", null]] = Object.entries(fields);
  if (kind !== "numberValue" || typeof value === "number") return value;
  return value === "-0" ? -0 : misfit(`got ${value}, which a google.protobuf.Value cannot be in JSON`);
}

function valueOf(json: unknown): unknown {
  if (json === null || json === nullValue) return { nullValue: 0 };
  if (Array.isArray(json)) return { listValue: json };
  return { [kinds[typeof json] ?? misfit(`got a ${typeof json}, want JSON`)]: json };
}

/** Key of a `google.protobuf.Value` by the type of the JSON. */
const kinds: Readonly<Record<string, string>> = {
  number: "numberValue",
  string: "stringValue",
  boolean: "boolValue",
  object: "structValue",
};
