/**
 * Finds out whether a peer that is silent, or does not read, lives: asks before `heartbeatIdleMs` have passed without a byte, gives up
 * `heartbeatPatienceMs` later.
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

/** A silence is known to be as long as it is to within such a part of it. */
const LOOKS = 4;

/** Watches one connection. Its timer is an entry in the wheel: no cost while the peer talks. */
export class Heartbeat extends WheelEntry {
  #heart: Heart;
  #wheel: TimerWheel;
  #timing: Timing;
  #helloDueMs: number;
  #heard = 0;
  #lookedMs: number;
  #silentMs: number; // since then nothing was heard, or a little later
  #askedMs: number | null = null;
  #sent = 0;
  #movedMs: number; // then something was last written, or nothing had to be
  #window: Window;

  /** Starts watching; the peer's hello must be there within `helloTimeoutMs`. */
  constructor(heart: Heart, wheel: TimerWheel, timing: Timing) {
    super();
    this.#heart = heart;
    this.#wheel = wheel;
    this.#timing = timing;
    const nowMs = wheel.clock.now();
    this.#helloDueMs = nowMs + timing.helloTimeoutMs;
    this.#lookedMs = this.#silentMs = this.#movedMs = nowMs;
    this.#window = { beganMs: nowMs, heard: 0, partial: 0 };
    this.#lookAgain(nowMs);
  }

  /** Ends watching. */
  stop(): void {
    this.#wheel.remove(this);
  }

  /** Looks at the connection. */
  override onDue(): void {
    const nowMs = this.#wheel.clock.now(), { source, receiver, giveUp } = this.#heart, heard = source.heardBytes;
    const { heartbeatIdleMs, heartbeatPatienceMs } = this.#timing;
    if (!receiver.greeted && nowMs >= this.#helloDueMs) return giveUp(lost("its hello did not come in time"));
    if (heard !== this.#heard) {
      this.#heard = heard;
      this.#silentMs = this.#lookedMs;
      this.#askedMs = null;
    } else if (this.#askedMs !== null && nowMs - this.#askedMs >= heartbeatPatienceMs) {
      return giveUp(lost("it does not answer"));
    }
    if (nowMs - this.#window.beganMs >= heartbeatIdleMs && this.#isStalling(nowMs)) {
      return giveUp(lost("it stalls within a frame"));
    }
    if (this.#isStuck(nowMs)) return giveUp(lost("it does not read"));
    this.#lookedMs = nowMs;
    if (receiver.greeted && this.#askedMs === null && nowMs - this.#silentMs >= heartbeatIdleMs) this.#ask(nowMs);
    this.#lookAgain(nowMs);
  }

  #ask(nowMs: number): void {
    const { source, outbox } = this.#heart;
    this.#askedMs = nowMs;
    outbox.sink.shrink(); // nothing happens: memory is given back
    source.shrink(); // at the next read, which a pong will end
    outbox.ping(source.heardBytes >>> 0);
  }

  #lookAgain(nowMs: number): void {
    const { heartbeatIdleMs, heartbeatPatienceMs } = this.#timing;
    const askedMs = this.#askedMs, helloDueMs = this.#heart.receiver.greeted ? Infinity : this.#helloDueMs;
    const dueMs = askedMs === null ? nowMs + heartbeatIdleMs / LOOKS : askedMs + heartbeatPatienceMs;
    this.#wheel.add(this, Math.min(dueMs, helloDueMs));
  }

  /** Whether the peer, which may well talk, has taken nothing for as long as a silent one may be silent, while somebody waits for that. */
  #isStuck(nowMs: number): boolean {
    const { sink } = this.#heart.outbox, { heartbeatIdleMs, heartbeatPatienceMs } = this.#timing;
    if (!sink.isAwaited || sink.sentBytes !== this.#sent) {
      this.#sent = sink.sentBytes;
      this.#movedMs = nowMs;
    }
    return nowMs - this.#movedMs >= heartbeatIdleMs + heartbeatPatienceMs;
  }

  /** Whether a frame has grown since the window began, but by too little; a new window begins. */
  #isStalling(nowMs: number): boolean {
    const { partial, heardBytes: heard } = this.#heart.source, before = this.#window;
    this.#window = { beganMs: nowMs, heard, partial };
    return before.partial > 0 && partial > before.partial && heard - before.heard < MIN_PROGRESS_BYTES;
  }
}

/** What had come when it was last looked whether a frame stalls. */
interface Window {
  readonly beganMs: number;
  readonly heard: number;
  readonly partial: number;
}

function lost(why: string): RpcError {
  return new RpcError("unavailable", `Cannot reach the peer: ${why}`);
}
