/**
 * Interface definitions as plain data, so that two can be compared: for tests.
 *
 * @module
 */
import { isFixed } from "../avro/fixed.ts";
import type { AnyType, EnumType, StructType, Type } from "../schema/type.ts";
import { resolved } from "../schema/type.ts";
import type { Idl } from "./idl.ts";
import { reachableTypes } from "./reachable.ts";

/** Types by name, and services by name, of `idl`: equal for two that say the same, in whatever order. */
export function describeIdl(idl: Idl): { types: Record<string, unknown>; services: Record<string, unknown> } {
  const types = reachableTypes(idl).sort((a, b) => a.name < b.name ? -1 : 1);
  return {
    types: Object.fromEntries(types.map((type) => [type.name, describeNamed(type)])),
    services: Object.fromEntries(
      idl.services.map(({ name, doc, methods }) => [name, { doc, methods: describeMethods(methods) }]),
    ),
  };
}

function describeMethods(methods: Idl["services"][number]["methods"]): unknown {
  return Object.entries(methods).map(([key, { kind, request, response, idempotent, doc }]) => {
    return { key, kind, request: describeType(request), response: describeType(response), idempotent, doc };
  });
}

function describeNamed(type: StructType | EnumType): unknown {
  const { kind, name, doc } = type;
  if (kind === "enumeration") return { kind, name, doc, numbers: [...type.numbers] };
  const fields = type.fields.map((field) => ({ ...field, type: describeType(field.type) }));
  return { kind, name, doc, fields, oneofs: type.oneofs ?? [], keepUnknown: type.keepUnknown ?? false };
}

/** `type` as text, such as `"map<string, list<demo.Hello>>"`. */
export function describeType(type: Type): string {
  const any = resolved(type) as AnyType;
  switch (any.kind) {
    case "struct":
    case "enumeration":
      return any.name;
    case "list":
      return `list<${describeType(any.element)}>`;
    case "map":
      return `map<${describeType(any.key)}, ${describeType(any.value)}>`;
    case "optional":
      return `optional<${describeType(any.inner)}>`;
    case "logical":
      return `${isFixed(any) ? `${any.schema.name}(${any.schema.size}) ` : ""}${any.name}<${
        [describeType(any.base), ...Object.values(any.parameters ?? {})].join(", ")
      }>`;
    default:
      return "form" in any ? `${any.form} ${any.kind}` : any.kind;
  }
}
