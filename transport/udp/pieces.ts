/**
 * Frames in pieces: which of them are there, and the whole frame when all are.
 *
 * @module
 */
import { MAX_PIECES } from "./datagram.ts";

/** Bytes of a bitmap of pieces as it travels. */
export const BITMAP_BYTES = 8;

/** A set of pieces. */
export class PieceSet {
  #low = 0; // pieces 0 to 31
  #high = 0;

  /** Reads what {@linkcode PieceSet.write} wrote; undefined for too few bytes. */
  static read(bytes: Uint8Array): PieceSet | undefined {
    if (bytes.length < BITMAP_BYTES) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset), set = new PieceSet();
    set.#high = view.getUint32(0);
    set.#low = view.getUint32(4);
    return set;
  }

  /** The set as it travels: bit `n` of a 64-bit number is piece `n`. */
  write(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(BITMAP_BYTES), view = new DataView(bytes.buffer);
    view.setUint32(0, this.#high);
    view.setUint32(4, this.#low);
    return bytes;
  }

  /** Whether `piece` is in. */
  has(piece: number): boolean {
    return ((piece < 32 ? this.#low : this.#high) >>> (piece & 31) & 1) === 1;
  }

  /** Puts `piece` in. */
  add(piece: number): void {
    if (piece < 32) this.#low |= 1 << piece;
    else this.#high |= 1 << (piece & 31);
  }

  /** Puts every piece in. */
  fill(): this {
    this.#low = this.#high = -1;
    return this;
  }

  /** Whether the first `pieces` are in. */
  hasAll(pieces: number): boolean {
    for (let piece = 0; piece < pieces; piece++) if (!this.has(piece)) return false;
    return true;
  }
}

/** The pieces of one frame as they come. */
export class Assembly {
  /** How many pieces the frame has. */
  readonly count: number;
  /** Which are there. */
  readonly there: PieceSet = new PieceSet();
  /** Bytes that are there. */
  bytes = 0;
  #pieces: Uint8Array[] = [];
  #missing: number;

  /** Begins a frame of `count` pieces, 1 to 64. */
  constructor(count: number) {
    this.count = count;
    this.#missing = count;
  }

  /** Adds a copy of a piece; how many bytes were new. One that is there already, or can't be, adds nothing. */
  add(piece: number, count: number, payload: Uint8Array): number {
    if (count !== this.count || piece >= count || this.there.has(piece)) return 0;
    this.there.add(piece);
    this.#pieces[piece] = payload.slice();
    this.#missing--;
    this.bytes += payload.length;
    return payload.length;
  }

  /** The whole frame, when every piece is there. */
  whole(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#missing > 0) return undefined;
    const frame = new Uint8Array(this.bytes);
    let at = 0;
    for (const piece of this.#pieces) {
      frame.set(piece, at);
      at += piece.length;
    }
    return frame;
  }
}

/** Whether a datagram's piece can be one: within a frame of at most `most` pieces. */
export function isPiece(piece: number, pieces: number, most: number): boolean {
  return pieces >= 1 && pieces <= Math.min(most, MAX_PIECES) && piece < pieces;
}
