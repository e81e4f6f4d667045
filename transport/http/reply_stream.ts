/**
 * The stream that a call is answered with, as the body of an answer: its ITEM frames and its END, one behind the other.
 *
 * @module
 */
import { FrameType, type RpcError } from "../../protocol/mod.ts";
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

/** Passes frames on as fast as they are read. */
export class ReplyStream implements Waiter {
  /** The answer's body. */
  readonly body: ReadableStream<Uint8Array>;
  #init: ReplyStreamInit;
  #waiting: Uint8Array[] = [];
  #over = false;
  #controller!: ReadableStreamDefaultController<Uint8Array>;

  /** Makes a stream of one call. */
  constructor(init: ReplyStreamInit) {
    this.#init = init;
    this.body = new ReadableStream({
      start: (controller) => void (this.#controller = controller),
      pull: () => this.#give(),
      cancel: () => init.onCancel(),
    });
  }

  /** Takes a frame. */
  got({ type, bytes }: FrameView): boolean {
    this.#waiting.push(bytes.slice());
    if (type !== FrameType.item) this.#over = true;
    if (this.#controller.desiredSize! > 0) this.#give();
    return true;
  }

  /** The stream breaks. */
  lost(error: RpcError): void {
    this.#waiting.push(makeFailure(this.#init.id, error).bytes);
    this.#over = true;
    if (this.#controller.desiredSize! > 0) this.#give();
  }

  /** Passes on what waits; what the answer's reader has taken, the connection may send more of. */
  #give(): void {
    const parts = this.#waiting.splice(0);
    let bytes = 0;
    for (const part of parts) {
      this.#controller.enqueue(part);
      bytes += part.length;
    }
    if (this.#over) this.#controller.close();
    else if (bytes > 0) this.#init.onRead(bytes);
  }
}
