/**
 * What one watcher of a service still has to hear: the whole list at first, then changes.
 *
 * @module
 */
import type { Change, WireInstance } from "../client/mod.ts";
import type { Roster } from "./roster.ts";
import { wireSize } from "./validate.ts";

const MAX_ITEMS = 500, MAX_BYTES = 64 << 10;

/** What a feed reads of the catalog it belongs to. */
export interface FeedSource {
  /** Which run of the center this is. */
  readonly epoch: string;
  /** Revision of the last change. */
  readonly revision: number;
  /** What is missing is really gone. */
  readonly settled: boolean;
}

/** Reads a roster on behalf of one watcher. */
export class Feed {
  #source: FeedSource;
  #roster: Roster;
  #revision = -1; // the watcher has everything up to here
  #settled = false; // the watcher was told the list of a settled center
  #list: Iterator<WireInstance, void> | null = null; // the rest of a list that is being told
  #ahead: WireInstance | undefined = undefined; // taken from the list, not told yet
  #wake: (() => void) | null = null;
  #changed = false;
  #closed = false;

  /** Makes a feed that has told nothing yet. */
  constructor(source: FeedSource, roster: Roster) {
    this.#source = source;
    this.#roster = roster;
  }

  /** The service. */
  get service(): string {
    return this.#roster.service;
  }

  /** The next message for the watcher; null when it has heard everything. */
  next(): Change | null {
    if (this.#list !== null) return this.#listed(false);
    const settles = this.#source.settled && !this.#settled;
    const changes = settles || this.#revision < 0 ? undefined : this.#roster.changesSince(this.#revision, MAX_ITEMS);
    if (changes === undefined) return this.#startList();
    return changes.length === 0 ? null : this.#changesOf(changes);
  }

  /** Resolves when there may be more: with false when there will never be. */
  async changed(): Promise<boolean> {
    if (!this.#changed && !this.#closed) await new Promise<void>((resolve) => this.#wake = resolve);
    this.#changed = false;
    return !this.#closed;
  }

  /** There is more to read. */
  wake(): void {
    this.#changed = true;
    this.#wake?.();
    this.#wake = null;
  }

  /** Ends it; whoever waits is told. */
  close(): void {
    this.#closed = true;
    this.wake();
  }

  /** The whole list, from now on; later changes are told when it is through. */
  #startList(): Change {
    this.#revision = this.#source.revision;
    this.#settled = this.#source.settled;
    this.#list = this.#roster.instances();
    this.#ahead = this.#take();
    return this.#listed(true);
  }

  #take(): WireInstance | undefined {
    return this.#list!.next().value ?? undefined;
  }

  #listed(reset: boolean): Change {
    const put: WireInstance[] = [];
    for (let bytes = 0; this.#ahead !== undefined && put.length < MAX_ITEMS && bytes < MAX_BYTES;) {
      put.push(this.#ahead);
      bytes += wireSize(this.#ahead);
      this.#ahead = this.#take();
    }
    const more = this.#ahead !== undefined;
    if (!more) this.#list = null;
    return { ...this.#head(), reset, more, put, removed: [] };
  }

  #changesOf(changes: readonly { readonly revision: number; readonly id: string }[]): Change {
    const put = new Map<string, WireInstance>(), removed = new Set<string>();
    let bytes = 0;
    for (const { revision, id } of changes) {
      const instance = this.#roster.get(id);
      if (instance === undefined) removed.add(id);
      else put.set(id, instance);
      this.#revision = revision;
      bytes += instance === undefined ? id.length : wireSize(instance);
      if (bytes >= MAX_BYTES) break;
    }
    return { ...this.#head(), reset: false, more: false, put: [...put.values()], removed: [...removed] };
  }

  #head(): Pick<Change, "epoch" | "revision" | "settled"> {
    return { epoch: this.#source.epoch, revision: this.#revision, settled: this.#settled };
  }
}
