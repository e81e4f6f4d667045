/**
 * Bytes that have come and that nobody has read yet.
 *
 * @module
 */

/** Chunks, read as one stream of bytes. */
export class Unread {
  #chunks: Uint8Array[] = [];
  #length = 0;

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /** Adds a chunk, whose memory must not change until it is read. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Moves as many bytes into `into` as there are and fit; returns how many. */
  take(into: Uint8Array): number {
    const chunks = this.#chunks;
    let n = 0, next = 0;
    for (; n < into.length && next < chunks.length; next++) {
      const chunk = chunks[next]!, room = into.length - n;
      if (chunk.length > room) {
        into.set(chunk.subarray(0, room), n);
        chunks[next] = chunk.subarray(room);
        n += room;
        break;
      }
      into.set(chunk, n);
      n += chunk.length;
    }
    if (next === chunks.length) chunks.length = 0;
    else chunks.splice(0, next);
    this.#length -= n;
    return n;
  }

  /** Forgets all of them. */
  clear(): void {
    this.#chunks = [];
    this.#length = 0;
  }
}
