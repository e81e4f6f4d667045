/**
 * The one default client and server behind the free functions.
 *
 * @module
 */
import type { Methods, Service } from "../codec/mod.ts";
import {
  type AnyCallOptions,
  ClientFamily,
  type ClientOptions,
  inProcess,
  type InterfaceClient,
  namedClient,
  type ServiceClient,
} from "../client/mod.ts";
import type { Call, Handler, Peer } from "../protocol/mod.ts";
import { listenInMemory, type MethodShape } from "../transport/mod.ts";
import { Routes, type ServiceHandlers } from "./routes.ts";
import { Server, type ServerOptions } from "./server.ts";
import type { ServerPeer } from "./peer.ts";

let routes = new Routes();
const family = new ClientFamily();
const servers = new Set<Server>();
let local: Server | null = null;

/**
 * Calls `method`, such as `"demo.hello"`: at a server the center knows, or at `options.address`, or in this process.
 *
 * `await` the call for its reply, `for await` it for its stream, dispose it to cancel. Throws TypeError or RangeError at once
 * for a bad name or option; everything else comes as the call's `RpcError`.
 *
 * @example
 * ```ts
 * import { call, handle, shutdown } from "@erpc/erpc";
 * handle("demo.greet", ({ name }: { name: string }) => ({ msg: `hello ${name}` }));
 * const { msg } = await call<{ msg: string }>("demo.greet", { name: "world" }, { timeout: 5000 });
 * console.assert(msg === "hello world");
 * await shutdown();
 * ```
 */
export function call<Rsp = unknown>(method: string, request?: unknown, options?: AnyCallOptions): Call<Rsp> {
  return family.get(options).call<Rsp>(method, request, options);
}

/** Options of {@linkcode client}. */
export interface TypedClientOptions extends ClientOptions {
  /** Calls the other end of this connection instead, for example `context.peer`. */
  peer?: Peer;
}

/** A typed client of a contract: one method for each of its methods. */
export function client<M extends Methods>(contract: Service<M>, options?: TypedClientOptions): ServiceClient<M>;
/** A typed client of the service `name`, whose methods are those of the interface `S`; types are not checked at run time. */
export function client<S>(name: string, options?: TypedClientOptions): InterfaceClient<S>;
/** A typed client of a contract, or of an interface by the service's name. */
export function client(service: Service | string, options?: TypedClientOptions): unknown {
  if (options?.peer !== undefined) return (options.peer as ServerPeer).client(service as Service);
  const made = family.get(options);
  return typeof service === "string" ? namedClient(service, (...args) => made.call(...args)) : made.of(service);
}

/** Handles every method of a contract. */
export function handle<M extends Methods>(contract: Service<M>, handlers: ServiceHandlers<M>): void;
/**
 * Handles one method, such as `"demo.hello"`, at every listener of this program, and in this process even without one.
 *
 * A handler gives a value, a promise of one, or a stream as an (async) generator; what it throws goes to the caller when it
 * is an `RpcError`. Throws TypeError for a bad name or a method that is handled already.
 */
export function handle<Req>(method: string, handler: Handler<Req>, shape?: MethodShape): void;
/** Handles one method, or every method of a contract. */
export function handle(what: string | Service, how: unknown, shape?: MethodShape): void {
  if (typeof what === "string") routes.add(what, how as Handler, shape);
  else routes.addService(what, how as ServiceHandlers<Methods>);
  listenHere();
}

/**
 * Listens at `address` (default: a free port of 127.0.0.1) for calls of what is handled, and registers with the center in
 * the background. Rejects when the address can't be bound.
 */
export async function listen(address?: string, options?: ServerOptions): Promise<Server> {
  const server = new Server(options, routes);
  servers.add(server);
  server.finished.then(() => servers.delete(server));
  return await server.listen(address);
}

/** Drains every listener and closes every client of the free functions; what was handled is forgotten. */
export async function shutdown(): Promise<void> {
  const here = local;
  local = null;
  routes = new Routes();
  await family[Symbol.asyncDispose]();
  await Promise.all([...servers, ...here === null ? [] : [here]].map((server) => server.drain()));
}

/** Makes what is handled callable within this process. */
function listenHere(): void {
  if (local !== null) return;
  local = new Server({ registry: inProcess({ location: "erpc" }) }, routes);
  local.attach(listenInMemory("erpc"));
}
