/**
 * The asking half of a session: requests are sent again and again until their replies are there.
 *
 * Nobody else repeats anything. A call has a slot and a number in it, and the peer keeps the last number of each slot, so
 * that whatever comes twice runs once. Waiting doubles from one time to the next; only so many datagrams are on their way
 * at once, fewer when some got lost.
 *
 * @module
 */
import { Flag, FrameType, refined, type TimerWheel, WheelEntry } from "../../protocol/mod.ts";
import { type FrameView, makeFailure } from "../frame_view.ts";
import { CallTable } from "../call_table.ts";
import { Asking } from "./asking.ts";
import { type Datagram, MAX_SLOTS } from "./datagram.ts";
import { frameOf } from "./frames.ts";
import type { Link } from "./link.ts";
import { isPiece, PieceSet } from "./pieces.ts";

/** What an asker needs of its session. */
export interface AskerInit {
  /** Where it sends. */
  readonly link: Link;
  /** Time. */
  readonly wheel: TimerWheel;
  /** Milliseconds until a request is sent for the second time. */
  readonly waitMs: number;
  /** Most pieces that a reply may have. */
  readonly pieces: number;
  /** Whether the peer's hello is there: other replies are taken only then. */
  readonly greeted: () => boolean;
  /** Gives the connection a frame. */
  readonly deliver: (frame: FrameView, borrowed: boolean) => void;
}

/** The longest wait until a request is sent again, and until a reply is asked for when the request is known to be there. */
const MAX_WAIT_MS = 400, MAX_POLL_MS = 1000;

/** Datagrams on their way at once: what the least receive buffer of a socket holds. */
const MAX_WINDOW = 64, MIN_WINDOW = 16;

/** What a slot has for requests; larger ones get memory of their own. */
const MEMORY_BYTES = 1200;

/** A oneway call that nobody confirms is given up after this time. */
const ONEWAY_MS = 30_000;

/** Bytes of requests that wait for their turn, beyond which whoever writes has to wait. */
const MAX_QUEUED_BYTES = 1 << 20;

/** Makes the calls of one end of a session. */
export class Asker extends WheelEntry {
  /** The last id that was asked with. */
  lastId = 0;
  #init: AskerInit;
  #slots: (Asking | null)[] = []; // by slot
  #numbers: number[] = []; // of the last call, by slot
  #free: number[] = [];
  #memories: Uint8Array<ArrayBuffer>[] = []; // by slot, for requests of ordinary size
  #byId = new CallTable<Asking>();
  #queue: Asking[] = [];
  #queuedBytes = 0;
  #inFlight = 0;
  #window = MAX_WINDOW;
  #shrunkMs = -Infinity;
  #dueMs = Infinity;
  #waiting: (() => void)[] = [];

  /** Makes an asker that asks nothing yet. */
  constructor(init: AskerInit) {
    super();
    this.#init = init;
  }

