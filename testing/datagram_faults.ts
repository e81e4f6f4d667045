/**
 * What may happen to a datagram on its way.
 *
 * @module
 */
import { seeded } from "./seeded.ts";

/** Faults of a network of datagrams, the same in both directions. */
export interface DatagramFaults {
  /** Where all chance comes from: the same seed and the same traffic bring the same faults. */
  readonly seed: number;
  /** Share of datagrams that are lost, 0 to 1. Default 0. */
  readonly lossRate?: number;
  /** Share of those that arrive twice. Default 0. */
  readonly duplicateRate?: number;
  /** Share of those that others overtake: they come up to `reorderMs` later. Default 0. */
  readonly reorderRate?: number;
  /** How late overtaken and doubled datagrams may be. Default 20 ms. */
  readonly reorderMs?: number;
  /** Every datagram takes a time between these. Default none. */
  readonly delayMs?: readonly [least: number, most: number];
}

/** How often each fault has happened. */
export interface DatagramCounts {
  /** Datagrams that were sent. */
  sent: number;
  /** Lost ones, those of cuts among them. */
  lost: number;
  /** Doubled ones. */
  doubled: number;
  /** Overtaken ones. */
  reordered: number;
}

/** Decides what happens to one datagram after the other. */
export class DatagramFate {
  /** What has happened so far. */
  readonly counts: DatagramCounts = { sent: 0, lost: 0, doubled: 0, reordered: 0 };
  /** Everything is lost while this is set. */
  isCut = false;
  #faults: DatagramFaults;
  #random: () => number;

  /** Makes the fate of `faults`. */
  constructor(faults: DatagramFaults) {
    this.#faults = faults;
    this.#random = seeded(faults.seed);
  }

  /** No more faults from now on, but for delay. */
  heal(): void {
    const { seed, delayMs } = this.#faults;
    this.#faults = { seed, ...(delayMs !== undefined && { delayMs }) };
    this.isCut = false;
  }

  /** How late each copy of the next datagram arrives, in milliseconds: none for a lost one. */
  next(): readonly number[] {
    const { lossRate = 0, duplicateRate = 0, reorderRate = 0 } = this.#faults, { counts } = this;
    counts.sent++;
    if (this.#random() < lossRate || this.isCut) {
      counts.lost++;
      return [];
    }
    const isLate = this.#random() < reorderRate, isDoubled = this.#random() < duplicateRate;
    if (isLate) counts.reordered++;
    if (isDoubled) counts.doubled++;
    const first = this.#delay(isLate);
    return isDoubled ? [first, this.#delay(true)] : [first];
  }

  #delay(isLate: boolean): number {
    const { delayMs: [least, most] = [0, 0], reorderMs = 20 } = this.#faults;
    return least + (most - least) * this.#random() + (isLate ? reorderMs * this.#random() : 0);
  }
}
