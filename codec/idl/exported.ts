/**
 * The definition that a TypeScript module exports.
 *
 * @module
 */
import type { Service } from "../schema/service.ts";
import type { LogicalType, Type } from "../schema/type.ts";
import type { Idl, NamedType } from "./idl.ts";

/** The structs, enumerations and services among the exports of `module`, checked ones too; all else is left out. */
export function idlOf(module: Readonly<Record<string, unknown>>): Idl {
  const types = new Set<NamedType>(), services = new Set<Service>();
  for (const value of Object.values(module)) {
    const type = carried(value);
    if (isService(value)) services.add(value);
    else if (isNamedType(type)) types.add(type);
  }
  return { types: [...types], services: [...services] };
}

/** What travels for values of a logical type, such as of `t.checked`; other values are what they are. */
function carried(value: unknown): unknown {
  const { kind, base } = (value ?? {}) as Partial<LogicalType>;
  return kind === "logical" ? carried(base) : value;
}

function isService(value: unknown): value is Service {
  const { name, methods } = (value ?? {}) as Partial<Service>;
  return typeof name === "string" && typeof methods === "object" && methods !== null;
}

function isNamedType(value: unknown): value is NamedType {
  const { kind } = (value ?? {}) as Partial<Type>;
  return kind === "struct" || kind === "enumeration";
}
