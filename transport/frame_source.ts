/**
 * The read end: splits a byte stream into chunks of whole frames.
 *
 * @module
 */
import { type FrameLimits, frameSize, RpcError } from "../protocol/mod.ts";

/** A connection that is idle keeps little; one that works soon has a slab. */
const SMALL = 1 << 10, SLAB = 256 << 10, SLACK = 16 << 10;

/** Reads bytes into memory: how many, or null at the end. */
export type ReadBytes = (into: Uint8Array) => Promise<number | null>;

/**
 * Chunks of whole frames in a slab that is read into again once they are dealt with.
 *
 * After `fill()` has resolved with true, frames stand in `bytes` from `start` to `end`; they are valid until the next
 * `fill()`. Memory grows with what has arrived, never with what was announced.
 */
export class FrameSource {
  /** The slab. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(SMALL);
  /** The same memory for multi-byte numbers. */
  view: DataView<ArrayBuffer> = new DataView(this.bytes.buffer);
  /** Where the first whole frame starts. */
  start = 0;
  /** Where the last whole frame ends. */
  end = 0;
  /** Bytes read so far. */
  heardBytes = 0;
  #filled = 0; // bytes read; behind `end` stands a half frame
  #size = 0; // size of the half frame, 0 while unknown
  #smallReads = 0;
  #shrinking = false;
  #fault: unknown = undefined; // of the header that stands at `end`
  readonly #read: ReadBytes;
  readonly #limits: FrameLimits;

  /** Makes a source over `read`. */
  constructor(read: ReadBytes, limits: FrameLimits) {
    this.#read = read;
    this.#limits = limits;
  }

  /** Bytes of the half frame that is still to be completed. */
  get partial(): number {
    return this.#filled - this.end;
  }

  /** What stands behind the last whole frame: the half frame, or what has a bad header. */
  get rest(): Uint8Array {
    return this.bytes.subarray(this.end, this.#filled);
  }

  /** Gives memory back once the read has ended that is in flight: nothing much comes at the moment. */
  shrink(): void {
    this.#shrinking = true;
  }

  /**
   * Reads until at least one whole frame is there; false at a clean end. Throws `data_loss` when the stream ends within a
   * frame, and what `frameSize` throws for a bad header, both after the whole frames before.
   */
  async fill(): Promise<boolean> {
    if (this.#fault !== undefined) throw this.#fault;
    this.#makeRoom();
    for (;;) {
      const n = await this.#read(this.bytes.subarray(this.#filled));
      if (n === null) {
        if (this.partial === 0) return false;
        throw new RpcError("data_loss", "Cannot read frame: the connection ended within it");
      }
      this.#filled += n;
      this.heardBytes += n;
      if (this.#split()) return true;
      if (this.#fault !== undefined) throw this.#fault;
      this.#makeRoom();
    }
  }

  /** Moves `end` behind the last whole frame; whether there is one. */
  #split(): boolean {
    const { bytes, view } = this, filled = this.#filled;
    let at = this.start, size = 0;
    try {
      while ((size = frameSize(bytes, view, at, filled, this.#limits)) > 0 && size <= filled - at) at += size;
    } catch (fault) {
      this.#fault = fault;
    }
    this.#size = size;
    this.end = at;
    return at > this.start;
  }

  /** Puts the half frame where it has room, at the beginning of this slab or of another. */
  #makeRoom(): void {
    const half = this.#filled - this.end, free = this.bytes.length - this.#filled;
    const wanted = this.#wantedSize(half, free);
    if (wanted !== this.bytes.length) {
      const bytes = new Uint8Array(wanted);
      bytes.set(this.bytes.subarray(this.end, this.#filled));
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer);
    } else if (half > 0 && this.end > 0) this.bytes.copyWithin(0, this.end, this.#filled);
    this.start = this.end = 0;
    this.#filled = half;
  }

  #wantedSize(half: number, free: number): number {
    const size = this.bytes.length, shrinking = this.#shrinking;
    this.#shrinking = false;
    if (shrinking && half < SMALL) return SMALL;
    if (this.#size > size && half * 2 > size) return Math.min(this.#size + SLACK, size * 2); // a large frame is coming
    if (free === 0 && size < SLAB) return size * 4; // the reads fill the slab
    if (size > SLAB && half < SLAB / 4 && this.#size < SLAB / 2) {
      return ++this.#smallReads > 64 ? (this.#smallReads = 0, SLAB) : size; // large frames have ceased
    }
    this.#smallReads = 0;
    return half === size ? size * 2 : size;
  }
}
