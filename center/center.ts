/**
 * The center: a server whose service is knowing the others.
 *
 * @module
 */
import { Center } from "../client/mod.ts";
import { systemWheel } from "../protocol/mod.ts";
import { Server, type ServerOptions } from "../server/mod.ts";
import { Catalog } from "./catalog.ts";
import { type CenterEvent, describeEvent } from "./event.ts";
import { Lease } from "./lease.ts";
import { Leases } from "./leases.ts";
import { type CenterLimits, defaultCenterLimits } from "./limits.ts";
import { Pulse } from "./pulse.ts";
import { CenterService } from "./service.ts";
import { type CenterStore, loadStore, type StoreName } from "./store/mod.ts";

/** Options of a center. */
export interface CenterOptions extends Pick<ServerOptions, "tls" | "stages" | "interceptors" | "transports" | "wheel"> {
  /** Milliseconds a server lives without a heartbeat; they come three times as often. Default 6,000. */
  ttlMs?: number;
  /** Where registrations are kept. Default `"memory"`. */
  store?: StoreName | CenterStore;
  /** Bounds. */
  limits?: Partial<CenterLimits>;
  /** Hears of everything that happens. */
  onEvent?: (event: CenterEvent) => void;
  /** Prints everything that happens with console.log. Default false. */
  verbose?: boolean;
  /** Drains the center when it aborts. */
  signal?: AbortSignal;
}

/** Milliseconds a server lives without a heartbeat when nothing else is said. */
export const DEFAULT_TTL_MS = 6000;

/** Calls and watches of one connection: a gateway watches many services. */
const MAX_CALLS = 10_000;
/** Servers and clients keep one connection each. */
const MAX_CONNECTIONS = 50_000;
/** The largest registration that is allowed has room in it. */
const MAX_BODY_BYTES = 1 << 20;
/** A standstill of this part of a lease is noticed. */
const PULSES_PER_LEASE = 4;

/** A center. {@linkcode listenCenter} makes one. */
export class CenterServer implements AsyncDisposable {
  /** Resolves when the center has drained. */
  readonly finished: Promise<void>;
  #store: CenterStore;
  #pulse: Pulse;
  #leases: Leases;
  #catalog: Catalog;
  #service: CenterService;
  #server: Server;
  #settling: Lease;
  #unwatch: () => void;
  #draining: Promise<void> | null = null;
  #resolveFinished!: () => void;

  /** Makes a center that does not listen yet; `store` ends with it. Throws RangeError for a `ttlMs` that can't be. */
  constructor(store: CenterStore, options: CenterOptions = {}) {
    const { ttlMs = DEFAULT_TTL_MS, wheel = systemWheel, signal } = options;
    if (!(ttlMs >= 100 && ttlMs <= 3_600_000)) throw new RangeError(`Cannot use ttlMs ${ttlMs}: want 100 to 3,600,000`);
    const limits = { ...defaultCenterLimits, ...options.limits }, onEvent = listener(options);
    this.finished = new Promise((resolve) => this.#resolveFinished = resolve);
    const pulse = this.#pulse = new Pulse(wheel, ttlMs / PULSES_PER_LEASE), timing = { wheel, pulse, ttlMs };
    const leases = this.#leases = new Leases(timing, limits);
    const catalog = this.#catalog = new Catalog(wheel.clock, limits);
    this.#service = new CenterService({ store, catalog, leases, limits, ttlMs, onEvent });
    this.#server = new Server(serverOptions(options)).handle(Center, this.#service);
    this.#store = store;
    this.#unwatch = store.watch((change) => catalog.apply(change));
    // A lease that nobody renews: when it has run out, whoever lives has registered again.
    this.#settling = new Lease(timing, () => {
      catalog.settle();
      onEvent({ kind: "settle", instances: leases.size });
    });
    signal?.addEventListener("abort", () => this.drain(), { once: true });
  }

  /** The address listened at, with its real port. */
  get address(): string {
    return this.#server.address;
  }

  /** Instances registered here. */
  get instances(): number {
    return this.#leases.size;
  }

  /** Loads what the store has kept, then listens. Rejects when `address` can't be bound. */
  async listen(address: string): Promise<this> {
    await this.#service.load();
    await this.#server.listen(address);
    return this;
  }

  /** Ends every watch, lets running calls finish and closes; servers and clients go on with what they know. */
  drain(): Promise<void> {
    return this.#draining ??= this.#drain();
  }

  /** {@linkcode CenterServer.drain}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.drain();
  }

  async #drain(): Promise<void> {
    this.#service.close();
    this.#settling.end();
    this.#leases.close(); // nobody can renew one any more
    this.#pulse.stop();
    await this.#server.drain();
    this.#unwatch();
    this.#catalog.close();
    await this.#store[Symbol.asyncDispose]();
    this.#resolveFinished();
  }
}

/**
 * Listens as a center at `address`. Rejects when it can't be bound.
 *
 * @example
 * ```ts
 * import { Client, listenCenter, Server } from "@erpc/erpc";
 * await using center = await listenCenter(":0");
 * await using server = await new Server({ center: center.address }).handle("demo.up", () => true).listen();
 * await using client = new Client({ center: center.address });
 * while (!server.registered) await new Promise((resolve) => setTimeout(resolve, 10));
 * console.assert(await client.call("demo.up") === true);
 * ```
 */
export async function listenCenter(address = ":8081", options: CenterOptions = {}): Promise<CenterServer> {
  const center = new CenterServer(await loadStore(options.store ?? "memory"), options);
  try {
    await center.listen(address);
  } catch (error) {
    await center.drain();
    throw error;
  }
  if (options.signal?.aborted) center.drain();
  return center;
}

function listener({ onEvent, verbose = false }: CenterOptions): (event: CenterEvent) => void {
  return (event) => {
    if (verbose) console.log(describeEvent(event));
    onEvent?.(event);
  };
}

function serverOptions({ tls, stages, interceptors, transports, wheel }: CenterOptions): ServerOptions {
  return {
    registry: false,
    limits: { maxCalls: MAX_CALLS, maxBodyBytes: MAX_BODY_BYTES },
    maxConnections: MAX_CONNECTIONS,
    ...(tls !== undefined && { tls }),
    ...(stages !== undefined && { stages }),
    ...(interceptors !== undefined && { interceptors }),
    ...(transports !== undefined && { transports }),
    ...(wheel !== undefined && { wheel }),
  };
}
