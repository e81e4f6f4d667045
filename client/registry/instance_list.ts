/**
 * The instances of a service as a center's changes leave them.
 *
 * @module
 */
import { RpcError } from "../../protocol/mod.ts";
import type { Change, WireInstance } from "./center_contract.ts";
import type { Snapshot } from "./registry.ts";

/** Instances of one service that are taken from a center. */
const MAX_INSTANCES = 1_000_000;

/** Applies changes. What a center that has just started does not know yet is kept until it has settled. */
export class InstanceList {
  #instances = new Map<string, WireInstance>();
  #known = false;
  #coming: Map<string, WireInstance> | null = null; // a list that is not whole yet

  /** Whether a center has ever answered. */
  get known(): boolean {
    return this.#known;
  }

  /** The stream of changes has broken: half a list is no list. */
  interrupted(): void {
    this.#coming = null;
  }

  /** Applies `change` and gives the list as it is now; undefined while it is not whole. Throws when it grows beyond reason. */
  apply({ reset, settled, put, removed, more }: Change): Snapshot | undefined {
    if (reset) this.#coming = new Map(settled ? [] : this.#instances);
    const instances = this.#coming ?? this.#instances;
    for (const id of removed) instances.delete(id);
    for (const instance of put) instances.set(instance.id, instance);
    if (instances.size > MAX_INSTANCES) {
      throw new RpcError("resource_exhausted", `Cannot follow the center: more than ${MAX_INSTANCES} instances`);
    }
    if (more) return undefined;
    this.#coming = null;
    this.#instances = instances;
    this.#known = true;
    return { instances: instances.values().map(toInstance).toArray(), known: true };
  }
}

function toInstance({ id, address, weight, metadata }: WireInstance): Snapshot["instances"][number] {
  return { id, address, weight, metadata: Object.fromEntries(metadata) };
}
