/**
 * What Protocol Buffers have in JSON beside the fields of a message: well-known messages that are any JSON (values, objects,
 * lists and null), and fields with a name of their own.
 *
 * Format: protobuf.dev, "ProtoJSON Format".
 *
 * @module
 */
import { isRecord, stripped } from "../fit.ts";
import { misfit } from "../misfit.ts";
import type { AnyType, EnumType, StructType, Type } from "../schema/type.ts";
import type { Step } from "../walk.ts";
import { holds } from "./holds.ts";

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

/** Whether something in `type` has a form that only the steps below know. */
export function hasProtoForms(type: Type): boolean {
  return holds(type, (type) => {
    if (type.kind === "enumeration") return type.name === nullEnum;
    return type.kind === "struct" &&
      (forms.has(type.name) || type.fields.some(({ jsonName }) => jsonName !== undefined));
  });
}

/** The step that writes `type` in its own form, given the one for any type of its kind. */
export function writeProtoForm(type: StructType | EnumType, step: Step): Step {
  if (type.name === nullEnum) return (value) => step(value) === undefined ? undefined : null;
  if (type.kind === "enumeration") return step;
  const form = forms.get(type.name), names = new Map<string, string>();
  if (form) return (value) => form.write(step(value) as Fields);
  for (const { key, jsonName } of type.fields) if (jsonName !== undefined) names.set(key, jsonName);
  return names.size > 0 ? (value) => renamed(step(value), names) : step;
}

/** The step that reads `type` in its own form, given the one for any type of its kind. */
export function readProtoForm(type: StructType | EnumType, step: Step): Step {
  if (type.kind === "enumeration") {
    return type.name === nullEnum ? (value) => step(value === null || value === nullValue ? 0 : value) : step;
  }
  const form = forms.get(type.name), names = new Map<string, string>();
  if (form) return (value) => step(form.read(value));
  for (const { key, jsonName } of type.fields) if (jsonName !== undefined) names.set(jsonName, key);
  const nulls = type.fields.filter(({ type }) => takesNull(stripped(type)))
    .flatMap(({ key, aliases = [] }) => [key, ...aliases]);
  if (names.size === 0 && nulls.length === 0) return step;
  return (value) => step(withNulls(renamed(value, names), nulls));
}

function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (names.size === 0 || !isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [names.get(key) ?? key, inner]));
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
