/**
 * Datagrams without a network: sockets of one process that meet in memory, with faults by a seed and time that a test moves.
 *
 * @module
 */
import { type Clock, systemClock } from "../protocol/mod.ts";
import type { DatagramSocket, SocketAddress } from "../transport/mod.ts";
import { type DatagramCounts, DatagramFate, type DatagramFaults } from "./datagram_faults.ts";

/** How a network in memory is made. */
export interface DatagramNetworkOptions extends DatagramFaults {
  /** Time. */
  readonly clock?: Clock;
}

/** What one socket keeps before it drops what comes. */
const MAX_WAITING = 1024;

/**
 * A network in memory; pass its `bind` to the transports that are to meet there.
 *
 * @example
 * ```ts
 * import { Client, Server } from "@erpc/erpc";
 * import { datagrams } from "@erpc/erpc/udp";
 * import { DatagramNetwork } from "@erpc/erpc/testing";
 * const network = new DatagramNetwork({ seed: 7, lossRate: 0.2 });
 * const transports = [datagrams({ bind: network.bind })];
 * await using server = new Server({ transports, registry: false });
 * server.handle("demo.double", (n: number) => 2 * n);
 * await server.listen("udp://127.0.0.1:1");
 * await using client = new Client({ transports, address: "udp://127.0.0.1:1" });
 * console.assert(await client.call("demo.double", 21) === 42);
 * ```
 */
export class DatagramNetwork {
  /** Sees every datagram that is sent, before anything happens to it. */
  onSend: ((bytes: Uint8Array, from: SocketAddress, to: SocketAddress) => void) | null = null;
  #fate: DatagramFate;
  #clock: Clock;
  #sockets = new Map<number, MemorySocket>(); // by port
  #nextPort = 50_000;

  /** Makes an empty network. */
  constructor(options: DatagramNetworkOptions) {
    this.#fate = new DatagramFate(options);
    this.#clock = options.clock ?? systemClock;
  }

  /** What has happened so far. */
  get counts(): Readonly<DatagramCounts> {
    return this.#fate.counts;
  }

  /** Sockets that are open. */
  get sockets(): number {
    return this.#sockets.size;
  }

  /** Loses everything from now on, until {@linkcode DatagramNetwork.heal}. */
  cut(): void {
    this.#fate.isCut = true;
  }

  /** Takes the socket at `port` off the network without a word, as when its process is killed. */
  kill(port: number): void {
    this.#sockets.delete(port);
  }

  /** No more faults from now on, but for delay. */
  heal(): void {
    this.#fate.heal();
  }

  /** Binds a socket. Throws Error when the port is taken. */
  readonly bind = ({ port }: SocketAddress): DatagramSocket => {
    const address = { hostname: "127.0.0.1", port: port === 0 ? this.#nextPort++ : port };
    if (this.#sockets.has(address.port)) throw new Error(`Cannot bind: port ${address.port} is taken`);
    const socket = new MemorySocket(address, {
      send: (bytes, to) => this.send(bytes, address, to),
      onClose: () => this.#sockets.delete(address.port),
    });
    this.#sockets.set(address.port, socket);
    return socket;
  };

  /** Sends a datagram as if it came from `from`: anybody can write anybody's address. */
  send(bytes: Uint8Array, from: SocketAddress, to: SocketAddress): void {
    this.onSend?.(bytes, from, to);
    const copy = bytes.slice();
    for (const delayMs of this.#fate.next()) {
      this.#clock.after(delayMs, () => this.#sockets.get(to.port)?.push(copy.slice(), from), false);
    }
  }
}

interface Outside {
  readonly send: (bytes: Uint8Array, to: SocketAddress) => void;
  readonly onClose: () => void;
}

class MemorySocket implements DatagramSocket {
  readonly address: SocketAddress;
  #outside: Outside;
  #waiting: (readonly [Uint8Array<ArrayBuffer>, SocketAddress])[] = [];
  #receiving: PromiseWithResolvers<readonly [Uint8Array<ArrayBuffer>, SocketAddress]> | null = null;
  #closed = false;

  constructor(address: SocketAddress, outside: Outside) {
    this.address = address;
    this.#outside = outside;
  }

  push(bytes: Uint8Array<ArrayBuffer>, from: SocketAddress): void {
    if (this.#receiving === null) {
      if (this.#waiting.length < MAX_WAITING) this.#waiting.push([bytes, from]);
      return;
    }
    this.#receiving.resolve([bytes, from]);
    this.#receiving = null;
  }

  send(bytes: Uint8Array, to: SocketAddress): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Error("the socket is closed"));
    this.#outside.send(bytes, to);
    return Promise.resolve();
  }

  receive(): Promise<readonly [Uint8Array<ArrayBuffer>, SocketAddress]> {
    if (this.#closed) return Promise.reject(new Error("the socket is closed"));
    const next = this.#waiting.shift();
    if (next !== undefined) return Promise.resolve(next);
    this.#receiving = Promise.withResolvers();
    return this.#receiving.promise;
  }

  background(): void {}

  close(): void {
    this.#closed = true;
    this.#outside.onClose();
    this.#receiving?.reject(new Error("the socket is closed"));
    this.#receiving = null;
  }
}
