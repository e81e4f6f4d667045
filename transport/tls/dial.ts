/**
 * Dialling with TLS.
 *
 * @module
 */
import { connect as connectTcp, isIP } from "node:net";
import { connect as connectTls, type PeerCertificate, type TLSSocket } from "node:tls";
import { type Address, formatAddress } from "../address.ts";
import type { TlsOptions, Wire } from "../transport.ts";
import { identityOf } from "./certificate.ts";
import { clientCredentials } from "./credentials.ts";
import { unshaken } from "./fault.ts";
import { isFor } from "./name.ts";
import { TlsWire } from "./wire.ts";

/**
 * Connects to `address` with TLS. Rejects when the other end's certificate is not good for the name, and with what else is
 * wrong; a `signal` that aborts closes the socket, however far it is.
 */
export async function dialTls(address: Address, tls: TlsOptions, signal: AbortSignal | undefined): Promise<Wire> {
  signal?.throwIfAborted();
  const { hostname, port } = address, name = tls.serverName ?? hostname;
  const credentials = clientCredentials(tls), tcp = connectTcp({ host: hostname, port, noDelay: true });
  const socket = connectTls({
    socket: tcp,
    ...credentials,
    ...(isIP(name) === 0 && { servername: name }),
    checkServerIdentity: (_, peer) => checkName(name, peer),
  });
  tcp.on("error", (error) => socket.destroy(error));
  await handshake(socket, signal);
  const { localAddress = "", localPort = 0 } = tcp;
  return new TlsWire(socket, {
    tcp,
    remote: formatAddress(address),
    local: formatAddress({ scheme: "tcp", hostname: localAddress, port: localPort, path: "" }),
    identity: identityOf(socket.getPeerCertificate().raw),
    dialled: true,
  });
}

/** A wrong certificate shows here, not at the first call. */
function handshake(socket: TLSSocket, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => socket.destroy(new Error("the dial was given up"));
    const settle = (error?: Error) => {
      signal?.removeEventListener("abort", onAbort);
      if (error === undefined) return resolve();
      socket.destroy();
      reject(error);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.on("error", (error) => settle(unshaken(error))); // stays: what comes later is the wire's
    socket.once("secureConnect", () => settle());
  });
}

function checkName(name: string, { raw }: PeerCertificate): Error | undefined {
  const identity = identityOf(raw);
  if (isFor(identity, name)) return undefined;
  return new Error(`its certificate is for ${identity.altNames.slice(0, 10).join(", ") || "no name"}, not for ${name}`);
}
