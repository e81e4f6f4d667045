/**
 * The sending half of a conversation: segments on their way, until they are confirmed.
 *
 * @module
 */
import { Congestion } from "./congestion.ts";
import { RoundTrip } from "./round_trip.ts";
import { ahead } from "./segment.ts";
import type { KcpSettings } from "./settings.ts";

/** A segment that is not confirmed. */
export interface InFlight {
  /** Its number. */
  readonly sn: number;
  /** Its data. */
  readonly data: Uint8Array;
  /** When it was first sent. */
  firstMs: number;
  /** The timestamp it was last sent with. */
  ts: number;
  /** When it is sent again. */
  resendMs: number;
  /** How long it waits now. */
  waitMs: number;
  /** Times it was sent. */
  sent: number;
  /** Later segments that were confirmed since it was last sent. */
  skips: number;
}

/** A segment that was sent more often is no longer sent again early. */
const MAX_EARLY = 5;

/** Waiting grows up to this, or the round trip: after a pause of the network all goes on soon. */
const MAX_WAIT_MS = 2000;

/**
 * So many segments go out at once, the others as those are confirmed, or so much later: what a socket keeps until it is
 * read is about 90 of them (measured: with 256 at once half of what is sent is sent twice).
 */
const BURST = 48, BURST_MS = 5;

/** What the window of the other end is taken for until it says it. */
const FIRST_REMOTE_WINDOW = 128;

/** Knows what is on its way, and when to send it again. */
export class Sender {
  /** Number of the first segment that is not confirmed. */
  una: number;
  /** Number of the next segment. */
  next: number;
  /** Segments the other end has room for. */
  remoteWindow: number = FIRST_REMOTE_WINDOW;
  /** When something is to be sent again: at that time or later. */
  dueMs = Infinity;
  #settings: KcpSettings;
  #congestion: Congestion | null;
  #roundTrip: RoundTrip;
  #mask: number;
  #ring: (InFlight | undefined)[]; // by number
  #unsent: number; // number of the first that was never sent
  #burst = 0; // segments sent since `#burstMs` and not confirmed
  #burstMs = -Infinity;
  #early = false; // something may be sent again before its time

  /** Sends `next` as the first. */
  constructor(settings: KcpSettings, next: number) {
    this.#settings = settings;
    this.#congestion = settings.congestion ? new Congestion() : null;
    this.#roundTrip = new RoundTrip(settings);
    this.una = this.next = this.#unsent = next;
    const size = 2 ** Math.ceil(Math.log2(settings.sendWindow));
    this.#mask = size - 1;
    this.#ring = new Array(size).fill(undefined);
  }

  /** Segments that may be added now. */
  get room(): number {
    const { sendWindow } = this.#settings, network = this.#congestion?.window ?? sendWindow;
    return Math.max(0, Math.min(sendWindow, this.remoteWindow, network) - ahead(this.next, this.una));
  }

  /** A round trip is known to take `ms`. */
  expectRoundTrip(ms: number): void {
    this.#roundTrip.sample(ms);
  }

  /** Adds a segment; there must be room. It is sent by the next {@linkcode Sender.flush}. */
  add(data: Uint8Array): void {
    const { next: sn } = this;
    this.#ring[sn & this.#mask] = { sn, data, firstMs: 0, ts: 0, resendMs: 0, waitMs: 0, sent: 0, skips: 0 };
    this.next = (sn + 1) >>> 0;
  }

  /** Whether the segment `sn` is on its way, and was sent with the timestamp `ts` the last time. */
  isOnItsWay(sn: number, ts: number): boolean {
    const segment = this.#ring[sn & this.#mask];
    return segment !== undefined && segment.sn === sn && segment.sent > 0 && segment.ts === ts;
  }

  /** The other end has the segment `sn`, which came there with a timestamp of `tookMs` ago; whether that is news. */
  confirm(sn: number, tookMs: number, nowMs: number): boolean {
    const segment = this.#ring[sn & this.#mask];
    if (segment === undefined || segment.sn !== sn || segment.sent === 0) return false;
    this.#drop(sn);
    if (tookMs >= 0 && tookMs <= nowMs - segment.firstMs + 1) this.#roundTrip.sample(tookMs);
    return true;
  }

