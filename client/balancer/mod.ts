/**
 * Balancers: which endpoint gets a call.
 *
 * @module
 */
import type { MakeBalancer } from "./balancer.ts";

/** Balancer names and how to load each: a new one is a new line here. */
export const balancers = {
  random: (): Promise<MakeBalancer> => import("./random.ts").then((m) => m.random),
  round_robin: (): Promise<MakeBalancer> => import("./round_robin.ts").then((m) => m.roundRobin),
} satisfies Record<string, () => Promise<MakeBalancer>>;

/** Name of a balancer. */
export type BalancerName = keyof typeof balancers;

export * from "./balancer.ts";
export * from "./conformance.ts";
export * from "./load.ts";
