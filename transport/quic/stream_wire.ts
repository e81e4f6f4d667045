/**
 * A wire over one stream of a session that may have more: QUIC (RFC 9000), WebTransport.
 *
 * To close such a session throws away what is on its way in both directions, even what the peer has received and not read.
 * So who is done says so, reads on, and the session is closed when both have read the other's end.
 *
 * @module
 */
import type { Wire } from "../transport.ts";

/** What a wire needs of its session. */
export interface StreamSession {
  /** Address of the other end. */
  readonly remote: string;
  /** Address of this end. */
  readonly local: string;
  /** Bytes of the peer. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Bytes for the peer. */
  readonly writable: WritableStream<Uint8Array>;
  /** Settles when the session is over; rejects, or resolves with why, in words, when that was no peaceful end. */
  readonly closed: Promise<string | void>;
  /** Tells the peer that it has had everything once it has read `bytes` bytes; `writer` is that of `writable`. */
  finish(writer: WritableStreamDefaultWriter<Uint8Array>, bytes: number): Promise<void>;
  /** Resolves with how many bytes the peer says that it has written in all, if it says so beside the stream. */
  readonly peerFinished?: Promise<number>;
  /** Whether it is this end that closes the session when both are done: the dialer, since a server waits for its sessions. */
  readonly closes: boolean;
  /** Ends the session at once; `inPeace` when neither end waits for anything of the other. */
  close(inPeace: boolean): void;
}

/** Most bytes that are read at once. */
const CHUNK = 64 << 10;

/** An idle wire keeps no more than this. */
const SMALL = 1 << 10;

/** How long the peer has to read the rest, and to close. */
const LINGER_MS = 1000;

/** A wire over one stream. */
export class StreamWire implements Wire {
  /** Address of the other end. */
  readonly remote: string;
  /** Address of this end. */
  readonly local: string;
  /** Resolves when nothing of the session is left. */
  readonly closed: Promise<void>;
  #session: StreamSession;
  #reader: ReadableStreamBYOBReader;
  #writer: WritableStreamDefaultWriter<Uint8Array>;
  #memory = new ArrayBuffer(SMALL); // where chunks are read into; the stream takes it and gives it back
  #readBytes = 0;
  #endBytes = Infinity; // where the peer's bytes end, when it says so beside the stream
  #writtenBytes = 0;
  #writing = false;
  #peerDone = false;
  #closing = false;
  #over = false;

  /** Takes over the stream of `session`. */
  constructor(session: StreamSession) {
    this.remote = session.remote;
    this.local = session.local;
    this.#session = session;
    this.#reader = session.readable.getReader({ mode: "byob" });
    this.#writer = session.writable.getWriter();
    this.#writer.closed.catch(() => {}); // told by write()
    this.#reader.closed.catch(() => {}); // told by read()
    this.closed = session.closed.then(() => {}, () => {}).then(() => void (this.#over = true));
    session.peerFinished?.then((bytes) => this.#endAt(bytes), () => {});
  }

  /** Reads what is there, or waits for more. */
  async read(into: Uint8Array): Promise<number | null> {
    if (this.#closing) return null;
    try {
      const value = await this.#next(this.#view(into.length));
      if (value === null) return null;
      this.#memory = value.buffer;
      into.set(value);
      return value.length;
    } catch (error) {
      if (this.#closing) return null;
      throw await this.#why(error);
    }
  }

  /** Writes everything. */
  async write(bytes: Uint8Array): Promise<number> {
    this.#writing = true;
    try {
      await this.#writer.write(bytes);
    } catch (error) {
      throw await this.#why(error);
    }
    this.#writing = false;
    this.#writtenBytes += bytes.length;
    return bytes.length;
  }

  /** Closes: what is written arrives first, unless the peer does not read it within a second. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#writing || this.#peerDone && this.#session.closes) this.#session.close(this.#peerDone);
    else this.#part();
  }

  /** Says that nothing follows, and reads on without looking until the peer is done, too. */
  async #part(): Promise<void> {
    const late = setTimeout(() => this.#session.close(false), LINGER_MS);
    this.closed.then(() => clearTimeout(late));
    try {
      await this.#session.finish(this.#writer, this.#writtenBytes);
      while (await this.#next(new Uint8Array(CHUNK)) !== null);
      if (this.#session.closes && !this.#over) this.#session.close(true);
    } catch { // the peer has closed, or the time is up
    }
  }

  /** What comes next, in the memory of `view`; null at the end. */
  async #next(view: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.#peerDone) return null;
    const { value } = await this.#reader.read(view);
    this.#readBytes += value?.length ?? 0;
    this.#peerDone ||= value === undefined || value.length === 0 || this.#readBytes >= this.#endBytes;
    return value === undefined || value.length === 0 ? null : value;
  }

  /** The peer has written `bytes` bytes in all. */
  #endAt(bytes: number): void {
    this.#endBytes = bytes;
    if (this.#readBytes < bytes) return;
    this.#peerDone = true;
    this.#reader.cancel().catch(() => {}); // a read that waits has its answer
  }

  /** Memory for a read: as much as is wanted, and what an idle wire once needed is given back. */
  #view(wanted: number): Uint8Array<ArrayBuffer> {
    const size = Math.min(wanted, CHUNK), now = this.#memory.byteLength;
    if (now < size || now > SMALL && wanted <= SMALL) this.#memory = new ArrayBuffer(size);
    return new Uint8Array(this.#memory, 0, size);
  }

  /** Why the stream broke: the session knows more than the stream. */
  async #why(error: unknown): Promise<unknown> {
    if (this.#closing) return new Error("the connection is closed");
    this.#session.close(false);
    const why = await this.#session.closed.catch((cause) => cause);
    if (why === undefined) return error;
    return new Error(why instanceof Error ? why.message : why, { cause: error });
  }
}
