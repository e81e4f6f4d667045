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
  codes,
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
import { type FrameView, makeFailure, makeFrame } from "../frame_view.ts";
import { Answering } from "./answering.ts";
import { type Datagram, HEADER_BYTES, Kind, MAX_SLOTS } from "./datagram.ts";
import { frameOf, takeAge } from "./frames.ts";
import type { Link, Place } from "./link.ts";
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

/** Replies are thrown away after one to two times this time. */
const KEEP_MS = 30_000;

/** What a slot has for replies, once it has had a small one; larger ones get memory of their own. */
const MEMORY_BYTES = 256;

/** Callers that wait hear after this time that their call has come, unless it is answered before. */
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
  #cancelConfirm: (() => void) | null = null;
  #round = 0;

  /** Makes an answerer that has heard nothing yet. */
  constructor(init: AnswererInit) {
    super();
    this.#init = init;
    this.#nextId = init.firstId;
  }

  /** Takes a piece of a request. */
  call(datagram: Datagram): void {
    const { slot, number, piece, pieces, payload } = datagram, { memory, greeted, isBehind } = this.#init;
    if (slot >= MAX_SLOTS || !isPiece(piece, pieces, this.#init.pieces)) return;
    const held = this.#slots[slot];
    if (held !== undefined && !isLater(number, held.number)) {
      if (number === held.number) this.#again(held, datagram);
      return;
    }
    const isGreeted = greeted();
    const frame = pieces === 1 ? frameOf(payload, isGreeted ? FrameType.request : FrameType.hello) : undefined;
    if (isBehind() || frame === undefined && (pieces === 1 || !isGreeted)) return;
    const answering = this.#begin(datagram);
    answering.hurry = datagram.hurry;
    if (!isGreeted) return this.#greet(answering, frame!);
    if (memory.isFull) return this.#refuse(answering, "overloaded", "too much is kept for callers already");
    if (frame !== undefined) return this.#run(answering, frame, datagram.ageMs, true);
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
      this.#begin({ slot, number }).state = "done"; // its request may come later
    } else if (held.number === number) this.#drop(held, status);
    this.#init.link.say({ kind: Kind.cancelled, slot, number });
  }

  /** Sends the reply of a call, or this end's hello, and keeps it. */
  answer(frame: FrameView): void {
    const { link, memory } = this.#init, isHello = frame.type === FrameType.hello;
    const answering = isHello ? this.#hello : this.#running.delete(frame.id) ?? null;
    if (answering === null) return;
    const { bytes } = fitting(frame, link.maxFrameBytes);
    const isSmall = HEADER_BYTES + bytes.length <= MEMORY_BYTES;
    if (isSmall) answering.memory ??= new Uint8Array(MEMORY_BYTES);
    answering.reply = link.cut(Kind.reply, answering, bytes, answering.memory);
    memory.keep(answering, isSmall ? MEMORY_BYTES : bytes.length);
    answering.state = "done";
    for (const datagram of answering.reply) link.send(datagram);
    this.#touch(answering);
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
    this.#cancelConfirm?.();
  }

  /** Throws away what has been kept since the round before. */
  override onDue(): void {
    let isKept = false;
    for (const held of this.#slots) {
      if (held === undefined || held.bytes === 0) continue;
      if (held.round === this.#round) isKept = true;
      else this.#forget(held);
    }
    this.#round++;
    if (isKept) this.#plan();
  }

  #begin({ slot, number }: Place): Answering {
    const before = this.#slots[slot];
    if (before !== undefined) this.#drop(before, codes.canceled); // its caller has done with it
    return this.#slots[slot] = new Answering({ slot, number }, this.#round, before?.memory);
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
    const { link } = this.#init, { refusal, reply } = held;
    if (held.state === "refused" || held.state === "forgotten") {
      const error = refusal ?? new RpcError("unavailable", "Cannot answer: the reply was thrown away");
      const { bytes } = fitting(makeFailure(0, error), link.maxFrameBytes);
      for (const datagram of link.cut(Kind.reply, held, bytes)) link.send(datagram);
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
    const { memory } = this.#init, request = held.request!;
    const added = request.add(piece, pieces, payload);
    if (datagram.hurry) held.hurry = true;
    this.#touch(held);
    if (added > 0 && !memory.keep(held, added)) return this.#refuse(held, "overloaded", "no room for its pieces");
    const bytes = request.whole();
    if (bytes === undefined) return;
    memory.release(held);
    held.request = null;
    const frame = frameOf(bytes, FrameType.request);
    if (frame !== undefined) this.#run(held, frame, ageMs, false);
    else held.state = "done";
  }

  #greet(answering: Answering, hello: FrameView): void {
    this.#hello = answering;
    answering.state = "running";
    this.#init.deliver(hello, true);
  }

  #run(answering: Answering, frame: FrameView, ageMs: number, borrowed: boolean): void {
    const { deliver } = this.#init;
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
    this.#cancelConfirm ??= this.#init.wheel.clock.after(CONFIRM_MS, () => {
      this.#cancelConfirm = null;
      for (const answering of this.#confirm.splice(0)) if (answering.state === "running") this.#confirmTo(answering);
    }, false);
  }

  /** It has changed in this round. */
  #touch(held: Answering): void {
    held.round = this.#round;
    if (this.dueTick === 0) this.#plan();
  }

  #plan(): void {
    const { wheel } = this.#init;
    wheel.add(this, wheel.clock.now() + KEEP_MS);
  }

  #forget(held: Answering): void {
    this.#init.memory.release(held);
    held.reply = [];
    held.request = null;
    held.memory = undefined;
    held.state = "forgotten";
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
