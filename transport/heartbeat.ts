/**
 * Finds out whether a silent peer lives: asks after `heartbeatIdleMs` without a byte, gives up `heartbeatPatienceMs` later.
 *
 * @module
 */
import { RpcError, type TimerWheel, WheelEntry } from "../protocol/mod.ts";
import type { Timing } from "./limits.ts";

/** What a heartbeat watches. */
export interface Heart {
  /** Bytes heard so far; any change counts as life. */
  readonly heardBytes: number;
  /** Bytes of a frame that has begun to arrive; 0 between frames. */
  readonly partialBytes: number;
  /** The peer's hello is there. */
  readonly greeted: boolean;
  /** Sends a ping. */
  ping(): void;
  /** Nothing happens: memory may be given back. */
  rest(): void;
  /** The peer is not there, or not honest. */
  giveUp(error: RpcError): void;
}

/** A frame that has begun must grow by so much between two looks, or the peer is stalling on purpose. */
const MIN_PROGRESS_BYTES = 1024;

/** Watches one connection. Its timer is an entry in the wheel: no cost while the peer talks. */
export class Heartbeat extends WheelEntry {
  #heart: Heart;
  #wheel: TimerWheel;
  #timing: Timing;
  #heard = -1;
  #asked = false;
  #partial = 0;

  /** Starts watching; the peer's hello must be there within `helloTimeoutMs`. */
  constructor(heart: Heart, wheel: TimerWheel, timing: Timing) {
    super();
    this.#heart = heart;
    this.#wheel = wheel;
    this.#timing = timing;
    wheel.add(this, wheel.clock.now() + timing.helloTimeoutMs);
  }

  /** Ends watching. */
  stop(): void {
    this.#wheel.remove(this);
  }

  /** Looks at the connection. */
  override onDue(): void {
    const heart = this.#heart, heard = heart.heardBytes, quiet = heard === this.#heard;
    if (!heart.greeted) return heart.giveUp(lost("its hello did not come in time"));
    if (quiet && this.#asked) return heart.giveUp(lost("it does not answer"));
    if (!quiet && this.#isStalling(heard)) return heart.giveUp(lost("it stalls within a frame"));
    this.#partial = heart.partialBytes;
    this.#heard = heard;
    this.#asked = quiet;
    if (quiet) {
      heart.rest();
      heart.ping();
    }
    const { heartbeatIdleMs, heartbeatPatienceMs } = this.#timing;
    this.#wheel.add(this, this.#wheel.clock.now() + (quiet ? heartbeatPatienceMs : heartbeatIdleMs));
  }

  #isStalling(heard: number): boolean {
    const { partialBytes } = this.#heart;
    return this.#heard >= 0 && partialBytes > 0 && this.#partial > 0 && heard - this.#heard < MIN_PROGRESS_BYTES &&
      partialBytes > this.#partial;
  }
}

function lost(why: string): RpcError {
  return new RpcError("unavailable", `Cannot reach the peer: ${why}`);
}
