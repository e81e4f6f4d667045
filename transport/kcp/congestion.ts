/**
 * How many segments the network takes at once: slow start and congestion avoidance as in KCP, close to RFC 5681.
 *
 * @module
 */

const MIN_THRESHOLD = 2;

/** The congestion window of one conversation, in segments. */
export class Congestion {
  #size = 1;
  #threshold = MIN_THRESHOLD;

  /** Segments that may be on their way. */
  get window(): number {
    return Math.floor(this.#size);
  }

  /** A datagram has confirmed segments; the other end has room for `remoteWindow`. */
  grow(remoteWindow: number): void {
    if (this.#size >= remoteWindow) return;
    this.#size += this.#size < this.#threshold ? 1 : 1 / this.#size + 1 / 16;
    this.#size = Math.max(1, Math.min(this.#size, remoteWindow));
  }

  /** Segments were sent again because `resend` later ones have arrived, while `inFlight` were on their way. */
  skipped(inFlight: number, resend: number): void {
    this.#threshold = Math.max(MIN_THRESHOLD, inFlight >> 1);
    this.#size = this.#threshold + resend;
  }

  /** Segments were sent again because their time was up. */
  lost(): void {
    this.#threshold = Math.max(MIN_THRESHOLD, this.window >> 1);
    this.#size = 1;
  }
}
