/**
 * The answering half of a session: runs every call at most once, and gives the same answer again when it is asked again.
 *
 * Each slot remembers its last number: an earlier one is late and dropped, the same one gets what there is, a later one says
 * that the caller has done with the call before. So what is remembered is bounded by the calls that were ever in flight at
 * once, and nothing that may still come is forgotten.
 *
 * @module
 */
import {
  Flag,
  FrameType,
  isLater,
  refined,
  type Refinement,
  RpcError,
  type TimerWheel,
  WheelEntry,
} from "../../protocol/mod.ts";
import { CallTable } from "../call_table.ts";
import { idAfter } from "../caller.ts";
import { FrameView, makeFailure, makeFrame } from "../frame_view.ts";
import { Answering } from "./answering.ts";
import { type Datagram, Kind, MAX_SLOTS } from "./datagram.ts";
import { isFrame, takeAge } from "./frames.ts";
import type { Link } from "./link.ts";
import type { Memory } from "./memory.ts";
import { Assembly, isPiece, PieceSet } from "./pieces.ts";

/** What an answerer needs of its session. */
export interface AnswererInit {
  /** Where it sends. */
  readonly link: Link;
  /** Time. */
  readonly wheel: TimerWheel;
  /** Bounds what is kept. */
  readonly memory: Memory;
  /** Most pieces that a request may have. */
  readonly pieces: number;
  /** First id of calls on this end's connection: that of the other end's parity. */
  readonly firstId: number;
  /** Whether the peer's hello is there: requests are taken only then. */
  readonly greeted: () => boolean;
  /** Whether the connection has so much to read that requests had better come again. */
  readonly isBehind: () => boolean;
  /** Gives the connection a frame. */
  readonly deliver: (frame: FrameView, borrowed: boolean) => void;
}

/** Replies that nobody has asked for again for so long are thrown away. */
const KEEP_MS = 30_000;

/** Callers that wait hear after this time, at the wheel's next tick, that their call has come, unless it is answered before. */
const CONFIRM_MS = 1;

/** Answers the calls of one end of a session. */
export class Answerer extends WheelEntry {
  #init: AnswererInit;
  #slots: (Answering | undefined)[] = [];
  #running: CallTable<Answering> = new CallTable();
  #hello: Answering | null = null;
  #nextId: number;
  #lastId = 0;
  #leaving = false;
  #confirm: Answering[] = [];
  #sweepMs = 0;

  /** Makes an answerer that has heard nothing yet. */
  constructor(init: AnswererInit) {
    super();
    this.#init = init;
    this.#nextId = init.firstId;
  }

