/**
 * The receiving end of a stream: items that have arrived and were not read yet, and the credit given for more.
 *
 * @module
 */
import { RpcError } from "../protocol/mod.ts";

interface Waiter<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

/** What a queue tells its stream. */
export interface QueueOwner {
  /** The reader has taken `bytes` more; the sender may send as many again. */
  grant(bytes: number): void;
  /** The reader wants no more before the stream has ended. */
  abandon(): void;
  /** Items wait that are `bytes` larger than the window, or no longer when negative; false when that is too much. */
  hold?(bytes: number): boolean;
}

/** Items of one stream in order. Iterate it once; `break` abandons the stream. */
export class ItemQueue<T = unknown> implements AsyncIterableIterator<T, undefined> {
  #owner: QueueOwner;
  #window: number;
  #items: T[] = [];
  #costs: number[] = [];
  #sizes: number[] | null = null; // as the costs, while those are all
  #head = 0;
  #outstanding = 0; // bytes received and not yet granted again
  #taken = 0; // bytes read since the last grant
  #waiting = 0; // bytes of memory of items that wait
  #excess = 0; // of them beyond the window
  #waiters: Waiter<T>[] = [];
  #ended = false;
  #error: unknown = undefined;
  #onTaken: (() => void) | null = null;

  /** Makes a queue whose sender may be `windowBytes` ahead of the reader. */
  constructor(windowBytes: number, owner: QueueOwner) {
    this.#window = windowBytes;
    this.#owner = owner;
  }

  /** Changes how far the sender may be ahead; before the first item. */
  resize(windowBytes: number): void {
    this.#window = windowBytes;
  }

  /**
   * Adds an item that took `cost` bytes on the wire, and takes `size` bytes of memory, which are more when it was compressed;
   * false when the sender had no credit for it, or there is no room.
   */
  push(item: T, cost: number, size: number = cost): boolean {
    if (this.#ended) return true;
    if (this.#outstanding >= this.#window) return false;
    const waiter = this.#waiters.shift();
    if (waiter === undefined && !this.#hold(size)) return false;
    this.#outstanding += cost;
    if (waiter === undefined) {
      this.#items.push(item);
      this.#costs.push(cost);
      if (size !== cost || this.#sizes !== null) this.#noteSize(size);
    } else {
      this.#took(cost);
      waiter.resolve({ value: item, done: false });
    }
    return true;
  }

  #noteSize(size: number): void {
    this.#sizes ??= this.#costs.slice(0, -1);
    this.#sizes.push(size);
  }

  /** Makes room for an item that has to wait: up to the window it is there, beyond it the owner has to agree. */
  #hold(size: number): boolean {
    const waiting = this.#waiting + size, more = waiting - this.#window - this.#excess;
    if (more > 0 && this.#owner.hold !== undefined) {
      if (!this.#owner.hold(more)) return false;
      this.#excess += more;
    }
    this.#waiting = waiting;
    return true;
  }

  #release(size: number): void {
    this.#waiting -= size;
    if (this.#excess === 0) return;
    const excess = Math.max(0, this.#waiting - this.#window);
    if (excess < this.#excess) this.#owner.hold!(excess - this.#excess);
    this.#excess = Math.min(excess, this.#excess);
  }

  /** Ends the stream: with `error` it throws after the items that have arrived. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#onTaken?.();
    for (const waiter of this.#waiters.splice(0)) {
      if (this.#error === undefined) waiter.resolve({ value: undefined, done: true });
      else waiter.reject(this.#takeError());
    }
  }

  /** Resolves when everything that was pushed has been read, or the queue has ended. */
  async taken(): Promise<void> {
    while (this.#head < this.#items.length && !this.#ended) {
      await new Promise<void>((resolve) => this.#onTaken = resolve);
    }
  }

  /** The next item; rejects once with the error that broke the stream. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#head < this.#items.length) return Promise.resolve({ value: this.#shift(), done: false });
    if (this.#error !== undefined) return Promise.reject(this.#takeError());
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** Ends reading; the stream is abandoned when it had not ended. */
  return(): Promise<IteratorResult<T, undefined>> {
    if (!this.#ended) {
      this.end();
      this.#owner.abandon();
    }
    this.#items = this.#costs = [];
    this.#sizes = null;
    this.#head = 0;
    this.#error = undefined;
    return Promise.resolve({ value: undefined, done: true });
  }

  /** The queue itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** {@linkcode ItemQueue.return}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #takeError(): unknown {
    const error = this.#error;
    this.#error = undefined;
    return error;
  }

  #shift(): T {
    const head = this.#head++, item = this.#items[head]!, cost = this.#costs[head]!;
    this.#release(this.#sizes === null ? cost : this.#sizes[head]!);
    this.#took(cost);
    if (this.#head === this.#items.length) {
      this.#items.length = this.#costs.length = this.#head = 0;
      this.#sizes = null;
    } else if (head >= 1024) {
      this.#items.splice(0, this.#head);
      this.#costs.splice(0, this.#head);
      this.#sizes?.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }

  #took(cost: number): void {
    this.#taken += cost;
    if (this.#taken < this.#window >> 1 || this.#ended) return;
    this.#outstanding -= this.#taken;
    this.#owner.grant(this.#taken);
    this.#taken = 0;
  }
}

/** Error for a peer that sends more than it was granted. */
export function overrun(): RpcError {
  return new RpcError(
    "resource_exhausted",
    "Cannot receive stream: the peer sent beyond its credit, or too much waits",
  );
}