  /** Asks what a request says, or a hello; a promise when the next should wait. */
  ask(frame: FrameView): void | Promise<void> {
    const { link, wheel, deliver } = this.#init, { bytes, id, type, flags } = frame;
    if (bytes.length > link.maxFrameBytes) {
      return deliver(makeFailure(id, tooLarge(bytes.length, link.maxFrameBytes)), false);
    }
    if (type === FrameType.request) this.lastId = id;
    const nowMs = wheel.clock.now(), oneway = type === FrameType.request && (flags & Flag.oneway) !== 0;
    const asking = new Asking(id, bytes, { oneway, nowMs });
    if (oneway) asking.untilMs = nowMs + ONEWAY_MS;
    else this.#byId.add(asking);
    this.#queuedBytes += bytes.length;
    this.#queue.push(asking);
    this.#pump(nowMs);
    if (asking.slot < 0) asking.frame = bytes.slice();
    if (this.#queuedBytes > MAX_QUEUED_BYTES) return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Nobody waits for the call `id` any more, because of `status`. */
  cancel(id: number, status: number): void {
    const asking = this.#byId.get(id), nowMs = this.#init.wheel.clock.now();
    if (asking === undefined) return;
    this.#byId.delete(id);
    if (asking.slot < 0) { // the queue passes over it
      this.#queuedBytes -= asking.frame!.length;
      return asking.cancel(status);
    }
    asking.cancel(status);
    if (asking.inFlight > 0) { // the cancel takes its place: many at once would drown each other
      this.#inFlight -= asking.inFlight - 1;
      asking.inFlight = 1;
    }
    asking.waitMs = this.#init.waitMs;
    this.#send(asking, nowMs);
    this.#pump(nowMs);
  }

  /** Takes a piece of a reply. */
  reply({ slot, number, piece, pieces, payload }: Datagram): void {
    const asking = this.#find(slot, number), { greeted, deliver, wheel } = this.#init;
    if (asking === undefined || !isPiece(piece, pieces, this.#init.pieces)) return;
    if (asking.id !== 0 && !greeted() || asking.cancelled) return;
    const bytes = asking.gotReply(piece, pieces, payload);
    this.#arrived(asking);
    const isHello = asking.id === 0, frame = bytes && frameOf(bytes, isHello ? FrameType.hello : FrameType.response);
    if (frame !== undefined) {
      frame.id = asking.id;
      this.#over(asking);
      deliver(frame, pieces === 1);
    } else this.#goesOn(asking, wheel.clock.now());
    this.#grow();
    if (this.#queue.length > 0) this.#pump(wheel.clock.now());
  }

  /** The peer says what it has of a request. */
  ack({ slot, number, payload }: Datagram): void {
    const asking = this.#find(slot, number), there = PieceSet.read(payload);
    if (asking === undefined || there === undefined) return;
    this.#grow();
    if (asking.cancelled) return; // it was on its way before
    const { link, wheel } = this.#init, nowMs = wheel.clock.now();
    asking.took(there);
    if (!asking.received) {
      asking.sendMissing(link, nowMs);
      return this.#goesOn(asking, nowMs);
    }
    this.#arrived(asking);
    if (asking.oneway) this.#over(asking);
    this.#pump(nowMs);
  }

  /** The peer knows that a call is cancelled. */
  cancelled({ slot, number }: Datagram): void {
    const asking = this.#find(slot, number);
    if (!asking?.cancelled) return;
    this.#over(asking);
    if (this.#queue.length > 0) this.#pump(this.#init.wheel.clock.now());
  }

  /** The session is over: calls that were never sent were not run, and their callers learn that. */
  stop(): void {
    const { wheel, deliver } = this.#init;
    wheel.remove(this);
    for (const { id, tries, cancelled, oneway } of this.#queue.splice(0)) {
      if (tries === 0 && !cancelled && !oneway && id !== 0) deliver(makeFailure(id, unsent()), false);
    }
    for (const resume of this.#waiting.splice(0)) resume();
  }

  /** Sends again what is due. */
  override onDue(): void {
    const { link, wheel } = this.#init, nowMs = wheel.clock.now();
    this.#dueMs = Infinity;
    for (const asking of this.#slots) {
      if (asking === null) continue;
      if (asking.dueMs > nowMs) this.#wake(asking.dueMs);
      else if (asking.givenUp || asking.untilMs <= nowMs) this.#over(asking);
      else {
        if (asking.tries > 1 && !asking.received) this.#shrink(nowMs); // twice in a row: not just a slow method
        this.#send(asking, nowMs);
      }
    }
    if (link.busy === undefined) this.#pump(nowMs);
  }

  #find(slot: number, number: number): Asking | undefined {
    const asking = this.#slots[slot];
    return asking?.number === number ? asking : undefined;
  }

  /** Sends calls that wait for their turn, as far as there is room. */
  #pump(nowMs: number): void {
    let done = 0;
    for (const asking of this.#queue) {
      if (asking.cancelled) done++;
      else if (this.#inFlight < this.#window && this.#place(asking)) {
        done++;
        asking.inFlight = asking.cost;
        this.#inFlight += asking.cost;
        asking.waitMs = this.#init.waitMs;
        this.#send(asking, nowMs);
      } else break;
    }
    if (done === 0) return;
    this.#queue.splice(0, done);
    if (this.#waiting.length > 0 && this.#queuedBytes <= MAX_QUEUED_BYTES) {
      for (const resume of this.#waiting.splice(0)) resume();
    }
  }

  #place(asking: Asking): boolean {
    const slot = this.#free.pop() ?? this.#slots.length;
    if (slot === MAX_SLOTS) return false;
    const number = this.#numbers[slot] = ((this.#numbers[slot] ?? 0) + 1) >>> 0;
    this.#slots[slot] = asking;
    this.#queuedBytes -= asking.frame!.length;
    asking.place({ slot, number, memory: this.#memory(slot) }, this.#init.link);
    if (this.#inFlight >= this.#window >> 2) asking.hurry();
    return true;
  }

  /** Calls of one slot follow each other, so they can have the same memory. */
  #memory(slot: number): Uint8Array<ArrayBuffer> {
    return this.#memories[slot] ??= new Uint8Array(MEMORY_BYTES);
  }

  #send(asking: Asking, nowMs: number): void {
    const { link } = this.#init;
    asking.send(link, nowMs);
    this.#wait(asking, nowMs);
  }

  #wait(asking: Asking, nowMs: number): void {
    const { waitMs, wheel: { clock } } = this.#init;
    asking.dueMs = nowMs + asking.waitMs * (0.8 + 0.4 * clock.random());
    asking.waitMs = Math.min(asking.waitMs * 2, Math.max(asking.received ? MAX_POLL_MS : MAX_WAIT_MS, waitMs));
    this.#wake(asking.dueMs);
  }

  /** Some of its pieces have come, so that the others may soon. */
  #goesOn(asking: Asking, nowMs: number): void {
    asking.waitMs = this.#init.waitMs;
    this.#wait(asking, nowMs);
  }

  #wake(dueMs: number): void {
    if (dueMs >= this.#dueMs) return;
    this.#dueMs = dueMs;
    this.#init.wheel.add(this, dueMs);
  }

  /** Its datagrams are no longer on their way. */
  #arrived(asking: Asking): void {
    this.#inFlight -= asking.inFlight;
    asking.inFlight = 0;
  }

  #over(asking: Asking): void {
    this.#arrived(asking);
    if (this.#byId.get(asking.id) === asking) this.#byId.delete(asking.id);
    this.#slots[asking.slot] = null;
    this.#free.push(asking.slot);
  }

  #grow(): void {
    if (this.#window < MAX_WINDOW) this.#window++;
  }

  /** Something got lost: perhaps too much was on its way. */
  #shrink(nowMs: number): void {
    if (nowMs - this.#shrunkMs < this.#init.waitMs) return;
    this.#shrunkMs = nowMs;
    this.#window = Math.max(MIN_WINDOW, this.#window >> 1);
  }
}

/** Error of a frame that is larger than what is sent. */
function tooLarge(bytes: number, most: number) {
  const why = `a frame of ${bytes} bytes, one of ${most} is the largest`;
  return refined("request_too_large", `Cannot send: ${why}: use kcp or quic, or allow more pieces with datagrams()`);
}

function unsent() {
  return refined("going_away", "Cannot send: the session ended before it was sent");
}
