/**
 * Splits the bytes of a connection into TARS packets: each stands behind its length in four bytes, big-endian, which
 * counts itself (TarsCpp `servant/libservant/AppProtocol.cpp`).
 *
 * @module
 */
import { RpcError } from "../../protocol/mod.ts";

/** Limits of {@linkcode deframe}. */
export interface DeframeOptions {
  /** Most bytes of a packet with its length. Default 4 MiB; TARS's own servers take 10 MiB. */
  readonly maxBytes?: number;
}

const lengthSize = 4, leastBytes = lengthSize + 1;

/**
 * In: reads of any size. Out: whole packets, each without its length; views of what was read where a read holds the whole
 * packet, copies elsewhere.
 *
 * Errors the stream with code `data_loss` when it ends inside a packet, `resource_exhausted` when a length is larger than
 * `maxBytes`, `invalid_argument` when it is too small for a packet. Memory grows with what has arrived, never with what was
 * announced.
 *
 * @example
 * ```ts
 * import { tars } from "@erpc/erpc/codec";
 * const bytes = new Blob([Uint8Array.of(0, 0, 0, 6, 0x1c, 0x2c, 0, 0)]).stream();
 * const reader = bytes.pipeThrough(tars.deframe()).getReader();
 * console.assert((await reader.read()).value?.length === 2);
 * await reader.cancel();
 * ```
 */
export function deframe({ maxBytes = 4 << 20 }: DeframeOptions = {}): TransformStream<Uint8Array, Uint8Array> {
  const packets = new Packets(maxBytes);
  return new TransformStream({
    transform(chunk, controller) {
      for (const packet of packets.push(chunk)) controller.enqueue(packet);
    },
    flush() {
      if (packets.isPartial) throw new RpcError("data_loss", "Cannot read TARS packet: the stream ended within it");
    },
  });
}

/** What of a packet has arrived. */
class Packets {
  readonly #maxBytes: number;
  #held = new Uint8Array(0);
  #filled = 0;
  /** Size of the packet that is held, 0 while its length is not there. */
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isPartial(): boolean {
    return this.#filled > 0;
  }

  *push(chunk: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < chunk.length;) {
      const left = chunk.length - at, size = this.#filled > 0 || left < lengthSize ? Infinity : this.#sizeAt(chunk, at);
      if (size <= left) {
        yield chunk.subarray(at + lengthSize, at += size);
        continue;
      }
      at += this.#hold(chunk.subarray(at));
      if (this.#size > 0 && this.#filled === this.#size) yield this.#release();
    }
  }

  /** Keeps what of `bytes` belongs to the packet, the length first; returns how many those are. */
  #hold(bytes: Uint8Array): number {
    const wanted = (this.#size || lengthSize) - this.#filled, n = Math.min(wanted, bytes.length);
    const filled = this.#filled + n;
    if (filled > this.#held.length) {
      const grown = new Uint8Array(Math.max(filled, Math.min(this.#size, this.#held.length * 2)));
      grown.set(this.#held.subarray(0, this.#filled));
      this.#held = grown;
    }
    this.#held.set(bytes.subarray(0, n), this.#filled);
    this.#filled = filled;
    if (this.#size === 0 && filled === lengthSize) this.#size = this.#sizeAt(this.#held, 0);
    return n;
  }

  #release(): Uint8Array {
    const packet = this.#held.subarray(lengthSize, this.#size);
    this.#held = new Uint8Array(0);
    this.#filled = this.#size = 0;
    return packet;
  }

  #sizeAt(bytes: Uint8Array, at: number): number {
    const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
    if (size < leastBytes) {
      throw new RpcError(
        "invalid_argument",
        `Cannot read TARS packet: got the length ${size}, want ${leastBytes} or more`,
      );
    }
    if (size > this.#maxBytes) {
      throw new RpcError(
        "resource_exhausted",
        `Cannot read TARS packet: it has ${size} bytes, the limit is ${this.#maxBytes}`,
      );
    }
    return size;
  }
}
