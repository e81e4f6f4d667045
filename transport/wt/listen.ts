/**
 * Listening for WebTransport: QUIC with HTTP/3 in it.
 *
 * @module
 */
import { type Address, formatAddress } from "../address.ts";
import { listenQuic } from "../quic/listen.ts";
import type { ServerEndpoints } from "../quic/server_endpoint.ts";
import type { StreamWire } from "../quic/stream_wire.ts";
import type { Listener, TlsOptions } from "../transport.ts";
import { sessionWire } from "./session_wire.ts";

/** The session's request, its stream, and one that tells the end; those of HTTP/3 go one way. Some more do no harm. */
const streams = { bidirectional: 4, unidirectional: 8 };

/** A session that hears nothing for so long is over. */
const IDLE_MS = 30_000;

/** Binds an address; sessions must be for its path. Throws TypeError without certificate, or without the runtime's flag. */
export function listenWebTransport(
  address: Address,
  tls: TlsOptions | undefined,
  endpoints: ServerEndpoints,
): Listener {
  if (typeof Deno.upgradeWebTransport !== "function") {
    throw new TypeError("Cannot use wt: run deno with --unstable-net");
  }
  const open = (conn: Deno.QuicConn) => accept(conn, address);
  return listenQuic({ address, tls, endpoints, protocol: "h3", streams, idleTimeoutMs: IDLE_MS, open });
}

async function accept(conn: Deno.QuicConn, address: Address): Promise<StreamWire> {
  const session = await Deno.upgradeWebTransport(conn);
  session.closed.catch(() => {}); // told by the wire
  await session.ready;
  const path = URL.parse(session.url)?.pathname;
  if (path !== (encodeURI(address.path) || "/")) throw new Error("there is nothing at this path");
  const streams = session.incomingBidirectionalStreams.getReader(), { value: stream } = await streams.read();
  if (stream === undefined) throw new Error("the session ended before its stream came");
  const remote = formatAddress({ scheme: "wt", path: "", ...conn.remoteAddr });
  return sessionWire(session, { stream, streams, closes: false, remote, local: formatAddress(address) });
}
