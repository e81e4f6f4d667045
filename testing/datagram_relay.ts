/**
 * A bad network for datagrams of any transport: a relay on loopback that loses, delays, doubles and reorders by a seed.
 *
 * @module
 */
import { type Clock, systemClock } from "../protocol/mod.ts";
import { type DatagramCounts, DatagramFate, type DatagramFaults } from "./datagram_faults.ts";

/** What a relay stands before, and what it does. */
export interface DatagramRelayOptions extends DatagramFaults {
  /** Port of the server on 127.0.0.1. */
  readonly port: number;
  /** Time. */
  readonly clock?: Clock;
}

const HOST = "127.0.0.1", MAX_BYTES = 65_535;

/**
 * Stands before a server: clients dial its port. Each client has a socket of its own towards the server, as behind a NAT.
 *
 * @example
 * ```ts
 * import { Client, Server } from "@erpc/erpc";
 * import { DatagramRelay } from "@erpc/erpc/testing";
 * await using server = new Server({ registry: false });
 * server.handle("demo.double", (n: number) => 2 * n);
 * await server.listen("udp://127.0.0.1:0");
 * const port = Number(server.address.split(":").at(-1));
 * await using relay = new DatagramRelay({ port, seed: 1, lossRate: 0.1 });
 * await using client = new Client({ address: `udp://127.0.0.1:${relay.port}` });
 * console.assert(await client.call("demo.double", 21) === 42);
 * ```
 */
export class DatagramRelay implements AsyncDisposable {
  /** Port to dial on 127.0.0.1. */
  readonly port: number;
  #fate: DatagramFate;
  #clock: Clock;
  #to: Deno.NetAddr;
  #front: Deno.DatagramConn;
  #backs = new Map<string, Deno.DatagramConn>(); // by address of the client
  #running: Promise<void>[] = [];
  #sending = new Set<Promise<unknown>>();
  #timers = new Set<() => void>();
  #held: (() => void)[] | null = null;
  #closed = false;

  /** Starts to relay. */
  constructor(options: DatagramRelayOptions) {
    const { port, clock = systemClock } = options;
    this.#fate = new DatagramFate(options);
    this.#clock = clock;
    this.#to = { transport: "udp", hostname: HOST, port };
    this.#front = bind();
    this.port = (this.#front.addr as Deno.NetAddr).port;
    this.#running.push(this.#run(this.#front, (bytes, from) => this.#pass(bytes, this.#back(from), this.#to)));
  }

  /** What has happened so far. */
  get counts(): Readonly<DatagramCounts> {
    return this.#fate.counts;
  }

  /** Loses everything from now on, until {@linkcode DatagramRelay.heal}. */
  cut(): void {
    this.#fate.isCut = true;
  }

  /** Holds everything back from now on, until {@linkcode DatagramRelay.resume}. */
  stall(): void {
    this.#held ??= [];
  }

  /** Passes on what was held back, and what comes. */
  resume(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const pass of held) pass();
  }

  /** No more faults from now on, but for delay. */
  heal(): void {
    this.#fate.heal();
    this.resume();
  }

  /** Clients come from other ports from now on, as after a NAT has forgotten them. */
  rebind(): void {
    for (const socket of this.#backs.values()) socket.close();
    this.#backs.clear();
  }

  /** Closes every socket; what is on its way is lost. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const cancel of this.#timers) cancel();
    this.#front.close();
    this.rebind();
    await Promise.all([...this.#running, ...this.#sending]);
  }

  /** The socket towards the server for one client. */
  #back(client: Deno.NetAddr): Deno.DatagramConn {
    const key = `${client.hostname} ${client.port}`;
    let socket = this.#backs.get(key);
    if (socket === undefined) {
      this.#backs.set(key, socket = bind());
      this.#running.push(this.#run(socket, (bytes) => this.#pass(bytes, this.#front, client)));
    }
    return socket;
  }

  async #run(socket: Deno.DatagramConn, take: (bytes: Uint8Array, from: Deno.NetAddr) => void): Promise<void> {
    const into = new Uint8Array(MAX_BYTES);
    try {
      for (;;) {
        const [bytes, from] = await socket.receive(into);
        if (this.#closed) return;
        take(bytes.slice(), from as Deno.NetAddr);
      }
    } catch { /* it was closed */ }
  }

  #pass(bytes: Uint8Array, out: Deno.DatagramConn, to: Deno.NetAddr): void {
    if (this.#held !== null) return void this.#held.push(() => this.#pass(bytes, out, to));
    for (const delayMs of this.#fate.next()) {
      if (delayMs === 0) this.#send(bytes, out, to);
      else this.#later(delayMs, () => this.#send(bytes, out, to));
    }
  }

  #later(delayMs: number, run: () => void): void {
    const cancel = this.#clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      run();
    });
    this.#timers.add(cancel);
  }

  #send(bytes: Uint8Array, out: Deno.DatagramConn, to: Deno.NetAddr): void {
    if (this.#closed) return;
    const sent = out.send(bytes, to).catch(() => {}).finally(() => this.#sending.delete(sent));
    this.#sending.add(sent);
  }
}

function bind(): Deno.DatagramConn {
  return Deno.listenDatagram({ transport: "udp", hostname: HOST, port: 0 });
}
