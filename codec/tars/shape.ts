/**
 * Which methods are functions of TARS, and how to make one of any method.
 *
 * @module
 */
import { type Method, type Methods, type Service, service, unary } from "../schema/service.ts";
import { type AnyType, type NamedField, resolved, type StructType, type Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";

/** The struct that `type` is or carries, as a checked one does; undefined when there is none. */
export function structOf(type: Type): StructType | undefined {
  let inner = resolved(type) as AnyType;
  while (inner.kind === "logical") inner = resolved(inner.base) as AnyType;
  return inner.kind === "struct" ? inner : undefined;
}

/** A parameter, or the return value. */
export interface Parameter extends NamedField {
  /** Whether it is given back. */
  readonly out: boolean;
}

/** A method as a function of TARS. */
export interface TarsFunction {
  /** What it returns, the field with tag 0 of the response; undefined for nothing. */
  readonly returned: Parameter | undefined;
  /** Its parameters, in their order, which is that of their tags from 1. */
  readonly parameters: readonly Parameter[];
}

/** The function that `method` is, or why it is none: a stream, no structs, other tags than a function has, optional fields. */
export function functionOf({ kind, request, response }: Method): TarsFunction | string {
  const takes = structOf(request), gives = structOf(response);
  if (kind !== "unary") return `it is a ${kind}`;
  if (!takes || !gives) return "its request and response are not both structs";
  const fields = [
    ...takes.fields.map((field) => ({ ...field, out: false })),
    ...gives.fields.map((field) => ({ ...field, out: true })),
  ].sort((a, b) => a.tag - b.tag);
  const optional = fields.find(({ type }) => type.kind === "optional");
  if (optional) return `${optional.key} is optional, as no parameter of a function can be`;
  const returned = fields[0]?.tag === 0 && fields[0].out ? fields.shift() : undefined;
  const at = fields.findIndex(({ tag }, i) => tag !== i + 1);
  if (at >= 0) return `the tag of ${fields[at]!.key} is ${fields[at]!.tag}, where a function's parameter has ${at + 1}`;
  return { returned, parameters: fields };
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
 * TARS, whose requests and responses both have a field with tag 1, becomes one that a TARS peer can call. Throws TypeError
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
