/**
 * Finds stores by name.
 *
 * @module
 */
import { type StoreName, stores } from "./mod.ts";
import type { CenterStore } from "./store.ts";

/** Makes the store of that name, or gives the one that is passed. Rejects with TypeError for an unknown name. */
export async function loadStore(choice: StoreName | CenterStore): Promise<CenterStore> {
  if (typeof choice !== "string") return choice;
  if (!Object.hasOwn(stores, choice)) {
    throw new TypeError(`Cannot use store ${JSON.stringify(choice)}: want one of ${Object.keys(stores).join(", ")}`);
  }
  return (await stores[choice]())();
}
