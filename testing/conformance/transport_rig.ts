/**
 * A server on a transport, and those who reach it: what the cases of the transports' suite run on.
 *
 * @module
 */
import { Client, type ClientOptions } from "../../client/mod.ts";
import type { Context } from "../../protocol/mod.ts";
import { connect, type ConnectOptions, type DuplexPeer, Server, type ServerOptions } from "../../server/mod.ts";
import { type Listener, parseAddress, type TlsOptions, type Transport, type Wire } from "../../transport/mod.ts";
import { DatagramRelay } from "../datagram_relay.ts";
import { StreamRelay } from "../stream_relay.ts";

/** Where a transport is tried. */
export interface TransportPlace {
  /** Gives an address to listen at: with port 0, or another one each time. */
  readonly address: () => string;
  /** What carries it on this machine's network, if anything does: of what its ports are. */
  readonly carrier?: "tcp" | "udp";
  /** Certificates of both ends, for a transport that needs them. */
  readonly tls?: { readonly server: TlsOptions; readonly client: TlsOptions };
}

/** A network between two ends that can be made to vanish. */
export type Relay = AsyncDisposable & { readonly port: number; vanish(): void };

/** A server and clients on one transport. */
export class TransportRig implements AsyncDisposable {
  /** What is tried. */
  readonly transport: Transport;
  /** Where. */
  readonly place: TransportPlace;
  /** What handlers threw that was no RpcError. */
  readonly errors: unknown[] = [];
  #undo = new AsyncDisposableStack();
  #server: Server | null = null;
  #client: Client | null = null;

  /** Makes a rig on which nobody listens yet. */
  constructor(transport: Transport, place: TransportPlace) {
    this.transport = transport;
    this.place = place;
  }

  /** The server, which listens. */
  get server(): Server {
    if (this.#server === null) throw new TypeError("Cannot use the server: it was not started");
    return this.#server;
  }

  /** A client of the server, with one connection and without retries. */
  get client(): Client {
    return this.#client ??= this.newClient();
  }

  /** Starts a server, whose drain does not wait for calls. */
  async serve(options: ServerOptions = {}, address = this.place.address()): Promise<this> {
    const onError = (error: unknown) => this.errors.push(error);
    const own = this.place.tls === undefined ? {} : { tls: this.place.tls.server };
    const transports = [this.transport];
    const server = new Server({ registry: false, onError, drainMs: 100, transports, ...own, ...options });
    await server.listen(address);
    this.#server = this.#undo.use(server);
    return this;
  }

  /** Another client, of the server or of `options.address`. */
  newClient(options: ClientOptions = {}): Client {
    const address = options.address ?? this.server.address;
    return this.#undo.use(
      new Client({ retry: "failfast", pool: { size: 1 }, ...this.#own(), ...options, address }),
    );
  }

  /** A connection on which both ends call. */
  async connect(options: ConnectOptions = {}): Promise<DuplexPeer> {
    return this.#undo.use(await connect(this.server.address, { ...this.#own(), ...options }));
  }

  /** Listens, without a server. */
  async listen(address = this.place.address()): Promise<Listener> {
    const { tls } = this.place;
    const listener = await this.transport.listen(parseAddress(address), tls === undefined ? {} : { tls: tls.server });
    return this.#undo.adopt(listener, (listener) => listener.close());
  }

  /** A bare wire to an address. */
  async dial(address = this.server.address, signal?: AbortSignal): Promise<Wire> {
    const { tls } = this.place;
    const wire = await this.transport.dial(parseAddress(address), {
      ...(tls !== undefined && { tls: tls.client }),
      ...(signal !== undefined && { signal }),
    });
    return this.closing(wire);
  }

  /** The wire, which is closed with the rig. */
  closing(wire: Wire): Wire {
    return this.#undo.adopt(wire, (wire) => wire.close());
  }

  /** A network before the server, and its address there; null when the transport is on none. */
  relay(): { relay: Relay; address: string } | null {
    const { carrier } = this.place, { port } = parseAddress(this.server.address);
    if (carrier === undefined) return null;
    const relay = this.#undo.use(carrier === "tcp" ? new StreamRelay({ port, seed: 1 }) : vanishing(port));
    return { relay, address: withPort(this.server.address, relay.port) };
  }

  /** A handler of `demo.hang`, which answers when it is aborted; what it counts. */
  hang(): { started: number; aborted: number } {
    const counts = { started: 0, aborted: 0 };
    this.server.handle("demo.hang", (_: unknown, { signal }: Context) => {
      counts.started++;
      return new Promise<void>((resolve) =>
        signal.addEventListener("abort", () => {
          counts.aborted++;
          resolve();
        }, { once: true })
      );
    });
    return counts;
  }

  /** Closes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#undo.disposeAsync();
  }

  #own(): { transports: Transport[]; tls?: TlsOptions } {
    const { tls } = this.place;
    return { transports: [this.transport], ...(tls !== undefined && { tls: tls.client }) };
  }
}

/** `address` with another port on this machine. */
export function withPort(address: string, port: number): string {
  return address.replace(/:\d+(?=\/|$)/, `:${port}`);
}

function vanishing(port: number): Relay {
  const relay = new DatagramRelay({ port, seed: 1 });
  return { port: relay.port, vanish: () => relay.cut(), [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose]() };
}
