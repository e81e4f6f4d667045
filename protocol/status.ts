/**
 * Status numbers as they travel in a frame header, and the code names users see.
 *
 * 0-16 are gRPC's codes with their meaning. 100-999 are refinements: `status % 100` is the base code, so a peer that does
 * not know a refinement still knows what it means. 1000 and above are business statuses of the application; their base
 * code travels as metadata. See protocol/PROTOCOL.md, "Status".
 *
 * @module
 */

/** Base codes and their numbers: gRPC's, in lower case. */
export const codes = {
  canceled: 1,
  unknown: 2,
  invalid_argument: 3,
  deadline_exceeded: 4,
  not_found: 5,
  already_exists: 6,
  permission_denied: 7,
  resource_exhausted: 8,
  failed_precondition: 9,
  aborted: 10,
  out_of_range: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  data_loss: 15,
  unauthenticated: 16,
} as const;

/** Name of a base code. */
export type Code = keyof typeof codes;

const names: readonly (Code | undefined)[] = [undefined, ...Object.keys(codes) as Code[]];

/** Refinements of base codes that change what a client does. `status % 100` is the base code. */
export const refinements = {
  /** The peer is draining (GOAWAY) and did not run the call. */
  going_away: 114,
  /** The peer refused the call before running it, because it is at a limit; may carry a retry-after. */
  overloaded: 108,
  /** The call's deadline passed before the peer started to run it. */
  queue_timeout: 104,
  /** The peer has no such service. */
  no_service: 112,
  /** The peer has the service but no such method. */
  no_method: 212,
  /** The request body could not be decoded, so the method did not run. */
  bad_request_body: 103,
  /** The request is larger than the peer's limit, so the method did not run. */
  request_too_large: 208,
  /** The peer does not know the codec, the compression or a required feature; the method did not run. */
  unsupported: 312,
  /** The handler's reply could not be encoded; the method did run. */
  bad_reply: 113,
  /** No connection could be made, or the call never left this process. Never travels. */
  not_sent: 214,
  /** No endpoint is known for the service. Never travels. */
  no_endpoint: 314,
} as const;

/** Name of a refinement. */
export type Refinement = keyof typeof refinements;

const local: ReadonlySet<number> = new Set([refinements.not_sent, refinements.no_endpoint]);

/** The number that travels for `status`, and what a number that came in means: refinements of this process become their base. */
export function travelling(status: number): number {
  return local.has(status) ? status % 100 : status;
}

const notRun: ReadonlySet<number> = new Set(
  Object.values(refinements).filter((status) => status !== refinements.bad_reply),
);

/** Whether `status` proves that the method did not run, so that even a non-idempotent call may be repeated. */
export function provesNotRun(status: number): boolean {
  return notRun.has(status);
}

/** Base code of a status number; 1000 and above (business) and unknown numbers are `"unknown"`. */
export function codeOf(status: number): Code {
  return (status < 1000 ? names[status % 100] : undefined) ?? "unknown";
}
