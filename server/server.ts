/**
 * The server: listens at one or more addresses and answers calls with its handlers.
 *
 * @module
 */
import type { Codec, Methods, Service } from "../codec/mod.ts";
import type { Compressor } from "../codec/compress/mod.ts";
import { centerRegistry, loadRegistry, type Registration, type Registry } from "../client/mod.ts";
import { type Handler, type Interceptor, sleep, systemWheel, type TimerWheel } from "../protocol/mod.ts";
import {
  Connection,
  type ConnectionOptions,
  type Gateway,
  type Limits,
  type Listener,
  type ListenOptions,
  loadTransport,
  type MethodShape,
  parseAddress,
  type PeerInfo,
  type Stage,
  type Timing,
  type TlsOptions,
  type Transport,
  type Wire,
  withLimits,
  withTiming,
} from "../transport/mod.ts";
import { advertised } from "./advertise.ts";
import { makeAnswer, type OnError } from "./answer.ts";
import { bind } from "./bind.ts";
import { methodsOf, serverGateway } from "./fetch.ts";
import { ServerPeer } from "./peer.ts";
import { Routes, type ServiceHandlers } from "./routes.ts";

/** Options of a server. */
export interface ServerOptions {
  /** Where to register, as a URL or a value; false for nowhere. Default: the center. */
  registry?: string | Registry | false;
  /** Address of the center, or several. Default: `ERPC_CENTER` (a list), then `"127.0.0.1:8081"`. */
  center?: string | readonly string[];
  /** Address to register instead of the one listened at, for example behind a port mapping. */
  advertise?: string;
  /** Share of calls this server should get, relative to the others. Default 100. */
  weight?: number;
  /** What balancers and routing rules may want to know. */
  metadata?: Readonly<Record<string, string>>;
  /** Wrap every handler; the first is the outermost. */
  interceptors?: readonly Interceptor[];
  /** Codecs of one's own, besides the built-in ones. */
  codecs?: readonly Codec[];
  /** Compressors of one's own, besides the built-in ones. */
  compressors?: readonly Compressor[];
  /** Use TLS with this certificate and key. */
  tls?: TlsOptions;
  /** Stages between frames and socket; clients must run the same. */
  stages?: readonly Stage[];
  /** Bounds of each connection. */
  limits?: Partial<Limits>;
  /** Times of each connection. */
  timing?: Partial<Timing>;
  /** Connections at once; more are closed as they come. Default 10,000. */
  maxConnections?: number;
  /** Milliseconds that running calls get to finish when the server drains. Default 10,000. */
  drainMs?: number;
  /** Hears of what handlers throw that is no RpcError; callers are not told. Default: console.error. */
  onError?: OnError;
  /** Drains the server when it aborts. */
  signal?: AbortSignal;
  /** Transports of one's own, found before the built-in ones of the same name. */
  transports?: readonly Transport[];
  /** Time, for simulations. */
  wheel?: TimerWheel;
}

/** Answers calls until drained. */
export class Server implements AsyncDisposable {
  /** The handlers. */
  readonly routes: Routes;
  /** Resolves when the server has drained. */
  readonly finished: Promise<void>;
  #options: ServerOptions;
  #connection: ConnectionOptions;
  #listeners: Listener[] = [];
  #accepting: Promise<void>[] = [];
  #connections = new Set<Connection>();
  #registrations: Registration[] = [];
  #registry: Promise<Registry> | null = null;
  #gateway: Promise<Gateway> | null = null;
  #draining: Promise<void> | null = null;
  #resolveFinished!: () => void;
  #stopFollowing: () => void;

