/**
 * The well-known messages of Protocol Buffers that are any JSON: values, objects, lists and null.
 *
 * Format: protobuf.dev, "ProtoJSON Format".
 *
 * @module
 */
import { stripped } from "../fit.ts";
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

/** The forms, by the name of the message. */
const forms: ReadonlyMap<string, ProtoForm> = new Map<string, ProtoForm>([
  ["google.protobuf.Struct", {
    write: ({ fields }) => fields,
    read: (json) => ({ fields: Array.isArray(json) ? misfit("got an array, want an object") : json }),
  }],
  ["google.protobuf.ListValue", { write: ({ values }) => values, read: (values) => ({ values }) }],
  ["google.protobuf.Value", { write: jsonOf, read: valueOf }],
]);

const nullEnum = "google.protobuf.NullValue";

/** Whether something in `type` is any JSON. */
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
