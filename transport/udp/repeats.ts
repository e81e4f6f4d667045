/**
 * Frames of the connection itself, sent a few times because any of them may get lost.
 *
 * @module
 */
import { type TimerWheel, WheelEntry } from "../../protocol/mod.ts";
import type { Link } from "./link.ts";

/** How often one is sent at most. */
const TIMES = 6;

/** Sends one datagram again and again, twice as late each time, until it is stopped. */
export class Repeats extends WheelEntry {
  #link: Link;
  #wheel: TimerWheel;
  #firstMs: number;
  #datagram: Uint8Array<ArrayBuffer> | null = null;
  #times = 0;

  /** Makes one that sends nothing yet; the second time is `firstMs` after the first. */
  constructor(link: Link, wheel: TimerWheel, firstMs: number) {
    super();
    this.#link = link;
    this.#wheel = wheel;
    this.#firstMs = firstMs;
  }

  /** Begins with a datagram, in place of the one before. */
  start(datagram: Uint8Array<ArrayBuffer>): void {
    this.#datagram = datagram;
    this.#times = 0;
    this.onDue();
  }

  /** Sends nothing more. */
  stop(): void {
    this.#datagram = null;
    this.#wheel.remove(this);
  }

  /** Sends it once more. */
  override onDue(): void {
    if (this.#datagram === null) return;
    this.#link.send(this.#datagram);
    if (++this.#times === TIMES) return this.stop();
    this.#wheel.add(this, this.#wheel.clock.now() + this.#firstMs * 2 ** (this.#times - 1));
  }
}
