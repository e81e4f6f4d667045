/**
 * Listening with TLS.
 *
 * @module
 */
import { once } from "node:events";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer, type TLSSocket } from "node:tls";
import { type Address, formatAddress } from "../address.ts";
import type { Listener, TlsOptions } from "../transport.ts";
import { WireQueue } from "../wire_queue.ts";
import { identityOf } from "./certificate.ts";
import { ServerCredentials } from "./credentials.ts";
import { TlsWire } from "./wire.ts";

/** A handshake takes at most this long. */
const HANDSHAKE_MS = 10_000;
/** Handshakes at once; who comes when there are more is turned away. */
const MAX_HANDSHAKES = 1000;

/**
 * Listens with the certificate that `tls` has when a connection comes, whose handshake may take `handshakeMs`. Rejects with
 * TypeError for options that are of no use, and when the address can't be bound.
 */
export async function listenTls(address: Address, tls: TlsOptions, handshakeMs = HANDSHAKE_MS): Promise<Listener> {
  const handshakes = new Handshakes(new ServerCredentials(tls), handshakeMs);
  const server = createTcpServer({ noDelay: true }, (socket) => handshakes.begin(socket));
  await bound(server, address);
  const { address: hostname, port } = server.address() as AddressInfo;
  return {
    address: addressOf(hostname, port),
    connections: handshakes.wires,
    close() {
      server.close();
      handshakes.close();
    },
  };
}

async function bound(server: Server, { hostname, port }: Address): Promise<void> {
  server.listen({ host: hostname, port });
  await once(server, "listening");
  server.on("error", () => {}); // of an accept: others go on
}

/** The handshakes of one listener, and the wires that come out of them. */
class Handshakes {
  readonly wires = new WireQueue();
  #credentials: ServerCredentials;
  #tls: TlsServer;
  #begun = new Map<string, Socket>(); // by address of the other end
  #mutual: boolean;

  constructor(credentials: ServerCredentials, timeoutMs: number) {
    this.#credentials = credentials;
    this.#mutual = credentials.current.ca !== undefined;
    this.#tls = createTlsServer({
      ...credentials.current,
      handshakeTimeout: timeoutMs,
      requestCert: this.#mutual,
      rejectUnauthorized: this.#mutual,
    });
    this.#tls.on("secureConnection", (socket) => this.#done(socket));
    this.#tls.on("tlsClientError", (_, socket) => socket.destroy());
  }

  begin(socket: Socket): void {
    if (this.#begun.size >= MAX_HANDSHAKES) return void socket.destroy();
    const renewed = this.#credentials.renew(), remote = remoteOf(socket);
    if (renewed !== null) this.#tls.setSecureContext(renewed);
    this.#begun.set(remote, socket);
    socket.on("close", () => this.#begun.delete(remote));
    this.#tls.emit("connection", socket);
  }

  /** Ends what is still in its handshake. */
  close(): void {
    this.wires.close();
    for (const socket of this.#begun.values()) socket.destroy();
  }

  #done(socket: TLSSocket): void {
    const remote = remoteOf(socket), { localAddress = "", localPort = 0 } = socket, tcp = this.#begun.get(remote);
    if (tcp === undefined) return void socket.destroy(); // the listener is closed
    this.#begun.delete(remote);
    try {
      const identity = this.#mutual ? identityOf(socket.getPeerCertificate().raw) : undefined;
      this.wires.push(
        new TlsWire(socket, { tcp, remote, local: addressOf(localAddress, localPort), identity, dialled: false }),
      );
    } catch {
      socket.destroy(); // a certificate that can't be read proves nothing
    }
  }
}

function remoteOf({ remoteAddress = "", remotePort = 0 }: Socket): string {
  return addressOf(remoteAddress, remotePort);
}

function addressOf(hostname: string, port: number): string {
  return formatAddress({ scheme: "tcp", hostname, port, path: "" });
}
