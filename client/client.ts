/**
 * The client: calls methods of services that a registry knows, or that listen at fixed addresses.
 *
 * @module
 */
import { loadCodec, type Methods, type Service } from "../codec/mod.ts";
import { type Compressor, DEFAULT_THRESHOLD_BYTES, loadCompressor } from "../codec/compress/mod.ts";
import {
  type Call,
  type CallOptions,
  isAsyncIterable,
  splitName,
  systemWheel,
  type TimerWheel,
  toMetadata,
} from "../protocol/mod.ts";
import { loadTransport, MethodSpec, Outgoing, Pool, withLimits, withPool, withTiming } from "../transport/mod.ts";
import { loadBalancer, type MakeBalancer } from "./balancer/mod.ts";
import { Directory } from "./directory.ts";
import { callThrough } from "./intercepted.ts";
import { checkTimeout, type ClientOptions, DEFAULT_TIMEOUT_MS } from "./options.ts";
import { ProcessHold } from "./process_hold.ts";
import { defaultRegistry } from "./registry/default.ts";
import { loadRegistry, peersAt, type Registry } from "./registry/mod.ts";
import { loadRetry } from "./retry/mod.ts";
import { contractClient, type ServiceClient } from "./service_client.ts";
import { type LoadedOptions, Target, type TargetInit } from "./target.ts";

/** What is loaded before the first call. */
interface Loaded extends LoadedOptions {
  readonly registry: Registry;
  readonly makeBalancer: MakeBalancer;
  readonly compressors: readonly Compressor[];
}

/** Calls methods. Make one, use it for many calls at once, and close it. */
export class Client implements AsyncDisposable {
  #options: ClientOptions;
  #wheel: TimerWheel;
  #hold: ProcessHold | null;
  #loaded: Loaded | null = null;
  #loading: Promise<Loaded> | null = null;
  #closed = false;
  #targets = new Map<string, Target>();
  #contracts = new WeakMap<Service, ServiceClient<Methods>>();
  #directories = new Map<string, Directory>();
  #pools = new Map<string, { pool: Pool; users: number }>();
  #leaving = new Set<Pool>(); // of endpoints that are gone, while their calls finish
  #init: TargetInit;

