/**
 * How much of a stream may be given to its reader.
 *
 * @module
 */

/** Credit in bytes: what is taken may go below 0, then the next has to wait. */
export class Credit {
  #bytes: number;
  #resume: (() => void) | null = null;
  #stopped = false;

  /** Begins with so many bytes. */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** Adds bytes. */
  grant(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > 0) this.#wake();
  }

  /** Takes bytes as soon as there is credit. Rejects once it has been stopped. */
  async take(bytes: number): Promise<void> {
    while (this.#bytes <= 0 && !this.#stopped) await new Promise<void>((resolve) => this.#resume = resolve);
    if (this.#stopped) throw new Error("nobody reads any more");
    this.#bytes -= bytes;
  }

  /** Nobody reads any more. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  #wake(): void {
    this.#resume?.();
    this.#resume = null;
  }
}