  /** Makes a server that listens nowhere yet. Throws RangeError for a bound that can't be. */
  constructor(options: ServerOptions = {}, routes: Routes = new Routes()) {
    this.routes = routes;
    this.#options = options;
    this.finished = new Promise((resolve) => this.#resolveFinished = resolve);
    const { codecs, compressors, stages, interceptors, onError = report, drainMs, maxConnections } = options;
    if (drainMs !== undefined && !(drainMs >= 0)) throw new RangeError(`Cannot use drainMs ${drainMs}: want 0 or more`);
    if (maxConnections !== undefined && !(maxConnections >= 1)) {
      throw new RangeError(`Cannot use maxConnections ${maxConnections}: want 1 or more`);
    }
    this.#connection = {
      role: "acceptor",
      answer: makeAnswer({ routes, onError, interceptors, codecs, compressors }),
      makePeer: (connection) => new ServerPeer(connection),
      limits: withLimits(options.limits),
      timing: withTiming(options.timing),
      wheel: options.wheel ?? systemWheel,
      ...(codecs !== undefined && { codecs }),
      ...(compressors !== undefined && { compressors }),
      ...(stages !== undefined && { stages }),
      onChange: (connection) => connection.ended && this.#connections.delete(connection),
    };
    this.#stopFollowing = routes.onService((service) => this.#registerAll([service]));
    options.signal?.addEventListener("abort", () => this.drain(), { once: true });
    if (options.signal?.aborted) this.drain();
  }

  /** The first address listened at, with its real port. Throws TypeError before {@linkcode Server.listen}. */
  get address(): string {
    const [first] = this.#listeners;
    if (first === undefined) throw new TypeError("Cannot tell the server's address: it does not listen yet");
    return first.address;
  }

