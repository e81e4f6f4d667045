/**
 * A socket that is read all the time.
 *
 * @module
 */
import type { DatagramSocket, SocketAddress } from "../udp/socket.ts";

/** Datagrams up to this are always taken: what an Ethernet carries. */
const LEAST_TAKEN_BYTES = 1500;

/** Datagrams that the system has not taken yet, beyond which others are dropped. */
const MAX_SENDING = 256;

/** What is done with a datagram, which is valid until that has returned. */
export type TakeDatagram = (datagram: Uint8Array, from: SocketAddress) => void;

/** Hands datagrams to `take` as they come; those are dropped that are larger than `datagramBytes` and 1,500 bytes. */
export class Port {
  /** Where it is bound. */
  readonly address: SocketAddress;
  #socket: DatagramSocket;
  #maxBytes: number;
  #sending = 0;
  #closed = false;

  /** Reads `socket` until it is closed. */
  constructor(socket: DatagramSocket, datagramBytes: number, take: TakeDatagram) {
    this.address = socket.address;
    this.#socket = socket;
    this.#maxBytes = Math.max(datagramBytes, LEAST_TAKEN_BYTES);
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

  async #run(take: TakeDatagram): Promise<void> {
    const maxBytes = this.#maxBytes, into = new Uint8Array(maxBytes + 1); // one more shows what is too large
    while (!this.#closed) {
      try {
        const [datagram, from] = await this.#socket.receive(into);
        const { length } = datagram;
        if (!this.#closed && length > 4 && length <= maxBytes) take(datagram, from);
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
