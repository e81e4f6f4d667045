/**
 * WebTransport (W3C, over HTTP/3): QUIC for web pages. A connection is one stream of a session.
 *
 * @module
 */
import { type Address, formatAddress } from "./address.ts";
import { dialFailure } from "./quic/failure.ts";
import type { DialOptions, Listener, ListenOptions, Transport, Wire } from "./transport.ts";
import { type CertificateHash, certificateHashes } from "./wt/certificate_hash.ts";
import { sessionWire } from "./wt/session_wire.ts";

export { type CertificateHash, certificateHashes };

/** What may be said about WebTransport. */
export interface WebTransportTransportOptions {
  /** Certificates that the server may have, whoever vouches for them. Client side. Default: those in `tls.ca`. */
  readonly serverCertificateHashes?: readonly CertificateHash[];
}

/**
 * Makes the transport `"wt"` as `options` say. Servers need `tls.cert` and `tls.key`.
 *
 * A runtime's WebTransport decides by itself which authorities it trusts. A certificate of another one must be told by its
 * hash, or stand in `tls.ca` itself; `tls.serverName` has no meaning then.
 *
 * Pages of all origins may connect: this runtime does not tell the server where a session comes from. So let calls prove who
 * makes them; WebTransport sends no cookies.
 *
 * @example
 * ```ts
 * import { Client } from "@erpc/erpc";
 * import { certificateHashes, webTransport } from "@erpc/erpc/wt";
 * const serverCertificateHashes = await certificateHashes("");
 * await using client = new Client({
 *   address: "wt://127.0.0.1:8877/rpc",
 *   transports: [webTransport({ serverCertificateHashes })],
 * });
 * ```
 */
export function webTransport(options: WebTransportTransportOptions = {}): Transport {
  return { name: "wt", dial: (address, how) => dial(address, how, options.serverCertificateHashes), listen };
}

/** The transport `"wt"`. */
export const wt: Transport = webTransport();

async function dial(
  address: Address,
  { tls, signal }: DialOptions,
  hashes: readonly CertificateHash[] | undefined,
): Promise<Wire> {
  if (typeof WebTransport !== "function") throw new TypeError(missing());
  const known = hashes ?? (tls?.ca === undefined ? [] : await certificateHashes(tls.ca));
  signal?.throwIfAborted();
  const remote = formatAddress(address), url = remote.replace(/^wt:/, "https:");
  const session = new WebTransport(url, known.length === 0 ? {} : { serverCertificateHashes: [...known] });
  session.closed.catch(() => {}); // told by the wire
  try {
    await orAborted(session.ready, signal);
    return sessionWire(session, await session.createBidirectionalStream(), { remote, local: "wt://here:0" });
  } catch (error) {
    session.ready.then(() => session.close(), () => {}); // it can't be given up earlier
    signal?.throwIfAborted();
    throw dialFailure(error, address.hostname);
  }
}

async function orAborted(ready: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  const aborted = Promise.withResolvers<never>(), onAbort = () => aborted.reject(signal!.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([ready, aborted.promise]);
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

async function listen(address: Address, { tls }: ListenOptions): Promise<Listener> {
  return (await import("./wt/listen.ts")).listenWebTransport(address, tls);
}

function missing(): string {
  return "Deno" in globalThis
    ? "Cannot use wt: run deno with --unstable-net"
    : "Cannot use wt: there is no WebTransport here";
}
