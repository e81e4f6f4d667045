/**
 * Wires that come in, until somebody accepts them.
 *
 * @module
 */
import type { Wire } from "./transport.ts";

/** Connections of a listener whose wires come from a callback. */
export class WireQueue implements AsyncIterable<Wire> {
  #wires: Wire[] = [];
  #wake: (() => void) | null = null;
  #closed = false;
  #finish: () => Promise<void>;

  /** Makes an empty queue; `finish` is awaited when it has been closed, before its iteration ends. */
  constructor(finish: () => Promise<void> = () => Promise.resolve()) {
    this.#finish = finish;
  }

  /** Adds a wire; one that comes when the queue is closed is closed, too. */
  push(wire: Wire): void {
    if (this.#closed) return wire.close();
    this.#wires.push(wire);
    this.#wake?.();
  }

  /** Ends the iteration; wires that nobody has accepted are closed. */
  close(): void {
    this.#closed = true;
    for (const wire of this.#wires.splice(0)) wire.close();
    this.#wake?.();
  }

  /** The wires as they come in; iterate once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Wire> {
    while (!this.#closed) {
      while (this.#wires.length > 0) yield this.#wires.shift()!;
      if (!this.#closed) await new Promise<void>((resolve) => this.#wake = resolve);
    }
    await this.#finish();
  }
}
