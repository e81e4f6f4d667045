/**
 * The seam between udp and the network: a socket that sends and receives datagrams.
 *
 * @module
 */

/** Where a datagram comes from or goes to. */
export interface SocketAddress {
  /** IP address, without brackets. */
  readonly hostname: string;
  /** Port. */
  readonly port: number;
}

/** A bound socket. What it sends may be lost, doubled and overtaken. */
export interface DatagramSocket {
  /** Where it is bound, with the real port. */
  readonly address: SocketAddress;
  /** Sends one datagram; its memory must not change until this has settled. */
  send(bytes: Uint8Array, to: SocketAddress): Promise<unknown>;
  /** The next datagram, read into `into` where that has room for it. Rejects when the socket is closed. */
  receive(into: Uint8Array): Promise<readonly [Uint8Array<ArrayBuffer>, SocketAddress]>;
  /** From now on it does not keep the process alive. */
  background(): void;
  /** Closes it. */
  close(): void;
}

/** Binds a socket; port 0 lets the system choose. */
export type BindDatagram = (at: SocketAddress) => DatagramSocket;

/** Binds a socket of the system. Throws TypeError without `--unstable-net`. */
export function bindDatagram({ hostname, port }: SocketAddress): DatagramSocket {
  if (typeof Deno.listenDatagram !== "function") {
    throw new TypeError("Cannot use udp: run deno with --unstable-net");
  }
  const socket = Deno.listenDatagram({ transport: "udp", hostname, port });
  const bound = socket.addr as Deno.NetAddr;
  return {
    address: { hostname: bound.hostname, port: bound.port },
    send: (bytes, to) => socket.send(bytes, to as Deno.NetAddr),
    receive: (into) => socket.receive(into) as Promise<[Uint8Array<ArrayBuffer>, Deno.NetAddr]>,
    background: () => (socket as unknown as { unref?(): void }).unref?.(), // there, though not in Deno's types
    close: () => socket.close(),
  };
}
