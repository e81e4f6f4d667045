/**
 * The write end: frames are encoded in place behind each other, and one write carries all frames of a turn.
 *
 * @module
 */
import { Writer } from "../protocol/mod.ts";

/** A connection that is idle keeps little; one that works soon has a slab. */
const SMALL = 1 << 10, SLAB = 256 << 10;

/**
 * So many bytes are worth a write of their own before the turn ends: with 512 calls in flight that makes 1.3 to 1.8 times
 * the calls, with 64 about 1.1 times.
 */
const EARLY = 4 << 10;

/** Where a sink's bytes go: resolves when the memory may be reused, or when the next stage has it. */
export type WriteBytes = (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

/**
 * A writer that hands what was written to `write`, at the end of the turn and then after each write. When much is written
 * in one turn, a first part goes out before its end, so that the peer works at the same time as this end.
 *
 * Call {@linkcode FrameSink.ready} before each frame and {@linkcode FrameSink.flush} after it. While a write is in
 * flight, frames gather for the next one. With `reuse` the memory is written again once its write has resolved;
 * without, handed-over memory is never touched again (a stage may still hold it).
 */
export class FrameSink extends Writer {
  /** Bytes that the wire has taken so far, as whoever writes counts them. */
  sentBytes = 0;
  #write: WriteBytes;
  #onError: (error: unknown) => void;
  #reuse: boolean;
  #from = 0; // bytes below are handed over
  #inFlight = 0;
  #writing: Uint8Array<ArrayBuffer> | null = null; // slab of the write in flight
  #spare: Uint8Array<ArrayBuffer> | null = null; // a slab that is free to be used next
  #pumping = false;
  #gathering = false; // frames of this turn are still to come
  #early: Promise<void> | null = null; // a write that did not wait for the end of the turn
  #handedBytes = 0; // all bytes that ever left `bytes`, for positions in the stream
  #waiting: { below: number; resume: () => void }[] = [];

  /** Makes a sink; `onError` gets what `write` rejects with, once. */
  constructor(write: WriteBytes, onError: (error: unknown) => void, reuse: boolean) {
    super(SMALL);
    this.#write = write;
    this.#onError = onError;
    this.#reuse = reuse;
  }

  /** Sends through `write` from the next write on; memory is no longer reused. For stages that both ends agreed on. */
  redirect(write: WriteBytes): void {
    this.#write = write;
    this.#reuse = false;
  }

  /** Holds everything back until {@linkcode FrameSink.release} is called. */
  hold(): void {
    this.#pumping = true;
  }

  /** Starts writing what was held back. */
  release(): void {
    this.#pump();
  }

  /** Bytes written by nobody yet: waiting and in flight. */
  get pending(): number {
    return this.pos - this.#from + this.#inFlight;
  }

  /** Position in the stream of all bytes, of what is written next. */
  get streamPos(): number {
    return this.#handedBytes + this.pos - this.#from;
  }

  /** Whether the bytes before this position in the stream have been handed over, so that a peer may have them. */
  hasHanded(streamPos: number): boolean {
    return streamPos <= this.#handedBytes;
  }

  /** Makes room for a frame of ordinary size; call before each frame, never within one. */
  ready(): void {
    if (this.pos > this.bytes.length - (this.bytes.length >> 2)) this.#turn();
  }

  /** Starts writing at the end of this turn, or at once when much has gathered. */
  flush(): void {
    if (!this.#pumping) this.#pump();
    else if (this.#gathering && this.pos - this.#from >= EARLY) {
      this.#gathering = false;
      this.#early = this.#start();
    }
  }

  /** Whether somebody waits for less to be pending. */
  get isAwaited(): boolean {
    return this.#waiting.length > 0;
  }

  /** Calls `resume` as soon as fewer than `below` bytes are pending: at once, or after a write. */
  whenBelow(below: number, resume: () => void): void {
    if (this.pending < below) resume();
    else this.#waiting.push({ below, resume });
  }

  /** Nothing will be written any more: whoever waits goes on, to find that out. */
  abandon(): void {
    for (const { resume } of this.#waiting.splice(0)) resume();
  }

  /** Gives memory back while nothing is pending. */
  shrink(): void {
    if (this.pending > 0 || this.bytes.length === SMALL) return;
    this.#spare = null;
    this.#use(new Uint8Array(SMALL));
    this.pos = this.#from = 0;
  }

  async #pump(): Promise<void> {
    this.#pumping = this.#gathering = true;
    await null; // frames of this turn share the first write
    this.#gathering = false;
    try {
      while (this.#early !== null || this.#from < this.pos) {
        const write = this.#early ?? this.#start();
        this.#early = null;
        await write;
        this.#inFlight = 0;
        this.#recycle();
        if (this.#waiting.length > 0) this.#resume();
      }
    } catch (error) {
      return this.#onError(error); // stays pumping: nothing is written any more
    }
    this.#pumping = false; // in the same turn as the last check
  }

  #start(): Promise<void> {
    const batch = this.bytes.subarray(this.#from, this.pos);
    this.#handedBytes += this.#inFlight = batch.length;
    this.#from = this.pos;
    this.#writing = this.bytes;
    return this.#write(batch);
  }

  #recycle(): void {
    const written = this.#writing!;
    this.#writing = null;
    if (!this.#reuse) return;
    if (written !== this.bytes) this.#spare = written;
    else if (this.#from === this.pos) this.#from = this.pos = 0;
  }

  #resume(): void {
    const { pending } = this;
    const ready = this.#waiting.filter(({ below }) => pending < below);
    this.#waiting = this.#waiting.filter(({ below }) => pending >= below);
    for (const { resume } of ready) resume();
  }

  /** Goes on in another slab, between frames: only waiting bytes move along. */
  #turn(): void {
    const waiting = this.bytes.subarray(this.#from, this.pos), old = this.bytes;
    const want = Math.max(Math.min(SLAB, old.length * 2), waiting.length * 2);
    const next = this.#takeSpare(want) ?? new Uint8Array(want);
    next.set(waiting);
    if (this.#reuse && old !== this.#writing) this.#spare = old;
    this.#from = 0;
    this.pos = waiting.length;
    this.#use(next);
  }

  /** Within a frame positions stay valid, so what was handed over leaves a hole that the next turn ends. */
  protected override grow(n: number): void {
    this.checkLimit(n);
    const old = this.bytes, want = Math.max(Math.min(SLAB, old.length * 2), this.pos + n + (n >> 3));
    const next = this.#takeSpare(want) ?? new Uint8Array(want);
    next.set(old.subarray(this.#from, this.pos), this.#from);
    this.#use(next);
  }

  /** The spare slab, when it is large enough. */
  #takeSpare(want: number): Uint8Array<ArrayBuffer> | null {
    const spare = this.#spare;
    if (spare === null || spare.length < want) return null;
    this.#spare = null;
    return spare;
  }

  #use(bytes: Uint8Array<ArrayBuffer>): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }
}
