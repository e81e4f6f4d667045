/**
 * Registrations in memory: gone when the center ends, and made again by the servers, whose leases are then unknown.
 *
 * @module
 */
import type { CenterStore, Registered, StoreChange, StoreList } from "./store.ts";

/** The store `"memory"`, the default. */
export function memory(): CenterStore {
  return new MemoryStore();
}

class MemoryStore implements CenterStore {
  #registered = new Map<string, Registered>();
  #watchers = new Set<(change: StoreChange) => void>();
  #revision = 0;

  put(registered: Registered): Promise<void> {
    this.#registered.set(registered.lease, registered);
    this.#tell(registered.lease, registered);
    return Promise.resolve();
  }

  remove(lease: string): Promise<void> {
    if (this.#registered.delete(lease)) this.#tell(lease, undefined);
    return Promise.resolve();
  }

  list(): Promise<StoreList> {
    return Promise.resolve({ revision: this.#revision, registered: [...this.#registered.values()] });
  }

  watch(onChange: (change: StoreChange) => void): () => void {
    const watcher = (change: StoreChange) => onChange(change); // one of its own, should `onChange` watch twice
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#watchers.clear();
    return Promise.resolve();
  }

  #tell(lease: string, registered: Registered | undefined): void {
    const change = { revision: ++this.#revision, lease, registered };
    for (const watcher of this.#watchers) watcher(change);
  }
}
