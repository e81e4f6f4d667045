/**
 * A call that goes out: the object its caller holds, and what its connection tells it.
 *
 * @module
 */
import { type Call, isAsyncIterable, type Metadata, noMetadata, RpcError, type TimerWheel } from "../protocol/mod.ts";
import type { Connection } from "./connection.ts";
import { ItemQueue, overrun } from "./item_queue.ts";
import type { ItemSender } from "./item_sender.ts";
import { defaultLimits } from "./limits.ts";
import { canceled, tooLong } from "./loss.ts";
import type { OutgoingInit, OutgoingOwner } from "./outgoing_init.ts";
import { OutgoingRequest } from "./outgoing_request.ts";

const OPEN = 0, DONE = 1, FAILED = 2;

/** Value of a call that has no reply, or none yet. */
const nothing = Symbol("nothing");

/** A call that goes out. Its caller sees it as a {@linkcode Call}. */
export class Outgoing extends OutgoingRequest implements Call {
  /** For `Object.prototype.toString`. */
  readonly [Symbol.toStringTag] = "Call";
  /** The connection it is open on, or null. */
  connection: Connection | null = null;
  /** Items of a reply stream have come. */
  hasItems = false;
  /** Sends the request stream, when there is one. */
  sender: ItemSender | null = null;
  /** Runs once when the call has ended. */
  cleanup: (() => void) | null = null;
  #tellDeadline: boolean;
  #owner: OutgoingOwner | null;
  #wheel: TimerWheel;
  #state = OPEN;
  #value: unknown = nothing;
  #error: RpcError | undefined = undefined;
  #promise: Promise<unknown> | null = null;
  #wantsStream = false;
  #resolve: ((value: unknown) => void) | null = null;
  #reject: ((error: RpcError) => void) | null = null;
  #items: ItemQueue | null = null;
  #responseMetadata: Metadata | null = null;
  #heldBytes = 0; // of items that wait beyond the window

  /** Makes a call that is not open yet; its deadline runs from now on. */
  constructor(wheel: TimerWheel, init: OutgoingInit) {
    super(init);
    this.#wheel = wheel;
    this.#tellDeadline = init.tellDeadline;
    this.#owner = init.owner;
    if (init.timeout !== Infinity) {
      this.dueMs = wheel.clock.now() + init.timeout;
      if (init.tellDeadline) this.timeoutMs = init.timeout;
      wheel.add(this, this.dueMs);
    }
  }

  /** Whether it has ended. */
  get settled(): boolean {
    return this.#state !== OPEN;
  }

  /** Metadata of the reply. */
  get responseMetadata(): Metadata {
    return this.#responseMetadata ?? noMetadata;
  }

  // ---- the caller's side

