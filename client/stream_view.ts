/**
 * A stream as the caller of a contract sees it.
 *
 * @module
 */
import type { Call, Metadata, StreamCall } from "../protocol/mod.ts";

/** The stream of a call and nothing else: no promise, so that it passes through `await` and `return` as it is. */
export class StreamView<T = unknown> implements StreamCall<T> {
  #call: Call<T>;

  /** Makes the view of `call`. */
  constructor(call: Call<T>) {
    this.#call = call;
  }

  /** Metadata of the reply. */
  get responseMetadata(): Metadata {
    return this.#call.responseMetadata;
  }

  /** Cancels the stream here and at the other side. */
  cancel(reason?: unknown): void {
    this.#call.cancel(reason);
  }

  /** Its items. */
  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.#call[Symbol.asyncIterator]();
  }

  /** Cancels the stream. */
  [Symbol.dispose](): void {
    this.#call.cancel();
  }

  /** Cancels the stream. */
  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#call[Symbol.asyncDispose]();
  }
}
