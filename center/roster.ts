/**
 * The instances of one service, and which of them have changed lately.
 *
 * @module
 */
import type { WireInstance } from "../client/mod.ts";

/** Changes that are remembered at least. */
const MIN_LOG = 256;

/** One change: whose instance, and when. */
export interface RosterChange {
  /** Grows from change to change. */
  readonly revision: number;
  /** Id of the instance that is new, has changed or is gone. */
  readonly id: string;
}

interface Owned {
  readonly instance: WireInstance;
  readonly lease: string;
}

/**
 * Instances by id. Every watcher reads the same short log of changes from where it stands, so a slow one costs nothing;
 * one that falls behind the log starts anew with the whole list.
 */
export class Roster {
  /** The service. */
  readonly service: string;
  #instances = new Map<string, Owned>();
  #log: RosterChange[] = [];
  #forgotten = 0;

  /** Makes the empty roster of a service that begins at `revision`. */
  constructor(service: string, revision: number) {
    this.service = service;
    this.#forgotten = revision;
  }

  /** Instances there are. */
  get size(): number {
    return this.#instances.size;
  }

  /** The instances; may be iterated while they change. */
  *instances(): Generator<WireInstance> {
    for (const { instance } of this.#instances.values()) yield instance;
  }

  /** The instance of this id. */
  get(id: string): WireInstance | undefined {
    return this.#instances.get(id)?.instance;
  }

  /** Adds or replaces an instance, which from now on belongs to `lease`; whether that changes what watchers see. */
  put(instance: WireInstance, lease: string, revision: number): boolean {
    const standing = this.#instances.get(instance.id)?.instance;
    this.#instances.set(instance.id, { instance, lease });
    if (standing !== undefined && isSame(standing, instance)) return false;
    this.#remember({ revision, id: instance.id });
    return true;
  }

  /** Takes an instance out, unless another lease has it by now; whether it was taken out. */
  remove(id: string, lease: string, revision: number): boolean {
    if (this.#instances.get(id)?.lease !== lease) return false;
    this.#instances.delete(id);
    this.#remember({ revision, id });
    return true;
  }

  /** The first changes, at most `count`, after the revision `since`; undefined when they are no longer known. */
  changesSince(since: number, count: number): readonly RosterChange[] | undefined {
    if (since < this.#forgotten) return undefined;
    const from = this.#firstAfter(since);
    return this.#log.slice(from, from + count);
  }

  #remember(change: RosterChange): void {
    const log = this.#log;
    log.push(change);
    // A log longer than the list is dearer than the list.
    if (log.length <= 2 * Math.max(MIN_LOG, this.#instances.size)) return;
    const gone = log.splice(0, log.length >> 1);
    this.#forgotten = gone.at(-1)!.revision;
  }

  /** Index of the first change after the revision `since`. */
  #firstAfter(since: number): number {
    let low = 0, high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#log[middle]!.revision > since) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function isSame(a: WireInstance, b: WireInstance): boolean {
  return a.address === b.address && a.weight === b.weight && a.metadata.size === b.metadata.size &&
    a.metadata.entries().every(([key, value]) => b.metadata.get(key) === value);
}
