/**
 * Defaults as .jce files write them.
 *
 * @module
 */
import { rangeOf } from "../../fit.ts";
import { type AnyType, type NamedField, resolved, type Type } from "../../schema/type.ts";

/** ` = ` and the default of a field; nothing where it has none, or one that TARS takes anyway. `path` names it in errors. */
export function defaultOf({ type, default: given }: NamedField, path: string): string {
  if (given === undefined) return "";
  let any = unwrapped(type), value: unknown = given;
  for (; any.kind === "logical"; any = unwrapped(any.base)) value = any.toBase(value);
  switch (any.kind) {
    case "bool":
    case "int64":
    case "enumeration":
      return ` = ${value}`;
    case "uint64":
      return ` = ${BigInt.asIntN(64, value as bigint)}`;
    case "string":
      return ` = ${quoted(value as string)}`;
    case "float":
    case "double":
      return Number.isFinite(value)
        ? ` = ${decimal(value as number)}`
        : thrown(cannot(path, `the default is ${value}`));
    default:
      if (rangeOf(any)) return ` = ${value}`;
      return isEmpty(value) ? "" : thrown(cannot(path, "TARS has no such default"));
  }
}

/** `type` without optional around it. */
export function unwrapped(type: Type): AnyType {
  let any = resolved(type) as AnyType;
  while (any.kind === "optional") any = resolved(any.inner) as AnyType;
  return any;
}

/** `n` with a point, so that no tool takes it for an integer. */
function decimal(n: number): string {
  const text = String(n);
  return /[.e]/.test(text) ? text : text + ".0";
}

function quoted(text: string): string {
  const escaped = (c: string) => c < " " || c === "\x7f" ? "\\" + c.charCodeAt(0).toString(8).padStart(3, "0") : c;
  return `"${[...text.replace(/["\\]/g, "\\$&")].map(escaped).join("")}"`;
}

function isEmpty(value: unknown): boolean {
  if (value instanceof Map) return value.size === 0;
  return (Array.isArray(value) || value instanceof Uint8Array) && value.length === 0;
}

/** The error for `what`, which a .jce file can't say. */
export function cannot(what: string, reason: string): TypeError {
  return new TypeError(`Cannot write ${what} as .jce: ${reason}`);
}

/** Throws `error`, as an expression. */
export function thrown(error: Error): never {
  throw error;
}