  /** Every address listened at. */
  get addresses(): string[] {
    return this.#listeners.map(({ address }) => address);
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Whether the registry has this server now. */
  get registered(): boolean {
    return this.#registrations.some(({ registered }) => registered);
  }

  /** Handles one method, or every method of a contract. */
  handle<M extends Methods>(contract: Service<M>, handlers: ServiceHandlers<M>): this;
  /** Handles one method, or every method of a contract. */
  handle<Req>(method: string, handler: Handler<Req>, shape?: MethodShape): this;
  /** Handles one method, or every method of a contract. */
  handle(what: string | Service, how: unknown, shape?: MethodShape): this {
    if (typeof what === "string") this.routes.add(what, how as Handler, shape);
    else this.routes.addService(what, how as ServiceHandlers<Methods>);
    return this;
  }

  /**
   * Listens at `address` as well, then registers in the background and goes on trying for as long as it takes. Rejects
   * when the address can't be bound.
   */
  async listen(address = ":0"): Promise<this> {
    if (this.#draining !== null) throw new TypeError("Cannot listen: the server is draining");
    const { tls, transports } = this.#options, parsed = parseAddress(address);
    const transport = await loadTransport(parsed.scheme, transports);
    const options: ListenOptions = { methods: methodsOf(this.routes), ...(tls !== undefined && { tls }) };
    const listener = await bind(transport, parsed, options);
    if (this.#draining === null) return this.attach(listener);
    listener.close();
    throw new TypeError("Cannot listen: the server has begun to drain meanwhile");
  }

  /**
   * Answers a request of HTTP, as listening at `http://` does: give it to `Deno.serve`, mount it in a router, call it in a
   * test. How requests are answered says `http()` of `@erpc/erpc/http` among the option `transports`.
   *
   * @example
   * ```ts
   * import { Server } from "@erpc/erpc";
   * await using server = new Server({ registry: false });
   * server.handle("demo.hello", ({ name }: { name: string }) => ({ msg: `hello ${name}` }));
   * const headers = { "content-type": "application/json" }, body = '{"name":"world"}';
   * const response = await server.fetch(new Request("http://x/demo/hello", { method: "POST", headers, body }));
   * console.assert((await response.json()).msg === "hello world");
   * ```
   */
  readonly fetch = async (request: Request, info?: PeerInfo): Promise<Response> => {
    const gateway = await (this.#gateway ??= this.#makeGateway());
    return gateway.fetch(request, info);
  };

  /** Answers calls that come to `listener` as well, then registers in the background. */
  attach(listener: Listener): this {
    this.#listeners.push(listener);
    this.#accepting.push(this.#accept(listener));
    this.#register(listener, this.routes.services);
    return this;
  }

  /**
   * Takes itself out of the registry, tells every client to go elsewhere, finishes what runs (at most `drainMs`), closes.
   * A rolling restart loses no call.
   */
  drain(): Promise<void> {
    return this.#draining ??= this.#drain();
  }

  /** {@linkcode Server.drain}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.drain();
  }

  async #accept(listener: Listener): Promise<void> {
    const { maxConnections = 10_000 } = this.#options;
    for await (const wire of listener.connections) {
      if (this.#connections.size >= maxConnections) wire.close();
      else if (this.#draining === null) this.serve(wire);
      else this.serve(wire).drain(); // tells it to go elsewhere
    }
  }

  /** Answers calls that come over `wire`. */
  serve(wire: Wire): Connection {
    const connection = new Connection(wire, this.#connection);
    this.#connections.add(connection);
    return connection;
  }

  #makeGateway(): Promise<Gateway> {
    const { transports, maxConnections = 10_000 } = this.#options;
    const accept = (wire: Wire) => {
      if (this.#connections.size >= maxConnections || this.#draining !== null) wire.close();
      else this.serve(wire);
    };
    return serverGateway({ routes: this.routes, transports, accept });
  }

  #registerAll(services: readonly string[]): void {
    for (const listener of this.#listeners) this.#register(listener, services);
  }

  #register(listener: Listener, services: readonly string[]): void {
    const { advertise, weight = 100, metadata = {}, registry } = this.#options;
    if (services.length === 0 || registry === false || this.#draining !== null) return;
    const address = advertise ?? advertised(listener.address);
    const instance = { id: `${address}#${INSTANCE}`, address, weight, metadata };
    const enter = (registry: Registry) => {
      if (this.#draining === null) this.#registrations.push(registry.register(services, instance));
    };
    if (typeof registry === "object") enter(registry);
    else (this.#registry ??= this.#loadRegistry(registry)).then(enter, this.#reportRegistry);
  }

  #loadRegistry(url: string | undefined): Promise<Registry> {
    const { center, wheel, transports } = this.#options;
    const options = {
      onError: this.#reportRegistry,
      ...(wheel !== undefined && { wheel }),
      ...(transports !== undefined && { transports }),
    };
    return url === undefined ? centerRegistry(center, options) : loadRegistry(url, options);
  }

  #reportRegistry = (error: unknown): void => {
    (this.#options.onError ?? report)(error, { service: "erpc", method: "register" });
  };

  async #drain(): Promise<void> {
    const { drainMs = 10_000 } = this.#options, { clock } = this.#connection.wheel!;
    this.#stopFollowing();
    await Promise.all(this.#registrations.map((registration) => registration.close()));
    const cancel = clock.after(drainMs, () => this.#connections.forEach((connection) => connection.close()));
    const drained = this.#drainConnections();
    if (this.#registrations.length > 0) await sleep(clock, STRAGGLERS_MS);
    for (const listener of this.#listeners) listener.close();
    (await this.#gateway?.catch(() => null))?.close();
    await Promise.all([drained, ...this.#accepting]);
    await this.#drainConnections(); // those that came meanwhile
    cancel();
    await this.#registry?.then((registry) => registry.close(), () => {});
    this.#resolveFinished();
  }

  async #drainConnections(): Promise<void> {
    await Promise.all(Array.from(this.#connections, (connection) => connection.drain()));
  }
}

/**
 * After leaving the registry a server accepts connections for this long, to tell those who had not heard of it to go
 * elsewhere: a connection that is reset leaves its caller in doubt whether the call was run.
 */
const STRAGGLERS_MS = 100;

/** Tells this process from an earlier one at the same address. */
const INSTANCE = crypto.randomUUID().slice(0, 8);

function report(error: unknown, { service, method }: { service: string; method: string }): void {
  console.error(`${service}.${method} failed:`, error);
}
