/**
 * The other end of a connection, for those who call back: full duplex.
 *
 * @module
 */
import { type Codec, type CodecName, loadCodec, type Methods, type Service } from "../codec/mod.ts";
import {
  bindSignal,
  checkTimeout,
  contractClient,
  DEFAULT_TIMEOUT_MS,
  type InterfaceClient,
  namedClient,
  type ServiceClient,
} from "../client/mod.ts";
import {
  type Call,
  type CallOptions,
  type Handler,
  type Identity,
  isAsyncIterable,
  type Peer,
  refined,
  type RpcError,
  splitName,
  systemWheel,
  type TimerWheel,
  toMetadata,
} from "../protocol/mod.ts";
import {
  checkMs,
  Connection,
  defaultPool,
  dialInTime,
  type Limits,
  loadTransport,
  type MethodShape,
  MethodSpec,
  Outgoing,
  parseAddress,
  type Stage,
  type Timing,
  type TlsOptions,
  type Transport,
  type Wire,
  withLimits,
  withTiming,
} from "../transport/mod.ts";
import { makeAnswer, type OnError } from "./answer.ts";
import { Routes, type ServiceHandlers } from "./routes.ts";

/** Calls the other end of one connection; what handlers get as `context.peer`. */
export class ServerPeer implements Peer {
  #connection: Connection;
  #codec: Codec;
  #specs = new Map<string, MethodSpec>();
  #contracts = new WeakMap<Service, ServiceClient<Methods>>();

  /** Makes the peer at the other end of `connection`; calls are encoded with `codec`. */
  constructor(connection: Connection, codec: Codec = loadCodec("jce") as Codec) {
    this.#connection = connection;
    this.#codec = codec;
  }

  /** Where it is. */
  get address(): string {
    return this.#connection.remote;
  }

  /** Who it has proven to be by its certificate; undefined without one. */
  get identity(): Identity | undefined {
    return this.#connection.identity;
  }

  /** Resolves when the connection has ended. */
  get closed(): Promise<Error | undefined> {
    return this.#connection.closed;
  }

  /** Calls a method that the other end handles. */
  call<Rsp = unknown>(method: string, request?: unknown, options?: CallOptions): Call<Rsp> {
    const spec = this.#specs.getOrInsertComputed(method, () => new MethodSpec(...splitName(method)));
    return this.#start(spec, request, isAsyncIterable(request), options) as Call<Rsp>;
  }

  /** A typed client of a contract, or of an interface by the service's name, over this connection. */
  client<M extends Methods>(contract: Service<M>): ServiceClient<M>;
  /** A typed client of a contract, or of an interface by the service's name, over this connection. */
  client<S>(service: string): InterfaceClient<S>;
  /** A typed client of a contract, or of an interface by the service's name, over this connection. */
  client(service: Service | string): unknown {
    if (typeof service === "string") return namedClient(service, (...args) => this.call(...args));
    return this.#contracts.getOrInsertComputed(service, () => this.#typed(service));
  }

  /** Closes the connection once its calls have ended. */
  async close(): Promise<void> {
    await this.#connection.drain();
  }

  #typed(contract: Service): ServiceClient<Methods> {
    const specs = new Map<string, MethodSpec>();
    return contractClient(contract, (name, method, request, options) => {
      const spec = specs.getOrInsertComputed(name, () => new MethodSpec(contract.name, name, method));
      return this.#start(spec, request, method.kind === "client_stream" || method.kind === "bidi", options);
    });
  }

  #start(spec: MethodSpec, request: unknown, stream: boolean, options: CallOptions = {}): Outgoing {
    const { wheel } = this.#connection, streams = spec.kind === "server_stream" || spec.kind === "bidi";
    const timeout = options.timeout ?? (streams ? Infinity : DEFAULT_TIMEOUT_MS);
    checkTimeout(timeout);
    const coders = spec.coders(this.#codec);
    const call = new Outgoing(wheel, {
      spec,
      request,
      stream,
      oneway: options.oneway ?? false,
      idempotent: options.idempotent ?? spec.idempotent,
      timeout,
      tellDeadline: spec.kind !== undefined || options.timeout !== undefined,
      metadata: options.metadata === undefined ? null : toMetadata(options.metadata),
      owner: null,
    });
    call.coders = coders;
    if (options.signal !== undefined) bindSignal(call, options.signal);
    if (!call.settled) this.#connection.open(call);
    return call;
  }
}

