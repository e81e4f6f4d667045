/**
 * Faults and the errors they stand for.
 *
 * A Fault's code says who is to blame; which of erpc's errors it is, its details and when to try again stand in the
 * Fault's detail, as an element `error` of the namespace `urn:erpc`, so that an error comes out as it went in. The Fault
 * of another implementation becomes the nearest error, with what it said as the error's details.
 *
 * @module
 */
import { type Code, codeOf, codes, refinements, RpcError, travelling, utf8Length } from "../../protocol/mod.ts";
import * as t from "../schema/words.ts";
import type { Type } from "../schema/type.ts";

/** A Fault of either version. */
export interface Fault {
  /**
   * What kind it is, by its name in SOAP 1.1, with refinements behind dots: `"Client"`, `"Server"`, `"VersionMismatch"`,
   * `"MustUnderstand"`, `"Client.Authentication"`, or one that an application made up.
   */
  readonly code: string;
  /** What went wrong, for people. */
  readonly reason: string;
  /** What erpc says about it. */
  readonly error?: ErrorDetail | undefined;
  /** Who says so, when that is not the one that was called. */
  readonly actor?: string | undefined;
  /** The XML within the detail of another implementation's Fault. */
  readonly detail?: string | undefined;
}

/** Schema of erpc's element in a Fault's detail. */
export const ErrorDetail: Type<ErrorDetail> = t.struct("erpc.error", {
  code: t.field(1, t.string),
  status: t.field(2, t.uint16),
  details: t.field(3, t.optional(t.string)),
  retryAfterMs: t.field(4, t.optional(t.double)),
});
/** What erpc says in a Fault's detail: `details` is JSON. */
export interface ErrorDetail {
  code: string;
  status: number;
  details?: string | undefined;
  retryAfterMs?: number | undefined;
}

/** What an error made from another implementation's Fault has as its details. */
export interface FaultDetails {
  /** {@linkcode Fault.code}. */
  readonly faultcode: string;
  /** {@linkcode Fault.actor}. */
  readonly faultactor?: string;
  /** {@linkcode Fault.detail}. */
  readonly detail?: string;
  /** Name of the header that must be understood and isn't. */
  readonly header?: string;
}

const maxDetailsBytes = 8192;

/** Codes that blame the caller: the same request would fail again. */
const callers: ReadonlySet<Code> = new Set<Code>([
  "canceled",
  "invalid_argument",
  "not_found",
  "already_exists",
  "permission_denied",
  "failed_precondition",
  "out_of_range",
  "unimplemented",
  "unauthenticated",
]);

/** Kinds of Faults that SOAP defines (SOAP 1.1 section 4.4.1). */
const kinds: ReadonlySet<string> = new Set(["Client", "Server", "VersionMismatch", "MustUnderstand"]);

/** The Fault for `error`; details that no JSON can hold, or that take more than 8 KiB, are left out. */
export function faultOf({ code, status, message, details, retryAfterMs }: RpcError): Fault {
  const error = { code, status: travelling(status), details: jsonOf(details), retryAfterMs };
  return { code: kindOf(details) ?? (callers.has(code) ? "Client" : "Server"), reason: message, error };
}

/** The kind that details name, when the error came from a Fault or is about the envelope. */
function kindOf(details: unknown): string | undefined {
  if (typeof details !== "object" || details === null || !Object.hasOwn(details, "faultcode")) return undefined;
  const { faultcode } = details as { faultcode: unknown };
  return typeof faultcode === "string" && kinds.has(faultcode.split(".")[0]!) ? faultcode : undefined;
}

function jsonOf(details: unknown): string | undefined {
  if (details === undefined) return undefined;
  try {
    const text = JSON.stringify(details);
    return text !== undefined && utf8Length(text) <= maxDetailsBytes ? text : undefined;
  } catch {
    return undefined;
  }
}

/** The error that `fault` stands for. */
export function errorOf(fault: Fault): RpcError {
  return fault.error ? ownError(fault.error, fault.reason) : foreignError(fault);
}

function ownError({ code: name, status: number, details, retryAfterMs }: ErrorDetail, reason: string): RpcError {
  const status = travelling(number), code = Object.hasOwn(codes, name) ? name as Code : codeOf(status);
  return new RpcError(code, reason, {
    status: status >= 1000 || status > 0 && codeOf(status) === code ? status : codes[code],
    details: details === undefined ? undefined : parsed(details),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const foreignCodes: Readonly<Record<string, Code>> = { Client: "invalid_argument", Server: "internal" };

function foreignError({ code: faultcode, reason, actor, detail }: Fault): RpcError {
  const kind = faultcode.split(".")[0]!,
    details: FaultDetails = {
      faultcode,
      ...(actor !== undefined && { faultactor: actor }),
      ...(detail !== undefined && { detail }),
    };
  if (kind === "VersionMismatch" || kind === "MustUnderstand") return envelopeError(reason, details);
  return new RpcError(Object.hasOwn(foreignCodes, kind) ? foreignCodes[kind]! : "unknown", reason, { details });
}

/** The error for an envelope that one side can't follow: its version or a header. */
export function envelopeError(message: string, details: FaultDetails): RpcError {
  return new RpcError("unimplemented", message, { status: refinements.unsupported, details });
}
