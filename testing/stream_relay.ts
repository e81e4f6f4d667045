/**
 * A bad network for streams of bytes: a relay on loopback that delays, cuts, stalls, spoils and slows by a seed, or lets
 * either end believe that the other is still there.
 *
 * @module
 */
import { type Clock, sleep, systemClock } from "../protocol/mod.ts";
import { loadTransport, type Wire } from "../transport/mod.ts";
import { type FaultCounts, type FaultOptions, noFaults } from "./faults.ts";
import { type FaultPlan, FaultyWire } from "./faulty_wire.ts";
import { seeded } from "./seeded.ts";

/** What a relay stands before, and what it does; bytes are counted as its client sends and receives them. */
export interface StreamRelayOptions extends FaultOptions {
  /** Port of the server on 127.0.0.1. */
  readonly port: number;
  /** Each connection passes so many bytes a second, each way. Default: all that come. */
  readonly bytesPerSecond?: number;
}

const HOST = "127.0.0.1", CHUNK_BYTES = 16 << 10;

/**
 * Stands before a server of TCP, or of what is over TCP: clients dial its port.
 *
 * @example
 * ```ts
 * import { Client, Server } from "@erpc/erpc";
 * import { StreamRelay } from "@erpc/erpc/testing";
 * await using server = new Server({ registry: false });
 * server.handle("demo.double", (n: number) => 2 * n);
 * await server.listen("tcp://127.0.0.1:0");
 * const port = Number(server.address.split(":").at(-1));
 * await using relay = new StreamRelay({ port, seed: 1, delayMs: [1, 3], partialWrites: true });
 * await using client = new Client({ address: `tcp://127.0.0.1:${relay.port}` });
 * console.assert(await client.call("demo.double", 21) === 42);
 * ```
 */
export class StreamRelay implements AsyncDisposable {
  /** Port to dial on 127.0.0.1. */
  readonly port: number;
  #options: StreamRelayOptions;
  #plan: FaultPlan;
  #clock: Clock;
  #listener: Deno.TcpListener;
  #pairs = new Set<readonly Wire[]>();
  #running = new Set<Promise<void>>();
  #accepting: Promise<void>;
  #gate: { readonly open: Promise<void>; readonly resume: () => void } | null = null;
  #vanishes = false;
  #closed = new AbortController();

  /** Starts to relay. */
  constructor(options: StreamRelayOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#plan = { options, clock: this.#clock, random: seeded(options.seed), counts: noFaults() };
    this.#listener = Deno.listen({ hostname: HOST, port: 0 });
    this.port = this.#listener.addr.port;
    this.#accepting = this.#accept();
  }

  /** How often each fault happened. */
  get counts(): Readonly<FaultCounts> {
    return this.#plan.counts;
  }

  /** Connections that are open at one end at least. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Closes every connection at both ends, in the middle of whatever passes. */
  cut(): void {
    for (const wires of this.#pairs) for (const wire of wires) wire.close();
  }

  /** Holds everything back from now on, until {@linkcode StreamRelay.resume}. */
  stall(): void {
    if (this.#gate !== null) return;
    const { promise: open, resolve: resume } = Promise.withResolvers<void>();
    this.#gate = { open, resume };
  }

  /** Passes on what was held back, and what comes. */
  resume(): void {
    this.#gate?.resume();
    this.#gate = null;
  }

  /** From now on nothing passes, and no end hears that the other closes: each is a half-open connection. */
  vanish(): void {
    this.#vanishes = true;
  }

  /** Closes every connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    this.#listener.close();
    this.resume();
    await this.#accepting;
    this.cut();
    await Promise.all(this.#running);
  }

  async #accept(): Promise<void> {
    const tcp = await loadTransport("tcp");
    for (;;) {
      const conn = await this.#listener.accept().catch(() => null);
      if (conn === null) return;
      const front = wireOf(conn);
      const run = this.#dial(front, tcp.dial({ scheme: "tcp", hostname: HOST, port: this.#options.port, path: "" }, {}))
        .finally(() => this.#running.delete(run));
      this.#running.add(run);
    }
  }

  async #dial(front: Wire, dialled: Promise<Wire>): Promise<void> {
    let back: Wire;
    try {
      back = await dialled;
    } catch {
      return front.close(); // nobody is there: the client learns it by that
    }
    const { counts, options: { connections = Infinity } } = this.#plan;
    if (counts.connections++ < connections) back = new FaultyWire(back, this.#plan);
    const pair = [front, back] as const;
    this.#pairs.add(pair);
    if (this.#closed.signal.aborted) this.cut();
    await Promise.all([this.#pump(front, back), this.#pump(back, front)]);
    for (const wire of pair) wire.close();
    this.#pairs.delete(pair);
  }

  /** Passes one direction on until either end closes. */
  async #pump(from: Wire, to: Wire): Promise<void> {
    const bytes = new Uint8Array(CHUNK_BYTES);
    try {
      for (;;) {
        const n = await from.read(bytes);
        await this.#gate?.open;
        if (n === null) break;
        if (!this.#vanishes) await this.#pass(bytes.subarray(0, n), to);
      }
    } catch { /* it was cut */ }
    if (!this.#vanishes) { for (const wire of [from, to]) wire.close(); }
  }

  async #pass(bytes: Uint8Array, to: Wire): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
    const { bytesPerSecond } = this.#options;
    if (bytesPerSecond === undefined) return;
    await sleep(this.#clock, bytes.length / bytesPerSecond * 1000, this.#closed.signal);
  }
}

/** A wire that has no name: who is at its ends does not matter here. */
function wireOf(conn: Deno.TcpConn): Wire {
  let open = true;
  conn.setNoDelay(true);
  return {
    local: "",
    remote: "",
    read: (into) => conn.read(into),
    write: (bytes) => conn.write(bytes),
    close() {
      if (open) conn.close();
      open = false;
    },
  };
}
