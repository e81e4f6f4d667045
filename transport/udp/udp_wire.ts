/**
 * One session of udp as a wire: requests and replies go through its two halves, the rest as it is.
 *
 * @module
 */
import { FrameType, Reader, RpcError, type TimerWheel } from "../../protocol/mod.ts";
import type { FrameView } from "../frame_view.ts";
import { FrameWire } from "../frame_wire.ts";
import { readHello } from "../hello.ts";
import { Answerer } from "./answerer.ts";
import { Asker } from "./asker.ts";
import { type Datagram, Kind } from "./datagram.ts";
import { frameOf } from "./frames.ts";
import type { Link } from "./link.ts";
import type { Memory } from "./memory.ts";
import { Repeats } from "./repeats.ts";

/** What a session's wire needs. */
export interface UdpWireInit {
  /** Where it sends. */
  readonly link: Link;
  /** Address of the other end. */
  readonly remote: string;
  /** Address of this end. */
  readonly local: string;
  /** Time. */
  readonly wheel: TimerWheel;
  /** Milliseconds until something is sent for the second time. */
  readonly waitMs: number;
  /** Most pieces of a frame that this end takes. */
  readonly pieces: number;
  /** Bounds what is kept. */
  readonly memory: Memory;
  /** The session no longer keeps the process alive. */
  readonly background: () => void;
  /** The session is over. */
  readonly onRelease: () => void;
}

/** Frames that wait to be read, beyond which requests are not taken: they will come again. */
const MAX_WAITING_BYTES = 1 << 20;

const MAX_HELLO_ENTRIES = 100;

/** The wire of a session. */
export class UdpWire extends FrameWire {
  /** Address of the other end. */
  readonly remote: string;
  /** Address of this end. */
  readonly local: string;
  /** A lost item would break its stream, and nothing here keeps order. */
  readonly noStreams = "udp carries no streams: use kcp or quic";
  /** What the session sends through. */
  readonly link: Link;
  #init: UdpWireInit;
  #asker: Asker;
  #answerer: Answerer;
  #ping: Repeats;
  #goaway: Repeats;
  #greeted = false;
  #early: FrameView[] = []; // failures of this end, which a hello must precede
  #peerLeaves = false;
  #peerKnows = false; // that the session is over

  /** Makes the wire of a session that is there. */
  constructor(init: UdpWireInit) {
    super();
    const { link, wheel, waitMs, pieces, memory } = this.#init = init;
    this.remote = init.remote;
    this.local = init.local;
    this.link = link;
    const greeted = () => this.#greeted, deliver = this.#give.bind(this);
    this.#asker = new Asker({ link, wheel, waitMs, pieces, greeted, deliver });
    const isBehind = () => this.waitingBytes > MAX_WAITING_BYTES, firstId = link.isAcceptor ? 1 : 2;
    this.#answerer = new Answerer({ link, wheel, memory, pieces, firstId, greeted, isBehind, deliver });
    this.#ping = new Repeats(link, wheel, waitMs);
    this.#goaway = new Repeats(link, wheel, waitMs);
  }

  /** Takes a datagram of this session. */
  receive(datagram: Datagram): void {
    this.#ping.stop();
    switch (datagram.kind) {
      case Kind.call:
        return this.#answerer.call(datagram);
      case Kind.reply:
        return this.#asker.reply(datagram);
      case Kind.ack:
        return this.#asker.ack(datagram);
      case Kind.poll:
        return this.#answerer.poll(datagram);
      case Kind.cancel:
        return this.#answerer.cancel(datagram);
      case Kind.cancelled:
        return this.#asker.cancelled(datagram);
      case Kind.control:
        return this.#control(datagram.payload);
      case Kind.close:
        return this.finish();
    }
  }

  /** The other end has ended the session, or does not know it because of `error`. */
  finish(error?: Error): void {
    this.#peerKnows = true;
    this.#asker.stop();
    this.end(error);
  }

  /** From now on an open session does not keep the process alive. */
  background(): void {
    this.#init.background();
  }

  protected override send(frame: FrameView): void | Promise<void> {
    switch (frame.type) {
      case FrameType.hello:
        refuseStages(frame);
        return this.link.isAcceptor ? this.#answerer.answer(frame) : this.#asker.ask(frame);
      case FrameType.request:
        return this.#asker.ask(frame) ?? this.link.busy;
      case FrameType.response:
        this.#answerer.answer(frame);
        return this.link.busy;
      case FrameType.cancel:
        return this.#asker.cancel(frame.id, frame.status);
      case FrameType.ping:
        return this.#ping.start(this.#carry(frame));
      case FrameType.pong:
        return this.link.send(this.#carry(frame));
      case FrameType.goaway:
        this.#answerer.leave(lastIdOf(frame).getUint32(0));
        return this.#goaway.start(this.#carry(frame));
    }
  }

  protected override release(): void {
    this.#asker.stop();
    this.#answerer.stop();
    this.#ping.stop();
    this.#goaway.stop();
    if (!this.#peerKnows) this.link.say({ kind: Kind.close });
    this.#init.onRelease();
  }

  #give(frame: FrameView, borrowed: boolean): void {
    if (frame.type === FrameType.hello) this.#greeted = true;
    else if (!this.#greeted) return void this.#early.push(frame);
    this.deliver(frame, borrowed);
    for (const early of this.#early.splice(0)) this.deliver(early);
  }

  #carry({ bytes }: FrameView): Uint8Array<ArrayBuffer> {
    return this.link.make({ kind: Kind.control, payload: bytes });
  }

  #control(payload: Uint8Array<ArrayBuffer>): void {
    const sign = frameOf(payload, FrameType.ping) ?? frameOf(payload, FrameType.pong);
    if (sign !== undefined && this.#greeted) return this.deliver(sign, true);
    const frame = frameOf(payload, FrameType.goaway);
    if (this.#peerLeaves || frame === undefined || frame.body.length < 4) return;
    this.#peerLeaves = true;
    lastIdOf(frame).setUint32(0, this.#asker.lastId); // which calls were not run is told call by call
    this.deliver(frame, true);
  }
}

/** The id that a goaway says. */
function lastIdOf({ body }: FrameView): DataView<ArrayBuffer> {
  return new DataView(body.buffer, body.byteOffset, 4);
}

/** Stages need every chunk, in order. */
function refuseStages({ metadata }: FrameView): void {
  if (readHello(new Reader(metadata), MAX_HELLO_ENTRIES).stages.length === 0) return;
  throw new RpcError("failed_precondition", "Cannot run stages over udp: use kcp or quic");
}
