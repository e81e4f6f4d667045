/**
 * Notices what takes long, with one timer for all that goes on.
 *
 * @module
 */

interface Watched {
  readonly onLate: () => void;
  readonly dueMs: number;
}

/** Watches things that usually are over long before `patienceMs` have passed. */
export class LateWatch {
  #patienceMs: number;
  #watched = new Set<Watched>(); // in the order in which they are due
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Makes a watch that holds no timer while nothing goes on. */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  /** Calls `onLate` after the watch's time, unless the function that is returned is called before. */
  watch(onLate: () => void): () => void {
    const watched: Watched = { onLate, dueMs: performance.now() + this.#patienceMs };
    this.#watched.add(watched);
    this.#timer ??= setTimeout(() => this.#look(), this.#patienceMs);
    return () => {
      this.#watched.delete(watched);
      if (this.#watched.size > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  #look(): void {
    const now = performance.now();
    this.#timer = undefined;
    for (const watched of this.#watched) {
      if (watched.dueMs > now) {
        this.#timer = setTimeout(() => this.#look(), watched.dueMs - now);
        return;
      }
      this.#watched.delete(watched);
      watched.onLate();
    }
  }
}
