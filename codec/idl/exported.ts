/**
 * The definition that a TypeScript module exports.
 *
 * @module
 */
import type { Service } from "../schema/service.ts";
import type { Type } from "../schema/type.ts";
import type { Idl, NamedType } from "./idl.ts";

/** The structs, enumerations and services among the exports of `module`; whatever else it exports is left out. */
export function idlOf(module: Readonly<Record<string, unknown>>): Idl {
  const types = new Set<NamedType>(), services = new Set<Service>();
  for (const value of Object.values(module)) {
    if (isService(value)) services.add(value);
    else if (isNamedType(value)) types.add(value);
  }
  return { types: [...types], services: [...services] };
}

function isService(value: unknown): value is Service {
  const { name, methods } = (value ?? {}) as Partial<Service>;
  return typeof name === "string" && typeof methods === "object" && methods !== null;
}

function isNamedType(value: unknown): value is NamedType {
  const { kind } = (value ?? {}) as Partial<Type>;
  return kind === "struct" || kind === "enumeration";
}
