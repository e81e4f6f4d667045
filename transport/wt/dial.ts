/**
 * Dialling with WebTransport, in a browser or not.
 *
 * @module
 */
import { type Address, formatAddress } from "../address.ts";
import { closeReason } from "../quic/close_codes.ts";
import { dialFailure } from "../quic/failure.ts";
import type { DialOptions, Wire } from "../transport.ts";
import { type CertificateHash, certificateHashes } from "./certificate_hash.ts";
import type { Probe } from "./probe.ts";
import { sessionWire } from "./session_wire.ts";

/** What dialling needs besides an address. */
export interface WebTransportDial extends DialOptions {
  /** Certificates that the server may have; default: those in `tls.ca`, if any. */
  readonly hashes: readonly CertificateHash[] | undefined;
  /** Asks whether a server is there. */
  readonly probe: Probe;
}

/** Opens a session with `address`. Rejects with Error when that can't be, and with the reason of `signal`. */
export async function dialWebTransport(
  address: Address,
  { tls, signal, hashes, probe }: WebTransportDial,
): Promise<Wire> {
  if (typeof WebTransport !== "function") throw new TypeError(missing());
  const known = hashes ?? (tls?.ca === undefined ? [] : await certificateHashes(tls.ca));
  signal?.throwIfAborted();
  await probe.ask(address, signal).catch((error) => {
    signal?.throwIfAborted();
    throw dialFailure(error, address.hostname);
  });
  const remote = formatAddress(address), url = remote.replace(/^wt:/, "https:");
  const session = new WebTransport(url, known.length === 0 ? {} : { serverCertificateHashes: [...known] });
  session.closed.catch(() => {}); // told by the wire
  try {
    await orAborted(session.ready, signal);
    const stream = await session.createBidirectionalStream();
    const streams = session.incomingBidirectionalStreams.getReader();
    return sessionWire(session, { stream, streams, closes: true, remote, local: "wt://here:0" });
  } catch (error) {
    session.ready.then(() => session.close(), () => {}); // it can't be given up earlier
    signal?.throwIfAborted();
    const why = await session.closed.then(closeReason).catch(() => undefined);
    throw why === undefined ? dialFailure(error, address.hostname) : new Error(why, { cause: error });
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

function missing(): string {
  return "Deno" in globalThis
    ? "Cannot use wt: run deno with --unstable-net"
    : "Cannot use wt: there is no WebTransport here";
}
