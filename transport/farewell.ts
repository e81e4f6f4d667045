/**
 * How a connection ends in peace: nothing new is begun, what runs is finished, then one end closes.
 *
 * @module
 */
import type { Clock } from "../protocol/mod.ts";
import type { FrameSink } from "./frame_sink.ts";

/** How long a peer that was told of the end has to close the connection. */
const LINGER_MS = 1000;

/** What a farewell needs of its connection. */
export interface FarewellInit {
  /** What is still to be written. */
  readonly sink: FrameSink;
  /** Time. */
  readonly clock: Clock;
  /** Ends the connection. */
  readonly end: () => void;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<unknown>;
}

/** The end of one connection, once it has begun. */
export class Farewell {
  /** The peer has said that it goes away. */
  peerLeaves = false;
  #init: FarewellInit;
  #over = false;

  /** Prepares it. */
  constructor(init: FarewellInit) {
    this.#init = init;
  }

  /** Nothing runs: what is pending is written, then {@linkcode Farewell.peerLeaves} decides who closes. */
  idle(): void {
    if (this.#over && !this.peerLeaves) return;
    this.#over = true;
    this.#init.sink.whenBelow(1, () => this.#part());
  }

  /**
   * Who was told of the end closes; who has told waits for that a while, for closing while requests are on their way would
   * reset the connection, and the peer might never read the goaway.
   */
  #part(): void {
    const { clock, end, closed } = this.#init;
    if (this.peerLeaves) return end();
    const cancel = clock.after(LINGER_MS, end, false);
    closed.then(cancel);
  }
}
