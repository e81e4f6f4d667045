/**
 * A conversation of KCP as a wire: with time, keepalive and an end.
 *
 * @module
 */
import type { Clock } from "../../protocol/mod.ts";
import type { Wire } from "../transport.ts";
import { Control, readClose, viewOf, writeClose } from "./control.ts";
import { Kcp } from "./kcp.ts";
import { HEADER_BYTES } from "./segment.ts";
import type { KcpSettings } from "./settings.ts";

/** What a session is made of. */
export interface SessionInit {
  /** Address of this end. */
  readonly local: string;
  /** Address of the other end. */
  readonly remote: string;
  /** Number of the conversation. */
  readonly conv: number;
  /** What the dialer has chosen; who closes must know it. */
  readonly token: bigint;
  /** Segments the other end has room for. */
  readonly window: number;
  /** How it behaves. */
  readonly settings: KcpSettings;
  /** Time. */
  readonly clock: Clock;
  /** Calls at the end of this turn. */
  readonly soon: (run: () => void) => void;
  /** Sends a copy of a datagram to the other end. */
  readonly send: (datagram: Uint8Array) => void;
  /** Called once, when nothing is sent or taken any more. */
  readonly onOver: () => void;
  /** From now on it does not keep the process alive. */
  readonly background?: () => void;
}

/** Nothing heard for so long: ask, and go on asking. */
const KEEPALIVE_MS = 10_000, ASK_AGAIN_MS = 2_000;

/** Nothing heard for so long: the other end is gone. */
const SILENCE_MS = 20_000;

/** What is sent gets so much time to arrive when this end has closed. */
const LINGER_MS = 3_000;

/** A close is not confirmed: this many go out, for one may be lost. */
const CLOSES = 3;

/** One end of an open conversation. */
export class Session implements Wire {
  /** Address of this end. */
  readonly local: string;
  /** Address of the other end. */
  readonly remote: string;
  #init: SessionInit;
  #kcp: Kcp;
  #reading: Reading | null = null;
  #writing: Writing | null = null;
  #end: { readonly error: Error | undefined } | null = null; // nothing more comes
  #closed = false;
  #over = false;
  #flushing = false; // at the end of this turn
  #heardMs: number;
  #askMs: number;
  #timerMs = Infinity;
  #cancelTimer: () => void = () => {};
  #cancelLinger: () => void = () => {};

  /** Begins it. */
  constructor(init: SessionInit) {
    const { conv, settings, send, clock, window } = init;
    this.#init = init;
    this.local = init.local;
    this.remote = init.remote;
    const [tsOffset] = crypto.getRandomValues(new Uint32Array(1));
    this.#kcp = new Kcp({ conv, settings, output: send, tsOffset: tsOffset! });
    this.#kcp.expectWindow(window);
    this.#heardMs = clock.now();
    this.#askMs = this.#heardMs + KEEPALIVE_MS;
    this.#arm(this.#askMs);
  }

  /** A round trip took `ms` while the conversation was opened. */
  expectRoundTrip(ms: number): void {
    this.#kcp.expectRoundTrip(ms);
  }

  /** Makes itself known to the other end, also when nothing is written. */
  greet(): void {
    this.#kcp.ask();
    this.#flush();
  }

