/**
 * The receiving half of a conversation: puts segments in order, keeps them until they are read.
 *
 * @module
 */
import { ahead } from "./segment.ts";

/** Takes segments in any order, gives bytes in theirs. Holds at most two windows of segments. */
export class Receiver {
  /** Number of the first segment that is missing: all before it are here. */
  next: number;
  #window: number;
  #mask: number;
  #early: (Uint8Array | undefined)[]; // by number
  #ready: Uint8Array[] = [];
  #first = 0; // index in `#ready` of the first that is not read
  #at = 0; // bytes of it that are read
  #shut = false; // the last window that may have been told was 0

  /** Expects `next` as the first; at most `window` segments wait to be read. */
  constructor(window: number, next: number) {
    this.#window = window;
    this.next = next;
    const size = 2 ** Math.ceil(Math.log2(window));
    this.#mask = size - 1;
    this.#early = new Array(size).fill(undefined);
  }

  /** Segments there is room for. */
  get free(): number {
    return Math.max(0, this.#window - this.#waiting);
  }

  /** Whether there is something to read. */
  get readable(): boolean {
    return this.#waiting > 0;
  }

  /** Segments that wait to be read. */
  get #waiting(): number {
    return this.#ready.length - this.#first;
  }

  /** Takes a copy of a segment's data; false when it is too far ahead, so that it must not be acknowledged. */
  accept(sn: number, data: Uint8Array): boolean {
    const distance = ahead(sn, this.next);
    if (distance >= this.#window) return false;
    if (distance >= 0 && this.#early[sn & this.#mask] === undefined) {
      this.#early[sn & this.#mask] = data.slice();
      if (distance === 0) this.#advance();
    }
    return true;
  }

  /** Reads what fits into `into`: how many bytes. */
  read(into: Uint8Array): number {
    let n = 0;
    while (n < into.length && this.#first < this.#ready.length) {
      const data = this.#ready[this.#first]!, part = data.subarray(this.#at, this.#at + into.length - n);
      into.set(part, n);
      n += part.length;
      this.#at += part.length;
      if (this.#at < data.length) break;
      this.#at = 0;
      this.#first++;
    }
    if (this.#first === this.#ready.length) {
      this.#ready = [];
      this.#first = 0;
    }
    this.#advance();
    return n;
  }

  /** Whether all segments before `sn` are here. */
  hasBefore(sn: number): boolean {
    let at = this.next;
    while (ahead(sn, at) > 0 && this.#early[at & this.#mask] !== undefined) at = (at + 1) >>> 0;
    return at === sn;
  }

  /** Whether there is room again after there was none, which the other end should know; asked once for each time. */
  takeReopened(): boolean {
    const reopened = this.#shut && this.free > 0;
    this.#shut = this.free === 0;
    return reopened;
  }

  #advance(): void {
    for (let data; this.free > 0 && (data = this.#early[this.next & this.#mask]) !== undefined;) {
      this.#early[this.next & this.#mask] = undefined;
      this.next = (this.next + 1) >>> 0;
      if (data.length > 0) this.#ready.push(data);
    }
  }
}
