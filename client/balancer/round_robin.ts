/**
 * One after the other.
 *
 * @module
 */
import type { MakeBalancer } from "./balancer.ts";

/** The balancer `"round_robin"`: each endpoint in turn, from a random one on, so that clients do not start in step. */
export const roundRobin: MakeBalancer = (clock) => {
  let next = clock.random() * 0x10000 | 0;
  return (endpoints) => endpoints[next++ % endpoints.length]!;
};
