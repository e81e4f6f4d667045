/**
 * A queue between a callback and a `for await` loop, for the systems that push their stream items.
 *
 * @module
 */

/** Holds what was pushed until it is iterated; ends after a known number of items. */
export class PushQueue<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #left: number;
  #failure: unknown;
  #wake: () => void = () => {};

  /** A queue of `count` items. */
  constructor(count: number) {
    this.#left = count;
  }

  /** Adds an item; false when it was the last. */
  push(item: T): boolean {
    this.#items.push(item);
    this.#wake();
    return --this.#left > 0;
  }

  /** Ends the iteration with an error. */
  fail(cause: unknown): void {
    this.#failure = cause;
    this.#wake();
  }

  /** The items, as they come. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      const items = this.#items;
      this.#items = [];
      yield* items;
      if (this.#items.length > 0) continue;
      if (this.#left <= 0) return;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}
