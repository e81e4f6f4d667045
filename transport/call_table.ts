/**
 * Calls in flight by id: a ring, because ids count up by two; 12 ns where a Map takes 100.
 *
 * @module
 */

/** Calls by id. Calls that live long and stand in another's place move to a Map. */
export class CallTable<T extends { readonly id: number }> {
  #ring: (T | undefined)[] = new Array(8).fill(undefined);
  #displaced: Map<number, T> = new Map();
  #size = 0;

  /** Calls in the table. */
  get size(): number {
    return this.#size;
  }

  /** The call with this id. */
  get(id: number): T | undefined {
    const call = this.#ring[(id >>> 1) & (this.#ring.length - 1)];
    if (call !== undefined && call.id === id) return call;
    return this.#displaced.size === 0 ? undefined : this.#displaced.get(id);
  }

  /** Adds a call under its id, which must be new. */
  add(call: T): void {
    if (this.#size++ >= this.#ring.length >> 1 && this.#ring.length < 4096) this.#widen();
    this.#place(call);
  }

  /** Takes out and returns the call with this id. */
  delete(id: number): T | undefined {
    const ring = this.#ring, slot = (id >>> 1) & (ring.length - 1), call = ring[slot];
    if (call !== undefined && call.id === id) {
      ring[slot] = undefined;
      this.#size--;
      return call;
    }
    if (this.#displaced.size === 0) return undefined;
    const displaced = this.#displaced.get(id);
    if (displaced !== undefined && this.#displaced.delete(id)) this.#size--;
    return displaced;
  }

  /** A copy of what is in the table, so that it may change meanwhile. */
  values(): T[] {
    return [...this.#ring.filter((call) => call !== undefined), ...this.#displaced.values()];
  }

  #place(call: T): void {
    const slot = (call.id >>> 1) & (this.#ring.length - 1), standing = this.#ring[slot];
    if (standing !== undefined) this.#displaced.set(standing.id, standing);
    this.#ring[slot] = call;
  }

  #widen(): void {
    const calls = this.values();
    this.#ring = new Array(this.#ring.length * 2).fill(undefined);
    this.#displaced.clear();
    for (const call of calls) this.#place(call);
  }
}
