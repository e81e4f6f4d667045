/**
 * Connections to one address: made when needed, shared by many calls, closed when idle or old.
 *
 * @module
 */
import { backoff, refined, type RpcError, WheelEntry } from "../protocol/mod.ts";
import { parseAddress } from "./address.ts";
import { Connection } from "./connection.ts";
import { dialInTime } from "./dial.ts";
import { type Hello, unknownPeer } from "./hello.ts";
import type { ConnectionOptions } from "./connection_options.ts";
import { checkMs } from "./limits.ts";
import type { TlsOptions, Transport, Wire } from "./transport.ts";

/** How many connections a pool keeps, and how long. */
export interface PoolOptions {
  /** Most connections to one address; another is made when the others run as many calls as they may. Default 4. */
  readonly size: number;
  /** A connection without calls for this long is closed. Default 300,000 ms. */
  readonly idleMs: number;
  /** A connection this old is replaced once its calls have ended; ±10 % jitter. Default Infinity ms. */
  readonly maxAgeMs: number;
  /** Dialling takes at most this long, and never longer than the call may. Default 5,000 ms. */
  readonly dialTimeoutMs: number;
  /** After a failed dial the next waits this long, doubling, ±20 % jitter. Default 20 ms. */
  readonly backoffMs: number;
  /** And at most this long. Default 5,000 ms. */
  readonly maxBackoffMs: number;
}

/** The defaults. */
export const defaultPool: PoolOptions = {
  size: 4,
  idleMs: 300_000,
  maxAgeMs: Infinity,
  dialTimeoutMs: 5_000,
  backoffMs: 20,
  maxBackoffMs: 5_000,
};

/** `given` over the defaults. Throws RangeError for a size or time that can't be. */
export function withPool(given: Partial<PoolOptions> = {}): PoolOptions {
  const { size, ...times } = { ...defaultPool, ...given };
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`Cannot use pool size ${size}: want 1 or more`);
  for (const [name, value] of Object.entries(times)) checkMs(name, value);
  return { size, ...times };
}

/** What a pool needs to dial. */
export interface PoolInit {
  /** Loads the transport of an address scheme. */
  readonly transport: (scheme: string) => Promise<Transport>;
  /** Options of each connection. */
  readonly connection: ConnectionOptions & Required<Pick<ConnectionOptions, "wheel">>;
  /** Certificates, for TLS. */
  readonly tls?: TlsOptions;
  /** Sizes and times. */
  readonly pool?: Partial<PoolOptions>;
  /** Called when the address becomes reachable or unreachable. */
  readonly onChange?: () => void;
}

interface Slot {
  readonly connection: Connection;
  readonly bornMs: number;
  readonly maxAgeMs: number;
  usedMs: number;
}

/** Connections to one address. */
export class Pool extends WheelEntry {
  /** The address. */
  readonly address: string;
  #init: PoolInit;
  #options: PoolOptions;
  #slots: Slot[] = [];
  #leaving = new Set<Connection>(); // take no new calls, and finish those they have
  #dialing: Promise<Connection> | null = null;
  #failures = 0;
  #retryAtMs = 0;
  #failure: RpcError | null = null;
  #peer: Hello | null = null; // what the last connection was told
  #waiting: (() => void)[] = [];
  #closed = new AbortController();

  /** Makes an empty pool. Throws TypeError for a bad address, RangeError for a bad option. */
  constructor(address: string, init: PoolInit) {
    super();
    parseAddress(address);
    this.address = address;
    this.#init = init;
    this.#options = withPool(init.pool);
  }

  /** Whether the last dial failed; false again once one has succeeded. */
  get failing(): boolean {
    return this.#failure !== null && this.#slots.length === 0;
  }

  /** Whether the last dial failed and the next must still wait at `nowMs`. */
  blocked(nowMs: number): boolean {
    return this.failing && nowMs < this.#retryAtMs;
  }

  /** A connection with room for a call, or null: then {@linkcode Pool.acquire} one. */
  ready(): Connection | null {
    let best: Connection | null = null;
    for (const { connection } of this.#slots) {
      const calls = connection.outgoing.size;
      if (calls < connection.maxCalls && (best === null || calls < best.outgoing.size)) best = connection;
    }
    return best;
  }

