/**
 * Errors of calls that end without a reply.
 *
 * @module
 */
import { refined, RpcError } from "../protocol/mod.ts";
import type { MethodSpec } from "./method.ts";
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

/** Error of a call with streams on a connection that carries none, for the reason `why`. */
export function noStreams(method: string, why: string): RpcError {
  return refined("unsupported", `Cannot run ${method}: ${why}`);
}

/** Error of a call whose deadline has passed. */
export function tooLong({ connection, spec }: Outgoing): RpcError {
  const where = connection === null ? "before it was sent" : `waiting for ${connection.remote}`;
  return new RpcError("deadline_exceeded", `Cannot finish ${spec.name}: its deadline passed ${where}`);
}

/** The error of a cancelled call; a reason that is an RpcError stands for itself. */
export function canceled(spec: MethodSpec, reason: unknown): RpcError {
  if (reason instanceof RpcError) return reason;
  if (reason instanceof DOMException && reason.name === "TimeoutError") {
    return new RpcError("deadline_exceeded", `Cannot finish ${spec.name}: the signal timed out`, { cause: reason });
  }
  return new RpcError("canceled", `Cannot finish ${spec.name}: cancelled by the caller`, { cause: reason });
}
