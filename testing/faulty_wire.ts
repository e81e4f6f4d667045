/**
 * A wire on which things go wrong.
 *
 * @module
 */
import { type Clock, sleep } from "../protocol/mod.ts";
import type { Wire } from "../transport/mod.ts";
import type { FaultCounts, FaultOptions } from "./faults.ts";

/** Which faults a wire has, where their time and chance come from, and where they are counted. */
export interface FaultPlan {
  /** The faults. */
  readonly options: FaultOptions;
  /** Time. */
  readonly clock: Clock;
  /** Chance. */
  readonly random: () => number;
  /** Counts them. */
  readonly counts: FaultCounts;
}

/** A wire with the faults of a plan. */
export class FaultyWire implements Wire {
  /** Why streams can't be carried, when that is so. */
  readonly noStreams?: string;
  /** Whether numbers of routes are known at the other end. */
  readonly routes: boolean;
  #wire: Wire;
  #plan: FaultPlan;
  #drops: boolean;
  #closed = new AbortController();
  #cut = false;
  #stalled = false;
  #sent = 0;
  #received = 0;

  /** Makes a wire over `wire`. */
  constructor(wire: Wire, plan: FaultPlan) {
    this.#wire = wire;
    this.routes = wire.routes ?? true;
    if (wire.noStreams !== undefined) this.noStreams = wire.noStreams;
    this.#plan = plan;
    this.#drops = this.#happens("drops", plan.options.dropRate);
  }

  /** Address of the other end. */
  get remote(): string {
    return this.#wire.remote;
  }

  /** Address of this end. */
  get local(): string {
    return this.#wire.local;
  }

  /** Reads, if nothing is in the way. */
  async read(into: Uint8Array): Promise<number | null> {
    const left = this.#left("received", this.#received);
    if (this.#drops || this.#stalls(left)) return await this.#forever();
    if (this.#cut) return null;
    const most = this.#part("partialReads", into.length);
    const n = await this.#wire.read(into.subarray(0, Math.min(most, left)));
    if (n === null || !await this.#pause()) return null;
    if (this.#happens("corruptions", this.#plan.options.corruptRate)) this.#spoil(into.subarray(0, n));
    this.#received += n;
    this.#plan.counts.receivedBytes += n;
    if (n === left) this.#cutIf("received", this.#received);
    return n;
  }

  /** Writes, if nothing is in the way. */
  async write(bytes: Uint8Array): Promise<number> {
    const left = this.#left("sent", this.#sent);
    if (this.#drops) return bytes.length;
    if (this.#stalls(left)) await this.#forever();
    if (this.#cut || !await this.#pause()) throw new Error("the connection was cut");
    let part = bytes.subarray(0, Math.min(this.#part("partialWrites", bytes.length), left));
    if (this.#happens("corruptions", this.#plan.options.corruptRate)) this.#spoil(part = part.slice());
    const n = await this.#wire.write(part);
    this.#sent += n;
    this.#plan.counts.sentBytes += n;
    if (n === left) this.#cutIf("sent", this.#sent);
    return n;
  }

  /** An open connection does not keep the process alive. */
  background(): void {
    this.#wire.background?.();
  }

  /** Closes the wire; what waits settles. */
  close(): void {
    this.#closed.abort();
    this.#wire.close();
  }

  /** Whether a fault of that rate happens now; counts it. */
  #happens(what: "drops" | "corruptions", rate = 0): boolean {
    if (rate === 0 || this.#plan.random() >= rate) return false;
    this.#plan.counts[what]++;
    return true;
  }

  /** Bytes that may still pass in a direction. */
  #left(way: "sent" | "received", passed: number): number {
    const { cutAfterBytes, stallAfterBytes } = this.#plan.options;
    const cut = cutAfterBytes?.[way] ?? Infinity, stall = stallAfterBytes?.[way] ?? Infinity;
    if (passed >= cut) this.#cutIf(way, passed);
    return Math.max(0, Math.min(cut, stall) - passed);
  }

  #cutIf(way: "sent" | "received", passed: number): void {
    if (this.#cut || passed < (this.#plan.options.cutAfterBytes?.[way] ?? Infinity)) return;
    this.#cut = true;
    this.#plan.counts.cuts++;
    this.#wire.close();
  }

  #stalls(left: number): boolean {
    if (left > 0 || this.#cut) return false;
    if (!this.#stalled) this.#plan.counts.stalls++;
    return this.#stalled = true;
  }

  /** How much of `length` is done at once. */
  #part(what: "partialReads" | "partialWrites", length: number): number {
    if (!this.#plan.options[what] || length < 2) return length;
    this.#plan.counts[what]++;
    // Mostly small parts, so that a frame meets several, and now and then a large one.
    return 1 + Math.floor(this.#plan.random() ** 4 * (length - 1));
  }

  #spoil(bytes: Uint8Array): void {
    const at = Math.floor(this.#plan.random() * bytes.length);
    bytes[at]! ^= 1 << Math.floor(this.#plan.random() * 8);
  }

  /** Takes the time of a delay; false when the wire was closed meanwhile. */
  async #pause(): Promise<boolean> {
    const { options: { delayMs }, random, clock, counts } = this.#plan, { signal } = this.#closed;
    if (delayMs !== undefined) {
      counts.delays++;
      await sleep(clock, delayMs[0] + random() * (delayMs[1] - delayMs[0]), signal).catch(() => {});
    }
    return !signal.aborted;
  }

  /** Resolves when the wire is closed. */
  #forever(): Promise<null> {
    const { signal } = this.#closed;
    return new Promise((resolve) => {
      if (signal.aborted) resolve(null);
      else signal.addEventListener("abort", () => resolve(null), { once: true });
    });
  }
}
