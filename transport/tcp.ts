/**
 * TCP, and TLS over it.
 *
 * @module
 */
import { type Address, formatAddress } from "./address.ts";
import { listenerOf, wireOf } from "./deno_wire.ts";
import type { DialOptions, Listener, ListenOptions, TlsOptions, Transport, Wire } from "./transport.ts";

/** The transport `"tcp"`. Nagle's algorithm is off on both ends: it would hold small writes back for 40 ms. */
export const tcp: Transport = { name: "tcp", dial, listen };

async function dial(address: Address, { tls }: DialOptions): Promise<Wire> {
  const { hostname, port } = address;
  if (tls === undefined) return wire(await Deno.connect({ hostname, port }), address);
  const conn = tls.serverName === undefined
    ? await Deno.connectTls({ hostname, port, ...authorities(tls), ...identity(tls) })
    : await startTls(await Deno.connect({ hostname, port }), tls.serverName, tls);
  await handshake(conn);
  return wire(conn, address);
}

/** Deno checks the name of the host that is dialled; another name can only be checked on a connection that is there. */
async function startTls(conn: Deno.TcpConn, hostname: string, tls: TlsOptions): Promise<Deno.TlsConn> {
  if (tls.cert !== undefined) {
    conn.close();
    throw new TypeError("Cannot use tls: serverName and a client's cert can't be used together on this runtime");
  }
  return await Deno.startTls(conn, { hostname, ...authorities(tls) });
}

function authorities({ ca }: TlsOptions): { caCerts?: string[] } {
  return ca === undefined ? {} : { caCerts: [ca] };
}

function identity({ cert, key }: TlsOptions): Deno.TlsCertifiedKeyPem | Record<never, never> {
  return cert === undefined || key === undefined ? {} : { keyFormat: "pem", cert, key };
}

/** A wrong certificate shows here, not at the first call. */
async function handshake(conn: Deno.TlsConn): Promise<void> {
  try {
    await conn.handshake();
  } catch (error) {
    conn.close();
    if (!(error instanceof Deno.errors.UnexpectedEof)) throw error;
    throw new Error("it ended the TLS handshake; perhaps it does not speak TLS", { cause: error });
  }
}

function wire(conn: Deno.Conn<Deno.NetAddr>, remote?: Address): Wire {
  if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
  return wireOf(conn, name(conn.localAddr), remote === undefined ? name(conn.remoteAddr) : formatAddress(remote));
}

function name({ hostname, port }: Deno.NetAddr): string {
  return formatAddress({ scheme: "tcp", hostname, port, path: "" });
}

function listen({ hostname, port }: Address, { tls }: ListenOptions): Promise<Listener> {
  if (tls !== undefined && (tls.cert === undefined || tls.key === undefined)) {
    throw new TypeError("Cannot listen with TLS: tls needs cert and key (PEM text)");
  }
  const listener = tls === undefined
    ? Deno.listen({ hostname, port })
    : Deno.listenTls({ hostname, port, cert: tls.cert!, key: tls.key! });
  return Promise.resolve(
    listenerOf(listener, name(listener.addr as Deno.NetAddr), (conn) => wire(conn as Deno.TcpConn)),
  );
}
