/**
 * The seam every transport fills: bytes to a peer and back.
 *
 * @module
 */
import type { Identity } from "../protocol/mod.ts";
import type { Address } from "./address.ts";

/** One connection of a stream transport: an ordered stream of bytes each way. */
export interface Wire {
  /** Address of the other end, such as `"tcp://127.0.0.1:50412"`. */
  readonly remote: string;
  /** Address of this end. */
  readonly local: string;
  /** Who the other end has proven to be by its certificate; undefined without one. */
  readonly identity?: Identity;
  /** Why calls with streams can't be carried, when that is so: `"udp carries no streams: use kcp or quic"`. */
  readonly noStreams?: string;
  /** False when numbers of routes are not known at the other end: requests then always carry names. Default true. */
  readonly routes?: boolean;
  /** Reads at least one byte into `into` and resolves with how many, or null at the end. `into` is never empty. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes some of `bytes` and resolves with how many. The memory may be reused once it has resolved. */
  write(bytes: Uint8Array): Promise<number>;
  /** From now on an open connection does not keep the process alive. */
  background?(): void;
  /** Closes both directions; pending reads and writes settle. */
  close(): void;
}

/** A bound address. */
export interface Listener {
  /** The address it is bound to, with the real port. */
  readonly address: string;
  /** Connections as they come in; ends when the listener is closed. Iterate it once. */
  readonly connections: AsyncIterable<Wire>;
  /** Stops accepting; accepted connections live on. */
  close(): void;
}

/**
 * Certificates for TLS, as PEM text.
 *
 * They are read anew for each connection: put others into the same object, or give one with getters such as that of
 * {@linkcode tlsFiles}, and new connections use them. Connections that are there live on.
 */
export interface TlsOptions {
  /** Certificate chain of this end. A server must have one; a client shows it to servers that ask. */
  cert?: string;
  /** Private key of `cert`. */
  key?: string;
  /** Authorities to trust instead of the system's; client side. */
  ca?: string;
  /** Clients must show a certificate of one of these authorities: mutual TLS. Server side; default: none is asked for. */
  clientCa?: string;
  /** Name the server's certificate must have; default: the host of the address. Client side. */
  serverName?: string;
  /** Hears why new certificates can't be used; the old ones stay in use then. Server side. Default: console.error. */
  onError?: (error: unknown) => void;
}

/** Options of dialling. */
export interface DialOptions {
  /** Use TLS with these certificates. */
  tls?: TlsOptions;
  /** Aborts when nobody wants the connection any more; what was begun is then given up, or closed when it is there. */
  signal?: AbortSignal;
}

/** What is at hand to be called. */
export interface MethodDirectory {
  /** Whether a method may be run more than once; undefined when there is no such method. */
  isIdempotent(service: string, method: string): boolean | undefined;
}

/** Options of listening. */
export interface ListenOptions {
  /** What is at hand to be called, for transports that must know before a call is made: HTTP gets what is idempotent. */
  methods?: MethodDirectory;
  /** Use TLS with this certificate and key. */
  tls?: TlsOptions;
}

/** A way to reach peers. */
export interface Transport {
  /** Name and address scheme. */
  readonly name: string;
  /** Connects to `address`. Rejects with an error of any class; the caller adds the address. */
  dial(address: Address, options: DialOptions): Promise<Wire>;
  /** Binds `address`. */
  listen(address: Address, options: ListenOptions): Promise<Listener>;
}
