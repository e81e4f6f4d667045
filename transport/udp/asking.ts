/**
 * A call that one end of a session makes, until its reply is there.
 *
 * @module
 */
import { hurry, Kind, setAge } from "./datagram.ts";
import type { Link, Place } from "./link.ts";
import { Assembly, PieceSet } from "./pieces.ts";

/** How often the peer is told that a call is cancelled, when it does not say that it has heard. */
const MAX_CANCELS = 12;

/** One call on its way. */
export class Asking {
  /** Id of the call on this end's connection; 0 for the hello. */
  readonly id: number;
  /** No reply is wanted: it is over when the peer has all of it. */
  readonly oneway: boolean;
  /** When the frame was made. */
  readonly madeMs: number;
  /** Its place. */
  slot = -1;
  /** Its number in that place. */
  number = 0;
  /** When it is sent again. */
  dueMs = Infinity;
  /** How long it then waits. */
  waitMs = 0;
  /** Datagrams of it that are on their way, as far as is known. */
  inFlight = 0;
  /** When a oneway call is given up. */
  untilMs = Infinity;
  /** The frame until it is cut; whoever lets the call wait must copy it. */
  frame: Uint8Array<ArrayBuffer> | null;
  /** Times that it was sent. */
  tries = 0;
  #datagrams: Uint8Array<ArrayBuffer>[] = [];
  #taken: PieceSet | null = null; // what the peer has said that it has
  #reply: Assembly | null = null;
  #received = false;
  #cancels = -1; // times that the peer was told; -1 while it is not cancelled
  #status = 0;

  /** Makes the call of a frame. */
  constructor(id: number, frame: Uint8Array<ArrayBuffer>, how: { oneway: boolean; nowMs: number }) {
    this.id = id;
    this.frame = frame;
    this.oneway = how.oneway;
    this.madeMs = how.nowMs;
  }

  /** Datagrams that its request takes. */
  get cost(): number {
    return this.#datagrams.length;
  }

  /** Whether the peer has all of the request. */
  get received(): boolean {
    return this.#received;
  }

  /** Whether nobody waits for it any more. */
  get cancelled(): boolean {
    return this.#cancels >= 0;
  }

  /** Whether the peer has been told often enough that it is cancelled. */
  get givenUp(): boolean {
    return this.#cancels >= MAX_CANCELS;
  }

  /** Takes a place, with memory for a datagram: from now on it can be sent. */
  place({ slot, number, memory }: Place & { memory: Uint8Array<ArrayBuffer> | undefined }, link: Link): void {
    this.slot = slot;
    this.number = number;
    this.#datagrams = link.cut(Kind.call, this, this.frame!, memory);
    this.frame = null;
  }

  /** The peer is asked to confirm it soon. */
  hurry(): void {
    hurry(this.#datagrams.at(-1)!);
  }

  /** Sends what the peer does not have, as far as is known, or asks it what it has. */
  send(link: Link, nowMs: number): void {
    const { slot, number } = this;
    this.tries++;
    if (this.#cancels >= 0) {
      this.#cancels++;
      return link.say({ kind: Kind.cancel, slot, number, pieces: this.#status });
    }
    const isFirst = this.tries === 1;
    if (this.#received || !isFirst && this.cost > 1) return this.#poll(link);
    this.sendMissing(link, nowMs);
  }

  /** Sends every piece that the peer has not said to have. */
  sendMissing(link: Link, nowMs: number): void {
    for (const [piece, datagram] of this.#datagrams.entries()) {
      if (this.#taken?.has(piece)) continue;
      setAge(datagram, nowMs - this.madeMs);
      link.send(datagram);
    }
  }

  /** The peer has these pieces of the request. */
  took(there: PieceSet): void {
    this.#taken = there;
    if (there.hasAll(this.cost)) this.#received = true;
  }

  /** Takes a piece of the reply; the reply when it is whole. A reply of one piece is not copied. */
  gotReply(piece: number, pieces: number, payload: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
    this.#received = true;
    if (pieces === 1) return payload;
    const reply = this.#reply ??= new Assembly(pieces);
    reply.add(piece, pieces, payload);
    return reply.whole();
  }

  /** Nobody waits any more, because of `status`. */
  cancel(status: number): void {
    this.#cancels = 0;
    this.#status = Math.min(status, 255);
    this.frame = null;
    this.#datagrams = [];
    this.#reply = null;
  }

  #poll(link: Link): void {
    const there = this.#reply?.there ?? new PieceSet(), { slot, number } = this;
    link.say({ kind: Kind.poll, slot, number, payload: there.write() });
  }
}
