/**
 * QUIC (RFC 9000): encrypted always, over UDP, and not held up when a network changes. A connection is one stream of it.
 *
 * @module
 */
import { type Address, formatAddress } from "./address.ts";
import { ClientEndpoint } from "./quic/client_endpoint.ts";
import { closeCodes, closeReason } from "./quic/close_codes.ts";
import { dialFailure } from "./quic/failure.ts";
import { listenQuic, type QuicListenerInit } from "./quic/listen.ts";
import { ServerEndpoints } from "./quic/server_endpoint.ts";
import { type StreamSession, StreamWire } from "./quic/stream_wire.ts";
import type { DialOptions, Listener, Transport, Wire } from "./transport.ts";

/** What may be said about QUIC. */
export interface QuicOptions {
  /** A connection that hears nothing for so long is over. The smaller one of both ends counts. Default 30,000 ms. */
  readonly idleTimeoutMs?: number;
  /** A dialer sends something when it has been silent for so long. Default 10,000 ms. */
  readonly keepAliveMs?: number;
  /** Which congestion control to use. Default `"default"` (CUBIC). */
  readonly congestionControl?: "throughput" | "low-latency" | "default";
}

/** The protocol's name in the handshake (ALPN). */
const PROTOCOL = "erpc";

/**
 * Makes the transport `"quic"` as `options` say. Servers need `tls.cert` and `tls.key`; clients that do not know the
 * server's authority need `tls.ca`. Certificates of clients are not shown: this runtime can't ask for them.
 *
 * @example
 * ```ts
 * import { Client } from "@erpc/erpc";
 * import { quicTransport } from "@erpc/erpc/quic";
 * await using client = new Client({
 *   address: "quic://127.0.0.1:8877",
 *   transports: [quicTransport({ congestionControl: "low-latency" })],
 * });
 * ```
 */
export function quicTransport(options: QuicOptions = {}): Transport {
  const endpoint = new ClientEndpoint(), endpoints = new ServerEndpoints();
  const bounds = { idleTimeoutMs: 30_000, keepAliveMs: 10_000, ...options };
  return {
    name: "quic",
    dial: (address, how) => dial({ address, endpoint, bounds }, how),
    listen: (address, { tls }) => Promise.try(listen, { address, tls, endpoints, idleTimeoutMs: bounds.idleTimeoutMs }),
  };
}

/** The transport `"quic"`. */
export const quic: Transport = quicTransport();

interface Dial {
  readonly address: Address;
  readonly endpoint: ClientEndpoint;
  readonly bounds: QuicOptions & Required<Pick<QuicOptions, "idleTimeoutMs" | "keepAliveMs">>;
}

async function dial({ address, endpoint, bounds }: Dial, { tls = {}, signal }: DialOptions): Promise<Wire> {
  demandQuic();
  const { hostname, port } = address, name = tls.serverName ?? hostname;
  try {
    const conn = await endpoint.connect({
      hostname,
      port,
      serverName: name,
      alpnProtocols: [PROTOCOL],
      maxIdleTimeout: bounds.idleTimeoutMs,
      keepAliveInterval: bounds.keepAliveMs,
      maxConcurrentBidirectionalStreams: 0,
      maxConcurrentUnidirectionalStreams: 0,
      ...(bounds.congestionControl !== undefined && { congestionControl: bounds.congestionControl }),
      ...(tls.ca !== undefined && { caCerts: [tls.ca] }),
    }, signal);
    const stream = await conn.createBidirectionalStream();
    return wireOf(conn, stream, { remote: formatAddress(address), local: "quic://here:0", closes: true });
  } catch (error) {
    signal?.throwIfAborted();
    throw dialFailure(error, name);
  }
}

function listen(init: Pick<QuicListenerInit, "address" | "tls" | "endpoints" | "idleTimeoutMs">): Listener {
  demandQuic();
  const local = formatAddress(init.address);
  const open = async (conn: Deno.QuicConn) => {
    const { value: stream } = await conn.incomingBidirectionalStreams.getReader().read();
    if (stream === undefined) throw new Error("it ended before its stream came");
    const remote = formatAddress({ scheme: "quic", path: "", ...conn.remoteAddr });
    return wireOf(conn, stream, { remote, local, closes: false });
  };
  return listenQuic({ ...init, protocol: PROTOCOL, streams: { bidirectional: 1, unidirectional: 0 }, open });
}

/** A wire over a stream whose end is the stream's own (FIN). */
function wireOf(
  conn: Deno.QuicConn,
  { readable, writable }: Deno.QuicBidirectionalStream,
  ends: Pick<StreamSession, "remote" | "local" | "closes">,
): StreamWire {
  return new StreamWire({
    ...ends,
    readable,
    writable,
    closed: conn.closed.then(closeReason),
    finish: (writer) => writer.close(),
    close: (inPeace) => conn.close({ closeCode: inPeace ? closeCodes.done : closeCodes.aborted, reason: "" }),
  });
}

/** Throws TypeError when the runtime's QUIC is not switched on. */
function demandQuic(): void {
  if (typeof Deno.QuicEndpoint !== "function") {
    throw new TypeError("Cannot use quic: run deno with --unstable-net");
  }
}
