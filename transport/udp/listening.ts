/**
 * The acceptor's side: one socket for all sessions. Who can't show that it receives at its address gets less than it sends,
 * and nothing is kept for it.
 *
 * @module
 */
import type { TimerWheel } from "../../protocol/mod.ts";
import type { Listener } from "../transport.ts";
import {
  type Datagram,
  type DatagramParts,
  Kind,
  makeDatagram,
  MIN_DATAGRAM_BYTES,
  noSession,
  readDatagram,
  type SessionId,
} from "./datagram.ts";
import { lesser, Link, type SendLimits } from "./link.ts";
import { Memory } from "./memory.ts";
import { receiveAll } from "./receive.ts";
import type { DatagramSocket, SocketAddress } from "./socket.ts";
import { NONCE_BYTES, TOKEN_BYTES, Tokens } from "./token.ts";
import { UdpWire } from "./udp_wire.ts";

/** What listening needs. */
export interface ListeningInit {
  /** The socket. */
  readonly socket: DatagramSocket;
  /** Writes an address as text. */
  readonly format: (at: SocketAddress) => string;
  /** Time. */
  readonly wheel: TimerWheel;
  /** Milliseconds until something is sent for the second time. */
  readonly waitMs: number;
  /** What this end sends and takes. */
  readonly limits: SendLimits;
  /** Most bytes kept for one session. */
  readonly maxKeptBytes: number;
  /** Most bytes kept for all sessions. */
  readonly maxKeptBytesOfAll: number;
}

/** Sessions that nobody has taken yet; more are not begun. */
const MAX_WAITING = 1024;

interface Session {
  readonly wire: UdpWire;
  readonly opening: string;
}

/** Accepts sessions on one socket. */
export class UdpListener implements Listener {
  /** The address it is bound to. */
  readonly address: string;
  /** Sessions as they begin. */
  readonly connections: AsyncIterable<UdpWire>;
  #init: ListeningInit;
  #tokens = new Tokens();
  #boot: Uint8Array<ArrayBuffer> = crypto.getRandomValues(new Uint8Array(8));
  #sessions = new Map<number, Session>(); // by the high half of the number
  #openings = new Map<string, Session>(); // by address and nonce, for those who ask again
  #memory: Memory;
  #queue: UdpWire[] = [];
  #wake: (() => void) | null = null;
  #closed = false;
  #gone = false; // the socket is closed

  /** Starts to listen. */
  constructor(init: ListeningInit) {
    this.#init = init;
    this.address = init.format(init.socket.address);
    this.#memory = new Memory(init.maxKeptBytesOfAll);
    this.connections = this.#accept();
    receiveAll(init.socket, init.limits.datagramBytes, {
      take: (bytes, from) => this.#take(bytes, from),
      isClosed: () => this.#gone,
    });
  }

  /** Sessions that are open. */
  get sessions(): number {
    return this.#sessions.size;
  }

  /** Bytes that are kept for all of them. */
  get keptBytes(): number {
    return this.#memory.bytes;
  }

  /** Begins no more sessions; those that are open live on, and the socket with them. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const wire of this.#queue.splice(0)) wire.close(); // nobody will take it
    this.#wake?.();
    this.#closeIdle();
  }

  async *#accept(): AsyncGenerator<UdpWire> {
    while (!this.#closed) {
      while (this.#queue.length > 0) yield this.#queue.shift()!;
      if (!this.#closed) await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  #take(bytes: Uint8Array<ArrayBuffer>, from: SocketAddress): void {
    const datagram = readDatagram(bytes);
    if (datagram === undefined || datagram.fromAcceptor) return;
    if (datagram.kind === Kind.open) return this.#open(datagram, from);
    const { high, low } = datagram.session, wire = this.#sessions.get(high)?.wire;
    if (wire !== undefined && wire.link.session.low === low && isSame(wire.link.to, from)) wire.receive(datagram);
    else if (datagram.kind !== Kind.close) this.#say(from, datagram.session, { kind: Kind.reset, payload: this.#boot });
  }

  /** An address that asks for a session gets a token, and the session when it shows the token. */
  #open({ payload, number, pieces }: Datagram, from: SocketAddress): void {
    if (this.#closed || payload.length < NONCE_BYTES + TOKEN_BYTES || number < MIN_DATAGRAM_BYTES) return;
    const nonce = payload.subarray(0, NONCE_BYTES), token = payload.subarray(NONCE_BYTES, NONCE_BYTES + TOKEN_BYTES);
    const nowMs = this.#init.wheel.clock.now();
    if (!this.#tokens.check(token, from, nonce, nowMs)) {
      const answer = joined(nonce, this.#tokens.make(from, nonce, nowMs));
      return this.#say(from, noSession, { kind: Kind.token, payload: answer });
    }
    const opening = `${from.hostname} ${from.port} ${nonce.toHex()}`;
    const session = this.#openings.get(opening) ?? this.#begin(opening, from, { datagramBytes: number, pieces });
    if (session === undefined) return;
    const { datagramBytes, pieces: most } = this.#init.limits, answer = joined(nonce, this.#boot);
    const parts = { kind: Kind.accept, number: datagramBytes, pieces: most, payload: answer };
    this.#say(from, session.wire.link.session, parts);
  }

  #begin(opening: string, to: SocketAddress, theirs: SendLimits): Session | undefined {
    if (this.#queue.length >= MAX_WAITING) return undefined;
    const { socket, wheel, waitMs, limits, maxKeptBytes, format } = this.#init, id = this.#newId();
    const link = new Link(socket, { to, session: id, isAcceptor: true }, lesser(limits, theirs));
    const onRelease = () => this.#end(session);
    const memory = new Memory(maxKeptBytes, this.#memory), background = () => {};
    const wire = new UdpWire({
      ...{ link, wheel, waitMs, memory, background, onRelease },
      remote: format(to),
      local: this.address,
      pieces: limits.pieces,
    });
    const session = { wire, opening };
    this.#sessions.set(id.high, session);
    this.#openings.set(opening, session);
    this.#queue.push(wire);
    this.#wake?.();
    return session;
  }

  #end({ wire, opening }: Session): void {
    this.#sessions.delete(wire.link.session.high);
    this.#openings.delete(opening);
    this.#closeIdle();
  }

  #closeIdle(): void {
    if (!this.#closed || this.#sessions.size > 0 || this.#gone) return;
    this.#gone = true;
    this.#init.socket.close();
  }

  #newId(): SessionId {
    const [high, low] = crypto.getRandomValues(new Uint32Array(2));
    return this.#sessions.has(high!) ? this.#newId() : { high: high!, low: low! };
  }

  #say(to: SocketAddress, session: SessionId, parts: DatagramParts): void {
    this.#init.socket.send(makeDatagram(session, true, parts), to).catch(() => {}); // as good as lost
  }
}

function isSame(a: SocketAddress, b: SocketAddress): boolean {
  return a.port === b.port && a.hostname === b.hostname;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
