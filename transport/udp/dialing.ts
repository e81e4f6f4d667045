/**
 * The dialer's side of how a session begins: asks for a token, shows it, gets the session.
 *
 * @module
 */
import type { Clock } from "../../protocol/mod.ts";
import { type Datagram, Kind, makeDatagram, MIN_DATAGRAM_BYTES, noSession, type SessionId } from "./datagram.ts";
import type { SendLimits } from "./link.ts";
import type { DatagramSocket, SocketAddress } from "./socket.ts";
import { NONCE_BYTES, TOKEN_BYTES } from "./token.ts";

/** A session as its dialer knows it. */
export interface DialedSession {
  /** Its number. */
  readonly session: SessionId;
  /** Where the acceptor is. */
  readonly to: SocketAddress;
  /** Tells one run of the acceptor from the next. */
  readonly boot: bigint;
  /** What the acceptor takes. */
  readonly limits: SendLimits;
  /** How long a datagram takes there and back. */
  readonly roundTripMs: number;
}

/** What dialling needs. */
export interface DialingInit {
  /** The socket. */
  readonly socket: DatagramSocket;
  /** Where to ask; may be a name. */
  readonly to: SocketAddress;
  /** Time. */
  readonly clock: Clock;
  /** Milliseconds until it asks for the second time. */
  readonly waitMs: number;
  /** What this end takes. */
  readonly limits: SendLimits;
  /** Nobody wants the session any more when it aborts. */
  readonly signal: AbortSignal | undefined;
}

/** Dialling ends after so long when nothing ends it before. */
const GIVE_UP_MS = 30_000;

const MAX_WAIT_MS = 1000;

/** One dial. */
export class Dialing {
  /** Resolves with the session; rejects when nobody answers in time, or nobody wants it any more. */
  readonly session: Promise<DialedSession>;
  #init: DialingInit;
  #nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  #token: Uint8Array = new Uint8Array(TOKEN_BYTES);
  #to: SocketAddress;
  #isPinned = false; // `to` is where an answer came from
  #sentMs = 0;
  #tries = 0;
  #waitMs: number;
  #roundTripMs = Infinity;
  #cancel: () => void = () => {};
  #resolve!: (session: DialedSession) => void;
  #reject!: (error: unknown) => void;

  /** Begins to ask. */
  constructor(init: DialingInit) {
    this.#init = init;
    this.#to = init.to;
    this.#waitMs = init.waitMs;
    this.session = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (init.signal?.aborted) this.#reject(init.signal.reason);
    else this.#begin();
  }

  /** Takes a datagram that came while this is not over. */
  take(datagram: Datagram, from: SocketAddress): void {
    const { kind, fromAcceptor, payload, number, pieces } = datagram;
    if (!fromAcceptor || !this.#isFrom(from) || !startsWith(payload, this.#nonce)) return;
    const rest = payload.subarray(NONCE_BYTES), { clock } = this.#init;
    if (this.#tries === 1) this.#roundTripMs = Math.min(this.#roundTripMs, clock.now() - this.#sentMs);
    this.#to = from;
    this.#isPinned = true;
    if (kind === Kind.token && rest.length === TOKEN_BYTES) {
      this.#token = rest.slice();
      this.#tries = 0;
      this.#waitMs = this.#init.waitMs;
      this.#ask();
    } else if (kind === Kind.accept && rest.length >= 8 && number >= MIN_DATAGRAM_BYTES) {
      const boot = new DataView(rest.buffer, rest.byteOffset).getBigUint64(0),
        limits = { datagramBytes: number, pieces };
      const roundTripMs = this.#roundTripMs === Infinity ? 0 : this.#roundTripMs;
      this.#resolve({ session: datagram.session, to: from, boot, limits, roundTripMs });
    }
  }

  #begin(): void {
    const { signal, clock } = this.#init, onAbort = () => this.#reject(signal!.reason);
    const late = clock.after(GIVE_UP_MS, () => this.#reject(new Error(`no session within ${GIVE_UP_MS} ms`)), false);
    signal?.addEventListener("abort", onAbort, { once: true });
    const end = () => {
      late();
      this.#cancel();
      signal?.removeEventListener("abort", onAbort);
    };
    this.session.then(end, end);
    this.#ask();
  }

  #isFrom({ hostname, port }: SocketAddress): boolean {
    return this.#isPinned ? hostname === this.#to.hostname && port === this.#to.port : port === this.#to.port;
  }

  #ask(): void {
    const { socket, clock, limits } = this.#init, payload = new Uint8Array(NONCE_BYTES + TOKEN_BYTES);
    payload.set(this.#nonce);
    payload.set(this.#token, NONCE_BYTES);
    const { datagramBytes: number, pieces } = limits;
    this.#cancel();
    this.#tries++;
    this.#sentMs = clock.now();
    socket.send(makeDatagram(noSession, false, { kind: Kind.open, number, pieces, payload }), this.#to)
      .catch(this.#reject); // an unknown name, no route
    this.#cancel = clock.after(this.#waitMs * (0.8 + 0.4 * clock.random()), () => this.#ask(), false);
    this.#waitMs = Math.min(this.#waitMs * 2, MAX_WAIT_MS);
  }
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length && start.every((byte, i) => bytes[i] === byte);
}
