/**
 * Which methods are functions of TARS, and how to make one of any method.
 *
 * @module
 */
import type { Method, Methods, Service } from "../schema/service.ts";
import { service, unary } from "../schema/service.ts";
import type { AnyType, StructType, Type } from "../schema/type.ts";
import { stripped } from "../fit.ts";
import * as t from "../schema/words.ts";

/** The struct that `type` is or carries, as a checked one does; undefined when there is none. */
export function structOf(type: Type): StructType | undefined {
  let inner: AnyType = stripped(type);
  while (inner.kind === "logical") inner = stripped(inner.base);
  return inner.kind === "struct" ? inner : undefined;
}

/** What a method of {@linkcode messages} takes: the request is parameter 1. */
export interface TakesMessage<T> {
  /** The request. */
  request: T;
}

/** What a method of {@linkcode messages} gives: the response is the return value. */
export interface GivesMessage<T> {
  /** The response. */
  return: T;
}

/** The methods of {@linkcode messages}. */
export type MessageMethods<M extends Methods> = {
  readonly [K in keyof M]: M[K] extends Method<infer Req, infer Rsp, infer Kind>
    ? Method<TakesMessage<Req>, GivesMessage<Rsp>, Kind>
    : never;
};

/**
 * `of` as functions from one message to another: `Reply hello(Hello request)`. That is how a service that was not made for
 * TARS, whose request and response both have a field with tag 1, becomes one that a TARS peer can call. Throws TypeError
 * for a method that is a stream.
 */
export function messages<M extends Methods>(of: Service<M>): Service<MessageMethods<M>> {
  const methods = Object.entries(of.methods).map(([name, method]) => {
    const { kind, request, response } = method;
    if (kind !== "unary") throw new TypeError(`Cannot speak TARS for ${of.name}.${name}: it is a ${kind}`);
    const title = of.name + "." + name[0]!.toUpperCase() + name.slice(1);
    const takes = t.struct(`${title}Request`, { request: t.field(1, request) });
    const gives = t.struct(`${title}Response`, { return: t.field(0, response) });
    return [name, { ...method, ...unary(takes, gives, { idempotent: method.idempotent }) }];
  });
  return service(of.name, Object.fromEntries(methods) as MessageMethods<M>, of);
}
