/**
 * The base of wires that carry frames in another way than as a stream of bytes: one frame a datagram, a call as an HTTP
 * request. It takes apart what a connection writes, and gives it whole frames to read.
 *
 * @module
 */
import { FrameView, sizeOfFrame } from "./frame_view.ts";
import type { Wire } from "./transport.ts";

/**
 * A wire that translates frames. A subclass sends each frame that the connection writes, and delivers those it is to read.
 *
 * Not every frame must travel: a hello that the other end does not know is answered by `deliver(makeHello(...))`, a ping by
 * a pong, and a call that can't be sent by `deliver(makeFailure(...))`. Ids of requests that are delivered must grow.
 */
export abstract class FrameWire implements Wire {
  /** Address of the other end. */
  abstract readonly remote: string;
  /** Address of this end. */
  abstract readonly local: string;
  /** Requests say the names of their methods: each frame stands for itself. */
  readonly routes = false;
  #delivered: Uint8Array[] = [];
  #next = 0; // index of the first that is not read
  #at = 0; // bytes of it that are read
  #bytes = 0; // of all that are not read
  #reading: Reading | null = null;
  #ended: { readonly error: Error | undefined } | null = null;

  /**
   * Takes a frame that the connection writes. Its memory is reused when this has returned, or resolved. What it throws ends
   * the connection.
   */
  protected abstract send(frame: FrameView): void | Promise<void>;

  /** Gives up what the wire holds; called once, when it is closed or has ended. */
  protected abstract release(): void;

  /** Bytes that are delivered and not read yet. */
  protected get waitingBytes(): number {
    return this.#bytes;
  }

  /** Whether the wire is closed or has ended: nothing is sent or delivered any more. */
  protected get isOver(): boolean {
    return this.#ended !== null;
  }

  /** Gives the connection a frame to read; the memory must not change until it is read, unless it is only `borrowed`. */
  protected deliver({ bytes }: FrameView, borrowed = false): void {
    if (this.#ended !== null) return;
    this.#bytes += bytes.length;
    this.#delivered.push(bytes);
    this.#settle();
    const last = this.#delivered.length - 1;
    if (borrowed && last >= 0) this.#delivered[last] = bytes.slice();
  }

  /** Ends the wire once what is delivered has been read: with an error, or cleanly. */
  protected end(error?: Error): void {
    if (this.#ended !== null) return;
    this.#ended = { error };
    this.release();
    this.#settle();
  }

  /** Reads frames that were delivered, as many as fit. */
  read(into: Uint8Array): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.#reading = { into, resolve, reject };
      this.#settle();
    });
  }

  /** Sends the whole frames in `bytes`. */
  async write(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    if (this.#ended !== null) throw this.#ended.error ?? new Error("the other end has closed");
    let waits: Promise<void>[] | null = null;
    for (let at = 0, next; at < bytes.length; at = next) {
      next = at + sizeOfFrame(bytes, at);
      if (!(next <= bytes.length)) throw new TypeError("Cannot write: want whole frames");
      const sent = this.send(new FrameView(next - at === bytes.length ? bytes : bytes.subarray(at, next)));
      if (sent !== undefined) (waits ??= []).push(sent);
    }
    if (waits !== null) await Promise.all(waits);
    return bytes.length;
  }

  /** Closes the wire; what is delivered and not read is lost. */
  close(): void {
    this.#delivered = [];
    this.#next = this.#at = this.#bytes = 0;
    this.end();
  }

  #settle(): void {
    const reading = this.#reading;
    if (reading === null || this.#bytes === 0 && this.#ended === null) return;
    this.#reading = null;
    if (this.#bytes > 0) return reading.resolve(this.#take(reading.into));
    const { error } = this.#ended!;
    if (error === undefined) reading.resolve(null);
    else reading.reject(error);
  }

  #take(into: Uint8Array): number {
    let n = 0;
    while (n < into.length && this.#next < this.#delivered.length) {
      const bytes = this.#delivered[this.#next]!, isPart = this.#at > 0 || bytes.length > into.length - n;
      const part = isPart ? bytes.subarray(this.#at, this.#at + into.length - n) : bytes;
      into.set(part, n);
      n += part.length;
      this.#at += part.length;
      if (this.#at < bytes.length) break;
      this.#at = 0;
      this.#next++;
    }
    this.#bytes -= n;
    if (this.#next === this.#delivered.length) {
      this.#delivered = [];
      this.#next = 0;
    }
    return n;
  }
}

interface Reading {
  readonly into: Uint8Array;
  readonly resolve: (n: number | null) => void;
  readonly reject: (error: Error) => void;
}
