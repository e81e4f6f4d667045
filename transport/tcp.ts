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

async function dial(address: Address, { tls, signal }: DialOptions): Promise<Wire> {
  if (tls === undefined) return wire(await connect(address, signal), address);
  const conn = tls.cert === undefined ? await startTls(address, tls, signal) : await connectTls(address, tls);
  await handshake(conn, signal);
  return wire(conn, address);
}

async function connect({ hostname, port }: Address, signal: AbortSignal | undefined): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname, port, ...(signal !== undefined && { signal }) });
  conn.setNoDelay(true);
  return conn;
}

/** TLS on a connection that is there; only so can another name than that of the dialled host be checked. */
async function startTls(address: Address, tls: TlsOptions, signal: AbortSignal | undefined): Promise<Deno.TlsConn> {
  const conn = await connect(address, signal);
  return await Deno.startTls(conn, { hostname: tls.serverName ?? address.hostname, ...authorities(tls) });
}

/** TLS with a certificate of this end, which Deno shows only on connections that it dials with TLS. */
async function connectTls({ hostname, port }: Address, tls: TlsOptions): Promise<Deno.TlsConn> {
  if (tls.serverName !== undefined) {
    throw new TypeError("Cannot use tls: serverName and a client's cert can't be used together on this runtime");
  }
  return await Deno.connectTls({ hostname, port, ...authorities(tls), ...identity(tls) });
}

function authorities({ ca }: TlsOptions): { caCerts?: string[] } {
  return ca === undefined ? {} : { caCerts: [ca] };
}

function identity({ cert, key }: TlsOptions): Deno.TlsCertifiedKeyPem | Record<never, never> {
  return cert === undefined || key === undefined ? {} : { keyFormat: "pem", cert, key };
}

/** A wrong certificate shows here, not at the first call. */
async function handshake(conn: Deno.TlsConn, signal: AbortSignal | undefined): Promise<void> {
  let open = true;
  const close = () => {
    if (open) conn.close();
    open = false;
  };
  signal?.addEventListener("abort", close, { once: true });
  try {
    signal?.throwIfAborted();
    await conn.handshake();
  } catch (error) {
    close();
    if (!(error instanceof Deno.errors.UnexpectedEof)) throw error;
    throw new Error("it ended the TLS handshake; perhaps it does not speak TLS", { cause: error });
  } finally {
    signal?.removeEventListener("abort", close);
  }
}

function wire(conn: Deno.Conn<Deno.NetAddr>, remote?: Address): Wire {
  return wireOf(conn, name(conn.localAddr), remote === undefined ? name(conn.remoteAddr) : formatAddress(remote));
}

function accepted(conn: Deno.TcpConn | Deno.TlsConn): Wire {
  if ("setNoDelay" in conn) conn.setNoDelay(true);
  return wire(conn);
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
    listenerOf(listener, name(listener.addr as Deno.NetAddr), (conn) => accepted(conn as Deno.TcpConn)),
  );
}