  /** The other end has all segments before `una`. */
  confirmBefore(una: number): void {
    if (ahead(una, this.#unsent) > 0) return; // it lies
    const before = this.una;
    while (ahead(una, this.una) > 0 || this.una !== this.#unsent && this.#ring[this.una & this.#mask] === undefined) {
      this.#drop(this.una);
      this.una = (this.una + 1) >>> 0;
    }
    if (this.una === this.next) this.dueMs = Infinity;
    if (this.una !== before) this.#congestion?.grow(this.remoteWindow);
  }

  /** The segment `sn`, sent with the timestamp `ts`, was confirmed: those before it may be lost. */
  skipTo(sn: number, ts: number): void {
    const { resend } = this.#settings;
    if (resend === 0) return;
    for (let at = this.una; ahead(sn, at) > 0; at = (at + 1) >>> 0) {
      const segment = this.#ring[at & this.#mask];
      // What was sent after the confirmed one may well be on its way.
      if (segment === undefined || ahead(ts, segment.ts) < 0) continue;
      if (++segment.skips >= resend) this.#early = true;
    }
  }

  /** Sends what is new, and again what is lost; `emit` gets it. */
  flush(nowMs: number, ts: number, emit: (segment: InFlight) => void): void {
    if (nowMs >= this.#burstMs + BURST_MS) [this.#burst, this.#burstMs] = [0, nowMs];
    for (; this.#unsent !== this.next && this.#burst < BURST; this.#unsent = (this.#unsent + 1) >>> 0) {
      this.#burst++;
      const segment = this.#ring[this.#unsent & this.#mask]!, { rtoMs } = this.#roundTrip;
      segment.firstMs = nowMs;
      segment.waitMs = rtoMs;
      this.#send(segment, nowMs + (this.#settings.nodelay === 0 ? rtoMs / 8 : 0), ts, emit);
    }
    if (this.#early || nowMs >= this.dueMs) this.#sendAgain(nowMs, ts, emit);
    if (this.#unsent !== this.next) this.dueMs = Math.min(this.dueMs, this.#burstMs + BURST_MS);
  }

  #drop(sn: number): void {
    const index = sn & this.#mask;
    if (this.#ring[index] === undefined) return;
    this.#ring[index] = undefined;
    if (this.#burst > 0) this.#burst--;
  }

  #send(segment: InFlight, fromMs: number, ts: number, emit: (segment: InFlight) => void): void {
    segment.sent++;
    segment.skips = 0;
    segment.ts = ts;
    segment.resendMs = fromMs + segment.waitMs;
    if (segment.resendMs < this.dueMs) this.dueMs = segment.resendMs;
    emit(segment);
  }

  #sendAgain(nowMs: number, ts: number, emit: (segment: InFlight) => void): void {
    const { resend } = this.#settings, inFlight = ahead(this.next, this.una);
    let skipped = false, lost = false;
    this.#early = false;
    this.dueMs = Infinity;
    for (let sn = this.una; sn !== this.#unsent; sn = (sn + 1) >>> 0) {
      const segment = this.#ring[sn & this.#mask];
      if (segment === undefined) continue;
      if (nowMs >= segment.resendMs) {
        segment.waitMs = this.#longer(segment.waitMs);
        lost = true;
      } else if (resend > 0 && segment.skips >= resend && segment.sent <= MAX_EARLY) skipped = true;
      else {
        this.dueMs = Math.min(this.dueMs, segment.resendMs);
        continue;
      }
      this.#send(segment, nowMs, ts, emit);
    }
    if (skipped) this.#congestion?.skipped(inFlight, resend);
    if (lost) this.#congestion?.lost();
  }

  #longer(waitMs: number): number {
    const { rtoMs } = this.#roundTrip, { nodelay } = this.#settings;
    const more = nodelay === 0 ? Math.max(waitMs, rtoMs) : nodelay === 1 ? waitMs / 2 : rtoMs / 2;
    return Math.min(waitMs + more, Math.max(rtoMs, MAX_WAIT_MS));
  }
}
