/**
 * What happens at a center, for its log.
 *
 * @module
 */
import type { WireInstance } from "../client/mod.ts";

/** Something that happened. */
export type CenterEvent = RegistrationEvent | WatchEvent | SettleEvent | FailEvent;

/** An instance has come or gone: `expire` is for one that was not heard of in time. */
export interface RegistrationEvent {
  /** What happened. */
  readonly kind: "register" | "deregister" | "expire";
  /** Services of the instance. */
  readonly services: readonly string[];
  /** The instance. */
  readonly instance: WireInstance;
}

/** A client has begun or ceased to watch a service. */
export interface WatchEvent {
  /** What happened. */
  readonly kind: "watch" | "unwatch";
  /** The service. */
  readonly service: string;
  /** Address of the client. */
  readonly peer: string;
}

/** The center has been up for a whole lease: who has not registered by now is gone. */
export interface SettleEvent {
  /** What happened. */
  readonly kind: "settle";
  /** Instances that are registered. */
  readonly instances: number;
}

/** The store could not be written; it is tried again. */
export interface FailEvent {
  /** What happened. */
  readonly kind: "fail";
  /** Why. */
  readonly error: unknown;
}

/** An event as one line of text. */
export function describeEvent(event: CenterEvent): string {
  switch (event.kind) {
    case "watch":
    case "unwatch":
      return `${event.kind} ${event.service} by ${event.peer}`;
    case "settle":
      return `settle with ${event.instances} instances`;
    case "fail":
      return `fail: ${event.error instanceof Error ? event.error.message : event.error}`;
    default:
      return `${event.kind} ${event.instance.id} for ${shortened(event.services)}`;
  }
}

function shortened(services: readonly string[]): string {
  const shown = services.slice(0, 10).join(", "), rest = services.length - 10;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
