/**
 * Listening for QUIC.
 *
 * @module
 */
import { type Address, formatAddress } from "../address.ts";
import type { Listener, TlsOptions } from "../transport.ts";
import { WireQueue } from "../wire_queue.ts";
import { closeCodes } from "./close_codes.ts";
import type { StreamWire } from "./stream_wire.ts";

/** How a QUIC listener is made. */
export interface QuicListenerInit {
  /** Where to listen. */
  readonly address: Address;
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

/** Binds an address. Throws TypeError when there is no certificate, and what the runtime throws. */
export function listenQuic(init: QuicListenerInit): Listener {
  const { address, protocol, streams, idleTimeoutMs } = init;
  const { cert, key } = init.tls ?? {};
  if (cert === undefined || key === undefined) {
    throw new TypeError(
      `Cannot listen at ${address.scheme}: QUIC is always encrypted, tls needs cert and key (PEM text)`,
    );
  }
  const endpoint = new Deno.QuicEndpoint({ hostname: address.hostname, port: address.port });
  try {
    const listener = endpoint.listen({
      cert,
      key,
      alpnProtocols: [protocol],
      maxIdleTimeout: idleTimeoutMs,
      maxConcurrentBidirectionalStreams: streams.bidirectional,
      maxConcurrentUnidirectionalStreams: streams.unidirectional,
    });
    return new QuicListener(listener, init.open, formatAddress({ ...address, port: endpoint.addr.port }));
  } catch (error) {
    endpoint.close();
    throw error;
  }
}

class QuicListener implements Listener {
  readonly address: string;
  readonly connections: WireQueue;
  #listener: Deno.QuicListener;
  #open: QuicListenerInit["open"];
  #opening = 0;
  #live = new Set<Promise<unknown>>();
  #closed = false;

  constructor(listener: Deno.QuicListener, open: QuicListenerInit["open"], address: string) {
    this.#listener = listener;
    this.#open = open;
    this.address = address;
    const accepting = this.#accept();
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
    this.#listener.endpoint.close();
  }

  async #accept(): Promise<void> {
    for await (const incoming of this.#listener) {
      if (this.#closed || this.#opening >= MAX_OPENING) incoming.refuse();
      else this.#take(incoming);
    }
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
      this.connections.push(await this.#open(conn));
    } catch (error) {
      conn.close({ closeCode: closeCodes.refused, reason: error instanceof Error ? error.message : "" });
    } finally {
      clearTimeout(late);
    }
  }
}
