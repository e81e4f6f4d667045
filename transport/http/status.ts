/**
 * Statuses of calls as statuses of HTTP, and back: the table of gRPC and Connect.
 *
 * @module
 */
import { type Code, codeOf, codes, type RpcError } from "../../protocol/mod.ts";

const httpOf: Readonly<Record<Code, number>> = {
  canceled: 499,
  unknown: 500,
  invalid_argument: 400,
  deadline_exceeded: 504,
  not_found: 404,
  already_exists: 409,
  permission_denied: 403,
  resource_exhausted: 429,
  failed_precondition: 400,
  aborted: 409,
  out_of_range: 400,
  unimplemented: 501,
  internal: 500,
  unavailable: 503,
  data_loss: 500,
  unauthenticated: 401,
};

/** Refinements that HTTP knows. */
const refinedHttp: ReadonlyMap<number, number> = new Map([[112, 404], [212, 404], [208, 413], [312, 415]]);

/** HTTP status that says `error`. */
export function httpStatusOf({ status, code }: RpcError): number {
  return refinedHttp.get(status) ?? httpOf[code];
}

const codeOfHttp: ReadonlyMap<number, Code> = new Map([
  [400, "internal"],
  [401, "unauthenticated"],
  [403, "permission_denied"],
  [404, "unimplemented"],
  [408, "unavailable"],
  [413, "resource_exhausted"],
  [429, "unavailable"],
  [431, "resource_exhausted"],
  [502, "unavailable"],
  [503, "unavailable"],
  [504, "unavailable"],
]);

/** Code that an HTTP status means when its sender knows nothing of erpc, but is a proxy perhaps. */
export function codeOfHttpStatus(status: number): Code {
  return codeOfHttp.get(status) ?? "unknown";
}

/** Code named `name`, or that of `status`. */
export function codeNamed(name: unknown, status: number): Code {
  return typeof name === "string" && Object.hasOwn(codes, name) ? name as Code : codeOf(status);
}