  /** Makes a client; nothing is dialled before the first call. Throws TypeError or RangeError for options that can't be. */
  constructor(options: ClientOptions = {}) {
    this.#options = options;
    withLimits(options.limits);
    withTiming(options.timing);
    withPool(options.pool);
    if (options.timeout !== undefined) checkTimeout(options.timeout);
    this.#wheel = options.wheel ?? systemWheel;
    this.#hold = options.holdProcess === false ? null : new ProcessHold(this.#wheel.clock);
    this.#init = {
      wheel: this.#wheel,
      hold: this.#hold,
      loaded: () => this.#loaded,
      load: () => this.#load(),
      directory: (service) => this.#directory(service),
      closed: () => this.#closed,
    };
  }

  /**
   * Calls `method`, such as `"demo.hello"`. An AsyncIterable as request is sent as a stream.
   *
   * Throws TypeError or RangeError at once for a bad name or option; everything else comes as the call's `RpcError`.
   */
  call<Rsp = unknown>(method: string, request?: unknown, options?: CallOptions): Call<Rsp> {
    const target = this.#targets.get(method) ?? this.#newTarget(method);
    return this.#call(target, request, isAsyncIterable(request), options) as Call<Rsp>;
  }

  /** A typed client of a contract: one method for each of its methods. */
  of<M extends Methods>(contract: Service<M>): ServiceClient<M> {
    return this.#contracts.getOrInsertComputed(contract, () => this.#typed(contract)) as ServiceClient<M>;
  }

  #typed(contract: Service): ServiceClient<Methods> {
    const targets = new Map<string, Target>();
    return contractClient(contract, (name, method, request, options) => {
      let target = targets.get(name);
      if (target === undefined) {
        targets.set(name, target = new Target(new MethodSpec(contract.name, name, method), this.#init));
      }
      const stream = method.kind === "client_stream" || method.kind === "bidi";
      return this.#call(target, request, stream, options);
    });
  }

  #call(target: Target, request: unknown, stream: boolean, options: CallOptions | undefined): Outgoing {
    const { interceptors } = this.#options;
    if (interceptors !== undefined && interceptors.length > 0) {
      const timeout = this.#timeout(target.spec, options);
      const run = { target, request, stream, options, timeout, wheel: this.#wheel, interceptors };
      return callThrough(run, (...args) => this.#start(...args));
    }
    return this.#start(target, request, stream, options);
  }

  #start(target: Target, request: unknown, stream: boolean, options: CallOptions | undefined): Outgoing {
    const { spec } = target, timeout = this.#timeout(spec, options);
    const call = new Outgoing(this.#wheel, {
      spec,
      request,
      stream,
      oneway: options?.oneway ?? false,
      idempotent: options?.idempotent ?? spec.idempotent,
      timeout,
      tellDeadline: spec.kind !== undefined || options?.timeout !== undefined,
      metadata: options?.metadata === undefined ? null : toMetadata(options.metadata),
      owner: target,
    });
    if (options?.signal !== undefined) bindSignal(call, options.signal);
    target.start(call);
    return call;
  }

  /** Milliseconds a call may take. Throws RangeError when it was asked for no such number. */
  #timeout({ kind }: MethodSpec, options: CallOptions | undefined): number {
    if (options !== undefined && options.timeout !== undefined) {
      checkTimeout(options.timeout);
      return options.timeout;
    }
    if (kind === "server_stream" || kind === "bidi") return Infinity;
    return this.#options.timeout ?? DEFAULT_TIMEOUT_MS;
  }

  /** Closes every connection; calls in flight fail with `unavailable`. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const directory of this.#directories.values()) directory.close();
    const pools = [...Array.from(this.#pools.values(), ({ pool }) => pool), ...this.#leaving];
    await Promise.all(pools.map((pool) => pool.close()));
    const loaded = this.#loaded ?? await this.#loading?.catch(() => null);
    await loaded?.registry.close();
    this.#hold?.close();
  }

  /** {@linkcode Client.close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #newTarget(method: string): Target {
    const target = new Target(new MethodSpec(...splitName(method)), this.#init);
    this.#targets.set(method, target);
    return target;
  }

  #load(): Promise<Loaded> {
    return this.#loading ??= this.#doLoad().catch((error) => {
      this.#loading = null;
      throw error;
    });
  }

  async #doLoad(): Promise<Loaded> {
    const { codec: codecChoice = "jce", balancer = "round_robin", retry = "failover", compressThreshold } =
      this.#options;
    const [codec, makeBalancer, makeRetry, compressor, registry] = await Promise.all([
      loadCodec(codecChoice),
      loadBalancer(balancer),
      loadRetry(retry),
      this.#options.compress === undefined ? null : loadCompressor(this.#options.compress),
      this.#registry(),
    ]);
    return this.#loaded = {
      registry,
      makeBalancer,
      retry: makeRetry(this.#wheel.clock),
      compress: compressor === null
        ? null
        : { compressor, thresholdBytes: compressThreshold ?? DEFAULT_THRESHOLD_BYTES },
      compressors: compressor === null ? [] : [compressor],
      coders: (spec) => spec.coders(codec),
    };
  }

  #registry(): Promise<Registry> | Registry {
    const { address, registry, center, transports } = this.#options;
    if (address !== undefined) return peersAt(typeof address === "string" ? [address] : address);
    const options = { wheel: this.#wheel, ...(transports !== undefined && { transports }) };
    return registry !== undefined ? loadRegistry(registry, options) : defaultRegistry(center, options);
  }

  #directory(service: string): Directory {
    const { registry, makeBalancer } = this.#loaded!;
    let directory = this.#directories.get(service);
    if (directory === undefined) {
      directory = new Directory(service, {
        registry,
        balancer: makeBalancer(this.#wheel.clock),
        borrow: (address) => this.#borrow(address),
        giveBack: (address) => this.#giveBack(address),
      });
      this.#directories.set(service, directory);
    }
    return directory;
  }

  #borrow(address: string): Pool {
    let lent = this.#pools.get(address);
    if (lent === undefined) {
      const { tls, stages, limits, timing, pool, transports } = this.#options;
      lent = {
        users: 0,
        pool: new Pool(address, {
          transport: (scheme) => loadTransport(scheme, transports),
          connection: {
            role: "dialer",
            compressors: this.#loaded!.compressors,
            limits: withLimits(limits),
            timing: withTiming(timing),
            wheel: this.#wheel,
            background: true,
            ...(stages !== undefined && { stages }),
          },
          ...(tls !== undefined && { tls }),
          ...(pool !== undefined && { pool }),
        }),
      };
      this.#pools.set(address, lent);
    }
    lent.users++;
    return lent.pool;
  }

  #giveBack(address: string): void {
    const lent = this.#pools.get(address);
    if (lent === undefined || --lent.users > 0) return;
    this.#pools.delete(address);
    this.#leaving.add(lent.pool);
    lent.pool.close(true).then(() => this.#leaving.delete(lent.pool));
  }
}

/** Cancels `call` when `signal` aborts. */
export function bindSignal(call: Outgoing, signal: AbortSignal): void {
  if (signal.aborted) return call.cancel(signal.reason);
  if (call.settled) return;
  const onAbort = () => call.cancel(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  call.cleanup = () => signal.removeEventListener("abort", onAbort);
}