  /** Takes a datagram of this conversation; its memory may be used again. */
  take(datagram: Uint8Array): void {
    if (this.#over) return;
    const command = datagram[4];
    if (command === Control.close) return this.#takeClose(datagram);
    if (command === Control.gone) return this.#takeGone(datagram);
    const nowMs = this.#init.clock.now();
    if (!this.#kcp.input(datagram, nowMs)) return;
    this.#heardMs = nowMs;
    this.#askMs = nowMs + KEEPALIVE_MS;
    this.#settle();
    if (this.#closed && this.#kcp.settled) return this.#finish();
    this.#flushSoon();
  }

  /** Reads what has come. */
  read(into: Uint8Array): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.#reading = { into, resolve, reject };
      this.#settle();
      if (this.#kcp.tells && !this.#over) this.#flush();
    });
  }

  /** Sends as much as the windows have room for. */
  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#writing = { bytes, resolve, reject };
      this.#settle();
      if (!this.#over) this.#flush();
    });
  }

  /** From now on it does not keep the process alive. */
  background(): void {
    this.#init.background?.();
  }

  /** Closes both directions. What was written still gets some time to arrive. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#settle();
    if (this.#over) return;
    if (this.#kcp.settled) return this.#finish();
    this.#cancelLinger = this.#init.clock.after(LINGER_MS, () => this.#finish(), false);
  }

  /** Lets the reader and the writer that wait go on, if they can. */
  #settle(): void {
    const reading = this.#reading, writing = this.#writing;
    if (reading !== null && (this.#closed || this.#end !== null || this.#kcp.readable)) {
      this.#reading = null;
      if (this.#closed) reading.resolve(null);
      else if (this.#kcp.readable) reading.resolve(this.#kcp.read(reading.into));
      else if (this.#end!.error === undefined) reading.resolve(null);
      else reading.reject(this.#end!.error);
    }
    if (writing === null) return;
    const isOver = this.#closed || this.#end !== null, n = isOver ? 0 : this.#kcp.send(writing.bytes);
    if (!isOver && n < Math.min(1, writing.bytes.length)) return;
    this.#writing = null;
    if (isOver) writing.reject(this.#end?.error ?? new Error("the connection is closed"));
    else writing.resolve(n);
  }

  /** An answer of this turn takes the acknowledgements along, and one acknowledges all that comes in it. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    this.#init.soon(() => {
      if (this.#flushing && !this.#over) this.#flush();
    });
  }

  #flush(): void {
    this.#flushing = false;
    this.#arm(Math.min(this.#kcp.flush(this.#init.clock.now()), this.#askMs));
  }

  /** Wakes up at `dueMs`, or earlier: a timer that is set stays. */
  #arm(dueMs: number): void {
    if (dueMs >= this.#timerMs) return;
    this.#cancelTimer();
    this.#timerMs = dueMs;
    const { clock } = this.#init;
    this.#cancelTimer = clock.after(Math.max(0, dueMs - clock.now()), () => this.#wake(), false);
  }

  #wake(): void {
    this.#timerMs = Infinity;
    const nowMs = this.#init.clock.now();
    if (nowMs >= this.#heardMs + SILENCE_MS) return this.#fail(new Error("the other end does not answer"));
    if (nowMs >= this.#askMs) {
      this.#askMs = nowMs + ASK_AGAIN_MS;
      this.#kcp.ask();
    }
    this.#flush();
  }

  #takeClose(datagram: Uint8Array): void {
    const sn = readClose(datagram, this.#init.token);
    if (sn === null) return;
    this.#fail(this.#kcp.hasBefore(sn) ? undefined : new Error("the other end has closed before all had arrived"));
  }

  /** Only who has seen a datagram of this end knows what it answers. */
  #takeGone(datagram: Uint8Array): void {
    if (datagram.length !== HEADER_BYTES || !this.#kcp.isOurs(viewOf(datagram))) return;
    this.#fail(new Error("the other end no longer knows this connection"));
  }

  /** The other end is gone: cleanly, or with an error. What has come can be read. */
  #fail(error: Error | undefined): void {
    this.#end = { error };
    this.#stop();
    this.#settle();
  }

  /** This end has closed, and all that it has sent is there, or it took too long. */
  #finish(): void {
    const { conv, token, send } = this.#init, close = writeClose({ conv, token, sn: this.#kcp.sendNext });
    for (let i = 0; i < CLOSES; i++) send(close);
    this.#stop();
  }

  #stop(): void {
    this.#over = true;
    this.#cancelTimer();
    this.#cancelLinger();
    this.#init.onOver();
  }
}

interface Reading {
  readonly into: Uint8Array;
  readonly resolve: (n: number | null) => void;
  readonly reject: (error: Error) => void;
}

interface Writing {
  readonly bytes: Uint8Array;
  readonly resolve: (n: number) => void;
  readonly reject: (error: Error) => void;
}
