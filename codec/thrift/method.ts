/**
 * The structs of a method's arguments and results, as Apache Thrift's compiler makes them.
 *
 * A service that was read from a .thrift document has them as its requests and replies; any other service's request is the
 * one argument `request`, with id 1, and its reply the result's `success`, with id 0.
 *
 * @module
 */
import type { Service } from "../schema/service.ts";
import { resolved, type StructType, type Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";

/** The structs that travel behind the heads of a method's messages. */
export interface ThriftMethod {
  /** Of the call. */
  readonly args: StructType;
  /** Of the reply: one field, `success` or an exception, or none for a method that returns nothing. */
  readonly result: StructType;
}

/** The name of the struct of `method`'s arguments, such as `"demo.CalculatorAddArgs"`. */
export function argsName(service: string, method: string): string {
  return `${service}${method.charAt(0).toUpperCase()}${method.slice(1)}Args`;
}

/** The name of the struct of `method`'s results. */
export function resultName(service: string, method: string): string {
  return argsName(service, method).replace(/Args$/, "Result");
}

/** The structs of `method` of `service`; throws TypeError when it has no such method, or one with streams. */
export function thriftMethod(service: Service, method: string): ThriftMethod {
  const found = Object.hasOwn(service.methods, method) ? service.methods[method] : undefined;
  if (!found) throw new TypeError(`Cannot find method ${method} of ${service.name}`);
  if (found.kind !== "unary") throw new TypeError(`Cannot use ${service.name}.${method}: Thrift has no streams`);
  const args = argsName(service.name, method), result = resultName(service.name, method);
  return {
    args: structNamed(found.request, args) ?? t.struct(args, { request: t.field(1, found.request) }),
    result: structNamed(found.response, result) ?? t.struct(result, { success: t.field(0, found.response) }),
  };
}

function structNamed(type: Type, name: string): StructType | undefined {
  const found = resolved(type) as StructType;
  return found.kind === "struct" && found.name === name ? found : undefined;
}
