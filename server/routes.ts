/**
 * Which handler answers which method.
 *
 * @module
 */
import type { Method, Methods, Service } from "../codec/mod.ts";
import { type Context, type Handler, refined, splitName } from "../protocol/mod.ts";
import { type MethodShape, MethodSpec, type Route } from "../transport/mod.ts";

/** One method of a contract as its implementation sees it. */
export type MethodHandler<M> = M extends Method<infer Req, infer Rsp, infer Kind>
  ? Kind extends "unary" ? (request: Req, context: Context) => Rsp | Promise<Rsp>
  : Kind extends "server_stream" ? (request: Req, context: Context) => ReplyStream<Rsp>
  : Kind extends "client_stream" ? (requests: AsyncIterable<Req>, context: Context) => Rsp | Promise<Rsp>
  : (requests: AsyncIterable<Req>, context: Context) => ReplyStream<Rsp>
  : never;

/** A stream of replies, as handlers may give it. */
export type ReplyStream<T> = AsyncIterable<T> | Iterable<T> | Promise<AsyncIterable<T> | Iterable<T>>;

/** Implementation of a contract. */
export type ServiceHandlers<M extends Methods> = { readonly [K in keyof M]: MethodHandler<M[K]> };

/** A method with its handler. */
export interface HandledMethod {
  /** The method. */
  readonly spec: MethodSpec;
  /** Its handler. */
  readonly handler: Handler;
}

/** Handlers by service and method. */
export class Routes {
  #services = new Map<string, Map<string, HandledMethod>>();
  #version = {}; // another object after each change
  #listeners = new Set<(service: string) => void>();

  /** Names of the services there are handlers for. */
  get services(): string[] {
    return [...this.#services.keys()];
  }

  /** Full names of the methods there are handlers for. */
  get methods(): string[] {
    return [...this.#services].flatMap(([service, methods]) =>
      [...methods.keys()].map((method) => `${service}.${method}`)
    );
  }

  /** Calls `listener` for each service that is new from now on; the returned function ends that. */
  onService(listener: (service: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Handles one method, such as `"demo.hello"`; throws TypeError for a bad name or handler, or one that is handled already. */
  add(name: string, handler: Handler, shape: MethodShape = {}): void {
    const [service, method] = splitName(name);
    if (typeof handler !== "function") throw new TypeError(`Cannot handle ${name}: its handler is no function`);
    this.#add(new MethodSpec(service, method, shape), handler);
  }

  /** Handles every method of a contract; throws TypeError when a handler is missing or handled already. */
  addService<M extends Methods>(contract: Service<M>, handlers: ServiceHandlers<M>): void {
    for (const [name, method] of Object.entries<Method>(contract.methods)) {
      const handler = handlers[name];
      if (typeof handler !== "function") throw new TypeError(`Cannot handle ${contract.name}: no handler for ${name}`);
      this.#add(new MethodSpec(contract.name, name, method), handler.bind(handlers) as Handler);
    }
  }

  /** The handler for a route. Throws `no_service` or `no_method` when there is none. */
  find(route: Route): HandledMethod {
    const known = route.target as Found | undefined;
    if (known !== undefined && known.version === this.#version) return known.handled;
    const methods = this.#services.get(route.service), handled = methods?.get(route.method);
    if (handled === undefined) {
      const what = methods === undefined ? "no_service" : "no_method";
      throw refined(what, `Cannot run ${route.service}.${route.method}: there is no such ${what.slice(3)} here`);
    }
    route.target = { handled, version: this.#version } satisfies Found;
    return handled;
  }

  #add(spec: MethodSpec, handler: Handler): void {
    const fresh = !this.#services.has(spec.service);
    const methods = this.#services.getOrInsertComputed(spec.service, () => new Map<string, HandledMethod>());
    if (methods.has(spec.method)) throw new TypeError(`Cannot handle ${spec.name}: it is handled already`);
    methods.set(spec.method, { spec, handler });
    this.#version = {};
    if (fresh) { for (const listener of this.#listeners) listener(spec.service); }
  }
}

/** What a route of a connection has led to. */
interface Found {
  readonly handled: HandledMethod;
  readonly version: object;
}
