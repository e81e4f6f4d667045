/**
 * KCP: an ordered, reliable stream of bytes over datagrams that are lost, doubled and overtaken.
 *
 * Written after the description of the protocol and the behaviour of `ikcp` (github.com/skywind3000/kcp); it talks to
 * every implementation of that. A state machine: no socket, no timer, no clock. See protocol/PROTOCOL.md, "KCP".
 *
 * @module
 */
import { Receiver } from "./receiver.ts";
import { ahead, Command, HEADER_BYTES, isSegments } from "./segment.ts";
import { type InFlight, Sender } from "./sender.ts";
import { type KcpSettings, segmentBytes } from "./settings.ts";

/** What a conversation is made of. */
export interface KcpInit {
  /** Its number, the same at both ends. */
  readonly conv: number;
  /** How it behaves. */
  readonly settings: KcpSettings;
  /** Sends a datagram; its memory is used again when this has returned. */
  readonly output: (datagram: Uint8Array) => void;
  /** Timestamp of time 0: a random one can't be guessed by who does not see the datagrams. Default 0. */
  readonly tsOffset?: number;
  /** Number of the first segment, the same at both ends. Default 0, as everybody has it. */
  readonly firstSn?: number;
}

/** While the other end has no room it is asked after this time, then after ever longer ones. */
const PROBE_MS = 200, MAX_PROBE_MS = 10_000;

/** One end of a conversation. Times are milliseconds of a clock that only moves forward. */
export class Kcp {
  #conv: number;
  #output: (datagram: Uint8Array) => void;
  #tsOffset: number;
  #sender: Sender;
  #receiver: Receiver;
  #segmentBytes: number;
  #acks: number[] = []; // sn and ts in turn
  #asks = false;
  #tells = false;
  #probeMs = Infinity;
  #probeWaitMs = PROBE_MS;
  #out: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  #at = 0;
  #ts = 0; // of this flush
  #free = 0; // window told by this flush

  /** Begins a conversation. */
  constructor({ conv, settings, output, tsOffset = 0, firstSn = 0 }: KcpInit) {
    this.#conv = conv;
    this.#output = output;
    this.#tsOffset = tsOffset;
    this.#sender = new Sender(settings, firstSn);
    this.#receiver = new Receiver(settings.receiveWindow, firstSn);
    this.#segmentBytes = segmentBytes(settings);
    this.#out = new Uint8Array(settings.datagramBytes);
    this.#view = new DataView(this.#out.buffer);
  }

  /** Segments that {@linkcode Kcp.send} takes now. */
  get room(): number {
    return this.#sender.room;
  }

  /** Whether everything that was sent is confirmed. */
  get settled(): boolean {
    return this.#sender.una === this.#sender.next;
  }

  /** Number of the next segment to be sent. */
  get sendNext(): number {
    return this.#sender.next;
  }

  /** Whether all segments before `sn` have come. */
  hasBefore(sn: number): boolean {
    return this.#receiver.hasBefore(sn);
  }

  /** Whether {@linkcode Kcp.read} has something. */
  get readable(): boolean {
    return this.#receiver.readable;
  }

  /** Whether the other end is to be told that there is room again: flush then. */
  get tells(): boolean {
    return this.#tells;
  }

