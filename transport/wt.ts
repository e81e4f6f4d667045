/**
 * WebTransport (W3C, over HTTP/3): QUIC for web pages. A connection is one stream of a session.
 *
 * @module
 */
import { ServerEndpoints } from "./quic/server_endpoint.ts";
import type { Transport } from "./transport.ts";
import { type CertificateHash, certificateHashes } from "./wt/certificate_hash.ts";
import { dialWebTransport } from "./wt/dial.ts";
import { Probe } from "./wt/probe.ts";

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
  const { serverCertificateHashes: hashes } = options, endpoints = new ServerEndpoints(), probe = new Probe();
  return {
    name: "wt",
    dial: (address, how) => dialWebTransport(address, { ...how, hashes, probe }),
    listen: async (address, { tls }) => (await import("./wt/listen.ts")).listenWebTransport(address, tls, endpoints),
  };
}

/** The transport `"wt"`. */
export const wt: Transport = webTransport();
