/**
 * Values of fields that are missing: the zero of their type, or a default that is told in proto2 and editions.
 *
 * @module
 */
import { fitter } from "../../fit.ts";
import type { AnyType, Type } from "../../schema/type.ts";
import { IdlError } from "../idl.ts";
import type { OptionValue, Place } from "./ast.ts";

/** The default `value` that a field of `type` is told to have; throws IdlError, for the place `at`, when it is none. */
export function toldDefault(type: Type, value: OptionValue, at: Place): unknown {
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

/** What a field of `type` is when it isn't there; undefined when it can be left out. */
export function zeroOf(type: Type): unknown {
  const any = type as AnyType;
  switch (any.kind) {
    case "optional":
      return undefined;
    case "bool":
      return false;
    case "int64":
    case "uint64":
      return 0n;
    case "string":
      return "";
    case "bytes":
      return new Uint8Array();
    case "enumeration":
      return any.names.get(0);
    case "list":
      return [];
    case "map":
      return new Map();
    default:
      return 0;
  }
}
