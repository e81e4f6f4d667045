/**
 * A wire over a MessagePort.
 *
 * Messages are buffers, handed over; numbers, which say how many bytes have been read; `"taken"`, from each end before anything else; and
 * null, which ends it, for a port that is closed tells nobody.
 *
 * @module
 */
import type { Wire } from "./transport.ts";
import { Unread } from "./unread.ts";

/** A port can't be told to wait: so many bytes may be on their way, and half of them are read before that is said. */
const WINDOW_BYTES = 4 << 20;
const TAKEN = "taken";

interface Reading {
  readonly into: Uint8Array;
  readonly resolve: (n: number | null) => void;
}

/** A wire over `port`. */
export class PortWire implements Wire {
  /** Address of the other end. */
  readonly remote: string;
  /** Address of this end. */
  readonly local: string;
  #port: MessagePort;
  #onTaken: () => void;
  #unread = new Unread();
  #reading: Reading | null = null;
  #readBytes = 0; // that the other end was not told of
  #underway = 0; // bytes that the other end has not read
  #writing: (() => void) | null = null;
  #ended = false;

  /** Takes over `port`; `onTaken` is called when the other end takes it, too. */
  constructor(port: MessagePort, address: string, onTaken: () => void = () => {}) {
    this.#port = port;
    this.#onTaken = onTaken;
    this.remote = this.local = address;
    port.onmessage = ({ data }) => this.#got(data);
  }

  /** Tells the other end that this one will talk over the port: then `onTaken` is called there. */
  take(): void {
    this.#port.postMessage(TAKEN);
  }

  /** Reads what has come. */
  read(into: Uint8Array): Promise<number | null> {
    if (this.#unread.length > 0) return Promise.resolve(this.#take(into));
    if (this.#ended) return Promise.resolve(null);
    return new Promise((resolve) => this.#reading = { into, resolve });
  }

  /** Hands a copy over, and waits while the other end has much to read. */
  async write(bytes: Uint8Array): Promise<number> {
    if (this.#ended) throw new Error("the other end has closed");
    const part = bytes.slice(0, WINDOW_BYTES), { length } = part;
    this.#underway += length;
    this.#port.postMessage(part.buffer, [part.buffer]);
    if (this.#underway >= WINDOW_BYTES) await new Promise<void>((resolve) => this.#writing = resolve);
    if (this.#ended) throw new Error("the other end has closed");
    return length;
  }

  /** From now on the port does not keep the process alive. */
  background(): void {
    const { unref } = this.#port as { unref?: () => void }; // browsers have no such thing
    unref?.call(this.#port);
  }

  /** Closes the port; the other end learns it. */
  close(): void {
    if (this.#ended) return;
    this.#port.postMessage(null);
    this.#unread.clear();
    this.#end();
  }

  #got(data: unknown): void {
    if (data instanceof ArrayBuffer) {
      this.#unread.push(new Uint8Array(data));
      this.#settle();
    } else if (typeof data === "number") {
      this.#underway -= data;
      this.#resume();
    } else if (data === TAKEN) this.#onTaken();
    else if (data === null) this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#port.close();
    this.#underway = 0;
    this.#resume();
    this.#settle();
  }

  #resume(): void {
    if (this.#underway >= WINDOW_BYTES) return;
    this.#writing?.();
    this.#writing = null;
  }

  #settle(): void {
    const reading = this.#reading;
    if (reading === null) return;
    if (this.#unread.length === 0 && !this.#ended) return;
    this.#reading = null;
    reading.resolve(this.#unread.length > 0 ? this.#take(reading.into) : null);
  }

  #take(into: Uint8Array): number {
    const n = this.#unread.take(into);
    this.#tell(n);
    return n;
  }

  #tell(n: number): void {
    this.#readBytes += n;
    if (this.#readBytes < WINDOW_BYTES / 2 || this.#ended) return;
    this.#port.postMessage(this.#readBytes);
    this.#readBytes = 0;
  }
}
