/**
 * The accepting end of kcp: one socket, many conversations.
 *
 * @module
 */
import type { Clock } from "../../protocol/mod.ts";
import type { Listener, Wire } from "../transport.ts";
import { WireQueue } from "../wire_queue.ts";
import type { DatagramSocket, SocketAddress } from "../udp/socket.ts";
import { Control, type Opening, readClose, readOpening, viewOf, writeGone, writeOpening } from "./control.ts";
import { CookieJar } from "./cookie.ts";
import { isSame, Port } from "./port.ts";
import { Command, HEADER_BYTES, isSegments } from "./segment.ts";
import { Session } from "./session.ts";
import type { KcpSettings } from "./settings.ts";

/** What a listener is made of. */
export interface KcpListenerInit {
  /** Its socket. */
  readonly socket: DatagramSocket;
  /** How conversations behave. */
  readonly settings: KcpSettings;
  /** Time. */
  readonly clock: Clock;
  /** Calls at the end of this turn. */
  readonly soon: (run: () => void) => void;
  /** The text of an address. */
  readonly format: (address: SocketAddress) => string;
}

/** A conversation that a dialer has been told of, and not yet spoken in: it may not even have asked for it. */
interface HalfOpen {
  readonly from: SocketAddress;
  readonly token: bigint;
  readonly window: number;
  readonly bornMs: number;
}

/** An open conversation. */
interface Open {
  readonly from: SocketAddress;
  readonly session: Session;
}

/** Half-open conversations, beyond which dialers must show a cookie, and beyond which nobody gets one. */
const MAX_UNPROVEN = 256, MAX_HALF_OPEN = 4096;

/** How long a conversation may stay half open. */
const HALF_OPEN_MS = 10_000;

/** Conversations of one listener. */
const MAX_SESSIONS = 100_000;

/** Accepts conversations. */
export class KcpListener implements Listener {
  /** Where it is bound. */
  readonly address: string;
  /** Conversations whose dialers have proven their address. */
  readonly connections: AsyncIterable<Wire>;
  #init: KcpListenerInit;
  #queue = new WireQueue();
  #port: Port;
  #jar = new CookieJar();
  #half = new Map<number, HalfOpen>(); // by conv, the oldest first
  #open = new Map<number, Open>(); // by conv
  #convs = new Map<string, number>(); // by dialer and token
  #closed = false;

  /** Accepts conversations on a socket, which it closes. */
  constructor(init: KcpListenerInit) {
    this.#init = init;
    this.connections = this.#queue;
    this.address = init.format(init.socket.address);
    this.#port = new Port(init.socket, init.settings.datagramBytes, (datagram, from) => this.#take(datagram, from));
  }

  /** Takes no more conversations; the socket is closed when the open ones are over. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue.close();
    this.#half.clear();
    this.#closePort();
  }

  #closePort(): void {
    if (this.#closed && this.#open.size === 0) this.#port.close();
  }

  #take(datagram: Uint8Array, from: SocketAddress): void {
    const view = viewOf(datagram), conv = view.getUint32(0, true), command = view.getUint8(4);
    if (command === Control.open) return this.#takeOpen(datagram, from);
    const open = this.#open.get(conv), half = this.#half.get(conv);
    if (open !== undefined && isSame(open.from, from)) open.session.take(datagram);
    else if (half !== undefined && isSame(half.from, from)) {
      if (isSegments(view, conv)) this.#prove(conv, half).take(datagram);
      else if (readClose(datagram, half.token) !== null) this.#forget(conv, half);
    } else if (command === Command.push && datagram.length >= HEADER_BYTES) this.#port.send(writeGone(datagram), from);
  }

  #takeOpen(datagram: Uint8Array, from: SocketAddress): void {
    const open = readOpening(datagram), nowMs = this.#init.clock.now();
    if (open === null) return;
    if (this.#closed) return this.#port.send(writeGone(datagram), from);
    this.#expire(nowMs);
    const conv = this.#convs.get(keyOf(from, open.token)) ?? this.#admit(open, from, nowMs);
    if (conv === 0) return;
    const { receiveWindow: window } = this.#init.settings, { token } = open;
    if (conv > 0) return this.#port.send(writeOpening({ command: Control.opened, conv, window, token }), from);
    const cookie = this.#jar.bake(from, token, nowMs);
    this.#port.send(writeOpening({ command: Control.cookie, conv: 0, window, token, cookie }), from);
  }

  /** Number of a new conversation; 0: there is no room, -1: none without a cookie. */
  #admit({ cookie, token, window }: Required<Opening>, from: SocketAddress, nowMs: number): number {
    if (this.#half.size >= MAX_HALF_OPEN || this.#open.size >= MAX_SESSIONS) return 0;
    if (this.#half.size >= MAX_UNPROVEN && !this.#jar.knows(cookie, from, token, nowMs)) return -1;
    const numbers = new Uint32Array(1);
    do crypto.getRandomValues(numbers); while (numbers[0] === 0 || this.#isUsed(numbers[0]!));
    const [conv = 0] = numbers;
    this.#half.set(conv, { from: { hostname: from.hostname, port: from.port }, token, window, bornMs: nowMs });
    this.#convs.set(keyOf(from, token), conv);
    return conv;
  }

  #isUsed(conv: number): boolean {
    return this.#half.has(conv) || this.#open.has(conv);
  }

  #expire(nowMs: number): void {
    for (const [conv, half] of this.#half) {
      if (nowMs - half.bornMs < HALF_OPEN_MS) return;
      this.#forget(conv, half);
    }
  }

  #forget(conv: number, { from, token }: HalfOpen): void {
    this.#half.delete(conv);
    this.#convs.delete(keyOf(from, token));
  }

  /** Who speaks in a conversation gets what is sent to its address. */
  #prove(conv: number, { from, token, window }: HalfOpen): Session {
    const { settings, clock, soon, format } = this.#init, name = keyOf(from, token);
    const session = new Session({
      ...{ conv, token, window, settings, clock, soon },
      local: this.address,
      remote: format(from),
      send: (datagram) => this.#port.send(datagram, from),
      onOver: () => {
        this.#open.delete(conv);
        this.#convs.delete(name);
        this.#closePort();
      },
    });
    this.#half.delete(conv);
    this.#open.set(conv, { from, session });
    this.#queue.push(session);
    return session;
  }
}

function keyOf({ hostname, port }: SocketAddress, token: bigint): string {
  return `${hostname} ${port} ${token}`;
}
