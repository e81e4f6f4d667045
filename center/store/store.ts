/**
 * The seam every store of a center fills: who is registered, by lease.
 *
 * Heartbeats never come here; registering and deregistering are the only writes.
 *
 * @module
 */
import type { WireInstance } from "../../client/mod.ts";

/** One registration. */
export interface Registered {
  /** The lease that keeps it; unique. */
  readonly lease: string;
  /** Services the instance answers for. */
  readonly services: readonly string[];
  /** The instance. */
  readonly instance: WireInstance;
}

/** One change. */
export interface StoreChange {
  /** Grows with every change. */
  readonly revision: number;
  /** The lease whose registration has changed. */
  readonly lease: string;
  /** The registration as it is now; undefined when it is gone. */
  readonly registered: Registered | undefined;
}

/** Everything at one moment. */
export interface StoreList {
  /** Revision of the last change that is in it; 0 before the first. */
  readonly revision: number;
  /** The registrations. */
  readonly registered: readonly Registered[];
}

/** Keeps registrations. */
export interface CenterStore extends AsyncDisposable {
  /** Adds a registration, or replaces the one of the same lease; resolves when every watcher was told. */
  put(registered: Registered): Promise<void>;
  /** Takes a registration out; resolves when every watcher was told. Nothing happens when there is none. */
  remove(lease: string): Promise<void>;
  /** Every registration. */
  list(): Promise<StoreList>;
  /**
   * Calls `onChange` for each change from now on, in order and without a gap, whoever made it; the returned function ends
   * that. A store whose own connection breaks lists again and reports the difference.
   */
  watch(onChange: (change: StoreChange) => void): () => void;
}

/** Makes an empty store, or opens what it kept. */
export type MakeStore = () => CenterStore | Promise<CenterStore>;
