/**
 * The types that a definition is made of, with those that only stand in others.
 *
 * @module
 */
import type { AnyType, Type } from "../schema/type.ts";
import type { Idl, NamedType } from "./idl.ts";

/**
 * The structs and enumerations of `idl` and all those in them, each once and behind those that it needs; only what is lazy
 * may come later. Otherwise in the order of the source. Throws TypeError when two have the same name.
 */
export function reachableTypes({ types, services }: Idl): NamedType[] {
  const found = new Set<NamedType>(), waiting: Type[] = [...types];
  for (const { methods } of services) {
    for (const { request, response } of Object.values(methods)) waiting.push(request, response);
  }
  for (const type of waiting) visit(type as AnyType, found, waiting);
  const names = new Set<string>();
  for (const { name } of found) {
    if (names.has(name)) throw new TypeError(`Cannot write ${name}: two types have that name`);
    names.add(name);
  }
  return [...found];
}

/** Adds `type` to `found`, behind what it needs, and to `waiting` what is lazy in it. */
function visit(type: AnyType, found: Set<NamedType>, waiting: Type[]): void {
  if (type.kind === "lazy") return void waiting.push(type.get());
  if (found.has(type as NamedType)) return;
  for (const part of partsOf(type)) visit(part as AnyType, found, waiting);
  if (type.kind === "struct" || type.kind === "enumeration") found.add(type);
}

/** The types that `type` is made of. */
export function partsOf(type: AnyType): readonly Type[] {
  switch (type.kind) {
    case "list":
      return [type.element];
    case "map":
      return [type.key, type.value];
    case "optional":
      return [type.inner];
    case "logical":
      return [type.base];
    case "struct":
      return type.fields.map((field) => field.type);
    default:
      return [];
  }
}
