/**
 * Errors of calls whose connection has ended or takes no more.
 *
 * @module
 */
import { refined, RpcError } from "../protocol/mod.ts";
import type { Outgoing } from "./outgoing.ts";

/** Error of a call for a connection that takes no calls, because of `cause` if it has been refused. */
export function notSent({ spec }: Outgoing, remote: string, cause: RpcError | undefined): RpcError {
  const why = cause === undefined ? "the connection is closing" : cause.message;
  return refined("not_sent", `Cannot send ${spec.name} to ${remote}: ${why}`, { cause });
}

/** Error of a call whose connection has ended because of `cause`, if anything; `handed`: the peer may have its request. */
export function lost(call: Outgoing, remote: string, handed: boolean, cause: RpcError | undefined): RpcError {
  const why = cause === undefined ? "the connection was closed" : cause.message;
  if (!handed) return notSent(call, remote, cause);
  const code = cause?.code === "unauthenticated" || cause?.code === "failed_precondition" ? cause.code : "unavailable";
  return new RpcError(code, `Cannot finish ${call.spec.name} at ${remote}: ${why}`, { cause });
}

/** Error of a call that a peer has not run because it goes away, for `reason` if it says one. */
export function left({ spec }: Outgoing, remote: string, reason: RpcError | undefined): RpcError {
  const why = reason === undefined ? "is going away" : `closes the connection: ${reason.message}`;
  return refined("going_away", `Cannot run ${spec.name}: ${remote} ${why}`, { cause: reason });
}