/** Options of {@linkcode connect}. */
export interface ConnectOptions {
  /** Encoding of calls made here. Default `"jce"`. */
  codec?: CodecName | Codec;
  /** Use TLS with these certificates. */
  tls?: TlsOptions;
  /** Stages between frames and socket; the other end must run the same. */
  stages?: readonly Stage[];
  /** Bounds of the connection. */
  limits?: Partial<Limits>;
  /** Times of the connection. */
  timing?: Partial<Timing>;
  /** Ends dialling, and closes the connection, when it aborts. */
  signal?: AbortSignal;
  /** Milliseconds that dialling may take. Default 5,000. */
  dialTimeout?: number;
  /** Hears of what handlers throw that is no RpcError. Default: console.error. */
  onError?: OnError;
  /** Transports of one's own, found before the built-in ones of the same name. */
  transports?: readonly Transport[];
  /** Time, for simulations. */
  wheel?: TimerWheel;
}

/** One end of a connection: calls the other end, and handles its calls. */
export class DuplexPeer extends ServerPeer implements AsyncDisposable {
  #routes: Routes;

  /** Makes the end whose handlers are in `routes`. */
  constructor(connection: Connection, codec: Codec, routes: Routes) {
    super(connection, codec);
    this.#routes = routes;
  }

  /** Handles one method, or every method of a contract, for calls from the other end. */
  handle<M extends Methods>(contract: Service<M>, handlers: ServiceHandlers<M>): this;
  /** Handles one method, or every method of a contract, for calls from the other end. */
  handle<Req>(method: string, handler: Handler<Req>, shape?: MethodShape): this;
  /** Handles one method, or every method of a contract, for calls from the other end. */
  handle(what: string | Service, how: unknown, shape?: MethodShape): this {
    if (typeof what === "string") this.#routes.add(what, how as Handler, shape);
    else this.#routes.addService(what, how as ServiceHandlers<Methods>);
    return this;
  }

  /** {@linkcode DuplexPeer.close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Connects to one server, for calls in both directions over one connection; nothing is retried and no other server is
 * asked. Rejects when the connection can't be made.
 */
export async function connect(address: string, options: ConnectOptions = {}): Promise<DuplexPeer> {
  const { codec = "jce", stages, signal, onError = console.error, wheel = systemWheel } = options;
  if (options.dialTimeout !== undefined) checkMs("dialTimeout", options.dialTimeout);
  const routes = new Routes(), loaded = await loadCodec(codec);
  const connection: Connection = new Connection(await dial(address, options), {
    role: "dialer",
    answer: makeAnswer({ routes, onError, codecs: [loaded] }),
    makePeer: () => peer,
    limits: withLimits(options.limits),
    timing: withTiming(options.timing),
    wheel,
    ...(stages !== undefined && { stages }),
  });
  const peer = new DuplexPeer(connection, loaded, routes), close = () => connection.close();
  signal?.addEventListener("abort", close, { once: true });
  connection.closed.then(() => signal?.removeEventListener("abort", close));
  return peer;
}

async function dial(address: string, { tls, transports, signal, dialTimeout, wheel }: ConnectOptions): Promise<Wire> {
  const parsed = parseAddress(address), transport = await loadTransport(parsed.scheme, transports);
  const { clock } = wheel ?? systemWheel, timeoutMs = dialTimeout ?? defaultPool.dialTimeoutMs;
  try {
    const reach = (signal: AbortSignal) => transport.dial(parsed, { signal, ...(tls !== undefined && { tls }) });
    return await dialInTime(reach, { clock, timeoutMs, signal });
  } catch (cause) {
    throw signal?.aborted ? cause : unreachable(address, cause);
  }
}

function unreachable(address: string, cause: unknown): RpcError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return refined("not_sent", `Cannot reach ${address}: ${why}`, { cause });
}
