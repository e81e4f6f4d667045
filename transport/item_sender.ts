/**
 * The sending end of a stream: sends what an iterable gives, as far as the other end has given credit.
 *
 * @module
 */
import type { Coder } from "../codec/mod.ts";
import type { Metadata } from "../protocol/mod.ts";
import type { Outbox } from "./outbox.ts";

/** More credit than this is as good as no bound. */
const MAX_CREDIT = 2 ** 31 - 1;

/** Sends the items of one stream. */
export class ItemSender {
  #outbox: Outbox;
  #id: number;
  #codec: number;
  #coder: Coder;
  #credit: number;
  #metadata: (() => Metadata | null) | null;
  #refused: unknown = undefined;
  #stopped = false;
  #resume: (() => void) | null = null;
  #iterator: AsyncIterator<unknown> | Iterator<unknown> | null = null;

  /**
   * Makes a sender for stream `id` that may send `credit` bytes at first; what `metadata` gives goes with the first item, and
   * is asked for when that is there.
   */
  constructor(
    outbox: Outbox,
    id: number,
    codec: number,
    coder: Coder,
    credit: number,
    metadata: (() => Metadata | null) | null = null,
  ) {
    this.#outbox = outbox;
    this.#id = id;
    this.#codec = codec;
    this.#coder = coder;
    this.#credit = credit;
    this.#metadata = metadata;
  }

  /** The metadata, when no item has carried it. */
  unsentMetadata(): Metadata | null {
    return this.#metadata?.() ?? null;
  }

  /** Whether `error` says that an item could not be encoded; otherwise it is the iterable's own. */
  refused(error: unknown): boolean {
    return error !== undefined && error === this.#refused;
  }

  /** Whether {@linkcode ItemSender.stop} was called. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Allows `bytes` more. */
  grant(bytes: number): void {
    const waits = this.#credit <= 0;
    this.#credit = Math.min(this.#credit + bytes, MAX_CREDIT);
    if (waits && this.#credit > 0) this.#wake();
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
      if (this.#mustWait()) await this.#wait(); // many streams may have got an item in this turn
      if (this.#stopped) break;
      this.#send(value);
      if (this.#mustWait()) await this.#wait();
    }
  }

  async #runSync(items: Iterable<unknown>): Promise<void> {
    const iterator = this.#iterator = items[Symbol.iterator]();
    if (this.#mustWait()) await this.#wait();
    while (!this.#stopped) {
      const { value, done } = iterator.next();
      if (done) break;
      this.#send(value);
      if (this.#mustWait()) await this.#wait();
    }
  }

  #send(value: unknown): void {
    try {
      this.#credit -= this.#outbox.item(this.#id, this.#codec, this.#coder, value, this.unsentMetadata());
      this.#metadata = null;
    } catch (error) {
      this.#refused = error;
      this.stop(); // gives the iterable the chance to clean up
      throw error;
    }
  }

  #mustWait(): boolean {
    return this.#credit <= 0 || this.#outbox.isFull;
  }

  /** Resolves when there is credit and room, or the sender is stopped. Waits for one after the other. */
  async #wait(): Promise<void> {
    while (!this.#stopped && this.#mustWait()) {
      await new Promise<void>((resolve) => {
        if (this.#credit <= 0) this.#resume = resolve;
        else this.#outbox.whenRoom(resolve); // stopping does not end this: who does not read can't make it wait again and again
      });
    }
  }

  #wake(): void {
    this.#resume?.();
    this.#resume = null;
  }
}
