/**
 * The instances of a service as a center's changes leave them.
 *
 * @module
 */
import type { Change, WireInstance } from "./center_contract.ts";
import type { Snapshot } from "./registry.ts";

/** Applies changes. What a center that has just started does not know yet is kept until it has settled. */
export class InstanceList {
  #instances = new Map<string, WireInstance>();
  #known = false;

  /** Whether a center has ever answered. */
  get known(): boolean {
    return this.#known;
  }

  /** Applies `change` and gives the list as it is now. */
  apply({ reset, settled, put, removed }: Change): Snapshot {
    this.#known = true;
    if (reset && settled) this.#instances.clear();
    for (const id of removed) this.#instances.delete(id);
    for (const instance of put) this.#instances.set(instance.id, instance);
    const instances = [...this.#instances.values()].map(({ id, address, weight, metadata }) => ({
      id,
      address,
      weight,
      metadata: Object.fromEntries(metadata),
    }));
    return { instances, known: true };
  }
}
