/**
 * Bounds what sessions keep: pieces of requests, and replies that may be asked for again.
 *
 * @module
 */

/** Who keeps bytes. */
export interface Keeper {
  /** How many. */
  bytes: number;
}

/** The memory of one session, which is part of that of all sessions of a socket. */
export class Memory {
  #kept = 0;
  readonly #most: number;
  readonly #whole: Memory | null;

  /** Memory of at most `maxBytes`, which count against `whole` too. */
  constructor(maxBytes: number, whole: Memory | null = null) {
    this.#most = maxBytes;
    this.#whole = whole;
  }

  /** Bytes that are kept. */
  get bytes(): number {
    return this.#kept;
  }

  /** Whether no more should be taken on. */
  get isFull(): boolean {
    return this.#kept >= this.#most || (this.#whole?.isFull ?? false);
  }

  /** Counts `bytes` more for `keeper`; false when that is beyond the bound: then release. */
  keep(keeper: Keeper, bytes: number): boolean {
    keeper.bytes += bytes;
    this.#count(bytes);
    return this.#kept <= this.#most && (this.#whole === null || this.#whole.#kept <= this.#whole.#most);
  }

  /** Counts nothing for `keeper` any more. */
  release(keeper: Keeper): void {
    this.#count(-keeper.bytes);
    keeper.bytes = 0;
  }

  #count(bytes: number): void {
    this.#kept += bytes;
    if (this.#whole !== null) this.#whole.#count(bytes);
  }
}
