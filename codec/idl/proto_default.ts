/**
 * Default values in .proto files of proto2 and editions.
 *
 * @module
 */
import { fitter } from "../fit.ts";
import type { AnyType, Type } from "../schema/type.ts";
import { IdlError } from "./idl.ts";
import type { OptionValue, Place } from "./proto_ast.ts";

/** The default `value` of a field of `type`; throws IdlError, for the place `at`, when it is none. */
export function fieldDefault(type: Type, value: OptionValue, at: Place): unknown {
  const any = type as AnyType;
  try {
    if (any.kind === "enumeration") {
      if (any.numbers.has(value as string)) return value;
    } else if (any.kind !== "struct" && any.kind !== "logical") return fitter(any)(formOf(any, value));
  } catch { /* it is none */ }
  throw new IdlError(`the default is no ${any.kind}`, at);
}

function formOf({ kind }: AnyType, value: OptionValue): unknown {
  if (kind === "bytes" && typeof value === "string") return new TextEncoder().encode(value);
  return typeof value === "bigint" && kind !== "int64" && kind !== "uint64" ? Number(value) : value;
}
