/**
 * Finds out whether a silent peer lives: asks after `heartbeatIdleMs` without a byte, gives up `heartbeatPatienceMs` later.
 *
 * @module
 */
import { RpcError, type TimerWheel, WheelEntry } from "../protocol/mod.ts";
import type { FrameSource } from "./frame_source.ts";
import type { Timing } from "./limits.ts";
import type { Outbox } from "./outbox.ts";

/** What a heartbeat watches. */
export interface Heart {
  /** What has come. */
  readonly source: FrameSource;
  /** For pings. */
  readonly outbox: Outbox;
  /** Knows whether the peer's hello is there. */
  readonly receiver: { readonly greeted: boolean };
  /** The peer is not there, or not honest. */
  readonly giveUp: (error: RpcError) => void;
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
    const { source, outbox, receiver, giveUp } = this.#heart, heard = source.heardBytes, quiet = heard === this.#heard;
    if (!receiver.greeted) return giveUp(lost("its hello did not come in time"));
    if (quiet && this.#asked) return giveUp(lost("it does not answer"));
    if (!quiet && this.#isStalling(heard)) return giveUp(lost("it stalls within a frame"));
    this.#partial = source.partial;
    this.#heard = heard;
    this.#asked = quiet;
    if (quiet) {
      outbox.sink.shrink(); // nothing happens: memory is given back
      source.shrink(); // at the next read, which a pong will end
      outbox.ping(heard >>> 0);
    }
    const { heartbeatIdleMs, heartbeatPatienceMs } = this.#timing;
    this.#wheel.add(this, this.#wheel.clock.now() + (quiet ? heartbeatPatienceMs : heartbeatIdleMs));
  }

  #isStalling(heard: number): boolean {
    const { partial } = this.#heart.source;
    return this.#heard >= 0 && partial > 0 && this.#partial > 0 && heard - this.#heard < MIN_PROGRESS_BYTES &&
      partial > this.#partial;
  }
}

function lost(why: string): RpcError {
  return new RpcError("unavailable", `Cannot reach the peer: ${why}`);
}
