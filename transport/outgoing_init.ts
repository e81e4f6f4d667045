/**
 * What a call that goes out is made of, and who decides on its attempts.
 *
 * @module
 */
import type { Metadata, RpcError } from "../protocol/mod.ts";
import type { MethodSpec } from "./method.ts";
import type { Outgoing } from "./outgoing.ts";

/** What a call needs to be made. */
export interface OutgoingInit {
  /** The method. */
  readonly spec: MethodSpec;
  /** The request, or an iterable of requests when `stream` is set. */
  readonly request: unknown;
  /** The request is a stream. */
  readonly stream: boolean;
  /** No reply wanted. */
  readonly oneway: boolean;
  /** Running it twice does no harm. */
  readonly idempotent: boolean;
  /** Milliseconds for the whole call; Infinity for no deadline. */
  readonly timeout: number;
  /** Whether the deadline travels; a default one stays here and ends when the reply turns out to be a stream. */
  readonly tellDeadline: boolean;
  /** User metadata, or null. */
  readonly metadata: Metadata | null;
  /** Whoever decides on further attempts, or null. */
  readonly owner: OutgoingOwner | null;
}

/** Decides what happens to a call whose attempt failed. */
export interface OutgoingOwner {
  /** Takes over a call that failed with `error`: null when another attempt will be made, else what the call fails with. */
  retry(call: Outgoing, error: RpcError): RpcError | null;
  /** The call has ended for good: with undefined when well. */
  ended(call: Outgoing, error: RpcError | undefined): void;
}
