/**
 * Typed clients: a contract, or a plain interface, seen as an object with one method for each of its methods.
 *
 * @module
 */
import type { Method, Methods, Service } from "../codec/mod.ts";
import type { Call, CallOptions, StreamCall } from "../protocol/mod.ts";
import { StreamView } from "./stream_view.ts";

/** One method of a contract as its callers see it. */
export type MethodClient<M> = M extends Method<infer Req, infer Rsp, infer Kind>
  ? Kind extends "unary" ? (request: Req, options?: CallOptions) => Call<Rsp>
  : Kind extends "server_stream" ? (request: Req, options?: CallOptions) => StreamCall<Rsp>
  : Kind extends "client_stream" ? (requests: AsyncIterable<Req> | Iterable<Req>, options?: CallOptions) => Call<Rsp>
  : (requests: AsyncIterable<Req> | Iterable<Req>, options?: CallOptions) => StreamCall<Rsp>
  : never;

/** The caller's view of a contract. */
export type ServiceClient<M extends Methods> = { readonly [K in keyof M]: MethodClient<M[K]> };

/**
 * The caller's view of a plain interface whose methods take a request and give a reply: what returns an AsyncIterable is a
 * stream.
 */
export type InterfaceClient<S> = { readonly [K in keyof S]: FunctionClient<S[K]> };

/** One method of a plain interface as its callers see it. */
// deno-lint-ignore no-explicit-any -- any context parameter a server's view of the interface may have
export type FunctionClient<F> = F extends (request: infer Req, ...rest: any[]) => infer Rsp ? (
    request: Req,
    options?: CallOptions,
  ) => Rsp extends AsyncIterable<infer Item> ? StreamCall<Item> : Call<Awaited<Rsp>>
  : never;

/** Starts a call of one method of a contract. */
export type StartMethod = (
  name: string,
  method: Method,
  request: unknown,
  options: CallOptions | undefined,
) => Call;

/** The client of a contract whose calls `start` starts. */
export function contractClient<M extends Methods>(contract: Service<M>, start: StartMethod): ServiceClient<M> {
  const client = Object.create(null);
  for (const [name, method] of Object.entries(contract.methods)) {
    const streams = method.kind === "server_stream" || method.kind === "bidi";
    const takesStream = method.kind === "client_stream" || method.kind === "bidi";
    client[name] = (request: unknown, options?: CallOptions) => {
      if (takesStream && !isIterable(request)) {
        throw new TypeError(`Cannot call ${contract.name}.${name}: its request is a stream, got ${typeof request}`);
      }
      const call = start(name, method, request, options);
      return streams ? new StreamView(call) : call;
    };
  }
  return Object.freeze(client);
}

function isIterable(value: unknown): boolean {
  return typeof value === "object" && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
}

/** The client of a service that is only known by name and type. */
export function namedClient<S>(
  service: string,
  call: (method: string, request: unknown, options?: CallOptions) => Call,
): InterfaceClient<S> {
  const methods = new Map<string, unknown>();
  return new Proxy(Object.create(null), {
    get(_, name) {
      if (typeof name !== "string" || name === "then") return undefined; // a client is no promise
      return methods.getOrInsertComputed(
        name,
        () => (request: unknown, options?: CallOptions) => call(`${service}.${name}`, request, options),
      );
    },
  });
}
