/**
 * TypeScript's own types for structs that contain themselves, which it can't infer.
 *
 * @module
 */
import type { AnyType, LogicalType, NamedField, StructType, Type } from "../../schema/type.ts";
import { commented } from "./comment.ts";
import { type Code, flat, layout, property, types, union } from "./layout.ts";
import { keyOf, type Names } from "./names.ts";

/** The declaration of the type of `struct`'s values. */
export function typeDeclaration(struct: StructType, names: Names): string {
  const name = names.get(struct)!;
  if (isUnionType(struct)) return unionDeclaration(struct, names);
  const lines = struct.fields.map((field) => commented(field.doc, 2) + member(field, names, "  "));
  return `export interface ${name} {\n${lines.join("")}}\n`;
}

/** Whether `type` has exactly one of all its fields. Throws TypeError when it must have one of some. */
export function isUnionType({ name, fields, oneofs = [] }: StructType): boolean {
  const required = oneofs.find((group) => group.required);
  if (required && required.keys.length !== fields.length) {
    throw new TypeError(
      `Cannot write ${name} in TypeScript: it must have one of ${required.name}, and has other fields`,
    );
  }
  return required !== undefined;
}

function member({ key, type }: NamedField, names: Names, before: string): string {
  const mark = type.kind === "optional" ? "?" : "";
  return layout(property(keyOf(key) + mark, valueType(type, names)), { before, after: ";" }) + "\n";
}

function unionDeclaration(struct: StructType, names: Names): string {
  const name = names.get(struct)!, cases = struct.fields.map((field) => unionCase(struct, field, names));
  if (cases.length === 1) {
    const [only] = cases, line = `export type ${name} = { ${only!.join(" ")} };\n`;
    return line.length <= 121 ? line : `export type ${name} = {\n${only!.map((part) => `  ${part}\n`).join("")}};\n`;
  }
  const lines = cases.map((parts, i) => {
    const end = i === cases.length - 1 ? ";" : "", line = `  | { ${parts.join(" ").slice(0, -1)} }${end}`;
    return line.length <= 120 ? line : `  | {\n${parts.map((part) => `    ${part}\n`).join("")}  }${end}`;
  });
  return `export type ${name} =\n${lines.join("\n")}\n`;
}

/** The members of the type of a union that has `field` alone. */
function unionCase({ fields }: StructType, field: NamedField, names: Names): string[] {
  return fields.map(({ key, type }) => {
    if (key !== field.key) return `${keyOf(key)}?: undefined;`;
    const any = type as AnyType;
    return `${keyOf(key)}: ${flat(valueType(any.kind === "optional" ? any.inner : type, names))};`;
  });
}

/** The TypeScript type of `type`'s values. */
export function valueType(type: Type, names: Names): Code {
  const any = type as AnyType;
  switch (any.kind) {
    case "struct":
    case "enumeration":
      return names.get(any)!;
    case "lazy":
      return valueType(any.get(), names);
    case "optional":
      return union([valueType(any.inner, names), "undefined"]);
    case "list":
      return listType(valueType(any.element, names));
    case "map":
      return types("Map", [valueType(any.key, names), valueType(any.value, names)]);
    case "logical":
      return logicalType(any, names);
    default:
      return scalarTypes[any.kind] ?? "number";
  }
}

function logicalType({ name, base }: LogicalType, names: Names): Code {
  const inner = base as AnyType;
  if (inner.kind === "list") return types("Set", [valueType(inner.element, names)]);
  return name === "timestamp" ? "Date" : valueType(base, names);
}

const scalarTypes: Readonly<Partial<Record<AnyType["kind"], string>>> = {
  bool: "boolean",
  int64: "bigint",
  uint64: "bigint",
  string: "string",
  bytes: "Uint8Array",
};

function listType(element: Code): Code {
  if (typeof element === "string") return `${element}[]`;
  return "close" in element && element.kind === "types"
    ? { ...element, close: element.close + "[]" }
    : `(${flat(element)})[]`;
}
