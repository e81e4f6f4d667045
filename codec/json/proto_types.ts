/**
 * Schemas with the well-known messages of Protocol Buffers as JSON has them: times and the like as text, wrappers as what
 * they wrap.
 *
 * @module
 */
import { conformer } from "../conform.ts";
import { isRecord, unfit } from "../fit.ts";
import { plainer } from "../plain.ts";
import { logical } from "../schema/logical.ts";
import type { AnyType, StructType, Type } from "../schema/type.ts";
import { dialect } from "./dialect.ts";
import { holds } from "./holds.ts";
import { type TextForm, textForms } from "./proto_text.ts";

const wrapper = /^google\.protobuf\.(?:Double|Float|U?Int(?:32|64)|Bool|String|Bytes)Value$/;

/** `type`, or one with the same values when something in it has another form in JSON. */
export function protoType<T>(type: Type<T>): Type<T> {
  return (holds(type, hasForm) ? rewritten(type, new Map()) : type) as Type<T>;
}

function hasForm(type: AnyType): boolean {
  return type.kind === "struct" && (textForms.has(type.name) || wrapper.test(type.name));
}

/** What structs became. */
type Known = Map<Type, Type>;

function rewritten(type: Type, known: Known): Type {
  const any = type as AnyType;
  switch (any.kind) {
    case "struct":
      return known.get(any) ?? struct(any, known);
    case "lazy":
      return { kind: "lazy", get: () => rewritten(any.get(), known) } as Type;
    case "list":
      return { ...any, element: rewritten(any.element, known) } as Type;
    case "map":
      return { ...any, value: rewritten(any.value, known) } as Type;
    case "optional":
      return { ...any, inner: rewritten(any.inner, known) } as Type;
    case "logical":
      return { ...any, base: rewritten(any.base, known) } as Type;
    default:
      return any;
  }
}

function struct(type: StructType, known: Known): Type {
  const form = textForms.get(type.name);
  const made = form ? text(type, form) : wrapper.test(type.name) ? unwrapped(type) : {
    ...type,
    fields: type.fields.map((field) => ({ ...field, type: rewritten(field.type, known) })),
  };
  known.set(type, made);
  return made;
}

function text(type: StructType, form: TextForm): Type {
  const plain = plainer(type, dialect), check = conformer(type);
  return logical<unknown, string>(type.name, {
    base: { kind: "string" } as Type<string>,
    toBase: (value) => form.write(plain(value) as Readonly<Record<string, unknown>>),
    fromBase: (text) => check(form.read(text)),
  });
}

function unwrapped(type: StructType): Type {
  const field = type.fields.find(({ key }) => key === "value");
  if (field === undefined) return type;
  return logical<unknown, unknown>(type.name, {
    base: field.type,
    toBase: (message) => isRecord(message) ? message.value : unfit(message, type),
    fromBase: (value) => ({ value }),
  });
}
