/**
 * What every balancer must do, as cases that its tests run.
 *
 * @module
 */
import { type Clock, systemClock } from "../../protocol/mod.ts";
import type { Endpoint, MakeBalancer } from "./balancer.ts";

/** One case: throws when the balancer does not do what it must. */
export interface BalancerCase {
  /** What must hold. */
  readonly name: string;
  /** Runs it. */
  run(): void;
}

const call = { spec: { service: "demo", method: "hello" }, metadata: null };

/** The cases for a balancer. */
export function balancerConformance(make: MakeBalancer): BalancerCase[] {
  return [
    { name: "picks the only endpoint", run: () => picksOnly(make) },
    { name: "picks from the list it is given, whatever was there before", run: () => picksFromList(make) },
    { name: "reaches every endpoint", run: () => reachesAll(make) },
    { name: "does not change the list", run: () => keepsList(make) },
  ];
}

function endpoints(n: number): Endpoint[] {
  return Array.from(
    { length: n },
    (_, i) => ({ id: `e${i}`, address: `tcp://127.0.0.1:${i + 1}`, weight: 100, metadata: {} }),
  );
}

/** A clock whose randomness is a fixed sequence. */
function seeded(): Clock {
  let state = 7;
  return { ...systemClock, random: () => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff };
}

function picksOnly(make: MakeBalancer): void {
  const only = endpoints(1), pick = make(seeded());
  for (let i = 0; i < 10; i++) must(pick(only, call) === only[0], "picked something else than the only endpoint");
}

function picksFromList(make: MakeBalancer): void {
  const pick = make(seeded()), many = endpoints(5), few = endpoints(2);
  for (let i = 0; i < 50; i++) {
    const list = i % 2 === 0 ? many : few;
    must(list.includes(pick(list, call)), "picked an endpoint that is not in the list");
  }
}

function reachesAll(make: MakeBalancer): void {
  const pick = make(seeded()), list = endpoints(4), seen = new Set<Endpoint>();
  for (let i = 0; i < 400; i++) {
    const metadata = new Map([["key", `k${i}`]]);
    seen.add(pick(list, { ...call, metadata }));
  }
  must(seen.size === list.length, `reached ${seen.size} of ${list.length} endpoints in 400 calls`);
}

function keepsList(make: MakeBalancer): void {
  const pick = make(seeded()), list = Object.freeze(endpoints(3));
  for (let i = 0; i < 20; i++) pick(list, call);
}

function must(condition: boolean, complaint: string): void {
  if (!condition) throw new Error(`Cannot use this balancer: it ${complaint}`);
}