  /** A promise of the reply; made when first asked for. */
  then<A = unknown, B = never>(
    onValue?: ((value: unknown) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return (this.#promise ?? this.#asPromise()).then(onValue, onError);
  }

  /** {@linkcode Outgoing.then} for errors only. */
  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<unknown> {
    return this.then(null, onError);
  }

  /** Runs `onSettled` when the call has ended, however it ended. */
  finally(onSettled?: (() => void) | null): Promise<unknown> {
    return (this.#promise ?? this.#asPromise()).finally(onSettled);
  }

  /** The items of the reply. */
  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    return this.#openItems();
  }

  /** Cancels the call. */
  [Symbol.dispose](): void {
    this.cancel();
  }

  /** Cancels the call. */
  [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    return Promise.resolve();
  }

  /** Cancels the call here and at the other side. */
  cancel(reason?: unknown): void {
    if (this.#state !== OPEN) return;
    const error = canceled(this.spec, reason);
    this.#leave(error);
    this.#fail(error);
  }

  #asPromise(): Promise<unknown> {
    return this.#promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      if (this.#value !== nothing) resolve(this.#value);
      else if (this.#items !== null) this.#firstOf(this.#items);
      else if (this.#state === DONE) resolve(undefined);
      else if (this.#state === FAILED) reject(this.#error);
    });
  }

  /** Awaiting a stream gives its first item and cancels the rest. */
  #firstOf(items: ItemQueue): void {
    items.next().then(({ value, done }) => {
      if (done && this.#state === FAILED) return this.#reject!(this.#error!); // its reader has had the error already
      this.#resolve!(value);
      items.return();
    }, this.#reject);
  }

  #openItems(): ItemQueue {
    if (this.#items !== null) return this.#items;
    const items = this.#items = new ItemQueue(defaultLimits.streamWindowBytes, this);
    if (this.#state === OPEN && !this.#tellDeadline) this.#forgetDeadline(); // the default deadline is for unary calls
    if (this.#value !== nothing) items.push(this.#value, 0);
    if (this.#state !== OPEN) items.end(this.#error);
    return items;
  }

  #forgetDeadline(): void {
    this.#wheel.remove(this);
    this.dueMs = Infinity;
  }

  // ---- for whoever stands between the caller and the connection

  /** The reply as it comes: its value, or the stream of its items as soon as the first is there. */
  reply(): Promise<unknown> {
    this.#wantsStream = true;
    return this.then();
  }

  /** Ends this call with the reply of another: a value, or a stream that is passed on item by item. */
  async adopt(reply: unknown): Promise<void> {
    if (!isAsyncIterable(reply)) return this.gotResponse(reply);
    try {
      for await (const item of reply) {
        if (this.settled) return; // leaving the loop tells the other call
        this.gotItem(item, 0);
        await this.#items!.taken();
        if (this.settled) return;
      }
      this.gotEnd();
    } catch (error) {
      this.fail(RpcError.from(error, "internal"));
    }
  }

  // ---- the connection's side

  /** Metadata came with the reply. */
  gotMetadata(metadata: Metadata): void {
    this.#responseMetadata = metadata;
  }

  /** The reply came: the call is over. */
  gotResponse(value: unknown): void {
    if (this.#state !== OPEN) return;
    this.#end(DONE, undefined);
    this.#value = value;
    if (this.#items !== null) {
      this.#items.push(value, 0);
      this.#items.end();
    } else this.#resolve?.(value);
  }

  /** An item of the reply came, and takes `size` bytes; throws when the sender had no credit for it, or too much waits. */
  gotItem(value: unknown, cost: number, size: number = cost): void {
    if (this.#state !== OPEN) return;
    const fresh = this.#items === null, items = this.#openItems();
    if (!this.hasItems && this.connection !== null) items.resize(this.connection.limits.streamWindowBytes);
    this.hasItems = true;
    if (!items.push(value, cost, size)) throw overrun();
    if (!fresh || this.#resolve === null) return;
    if (this.#wantsStream) this.#resolve(items);
    else this.#firstOf(items);
  }

  /** The reply's stream came to its clean end. */
  gotEnd(): void {
    if (this.#state !== OPEN) return;
    this.#end(DONE, undefined);
    if (this.#items !== null) this.#items.end();
    else this.#resolve?.(this.#wantsStream ? this.#openItems() : undefined);
  }

  /** The attempt failed: the owner may try again, else the call fails. */
  fail(error: RpcError): void {
    if (this.#state !== OPEN) return;
    this.connection = null;
    this.sender?.stop();
    const final = this.hasItems || this.#owner === null ? error : this.#owner.retry(this, error);
    if (final !== null) this.#fail(final);
  }

  #fail(error: RpcError): void {
    error.ofCall = true;
    this.#error = error;
    this.#end(FAILED, error);
    if (this.#items !== null) this.#items.end(error);
    else this.#reject?.(error);
  }

  #end(state: number, error: RpcError | undefined): void {
    this.#state = state;
    this.connection = null;
    if (this.dueTick !== 0) this.#wheel.remove(this);
    this.sender?.stop();
    this.cleanup?.();
    this.#owner?.ended(this, error);
  }

  /** Tells the other side that nobody waits any more. */
  #leave(why: RpcError): void {
    this.connection?.abandon(this, why.status);
  }

  // ---- as owner of its queue and as wheel entry

  /** The reader has room for more. */
  grant(bytes: number): void {
    this.connection?.outbox.window(this.id, bytes);
  }

  /** Items wait beyond the window, which only large ones and compressed ones do. */
  hold(bytes: number): boolean {
    const { maxCallBytes } = this.connection?.limits ?? defaultLimits;
    if (bytes > 0 && this.#heldBytes + bytes > maxCallBytes) return false;
    this.#heldBytes += bytes;
    return true;
  }

  /** The reader wants no more. */
  abandon(): void {
    this.cancel("the reader stopped");
  }

  /** The deadline has passed. */
  override onDue(): void {
    const error = tooLong(this);
    this.#leave(error);
    this.#fail(error);
  }
}
