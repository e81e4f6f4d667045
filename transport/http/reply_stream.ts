/**
 * The stream that a call is answered with, as the body of an answer: its ITEM frames and its END, one behind the other.
 *
 * @module
 */
import { FrameType, type RpcError, Writer } from "../../protocol/mod.ts";
import { type FrameView, makeFailure } from "../frame_view.ts";
import type { Waiter } from "./peer_wire.ts";

/** What a stream tells the call. */
export interface ReplyStreamInit {
  /** Id of the call. */
  readonly id: number;
  /** The reader has taken so many bytes. */
  readonly onRead: (bytes: number) => void;
  /** The reader wants no more. */
  readonly onCancel: () => void;
}

/** Passes frames on as fast as they are read; those of one turn go together. */
export class ReplyStream implements Waiter {
  /** The answer's body. */
  readonly body: ReadableStream<Uint8Array>;
  #init: ReplyStreamInit;
  #out = new Writer();
  #isOver = false;
  #isClosed = false; // or cancelled
  #isGiving = false;
  #controller!: ReadableStreamDefaultController<Uint8Array>;

  /** Makes a stream of one call. */
  constructor(init: ReplyStreamInit) {
    this.#init = init;
    this.body = new ReadableStream({
      start: (controller) => void (this.#controller = controller),
      pull: () => this.#give(),
      cancel: () => {
        this.#isOver = this.#isClosed = true;
        init.onCancel();
      },
    });
  }

  /** Takes a frame. */
  got({ type, bytes }: FrameView): boolean {
    this.#add(bytes, type !== FrameType.item);
    return true;
  }

  /** The stream breaks. */
  lost(error: RpcError): void {
    this.#add(makeFailure(this.#init.id, error).bytes, true);
  }

  #add(bytes: Uint8Array, isLast: boolean): void {
    if (this.#isOver) return;
    this.#out.raw(bytes);
    this.#isOver = isLast;
    if (this.#isGiving) return;
    this.#isGiving = true;
    queueMicrotask(() => this.#giveSoon());
  }

  #giveSoon(): void {
    this.#isGiving = false;
    if (!this.#isClosed && this.#controller.desiredSize! > 0) this.#give();
  }

  /** Passes on what waits; what the answer's reader has taken, the connection may send more of. */
  #give(): void {
    const bytes = this.#out.slice();
    this.#out.pos = 0;
    if (this.#isOver && !this.#isClosed) {
      this.#isClosed = true; // to enqueue may pull at once
      if (bytes.length > 0) this.#controller.enqueue(bytes);
      this.#controller.close();
    } else if (bytes.length > 0) {
      this.#controller.enqueue(bytes);
      this.#init.onRead(bytes.length);
    }
  }
}
