/**
 * Service contracts: the methods of a service with their schemas, shared by client and server.
 *
 * @example
 * ```ts
 * import { serverStream, service, t, unary } from "@erpc/erpc";
 * const Hello = t.struct("demo.Hello", { name: t.field(1, t.string) });
 * const Reply = t.struct("demo.Reply", { msg: t.field(1, t.string) });
 * const Demo = service("demo", { hello: unary(Hello, Reply), count: serverStream(Hello, Reply) });
 * console.assert(Demo.methods.hello.kind === "unary");
 * ```
 *
 * @module
 */
import { checkType, type Type } from "./type.ts";

/** Which sides of a method are streams. */
export type MethodKind = "unary" | "server_stream" | "client_stream" | "bidi";

/** One method of a contract. */
export interface Method<Req = unknown, Rsp = unknown, K extends MethodKind = MethodKind> {
  /** Which sides are streams. */
  readonly kind: K;
  /** Schema of the request, or of each item of a request stream. */
  readonly request: Type<Req>;
  /** Schema of the reply, or of each item of a reply stream. */
  readonly response: Type<Rsp>;
  /** Running it twice does no harm. */
  readonly idempotent: boolean;
  /** What it is for. */
  readonly doc?: string;
}

/** What a method may declare. */
export interface MethodOptions {
  /** Running it twice does no harm, so that a client may repeat it. Default false. */
  idempotent?: boolean;
  /** What it is for; tools that write schemas keep it. */
  doc?: string;
}

/** Methods by name. */
// deno-lint-ignore no-explicit-any -- methods of any value types; unknown would not be assignable both ways
export type Methods = Readonly<Record<string, Method<any, any>>>;

/** A service contract. */
export interface Service<M extends Methods = Methods> {
  /** Service name, such as `"demo"` or `"pkg.demo"`. */
  readonly name: string;
  /** Its methods. */
  readonly methods: M;
  /** What it is for. */
  readonly doc?: string;
}

/** One request, one reply. */
export function unary<Req, Rsp>(
  request: Type<Req>,
  response: Type<Rsp>,
  options: MethodOptions = {},
): Method<Req, Rsp, "unary"> {
  return { ...options, kind: "unary", request, response, idempotent: options.idempotent ?? false };
}

/** One request, a stream of replies. */
export function serverStream<Req, Rsp>(
  request: Type<Req>,
  response: Type<Rsp>,
  options: MethodOptions = {},
): Method<Req, Rsp, "server_stream"> {
  return { ...options, kind: "server_stream", request, response, idempotent: options.idempotent ?? false };
}

/** A stream of requests, one reply. */
export function clientStream<Req, Rsp>(
  request: Type<Req>,
  response: Type<Rsp>,
  { doc }: Pick<MethodOptions, "doc"> = {},
): Method<Req, Rsp, "client_stream"> {
  return { ...doc !== undefined && { doc }, kind: "client_stream", request, response, idempotent: false };
}

/** A stream each way. */
export function bidi<Req, Rsp>(
  request: Type<Req>,
  response: Type<Rsp>,
  { doc }: Pick<MethodOptions, "doc"> = {},
): Method<Req, Rsp, "bidi"> {
  return { ...doc !== undefined && { doc }, kind: "bidi", request, response, idempotent: false };
}

/** A contract named `name`; throws TypeError for an unusable service or method name, and a method without types. */
export function service<M extends Methods>(
  name: string,
  methods: M,
  { doc }: { readonly doc?: string } = {},
): Service<M> {
  if (name === "" || name.length > 200) throw new TypeError(`Cannot define service ${JSON.stringify(name)}: bad name`);
  for (const [method, { request, response }] of Object.entries(methods)) {
    checkType(request, `method ${name}.${method}`);
    checkType(response, `method ${name}.${method}`);
    if (method === "" || method.includes(".") || name.length + method.length > 254) {
      throw new TypeError(`Cannot define service ${name}: bad method name ${JSON.stringify(method)}`);
    }
  }
  return { name, methods, ...doc !== undefined && { doc } };
}
