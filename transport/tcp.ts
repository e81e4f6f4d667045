/**
 * TCP, and TLS over it.
 *
 * @module
 */
import { type Address, formatAddress } from "./address.ts";
import { listenerOf, wireOf } from "./deno_wire.ts";
import type { DialOptions, Listener, ListenOptions, Transport, Wire } from "./transport.ts";

/** The transport `"tcp"`. Nagle's algorithm is off on both ends: it would hold small writes back for 40 ms. */
export const tcp: Transport = { name: "tcp", dial, listen };

async function dial(address: Address, { tls, signal }: DialOptions): Promise<Wire> {
  if (tls !== undefined) return await (await import("./tls/dial.ts")).dialTls(address, tls, signal);
  const { hostname, port } = address;
  const conn = await Deno.connect({ hostname, port, ...(signal !== undefined && { signal }) });
  return wire(conn, formatAddress(address));
}

async function listen(address: Address, { tls }: ListenOptions): Promise<Listener> {
  if (tls !== undefined) return await (await import("./tls/listen.ts")).listenTls(address, tls);
  const { hostname, port } = address, listener = Deno.listen({ hostname, port });
  return listenerOf(listener, name(listener.addr), (conn) => wire(conn as Deno.TcpConn));
}

function wire(conn: Deno.TcpConn, remote: string = name(conn.remoteAddr)): Wire {
  conn.setNoDelay(true);
  return wireOf(conn, name(conn.localAddr), remote);
}

function name({ hostname, port }: Deno.NetAddr): string {
  return formatAddress({ scheme: "tcp", hostname, port, path: "" });
}
