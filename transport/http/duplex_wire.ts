/**
 * A wire over two streams, as the bodies of a request and its answer are.
 *
 * @module
 */
import type { WebWire } from "./web_listener.ts";

/** Bytes that may wait to be sent. */
const MAX_UNSENT_BYTES = 64 << 10;

/** Reads one body and writes another. */
export class DuplexWire implements WebWire {
  /** Address of the other end. */
  readonly remote: string;
  /** Address of this end. */
  readonly local: string;
  /** The body that is written. */
  readonly body: ReadableStream<Uint8Array>;
  /** Resolves when both bodies are over. */
  readonly closed: Promise<void>;
  #reader: Promise<ReadableStreamDefaultReader<Uint8Array> | null>;
  #rest: Uint8Array = new Uint8Array(0);
  #writer!: ReadableStreamDefaultController<Uint8Array>;
  #written: (() => void) | null = null;
  #over = false;
  #resolveClosed: () => void;

  /** Makes a wire that reads `incoming`, when it is there. */
  constructor(
    incoming: ReadableStream<Uint8Array> | null | Promise<ReadableStream<Uint8Array> | null>,
    remote: string,
    local: string,
  ) {
    this.remote = remote;
    this.local = local;
    this.#reader = Promise.resolve(incoming).then((stream) => stream?.getReader() ?? null);
    this.#reader.catch(() => {}); // reading tells
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#resolveClosed = resolve;
    this.body = new ReadableStream({
      start: (controller) => void (this.#writer = controller),
      pull: () => this.#pulled(),
      cancel: () => this.close(),
    }, { highWaterMark: MAX_UNSENT_BYTES, size: ({ length }) => length });
  }

  /** Reads what has come. */
  async read(into: Uint8Array): Promise<number | null> {
    while (this.#rest.length === 0) {
      const reader = await this.#reader;
      if (this.#over || reader === null) return null;
      const { value, done } = await reader.read();
      if (done || this.#over) return null;
      this.#rest = value;
    }
    const part = this.#rest.subarray(0, into.length);
    into.set(part);
    this.#rest = this.#rest.subarray(part.length);
    return part.length;
  }

  /** Writes a copy; waits while the other end does not read. */
  async write(bytes: Uint8Array): Promise<number> {
    if (this.#over) throw new Error("the other end has closed");
    const part = bytes.slice(0, MAX_UNSENT_BYTES);
    this.#writer.enqueue(part);
    if (this.#writer.desiredSize! <= 0) await new Promise<void>((resolve) => this.#written = resolve);
    return part.length;
  }

  /** Ends both bodies. */
  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#pulled();
    try {
      this.#writer.close();
    } catch { /* its reader has gone already */ }
    this.#reader.then((reader) => reader?.cancel()).catch(() => {}).finally(this.#resolveClosed);
  }

  #pulled(): void {
    this.#written?.();
    this.#written = null;
  }
}
