/**
 * Values as TypeScript writes them: the defaults of fields.
 *
 * @module
 */
import { type AnyType, type ListType, type MapType, resolved, type Type } from "../../schema/type.ts";
import { array, call, type Code, flat, object, property, quoted } from "./layout.ts";
import { keyOf, type Names } from "./names.ts";
import { valueType } from "./type.ts";

/** `value`, which is of `type`, as an expression. */
export function valueCode(value: unknown, type: Type, names: Names): Code {
  const any = resolved(type) as AnyType;
  switch (any.kind) {
    case "optional":
      return value === undefined ? "undefined" : valueCode(value, any.inner, names);
    case "list":
      return array((value as unknown[]).map((element) => valueCode(element, any.element, names)));
    case "map":
      return mapCode(value as ReadonlyMap<unknown, unknown>, any, names);
    case "struct":
      return object(any.fields.flatMap(({ key, type }) => {
        const inner = Object.hasOwn(value as object, key) ? (value as Record<string, unknown>)[key] : undefined;
        return inner === undefined ? [] : [property(keyOf(key), valueCode(inner, type, names))];
      }));
    case "logical":
      return logicalCode(value, any.base, names);
    default:
      return scalarCode(value);
  }
}

function mapCode(map: ReadonlyMap<unknown, unknown>, { key, value }: MapType, names: Names): Code {
  const entries = [...map].map(([k, v]) => array([valueCode(k, key, names), valueCode(v, value, names)]));
  return collection("Map", [key, value], { items: array(entries, entries.length > 1), names });
}

function logicalCode(value: unknown, base: Type, names: Names): Code {
  if (value instanceof Date) return `new Date(${quoted(value.toISOString())})`;
  if (!(value instanceof Set)) return scalarCode(value);
  const { element } = base as ListType, items = [...value].map((item) => valueCode(item, element, names));
  return collection("Set", [element], { items: array(items), names });
}

/** A new Map or Set; its types are told where TypeScript would infer others. */
function collection(name: "Map" | "Set", parts: Type[], { items, names }: { items: Code; names: Names }): Code {
  const isEmpty = items === "[]", infers = isEmpty ? name === "Map" : parts.every(({ kind }) => inferred.test(kind));
  const told = infers ? "" : `<${parts.map((part) => flat(valueType(part, names))).join(", ")}>`;
  return call(`new ${name}${told}`, isEmpty ? [] : [items]);
}

/** Kinds of which literals have the type. */
const inferred = /^(?:u?int|bool|float|double|string|bytes)/;

function scalarCode(value: unknown): Code {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array && value.length === 0) return "new Uint8Array()";
  if (value instanceof Uint8Array) return call("Uint8Array.of", [...value].map(String));
  return Object.is(value, -0) ? "-0" : String(value);
}
