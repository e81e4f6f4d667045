/**
 * What both halves of a session send through: one socket, one peer, one session.
 *
 * @module
 */
import { type DatagramParts, HEADER_BYTES, makeDatagram, type SessionId } from "./datagram.ts";
import type { DatagramSocket, SocketAddress } from "./socket.ts";

/** How large what is sent may be. */
export interface SendLimits {
  /** Largest datagram. */
  readonly datagramBytes: number;
  /** Most pieces of a frame. */
  readonly pieces: number;
}

/** What one end may send, when the other takes `theirs`. */
export function lesser(ours: SendLimits, theirs: SendLimits): SendLimits {
  return {
    datagramBytes: Math.min(ours.datagramBytes, theirs.datagramBytes),
    pieces: Math.min(ours.pieces, Math.max(1, theirs.pieces)),
  };
}

/** A frame in several pieces is at most this large. */
const MAX_CUT_BYTES = 64 << 10;

/** What is being sent at once, beyond which a sender waits. */
const MAX_SENDING = 64;

/** Which call a frame is of. */
export interface Place {
  /** Its slot. */
  readonly slot: number;
  /** Its number in the slot. */
  readonly number: number;
}

/** Sends the datagrams of one session. */
export class Link {
  /** Where they go. */
  readonly to: SocketAddress;
  /** Their session. */
  readonly session: SessionId;
  /** This end has accepted the session. */
  readonly isAcceptor: boolean;
  /** The largest frame that can be sent. */
  readonly maxFrameBytes: number;
  #socket: DatagramSocket;
  #limits: SendLimits;
  #sending = 0;
  #last: Promise<void> = Promise.resolve();

  /** Makes the link of `session` to `to`, over a socket that may be shared. */
  constructor(
    socket: DatagramSocket,
    peer: { to: SocketAddress; session: SessionId; isAcceptor: boolean },
    limits: SendLimits,
  ) {
    this.#socket = socket;
    this.to = peer.to;
    this.session = peer.session;
    this.isAcceptor = peer.isAcceptor;
    this.#limits = limits;
    const one = limits.datagramBytes - HEADER_BYTES;
    this.maxFrameBytes = Math.max(one, Math.min(one * limits.pieces, MAX_CUT_BYTES));
  }

  /** Resolves when there is room for more in the socket; undefined when there is room. */
  get busy(): Promise<void> | undefined {
    return this.#sending > MAX_SENDING ? this.#last : undefined;
  }

  /** Makes a datagram of the session. */
  make(parts: DatagramParts): Uint8Array<ArrayBuffer> {
    return makeDatagram(this.session, this.isAcceptor, parts);
  }

  /**
   * Makes the datagrams that carry a frame of at most {@linkcode Link.maxFrameBytes}: a copy of it, in pieces of one size. A
   * single one is made in `into`, when that has room.
   */
  cut(kind: number, at: Place, frame: Uint8Array, into?: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
    const most = this.#limits.datagramBytes - HEADER_BYTES, { slot, number } = at;
    if (frame.length <= most) {
      const parts = { kind, slot, number, piece: 0, pieces: 1, payload: frame };
      return [makeDatagram(this.session, this.isAcceptor, parts, into)];
    }
    const pieces = Math.ceil(frame.length / most);
    return Array.from({ length: pieces }, (_, piece) => {
      const payload = frame.subarray(piece * most, (piece + 1) * most);
      return this.make({ kind, slot, number, piece, pieces, payload });
    });
  }

  /** Sends a datagram. What the network does not take is as good as lost. */
  send(datagram: Uint8Array<ArrayBuffer>): void {
    this.#sending++;
    this.#last = this.#socket.send(datagram, this.to).then(this.#sent, this.#sent);
  }

  /** Makes a datagram and sends it. */
  say(parts: DatagramParts): void {
    this.send(this.make(parts));
  }

  #sent = (): void => void this.#sending--;
}
