/**
 * The seam every balancer fills: which endpoint gets a call.
 *
 * @module
 */
import type { Clock, Metadata } from "../../protocol/mod.ts";

/** One place that answers for a service. */
export interface Endpoint {
  /** Unique among the endpoints of a service. */
  readonly id: string;
  /** Its address. */
  readonly address: string;
  /** Share of calls it should get, relative to the others; default 100. */
  readonly weight: number;
  /** What the registry says of it. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A call that needs an endpoint. */
export interface BalancedCall {
  /** Its method. */
  readonly spec: { readonly service: string; readonly method: string };
  /** Its user metadata, or null. */
  readonly metadata: Metadata | null;
}

/** Picks one of `endpoints` (never empty, in an order that only changes with the list); must not keep the array. */
export type Balancer = (endpoints: readonly Endpoint[], call: BalancedCall) => Endpoint;

/** Makes a balancer for one service of one client. */
export type MakeBalancer = (clock: Clock) => Balancer;
