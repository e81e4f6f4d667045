/**
 * The dialing end of kcp: one socket, one conversation.
 *
 * @module
 */
import type { Clock } from "../../protocol/mod.ts";
import type { Wire } from "../transport.ts";
import type { DatagramSocket, SocketAddress } from "../udp/socket.ts";
import { Control, type Opening, readOpening, viewOf, writeOpening } from "./control.ts";
import { isSame, Port } from "./port.ts";
import { HEADER_BYTES } from "./segment.ts";
import { Session } from "./session.ts";
import type { KcpSettings } from "./settings.ts";

/** What dialling needs. */
export interface KcpDialInit {
  /** A socket for this conversation alone; it is closed with it. */
  readonly socket: DatagramSocket;
  /** Whom to reach; a name is looked up. */
  readonly to: SocketAddress;
  /** How the conversation behaves. */
  readonly settings: KcpSettings;
  /** Time. */
  readonly clock: Clock;
  /** Calls at the end of this turn. */
  readonly soon: (run: () => void) => void;
  /** The text of an address. */
  readonly format: (address: SocketAddress) => string;
  /** Nobody wants it any more when it aborts. */
  readonly signal: AbortSignal | undefined;
}

/** An open that is not answered is sent again after this time, then after ever longer ones. */
const FIRST_WAIT_MS = 100, MAX_WAIT_MS = 2000;

/** Nobody answers. */
const TIMEOUT_MS = 20_000;

/** Opens a conversation. Rejects when it is refused, when nobody answers for 20 s, and with the reason of `signal`. */
export async function dialKcp(init: KcpDialInit): Promise<Wire> {
  const dialing = new Dialing(init), { signal } = init;
  const onAbort = () => dialing.fail(signal!.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    signal?.throwIfAborted();
    return await dialing.session;
  } catch (error) {
    dialing.fail(error);
    throw error;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

class Dialing {
  #init: KcpDialInit;
  #port: Port;
  #token: bigint;
  #open: Uint8Array<ArrayBuffer>;
  #done = Promise.withResolvers<Session>();
  #peer: SocketAddress | null = null;
  #session: Session | null = null;
  #over = false;
  #cancelTimer: () => void = () => {};
  #untilMs: number;
  #askedMs = 0;
  #asked = 0; // times this open was sent

  constructor(init: KcpDialInit) {
    this.#init = init;
    this.#done.promise.catch(() => {}); // who waits for it hears of it
    [this.#token = 0n] = crypto.getRandomValues(new BigUint64Array(1));
    this.#open = this.#makeOpen();
    this.#untilMs = init.clock.now() + TIMEOUT_MS;
    this.#port = new Port(init.socket, init.settings.datagramBytes, (datagram, from) => this.#take(datagram, from));
    this.#ask(FIRST_WAIT_MS);
  }

  get session(): Promise<Session> {
    return this.#done.promise;
  }

  fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelTimer();
    this.#port.close();
    this.#done.reject(error);
  }

  #makeOpen(cookie?: Uint8Array): Uint8Array<ArrayBuffer> {
    const { receiveWindow: window } = this.#init.settings, token = this.#token;
    return writeOpening({ command: Control.open, conv: 0, window, token, ...(cookie !== undefined && { cookie }) });
  }

  #ask(waitMs: number): void {
    const { to, clock } = this.#init;
    if (clock.now() >= this.#untilMs) return this.fail(new Error("nobody answers"));
    this.#asked++;
    this.#askedMs = clock.now();
    this.#port.send(this.#open, to, (error) => this.fail(error));
    this.#cancelTimer();
    this.#cancelTimer = clock.after(waitMs, () => this.#ask(Math.min(waitMs * 1.5, MAX_WAIT_MS)), false);
  }

  #take(datagram: Uint8Array, from: SocketAddress): void {
    if (this.#session !== null) return isSame(from, this.#peer!) ? this.#session.take(datagram) : undefined;
    if (this.#over) return;
    const command = datagram[4];
    if (command === Control.gone) return this.#takeGone(datagram);
    const opening = readOpening(datagram);
    if (opening === null || opening.token !== this.#token) return;
    if (command === Control.opened) this.#begin(opening, from);
    else if (command === Control.cookie) {
      this.#open = this.#makeOpen(opening.cookie);
      this.#asked = 0;
      this.#ask(FIRST_WAIT_MS);
    }
  }

  #takeGone(datagram: Uint8Array): void {
    if (datagram.length !== HEADER_BYTES || viewOf(datagram).getBigUint64(8, true) !== this.#token) return;
    this.fail(new Error("it takes no connections"));
  }

  #begin({ conv, window, token }: Required<Opening>, from: SocketAddress): void {
    const { settings, clock, soon, to, format } = this.#init, port = this.#port;
    const peer = this.#peer = { hostname: from.hostname, port: from.port };
    this.#over = true;
    this.#cancelTimer();
    this.#session = new Session({
      ...{ conv, token, window, settings, clock, soon },
      local: format(port.address),
      remote: format(to),
      send: (datagram) => port.send(datagram, peer),
      onOver: () => port.close(),
      background: () => port.background(),
    });
    // Of an open that was sent twice nobody knows which was answered.
    if (this.#asked === 1) this.#session.expectRoundTrip(clock.now() - this.#askedMs);
    this.#session.greet();
    this.#done.resolve(this.#session);
  }
}
