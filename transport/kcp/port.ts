/**
 * A socket that is read all the time.
 *
 * @module
 */
import type { DatagramSocket, SocketAddress } from "../udp/socket.ts";

/** The largest datagram that is taken: what UDP carries. */
const MAX_DATAGRAM_BYTES = 65_507;

/** Datagrams that the system has not taken yet, beyond which others are dropped. */
const MAX_SENDING = 256;

/** Hands datagrams to `take` as they come. It is valid until that has returned. */
export class Port {
  /** Where it is bound. */
  readonly address: SocketAddress;
  #socket: DatagramSocket;
  #sending = 0;
  #closed = false;

  /** Reads `socket` until it is closed. */
  constructor(socket: DatagramSocket, take: (datagram: Uint8Array, from: SocketAddress) => void) {
    this.address = socket.address;
    this.#socket = socket;
    this.#run(take);
  }

  /** Sends a copy of a datagram. What the network does not take is as good as lost; `onError` hears of it. */
  send(datagram: Uint8Array, to: SocketAddress, onError?: (error: unknown) => void): void {
    if (this.#closed || this.#sending >= MAX_SENDING) return;
    this.#sending++;
    this.#socket.send(datagram.slice(), to).catch(onError ?? (() => {})).then(this.#sent);
  }

  /** From now on it does not keep the process alive. */
  background(): void {
    this.#socket.background();
  }

  /** Closes the socket. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  #sent = (): void => void this.#sending--;

  async #run(take: (datagram: Uint8Array, from: SocketAddress) => void): Promise<void> {
    const into = new Uint8Array(MAX_DATAGRAM_BYTES);
    while (!this.#closed) {
      try {
        const [datagram, from] = await this.#socket.receive(into);
        if (!this.#closed && datagram.length > 4) take(datagram, from);
      } catch {
        // What failed is one datagram: wait a little instead of spinning.
        if (!this.#closed) await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }
}

/** Whether two addresses are the same. */
export function isSame(a: SocketAddress, b: SocketAddress): boolean {
  return a.port === b.port && a.hostname === b.hostname;
}
