/**
 * Interface definitions as plain data that can be compared, in the words of Thrift; holds no test itself.
 *
 * @module
 */
import { type AnyType, resolved, type StructType, type Type } from "../schema/type.ts";
import type { Idl, NamedType } from "./idl.ts";

/** `idl` without functions and cycles: types where they are used are their names. */
export function shapeOf({ types, services }: Idl): unknown {
  return {
    types: types.map(definition),
    services: services.map(({ name, doc, methods }) => ({
      name,
      doc,
      methods: Object.entries(methods).map(([method, { kind, request, response, idempotent, doc }]) => ({
        method,
        kind,
        idempotent,
        doc,
        request: definition(resolved(request) as StructType),
        response: definition(resolved(response) as StructType),
      })),
    })),
  };
}

function definition(type: NamedType): unknown {
  if (type.kind === "enumeration") return { enum: type.name, doc: type.doc, numbers: Object.fromEntries(type.numbers) };
  const fields = type.fields.map((field) => [field.tag, field.key, wordOf(field.type), field.default, field.doc]);
  return { struct: type.name, doc: type.doc, fields, oneofs: type.oneofs };
}

/** `type` in a word. */
export function wordOf(type: Type): string {
  const any = resolved(type) as AnyType;
  switch (any.kind) {
    case "optional":
      return `optional ${wordOf(any.inner)}`;
    case "list":
      return `list<${wordOf(any.element)}>`;
    case "map":
      return `map<${wordOf(any.key)},${wordOf(any.value)}>`;
    case "logical":
      return `${any.name}<${wordOf(any.base)}>`;
    case "struct":
    case "enumeration":
      return any.name;
    default:
      return any.kind;
  }
}