  /** Takes a piece of a request. */
  call(datagram: Datagram): void {
    const { slot, number, piece, pieces, payload } = datagram, { wheel, memory, greeted, isBehind } = this.#init;
    if (slot >= MAX_SLOTS || !isPiece(piece, pieces, this.#init.pieces)) return;
    const held = this.#slots[slot];
    if (held !== undefined && !isLater(number, held.number)) {
      if (number === held.number) this.#again(held, datagram);
      return;
    }
    const isHello = pieces === 1 && isFrame(payload, FrameType.hello);
    if (isHello === greeted() || isBehind()) return;
    if (pieces === 1 && !isHello && !isFrame(payload, FrameType.request)) return;
    const answering = this.#begin(slot, number, wheel.clock.now());
    answering.hurry = datagram.hurry;
    if (isHello) return this.#greet(answering, payload);
    if (memory.isFull) return this.#refuse(answering, "overloaded", "too much is kept for callers already");
    if (pieces === 1) return this.#run(answering, payload, datagram.ageMs, true);
    answering.request = new Assembly(pieces);
    this.#add(answering, datagram);
  }

  /** Answers a caller that asks for its reply. */
  poll({ slot, number, payload }: Datagram): void {
    if (slot >= MAX_SLOTS) return;
    const held = this.#slots[slot], there = PieceSet.read(payload);
    if (there === undefined || held !== undefined && isLater(held.number, number)) return;
    if (held?.number === number) this.#tell(held, there);
    else this.#ack(slot, number, new PieceSet()); // nothing of it has come
  }

  /** The caller no longer waits. */
  cancel({ slot, number, pieces: status }: Datagram): void {
    if (slot >= MAX_SLOTS) return;
    const held = this.#slots[slot];
    if (held === undefined || isLater(number, held.number)) {
      this.#begin(slot, number, this.#init.wheel.clock.now()).state = "done"; // its request may come later
    } else if (held.number === number) this.#drop(held, status);
    this.#ack(slot, number, new PieceSet());
  }

  /** Sends the reply of a call, or this end's hello, and keeps it. */
  answer(frame: FrameView): void {
    const { link, memory, wheel } = this.#init, isHello = frame.type === FrameType.hello;
    const answering = isHello ? this.#hello : this.#running.delete(frame.id) ?? null;
    if (answering === null) return;
    const { bytes } = fitting(frame, link.maxFrameBytes), { slot, number } = answering;
    answering.reply = link.cut({ kind: Kind.reply, slot, number }, bytes);
    memory.keep(answering, bytes.length);
    answering.state = "done";
    answering.atMs = wheel.clock.now();
    for (const datagram of answering.reply) link.send(datagram);
    this.#plan(answering.atMs + KEEP_MS);
  }

  /** Calls of the connection with ids after `lastId` are not run, and none that come from now on. */
  leave(lastId: number): void {
    this.#leaving = true;
    for (const answering of this.#running.values()) {
      if (!isLater(answering.id, lastId)) continue;
      this.#running.delete(answering.id);
      this.#refuse(answering, "going_away", "this end is going away");
    }
  }

  /** The session is over: nothing is kept any more. */
  stop(): void {
    this.#init.wheel.remove(this);
    for (const answering of this.#slots) if (answering !== undefined) this.#init.memory.release(answering);
    this.#slots = [];
    this.#confirm = [];
  }

  /** Confirms calls to callers that wait, and throws away old replies. */
  override onDue(): void {
    const { wheel } = this.#init, nowMs = wheel.clock.now();
    for (const answering of this.#confirm.splice(0)) if (answering.state === "running") this.#confirmTo(answering);
    if (nowMs >= this.#sweepMs) this.#sweep(nowMs);
    else wheel.add(this, this.#sweepMs);
  }

  #begin(slot: number, number: number, nowMs: number): Answering {
    const before = this.#slots[slot];
    if (before !== undefined) this.#drop(before, 1); // its caller has done with it
    return this.#slots[slot] = new Answering(slot, number, nowMs);
  }

  /** Nobody waits for the reply of a call: it need not go on, and nothing of it is kept. */
  #drop(held: Answering, status: number): void {
    this.#init.memory.release(held);
    held.reply = [];
    held.request = null;
    if (held.state === "running" && this.#running.delete(held.id) !== undefined) {
      this.#init.deliver(makeFrame({ type: FrameType.cancel, id: held.id, status }), false);
    }
    held.state = "done";
  }

  /** Something of the slot's last call has come again, or another piece of it. */
  #again(held: Answering, datagram: Datagram): void {
    if (held.state !== "coming") this.#tell(held, new PieceSet());
    else if (held.request!.there.has(datagram.piece)) this.#confirmTo(held);
    else this.#add(held, datagram);
  }

  /** Sends what there is: the reply as far as the caller does not have it, or that the call is known. */
  #tell(held: Answering, has: PieceSet): void {
    const { link } = this.#init, { slot, number, refusal, reply } = held;
    if (held.state === "refused" || held.state === "forgotten") {
      const error = refusal ?? new RpcError("unavailable", "Cannot answer: the reply was thrown away");
      const { bytes } = fitting(makeFailure(0, error), link.maxFrameBytes);
      for (const datagram of link.cut({ kind: Kind.reply, slot, number }, bytes)) link.send(datagram);
    } else if (reply.length > 0) {
      for (const [piece, datagram] of reply.entries()) if (!has.has(piece)) link.send(datagram);
    } else this.#confirmTo(held);
  }

  #confirmTo({ slot, number, request, state }: Answering): void {
    this.#ack(slot, number, state === "coming" ? request!.there : new PieceSet().fill());
  }

  #ack(slot: number, number: number, there: PieceSet): void {
    this.#init.link.say({ kind: Kind.ack, slot, number, payload: there.write() });
  }