  /**
   * Resolves with a connection that has room, dialling one when needed. Who no longer wants it must call
   * {@linkcode Pool.passOn}. Rejects with `not_sent` when it can't be made.
   */
  async acquire(): Promise<Connection> {
    for (;;) {
      const ready = this.ready();
      if (ready !== null) return ready;
      if (this.#closed.signal.aborted) throw refined("not_sent", `Cannot reach ${this.address}: the client is closed`);
      if (this.#slots.length < this.#options.size) {
        const { usable } = await this.#dialOnce();
        if (!usable) {
          throw this.#failure ?? refined("not_sent", `Cannot reach ${this.address}: the connection ended at once`);
        }
      } else await this.#room();
    }
  }

  /** The room that {@linkcode Pool.acquire} gave is not used: whoever waits next may have it. */
  passOn(): void {
    this.#gotRoom();
  }

  /** Closes every connection; with `drain` once its calls have ended. */
  async close(drain = false): Promise<void> {
    this.#closed.abort(new Error("the client is closed"));
    this.#init.connection.wheel.remove(this);
    for (const resume of this.#waiting.splice(0)) resume();
    const open = [...this.#slots.map(({ connection }) => connection), ...this.#leaving];
    await Promise.all(open.map((connection) => drain ? connection.drain() : connection.close()));
    await this.#dialing?.catch(() => {});
  }

  /** Looks for connections that are idle or old. */
  override onDue(): void {
    const { wheel } = this.#init.connection, now = wheel.clock.now();
    for (const slot of this.#slots) {
      const { connection, bornMs, maxAgeMs } = slot;
      if (connection.outgoing.size > 0 || connection.takeUsed()) slot.usedMs = now;
      if (now - slot.usedMs >= this.#options.idleMs || now - bornMs >= maxAgeMs) connection.drain();
    }
    if (this.#slots.length > 0) this.#watch();
  }

  #watch(): void {
    const { wheel } = this.#init.connection;
    wheel.add(this, wheel.clock.now() + Math.min(this.#options.idleMs, this.#options.maxAgeMs) / 4);
  }

  /** Dials, or joins the dial that is going on. */
  #dialOnce(): Promise<Connection> {
    return this.#dialing ??= this.#dial().finally(() => this.#dialing = null);
  }

  async #dial(): Promise<Connection> {
    const { clock } = this.#init.connection.wheel;
    if (this.#failure !== null && clock.now() < this.#retryAtMs) throw this.#failure;
    const wire = await this.#wire();
    if (this.#closed.signal.aborted) {
      wire.close();
      throw refined("not_sent", `Cannot reach ${this.address}: the client is closed`);
    }
    const connection = new Connection(wire, {
      ...this.#init.connection,
      onChange: (changed) => this.#changed(changed),
    });
    this.#add(connection);
    return connection;
  }

  #add(connection: Connection): void {
    const { clock } = this.#init.connection.wheel, now = clock.now(), recovered = this.#failure !== null;
    const maxAgeMs = this.#options.maxAgeMs * (0.9 + 0.2 * clock.random());
    this.#expect(connection);
    this.#slots.push({ connection, bornMs: now, usedMs: now, maxAgeMs });
    this.#failures = 0;
    this.#failure = null;
    connection.onRoom = () => this.#gotRoom();
    // Who ends a connection before saying hello is as good as not there: the next dial has to wait.
    connection.closed.then((error) => error === undefined || connection.greeted || this.#failed(error));
    if (this.#slots.length === 1) this.#watch();
    if (recovered) this.#init.onChange?.();
  }

  /** Until it says otherwise, the address is taken to have the limits that it had on another connection. */
  #expect({ outbox }: Connection): void {
    const other = this.#slots.find(({ connection }) => connection.greeted)?.connection.outbox.peer ?? this.#peer;
    if (other === null) return;
    const { maxBodyBytes, maxMetadataBytes, maxCalls } = other;
    outbox.peer = { ...unknownPeer, maxBodyBytes, maxMetadataBytes, maxCalls };
  }

  async #wire(): Promise<Wire> {
    const { tls, connection: { wheel } } = this.#init, address = parseAddress(this.address);
    const dial = async (signal: AbortSignal) => {
      const transport = await this.#init.transport(address.scheme);
      return await transport.dial(address, { signal, ...(tls !== undefined && { tls }) });
    };
    const bounds = { clock: wheel.clock, timeoutMs: this.#options.dialTimeoutMs, signal: this.#closed.signal };
    try {
      return await dialInTime(dial, bounds);
    } catch (cause) {
      throw this.#failed(cause);
    }
  }

  #failed(cause: unknown): RpcError {
    const { clock } = this.#init.connection.wheel, { backoffMs, maxBackoffMs } = this.#options;
    const why = cause instanceof Error ? cause.message : String(cause);
    this.#retryAtMs = clock.now() + backoff(clock, ++this.#failures, backoffMs, maxBackoffMs);
    this.#failure = refined("not_sent", `Cannot reach ${this.address}: ${why}`, { cause });
    this.#init.onChange?.();
    return this.#failure;
  }

  #changed(connection: Connection): void {
    if (connection.greeted) this.#peer = connection.outbox.peer;
    if (connection.ended) this.#leaving.delete(connection);
    else this.#leaving.add(connection);
    const before = this.#slots.length;
    this.#slots = this.#slots.filter((slot) => slot.connection !== connection);
    if (this.#slots.length === before) return;
    if (this.#slots.length === 0) this.#init.connection.wheel.remove(this);
    for (const resume of this.#waiting.splice(0)) resume();
  }

  #room(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #gotRoom(): void {
    this.#waiting.shift()?.();
  }
}