  /** Takes a copy of as many of the bytes as the windows have room for, to be sent by the next flush: how many. */
  send(bytes: Uint8Array): number {
    let at = 0;
    for (let room = this.#sender.room; room > 0 && at < bytes.length; room--) {
      const end = Math.min(bytes.length, at + this.#segmentBytes);
      this.#sender.add(bytes.slice(at, end));
      at = end;
    }
    return at;
  }

  /** Reads what has come and fits into `into`: how many bytes. That may make room: see {@linkcode Kcp.tells}. */
  read(into: Uint8Array): number {
    const n = this.#receiver.read(into);
    if (this.#receiver.takeReopened()) this.#tells = true;
    return n;
  }

  /** Asks the other end for its window, by the next flush; it answers, if it is there. */
  ask(): void {
    this.#asks = true;
  }

  /** The other end has told in another way how many segments it has room for. */
  expectWindow(segments: number): void {
    this.#sender.remoteWindow = segments;
  }

  /** A round trip is known to take `ms`, before any segment has shown it. */
  expectRoundTrip(ms: number): void {
    this.#sender.expectRoundTrip(ms);
  }

  /** Whether `segment`, a header, is one of ours that may be on its way: what nobody knows who has not seen it. */
  isOurs(segment: DataView): boolean {
    return this.#sender.isOnItsWay(segment.getUint32(12, true), segment.getUint32(8, true));
  }

  /** Takes a datagram; false when it is none of this conversation. Its memory may be used again. Flush then. */
  input(datagram: Uint8Array, nowMs: number): boolean {
    const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
    if (!isSegments(view, this.#conv)) return false;
    const sender = this.#sender, now = this.#timestamp(nowMs);
    const confirmed: number[] = []; // sn and ts in turn
    let una = view.getUint32(16, true);
    for (let at = 0, length; at < datagram.length; at += HEADER_BYTES + length) {
      const command = view.getUint8(at + 4), ts = view.getUint32(at + 8, true), sn = view.getUint32(at + 12, true);
      length = view.getUint32(at + 20, true);
      sender.remoteWindow = view.getUint16(at + 6, true);
      if (ahead(view.getUint32(at + 16, true), una) > 0) una = view.getUint32(at + 16, true);
      if (command === Command.ack) {
        if (sender.confirm(sn, ahead(now, ts), nowMs)) confirmed.push(sn, ts);
      } else if (command === Command.push) {
        const data = datagram.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length);
        if (this.#receiver.accept(sn, data)) this.#acks.push(sn, ts);
      } else if (command === Command.ask) this.#tells = true;
    }
    sender.confirmBefore(una);
    for (let i = 0; i < confirmed.length; i += 2) sender.skipTo(confirmed[i]!, confirmed[i + 1]!);
    return true;
  }

  /** Sends what is to be sent; the time at which to call it again, if nothing happens before. */
  flush(nowMs: number): number {
    this.#ts = this.#timestamp(nowMs);
    this.#free = this.#receiver.free;
    this.#receiver.takeReopened(); // all segments tell it
    for (let i = 0; i < this.#acks.length; i += 2) this.#head(Command.ack, this.#acks[i + 1]!, this.#acks[i]!, 0);
    this.#acks.length = 0;
    this.#probe(nowMs);
    if (this.#asks) this.#head(Command.ask, this.#ts, 0, 0);
    if (this.#tells) this.#head(Command.tell, this.#ts, 0, 0);
    this.#asks = this.#tells = false;
    this.#sender.flush(nowMs, this.#ts, this.#emit);
    this.#send();
    return Math.min(this.#sender.dueMs, this.#probeMs);
  }

  /** Without room at the other end, asks for it from time to time: that it has some again may have been lost. */
  #probe(nowMs: number): void {
    if (this.#sender.remoteWindow > 0) {
      this.#probeMs = Infinity;
      this.#probeWaitMs = PROBE_MS;
    } else if (this.#probeMs === Infinity) this.#probeMs = nowMs + this.#probeWaitMs;
    else if (nowMs >= this.#probeMs) {
      this.#asks = true;
      this.#probeWaitMs = Math.min(this.#probeWaitMs * 1.5, MAX_PROBE_MS);
      this.#probeMs = nowMs + this.#probeWaitMs;
    }
  }

  #emit = ({ sn, ts, data }: InFlight): void => {
    this.#head(Command.push, ts, sn, data.length);
    this.#out.set(data, this.#at);
    this.#at += data.length;
  };

  /** Writes a header, in the next datagram when this one has no room for it and its data. */
  #head(command: number, ts: number, sn: number, length: number): void {
    if (this.#at + HEADER_BYTES + length > this.#out.length) this.#send();
    const view = this.#view, at = this.#at;
    view.setUint32(at, this.#conv, true);
    view.setUint16(at + 4, command, true); // and fragment 0
    view.setUint16(at + 6, this.#free, true);
    view.setUint32(at + 8, ts, true);
    view.setUint32(at + 12, sn, true);
    view.setUint32(at + 16, this.#receiver.next, true);
    view.setUint32(at + 20, length, true);
    this.#at += HEADER_BYTES;
  }

  #send(): void {
    if (this.#at === 0) return;
    const datagram = this.#out.subarray(0, this.#at);
    this.#at = 0;
    this.#output(datagram);
  }

  #timestamp(nowMs: number): number {
    return (Math.floor(nowMs) + this.#tsOffset) >>> 0;
  }
}
