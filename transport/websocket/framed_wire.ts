/**
 * A WebSocket's client over another wire, where the runtime gives sockets: unlike its own WebSocket such a connection need
 * not keep the process alive, checks certificates as every transport does, and waits for a peer that does not read.
 *
 * RFC 6455 section 5.
 *
 * @module
 */
import type { Wire } from "../transport.ts";
import { PART_BYTES } from "./socket_wire.ts";

const FINAL = 0x80, MASKED = 0x80, RESERVED = 0x70;
const CONTINUATION = 0, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;
const MAX_CONTROL = 125;
/** Where payloads stand in the memory of what is written, so that they can be masked by words. */
const PAYLOAD_AT = 16;

/** What was read of the other wire and belongs to the next frame. */
export interface Remainder {
  /** The memory. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How much of it there is. */
  readonly filled: number;
}

/** A wire of binary messages joined, as a client sends and gets them. */
export class FramedWire implements Wire {
  /** Address of the other end. */
  readonly remote: string;
  #wire: Wire;
  #in: Uint8Array<ArrayBuffer> = new Uint8Array(4096);
  #at = 0; // of what is read, up to here it is dealt with
  #filled = 0;
  #left = 0; // bytes of the message's frame that are still to come
  #out: Uint8Array<ArrayBuffer> = new Uint8Array(PAYLOAD_AT + 1024);
  #writing: Promise<void> = Promise.resolve();
  #unwritten = 0; // frames
  #mask = new Uint8Array(4);

  /** Makes a wire over `wire`, on which the handshake is done and left `rest`. */
  constructor(wire: Wire, remote: string, rest: Remainder) {
    this.#wire = wire;
    this.remote = remote;
    this.#in = rest.bytes;
    this.#filled = rest.filled;
  }

  /** Address of this end. */
  get local(): string {
    return this.#wire.local;
  }

  /** Reads what messages bring; null when the server closes the WebSocket or the connection. */
  async read(into: Uint8Array): Promise<number | null> {
    while (this.#left === 0) {
      if (!await this.#header()) return null;
    }
    const want = Math.min(this.#left, into.length), there = Math.min(this.#filled - this.#at, want);
    let n: number | null = there;
    if (there > 0) {
      into.set(this.#in.subarray(this.#at, this.#at + there));
      this.#at += there;
    } else n = await this.#wire.read(into.subarray(0, want));
    if (n === null) throw new Error("the connection ended within a WebSocket message");
    this.#left -= n;
    return n;
  }

  /** Sends one message. */
  async write(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    const part = bytes.length > PART_BYTES ? bytes.subarray(0, PART_BYTES) : bytes;
    await this.#send(BINARY, part);
    return part.length;
  }

  /** From now on the connection does not keep the process alive. */
  background(): void {
    this.#wire.background?.();
  }

  /** Ends the connection; a message that closes is sent before, if there is room for it. */
  close(): void {
    if (this.#unwritten === 0) {
      this.#wire.write(this.#seal(CLOSE, Uint8Array.of(1000 >> 8, 1000 & 0xff))).catch(() => {});
    }
    this.#wire.close();
  }

  /** Deals with the next header, and with the frame if it is one that only controls; false at the end. */
  async #header(): Promise<boolean> {
    if (!await this.#have(2)) return false;
    const bytes = this.#in, first = bytes[this.#at]!, opcode = first & 15, short = bytes[this.#at + 1]!;
    if ((first & RESERVED) !== 0 || (short & MASKED) !== 0) throw broken("a header that no server may send");
    if (opcode >= CLOSE) return await this.#control(first, short);
    if (opcode !== BINARY && opcode !== CONTINUATION) throw broken("a message that is not binary");
    const size = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (!await this.#have(size)) throw broken("half a header");
    this.#left = lengthAt(this.#in, this.#at, size);
    this.#at += size;
    return true;
  }

  async #control(first: number, length: number): Promise<boolean> {
    if ((first & FINAL) === 0 || length > MAX_CONTROL) throw broken("a control frame that no end may send");
    if (!await this.#have(2 + length)) throw broken("half a frame");
    const start = this.#at + 2, opcode = first & 15, payload = this.#in.slice(start, start + length);
    this.#at = start + length;
    if (opcode === CLOSE) return closed(payload);
    if (opcode === PING) this.#send(PONG, payload).catch(() => {}); // the next write tells
    return true;
  }

  /** Reads until `n` bytes are there; false at an end before the first of them. */
  async #have(n: number): Promise<boolean> {
    while (this.#filled - this.#at < n) {
      if (this.#at > 0) {
        this.#in.copyWithin(0, this.#at, this.#filled);
        this.#filled -= this.#at;
        this.#at = 0;
      }
      const read = await this.#wire.read(this.#in.subarray(this.#filled));
      if (read === null) {
        if (this.#filled === 0) return false;
        throw broken("half a frame");
      }
      this.#filled += read;
    }
    return true;
  }

  /** Frames are written one after the other, and share memory. */
  #send(opcode: number, payload: Uint8Array): Promise<void> {
    this.#unwritten++;
    return this.#writing = this.#writing.then(async () => {
      const frame = this.#seal(opcode, payload);
      for (let at = 0; at < frame.length;) at += await this.#wire.write(frame.subarray(at));
      this.#unwritten--;
    });
  }

  #seal(opcode: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
    const { length } = payload, end = PAYLOAD_AT + (length + 3 & ~3);
    if (this.#out.length < end) this.#out = new Uint8Array(Math.max(end, this.#out.length * 2 & ~3));
    const out = this.#out, size = length < 126 ? 2 : length < 65536 ? 4 : 10, start = PAYLOAD_AT - 4 - size;
    crypto.getRandomValues(this.#mask);
    out[start] = FINAL | opcode;
    out[start + 1] = MASKED | (size === 2 ? length : size === 4 ? 126 : 127);
    if (size === 4) new DataView(out.buffer).setUint16(start + 2, length);
    else if (size === 10) new DataView(out.buffer).setBigUint64(start + 2, BigInt(length));
    out.set(this.#mask, PAYLOAD_AT - 4);
    out.set(payload, PAYLOAD_AT);
    const words = new Uint32Array(out.buffer, PAYLOAD_AT - 4, (end - PAYLOAD_AT >> 2) + 1), mask = words[0]!;
    for (let i = 1; i < words.length; i++) words[i] = words[i]! ^ mask;
    return out.subarray(start, PAYLOAD_AT + length);
  }
}

function lengthAt(bytes: Uint8Array<ArrayBuffer>, at: number, size: number): number {
  if (size === 2) return bytes[at + 1]! & 127;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (size === 4) return view.getUint16(at + 2);
  const length = view.getBigUint64(at + 2);
  if (length > Number.MAX_SAFE_INTEGER) throw broken("a message without end");
  return Number(length);
}

/** Whether the server goes on: never. Throws what it says is wrong. */
function closed(payload: Uint8Array<ArrayBuffer>): false {
  if (payload.length < 2) return false;
  const code = payload[0]! << 8 | payload[1]!;
  if (code === 1000) return false;
  throw new Error(`it closed the WebSocket: ${new TextDecoder().decode(payload.subarray(2)) || code}`);
}

function broken(what: string): Error {
  return new Error(`it speaks no WebSocket: ${what}`);
}
