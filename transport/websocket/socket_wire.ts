/**
 * A wire over the runtime's WebSocket: servers have no other, and browsers.
 *
 * @module
 */
import type { WebWire } from "../http/web_listener.ts";

/** Largest message that is sent: what is longer goes in several. */
export const PART_BYTES: number = 256 << 10;
/** Largest message that is taken. */
export const MAX_MESSAGE_BYTES: number = 1 << 20;
/** A WebSocket can't be told to wait: more than this unread ends it. */
const MAX_UNREAD_BYTES = 32 << 20;
/** So much may wait in the runtime to be sent. */
const MAX_UNSENT_BYTES = 1 << 20;
/** How often is looked whether it has become less, in milliseconds: at first, and at last. */
const FIRST_LOOK_MS = 1, LAST_LOOK_MS = 16;

/** A wire of binary messages joined. */
export class SocketWire implements WebWire {
  /** Address of the other end. */
  readonly remote: string;
  /** Address of this end. */
  readonly local: string;
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;
  #socket: WebSocket;
  #opened: Promise<void>;
  #messages: Uint8Array[] = [];
  #at = 0; // bytes of the first message that are read
  #unread = 0;
  #reading: { into: Uint8Array; resolve: (n: number | null) => void; reject: (error: Error) => void } | null = null;
  #ended: { readonly error: Error | undefined } | null = null;
  #stopWaiting: (() => void) | null = null;

  /** Makes a wire over `socket`, which may still be opening. */
  constructor(socket: WebSocket, remote: string, local: string) {
    this.#socket = socket;
    this.remote = remote;
    this.local = local;
    const opened = Promise.withResolvers<void>(), closed = Promise.withResolvers<void>();
    this.#opened = opened.promise;
    this.closed = closed.promise;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => opened.resolve();
    socket.onmessage = ({ data }) => this.#got(data);
    socket.onerror = (event) => this.#end(new Error(messageOf(event)));
    socket.onclose = ({ code, reason }) => {
      this.#end(code === 1000 || code === 1005 ? undefined : new Error(`it closed the WebSocket: ${reason || code}`));
      opened.resolve();
      closed.resolve();
    };
    if (socket.readyState === WebSocket.OPEN) opened.resolve();
  }

  /** Reads what messages have brought. */
  read(into: Uint8Array): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.#reading = { into, resolve, reject };
      this.#settle();
    });
  }

  /** Sends a message; waits while the runtime has much to send. */
  async write(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    const socket = this.#socket;
    if (socket.readyState === WebSocket.CONNECTING) await this.#opened;
    if (this.#ended !== null) throw this.#ended.error ?? new Error("the other end has closed");
    const part = bytes.length > PART_BYTES ? bytes.subarray(0, PART_BYTES) : bytes;
    socket.send(part);
    if (socket.bufferedAmount > MAX_UNSENT_BYTES) await this.#sent();
    return part.length;
  }

  /** Closes the socket. */
  close(): void {
    this.#unread = 0;
    this.#messages = [];
    this.#fail(undefined, 1000, "");
  }

  #got(data: unknown): void {
    if (this.#ended !== null) return;
    if (!(data instanceof ArrayBuffer)) return this.#fail(new Error("it sent text"), 1003, "want binary messages");
    const { byteLength } = data;
    if (byteLength > MAX_MESSAGE_BYTES || this.#unread + byteLength > MAX_UNREAD_BYTES) {
      return this.#fail(new Error("it sent too much at once"), 1009, `want at most ${MAX_MESSAGE_BYTES} bytes`);
    }
    if (byteLength === 0) return;
    this.#messages.push(new Uint8Array(data));
    this.#unread += byteLength;
    this.#settle();
  }

  #fail(error: Error | undefined, code: number, reason: string): void {
    this.#end(error);
    try {
      this.#socket.close(code, reason);
    } catch { // browsers let pages close with 1000 and 3000 to 4999 only
      this.#socket.close(3000 + code % 1000, reason);
    }
  }

  #end(error: Error | undefined): void {
    if (this.#ended !== null) return;
    this.#ended = { error };
    this.#stopWaiting?.();
    this.#settle();
  }

  #settle(): void {
    const reading = this.#reading;
    if (reading === null || this.#unread === 0 && this.#ended === null) return;
    this.#reading = null;
    if (this.#unread > 0) return reading.resolve(this.#take(reading.into));
    const { error } = this.#ended!;
    if (error === undefined) reading.resolve(null);
    else reading.reject(error);
  }

  #take(into: Uint8Array): number {
    const messages = this.#messages;
    let n = 0, next = 0;
    while (n < into.length && next < messages.length) {
      const message = messages[next]!, part = message.subarray(this.#at, this.#at + into.length - n);
      into.set(part, n);
      n += part.length;
      this.#at += part.length;
      if (this.#at < message.length) break;
      this.#at = 0;
      next++;
    }
    messages.splice(0, next);
    this.#unread -= n;
    return n;
  }

  /** Resolves when half of what may wait in the runtime is sent. No event tells. */
  #sent(): Promise<void> {
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const look = (waitMs: number) => {
        if (this.#ended !== null) {
          reject(this.#ended.error ?? new Error("the other end has closed"));
        } else if (this.#socket.bufferedAmount <= MAX_UNSENT_BYTES / 2) resolve();
        else timer = setTimeout(look, waitMs, Math.min(waitMs * 2, LAST_LOOK_MS));
      };
      this.#stopWaiting = () => {
        clearTimeout(timer);
        look(0);
      };
      look(FIRST_LOOK_MS);
    });
  }
}

/** Resolves when `socket` is open. Rejects with what went wrong; a `signal` that aborts closes it. */
export function opening(socket: WebSocket, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => socket.close();
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.onopen = () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    };
    socket.onerror = (event) => reject(new Error(messageOf(event)));
    socket.onclose = ({ reason }) => reject(new Error(reason || "it takes no WebSocket here"));
    if (signal?.aborted) onAbort();
  });
}

/** What an error event says; browsers say nothing. */
function messageOf(event: Event): string {
  return "message" in event && typeof event.message === "string" && event.message !== ""
    ? event.message
    : "the WebSocket failed";
}
