/**
 * Listening for QUIC.
 *
 * @module
 */
import { type Address, formatAddress } from "../address.ts";
import { ServerCredentials } from "../tls/credentials.ts";
import type { Listener, TlsOptions } from "../transport.ts";
import { WireQueue } from "../wire_queue.ts";
import { closeCodes } from "./close_codes.ts";
import type { ServerEndpoint, ServerEndpoints } from "./server_endpoint.ts";
import type { StreamWire } from "./stream_wire.ts";

/** How a QUIC listener is made. */
export interface QuicListenerInit {
  /** Where to listen. */
  readonly address: Address;
  /** Sockets of the transport. */
  readonly endpoints: ServerEndpoints;
  /** Certificate and key. */
  readonly tls: TlsOptions | undefined;
  /** The one protocol it speaks (ALPN). */
  readonly protocol: string;
  /** Streams that a peer may open at once. */
  readonly streams: { readonly bidirectional: number; readonly unidirectional: number };
  /** A connection that hears nothing for so long is over. */
  readonly idleTimeoutMs: number;
  /** Makes a wire of a connection; closes it when it rejects, with the error's message as reason. */
  readonly open: (conn: Deno.QuicConn) => Promise<StreamWire>;
}

/** Connections at once that have no wire yet; more are refused. */
const MAX_OPENING = 1000;

/** How long a connection may take from its handshake to its stream. */
const OPENING_MS = 10_000;

/** Binds an address. Throws TypeError when there is no certificate of use, and what the runtime throws. */
export function listenQuic(init: QuicListenerInit): Listener {
  const { address, tls = {} } = init;
  if (tls.clientCa !== undefined) {
    throw new TypeError(
      `Cannot listen at ${address.scheme}: this runtime's QUIC can't ask clients for certificates (clientCa)`,
    );
  }
  if (tls.cert === undefined || tls.key === undefined) {
    throw new TypeError(
      `Cannot listen at ${address.scheme}: QUIC is always encrypted, tls needs cert and key (PEM text)`,
    );
  }
  const credentials = new ServerCredentials(tls);
  const endpoint = init.endpoints.take(address.hostname, address.port);
  try {
    return new QuicListener(init, credentials, endpoint);
  } catch (error) {
    endpoint.close();
    throw error;
  }
}

class QuicListener implements Listener {
  readonly address: string;
  readonly connections: WireQueue;
  #init: QuicListenerInit;
  #credentials: ServerCredentials;
  #endpoint: ServerEndpoint;
  #opening = 0;
  #live = new Set<Promise<unknown>>();
  #closed = false;
  #over = false;

  constructor(init: QuicListenerInit, credentials: ServerCredentials, endpoint: ServerEndpoint) {
    this.#init = init;
    this.#credentials = credentials;
    this.#endpoint = endpoint;
    this.address = formatAddress({ ...init.address, port: endpoint.port });
    const accepting = this.#accept(this.#listen());
    this.connections = new WireQueue(() => accepting);
  }

  /** Those that are accepted live on, and the socket with them; it refuses all others. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.connections.close();
    this.#endWithLast();
  }

  async #endWithLast(): Promise<void> {
    while (this.#live.size > 0) await Promise.allSettled(this.#live);
    this.#over = true;
    await this.#endpoint.wake();
  }

  /** Listens with the credentials of now. */
  #listen(): Deno.QuicListener {
    const { protocol, streams, idleTimeoutMs } = this.#init, { cert, key } = this.#credentials.current;
    return this.#endpoint.listen({
      cert: cert!,
      key: key!,
      alpnProtocols: [protocol],
      maxIdleTimeout: idleTimeoutMs,
      maxConcurrentBidirectionalStreams: streams.bidirectional,
      maxConcurrentUnidirectionalStreams: streams.unidirectional,
    });
  }

  /** Ends with what wakes it when everything is over. */
  async #accept(listener: Deno.QuicListener): Promise<void> {
    for await (const incoming of listener) {
      if (this.#credentials.renew() !== null) this.#listen();
      if (this.#closed || this.#opening >= MAX_OPENING) incoming.refuse();
      else this.#take(incoming);
      if (this.#over) break;
    }
    this.#endpoint.stop();
    this.#init.endpoints.giveBack(this.#init.address.hostname, this.#endpoint);
  }

  /** One peer that fails, or is slow, is not in the way of the others. */
  async #take(incoming: Deno.QuicIncoming): Promise<void> {
    this.#opening++;
    try {
      const conn = await incoming.accept(), closed = conn.closed.catch(() => {});
      this.#live.add(closed);
      closed.then(() => this.#live.delete(closed));
      await this.#push(conn);
    } catch { // its handshake failed: it knows
    }
    this.#opening--;
  }

  async #push(conn: Deno.QuicConn): Promise<void> {
    const late = setTimeout(() => conn.close({ closeCode: closeCodes.refused, reason: "no stream came" }), OPENING_MS);
    try {
      this.connections.push(await this.#init.open(conn));
    } catch (error) {
      conn.close({ closeCode: closeCodes.refused, reason: error instanceof Error ? error.message : "" });
    } finally {
      clearTimeout(late);
    }
  }
}