  #add(held: Answering, datagram: Datagram): void {
    const { piece, pieces, payload, ageMs } = datagram;
    const { memory, wheel } = this.#init, request = held.request!;
    const added = request.add(piece, pieces, payload);
    if (datagram.hurry) held.hurry = true;
    held.atMs = wheel.clock.now();
    this.#plan(held.atMs + KEEP_MS);
    if (added > 0 && !memory.keep(held, added)) return this.#refuse(held, "overloaded", "no room for its pieces");
    const bytes = request.whole();
    if (bytes === undefined) return;
    memory.release(held);
    held.request = null;
    if (isFrame(bytes, FrameType.request)) this.#run(held, bytes, ageMs, false);
    else held.state = "done";
  }

  #greet(answering: Answering, payload: Uint8Array<ArrayBuffer>): void {
    this.#hello = answering;
    answering.state = "running";
    this.#init.deliver(new FrameView(payload), true);
  }

  #run(answering: Answering, bytes: Uint8Array<ArrayBuffer>, ageMs: number, borrowed: boolean): void {
    const frame = new FrameView(bytes), { deliver } = this.#init;
    if (this.#leaving) return this.#refuse(answering, "going_away", "this end is going away");
    if (ageMs > 0) takeAge(frame, ageMs);
    const id = frame.id = this.#lastId = this.#nextId;
    if ((frame.flags & Flag.oneway) !== 0) {
      answering.state = "done";
      this.#confirmTo(answering);
    } else {
      answering.id = id;
      answering.state = "running";
      this.#running.add(answering);
      if (answering.hurry) this.#confirmSoon(answering);
    }
    this.#nextId = idAfter(id, this.#running);
    deliver(frame, borrowed);
  }

  /** Answers without running; the answer stays the same whenever it is asked for. */
  #refuse(answering: Answering, status: Refinement, why: string): void {
    this.#init.memory.release(answering);
    answering.request = null;
    answering.state = "refused";
    answering.refusal = refined(status, `Cannot run: ${why}`);
    this.#tell(answering, new PieceSet());
  }

  #confirmSoon(answering: Answering): void {
    this.#confirm.push(answering);
    if (this.#confirm.length === 1) this.#init.wheel.add(this, this.#init.wheel.clock.now() + CONFIRM_MS);
  }

  /** Looks for old replies at `dueMs`, unless that is planned for earlier. */
  #plan(dueMs: number): void {
    if (this.dueTick !== 0) return;
    this.#sweepMs = dueMs;
    this.#init.wheel.add(this, dueMs);
  }

  #sweep(nowMs: number): void {
    let kept = false;
    for (const held of this.#slots) {
      if (held === undefined || held.bytes === 0) continue;
      if (nowMs - held.atMs < KEEP_MS) kept = true;
      else {
        this.#init.memory.release(held);
        held.reply = [];
        held.request = null;
        held.state = "forgotten";
      }
    }
    if (kept) this.#plan(nowMs + KEEP_MS);
  }
}

/** The frame, or when it is larger than what can be sent, the failure that says so. */
function fitting(frame: FrameView, most: number): FrameView {
  const { length } = frame.bytes;
  if (length <= most) return frame;
  const why =
    `a reply of ${length} bytes, ${most} is the largest: use kcp or quic, or allow more pieces with datagrams()`;
  const failure = makeFailure(frame.id, new RpcError("resource_exhausted", `Cannot answer: ${why}`));
  return failure.bytes.length <= most ? failure : makeFailure(frame.id, new RpcError("resource_exhausted", ""));
}
