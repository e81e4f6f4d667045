/**
 * Random choice.
 *
 * @module
 */
import type { MakeBalancer } from "./balancer.ts";

/** The balancer `"random"`: each endpoint with the same probability, whatever its weight. */
export const random: MakeBalancer = (clock) => (endpoints) => endpoints[clock.random() * endpoints.length | 0]!;
