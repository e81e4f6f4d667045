/**
 * The sending end of a stream: sends what an iterable gives, as far as the other end has given credit.
 *
 * @module
 */
import type { Coder } from "../codec/mod.ts";
import type { Metadata } from "../protocol/mod.ts";
import type { Outbox } from "./outbox.ts";

/** Sends the items of one stream. */
export class ItemSender {
  #outbox: Outbox;
  #id: number;
  #codec: number;
  #coder: Coder;
  #credit: number;
  #metadata: Metadata | null;
  #stopped = false;
  #resume: (() => void) | null = null;
  #iterator: AsyncIterator<unknown> | Iterator<unknown> | null = null;

  /** Makes a sender for stream `id` that may send `credit` bytes at first; `metadata` goes with the first item. */
  constructor(outbox: Outbox, id: number, codec: number, coder: Coder, credit: number, metadata: Metadata | null = null) {
    this.#outbox = outbox;
    this.#id = id;
    this.#codec = codec;
    this.#coder = coder;
    this.#credit = credit;
    this.#metadata = metadata;
  }

  /** The metadata, when no item has carried it. */
  unsentMetadata(): Metadata | null {
    return this.#metadata;
  }

  /** Whether {@linkcode ItemSender.stop} was called. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Allows `bytes` more. */
  grant(bytes: number): void {
    this.#credit += bytes;
    if (this.#credit > 0) this.#wake();
  }

  /** Sends nothing more and tells the iterable so. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#wake();
    try {
      const returned: unknown = this.#iterator?.return?.();
      if (returned instanceof Promise) returned.catch(() => {});
    } catch { /* the iterable's own clean-up failed; nobody waits for it any more */ }
  }

  /** Sends every item; resolves when the iterable ends or the sender is stopped, rejects with what the iterable throws. */
  run(items: AsyncIterable<unknown> | Iterable<unknown>): Promise<void> {
    return Symbol.asyncIterator in items ? this.#runAsync(items) : this.#runSync(items);
  }

  async #runAsync(items: AsyncIterable<unknown>): Promise<void> {
    const iterator = this.#iterator = items[Symbol.asyncIterator]();
    while (!this.#stopped) {
      const { value, done } = await iterator.next();
      if (done || this.#stopped) break;
      this.#send(value);
      if (this.#mustWait()) await this.#wait();
    }
  }

  async #runSync(items: Iterable<unknown>): Promise<void> {
    const iterator = this.#iterator = items[Symbol.iterator]();
    for (;;) {
      const { value, done } = iterator.next();
      if (done) break;
      this.#send(value);
      if (this.#mustWait()) await this.#wait();
      if (this.#stopped) break;
    }
  }

  #send(value: unknown): void {
    try {
      this.#credit -= this.#outbox.item(this.#id, this.#codec, this.#coder, value, this.#metadata);
      this.#metadata = null;
    } catch (error) {
      this.stop(); // gives the iterable the chance to clean up
      throw error;
    }
  }

  #mustWait(): boolean {
    return this.#credit <= 0 || this.#outbox.isFull;
  }

  /** Resolves when there is credit and room, or the sender is stopped. */
  async #wait(): Promise<void> {
    while (!this.#stopped && this.#mustWait()) {
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
        if (this.#outbox.isFull) this.#outbox.whenRoom(resolve);
      });
    }
  }

  #wake(): void {
    this.#resume?.();
    this.#resume = null;
  }
}
