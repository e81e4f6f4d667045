/**
 * Finds balancers by name.
 *
 * @module
 */
import type { MakeBalancer } from "./balancer.ts";
import { type BalancerName, balancers } from "./mod.ts";

/** Loads a balancer by name, or gives the one that is passed. Rejects with TypeError for an unknown name. */
export async function loadBalancer(choice: BalancerName | MakeBalancer): Promise<MakeBalancer> {
  if (typeof choice === "function") return choice;
  if (!Object.hasOwn(balancers, choice)) {
    throw new TypeError(
      `Cannot use balancer ${JSON.stringify(choice)}: want one of ${Object.keys(balancers).join(", ")}`,
    );
  }
  return await balancers[choice]();
}
