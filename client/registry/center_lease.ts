/**
 * One registration with one center: a lease that is kept alive, and taken again when the center has lost it.
 *
 * @module
 */
import { backoff, RpcError, sleep, systemClock } from "../../protocol/mod.ts";
import type { ServiceClient } from "../service_client.ts";
import type { CenterMethods } from "./center_contract.ts";
import type { Instance } from "./registry.ts";

const BACKOFF_MS = 50, MAX_BACKOFF_MS = 3000, GOODBYE_MS = 1000;

/** Keeps `instance` registered with one center until closed. */
export class CenterLease {
  /** Resolves when the center has it for the first time; never rejects. */
  readonly ready: Promise<void>;
  #center: ServiceClient<CenterMethods>;
  #services: readonly string[];
  #instance: Instance;
  #lease: string | null = null;
  #stop = new AbortController();
  #running: Promise<void>;
  #resolveReady!: () => void;

  /** Starts registering. */
  constructor(center: ServiceClient<CenterMethods>, services: readonly string[], instance: Instance) {
    this.#center = center;
    this.#services = services;
    this.#instance = instance;
    this.ready = new Promise((resolve) => this.#resolveReady = resolve);
    this.#running = this.#run();
  }

  /** Whether the center has it now. */
  get held(): boolean {
    return this.#lease !== null;
  }

  /** Gives the lease back; waits at most a second for the center to know. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    this.#resolveReady();
    if (this.#lease === null) return;
    await this.#center.deregister({ lease: this.#lease }, { timeout: GOODBYE_MS }).catch(() => {});
    this.#lease = null;
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted;) {
      try {
        const delayMs = this.#lease === null ? await this.#register() : await this.#beat(this.#lease);
        failures = 0;
        await this.#pause(delayMs);
      } catch {
        await this.#pause(backoff(systemClock, ++failures, BACKOFF_MS, MAX_BACKOFF_MS));
      }
    }
  }

  /** Takes a lease; resolves with the time until the first heartbeat. */
  async #register(): Promise<number> {
    const { id, address, weight = 100, metadata = {} } = this.#instance;
    const instance = { id, address, weight, metadata: new Map(Object.entries(metadata)) };
    const { lease, ttlMs } = await this.#center.register({ services: [...this.#services], instance });
    this.#lease = lease;
    this.#intervalMs = ttlMs / 3;
    this.#resolveReady();
    return this.#intervalMs;
  }

  #intervalMs = 1000;

  /** Keeps the lease; resolves with the time until the next heartbeat, 0 when the center has lost it. */
  async #beat(lease: string): Promise<number> {
    try {
      await this.#center.heartbeat({ lease }, { timeout: Math.max(this.#intervalMs, 500) });
      return this.#intervalMs;
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== "not_found") throw error;
      this.#lease = null;
      return 0;
    }
  }

  #pause(delayMs: number): Promise<void> {
    return sleep(systemClock, delayMs, this.#stop.signal).catch(() => {});
  }
}
