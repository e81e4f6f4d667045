/**
 * The leases of a center: held in memory, kept alive by heartbeats, and counted.
 *
 * @module
 */
import { RpcError } from "../protocol/mod.ts";
import { Lease, type LeaseTiming } from "./lease.ts";
import type { CenterLimits } from "./limits.ts";

interface Held {
  readonly lease: Lease;
  readonly bytes: number;
}

/** Leases by id. */
export class Leases {
  #timing: LeaseTiming;
  #limits: CenterLimits;
  #held = new Map<string, Held>();
  #bytes = 0;

  /** Makes a center's leases; there are none yet. */
  constructor(timing: LeaseTiming, limits: CenterLimits) {
    this.#timing = timing;
    this.#limits = limits;
  }

  /** Leases that run. */
  get size(): number {
    return this.#held.size;
  }

  /**
   * Begins a lease of a new id over something of `bytes` bytes; `onExpire` is called once it has run out. Throws
   * `resource_exhausted` at a limit.
   */
  begin(id: string, bytes: number, onExpire: () => void): void {
    const { maxInstances, maxBytes } = this.#limits;
    if (this.size >= maxInstances) throw full(`${maxInstances} instances are registered, which is the limit`);
    if (this.#bytes + bytes > maxBytes) throw full(`the limit of ${maxBytes} bytes is reached`);
    const lease = new Lease(this.#timing, () => {
      this.end(id);
      onExpire();
    });
    this.#held.set(id, { lease, bytes });
    this.#bytes += bytes;
  }

  /** Keeps a lease for another time to live. Throws `not_found` for one that is unknown, or has run out. */
  renew(id: string): void {
    const held = this.#held.get(id);
    if (held === undefined) {
      throw new RpcError("not_found", "Cannot renew the lease: it is unknown here, register again");
    }
    held.lease.renew();
  }

  /** Ends a lease; false when it is unknown. */
  end(id: string): boolean {
    const held = this.#held.get(id);
    if (held === undefined) return false;
    held.lease.end();
    this.#held.delete(id);
    this.#bytes -= held.bytes;
    return true;
  }

  /** Ends every lease without a word. */
  close(): void {
    for (const { lease } of this.#held.values()) lease.end();
    this.#held.clear();
    this.#bytes = 0;
  }
}

function full(why: string): RpcError {
  return new RpcError("resource_exhausted", `Cannot register: ${why}`);
}
