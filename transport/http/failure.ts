/**
 * Errors as answers of HTTP: `{"code":"not_found","status":5,"message":"...","details":...}`, or a Fault for who speaks SOAP.
 *
 * @module
 */
import { soapModule } from "../../codec/mod.ts";
import { codeOf, codes, type Metadata, RpcError, travelling } from "../../protocol/mod.ts";
import { headersOf } from "./metadata_headers.ts";
import { bareType, SOAP_12 } from "./media_type.ts";
import { codeNamed, codeOfHttpStatus, httpStatusOf } from "./status.ts";

/** Header of the exact status of an error that erpc says. */
export const STATUS_HEADER = "erpc-status";

/** How an error is answered. */
export interface FailureInit {
  /** Media type of the request, where that speaks SOAP. */
  readonly soap?: string | undefined;
  /** HTTP status instead of that of the error. */
  readonly http?: number;
  /** More headers. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Metadata of the error. */
  readonly metadata?: Metadata;
}

/** Thrown to answer a request that is no call. */
export class Refused extends Error {
  /** What is wrong. */
  readonly error: RpcError;
  /** How that is said. */
  readonly init: FailureInit;

  /** Makes the refusal that says `error` with the HTTP status `http`. */
  constructor(http: number, error: RpcError, headers: FailureInit["headers"] = []) {
    super(error.message);
    this.error = error;
    this.init = { http, headers };
  }
}

/** The answer that says `error`. */
export async function failure(error: RpcError, init: FailureInit = {}): Promise<Response> {
  const { http = httpStatusOf(error), soap, headers = [], metadata = new Map() } = init;
  const all = new Headers([
    ...headers.map(([name, value]): [string, string] => [name, value]),
    ...headersOf(metadata, false),
  ]);
  all.set(STATUS_HEADER, String(travelling(error.status)));
  if (error.retryAfterMs !== undefined && error.retryAfterMs >= 0) {
    all.set("retry-after", String(Math.ceil(error.retryAfterMs / 1000)));
  }
  if (soap !== undefined) {
    const { soapFault, soapMediaTypes } = await soapModule(), version = soap === SOAP_12 ? "1.2" : "1.1";
    all.set("content-type", soapMediaTypes[version]);
    return new Response(soapFault(error, version), { status: faultStatus(error, http), headers: all });
  }
  all.set("content-type", "application/json");
  return new Response(bodyOf(error), { status: http, headers: all });
}

/** Faults go with 500 (SOAP 1.1 section 6.2), so that clients read them; what keeps a request from being looked at does not. */
function faultStatus({ status }: RpcError, http: number): number {
  return status < 1000 && (http === 413 || http === 415 || http === 503) ? http : 500;
}

function bodyOf({ code, status, message, details, retryAfterMs }: RpcError): string {
  const body = { code, status: travelling(status), message, details, retryAfterMs };
  try {
    return JSON.stringify(body) + "\n";
  } catch {
    return JSON.stringify({ ...body, details: undefined }) + "\n"; // no JSON can hold them
  }
}

/** The error that an answer says; `body` is all of it. One that erpc has not said becomes the nearest. */
export function errorIn({ status: http, statusText, headers }: Response, body: Uint8Array): RpcError {
  const status = Number(headers.get(STATUS_HEADER)), said = isJson(headers) ? parsed(body) : undefined;
  if (!Number.isInteger(status) || status < 1 || status > 0xffff || said === undefined) {
    const code = status > 0 && status < 1000 ? codeOf(status) : codeOfHttpStatus(http);
    return new RpcError(code, `HTTP status ${http}${statusText === "" ? "" : ` (${statusText})`}`);
  }
  const { message, details, retryAfterMs } = said, known = travelling(status);
  const code = known >= 1000 ? codeNamed(said.code, known) : codeOf(known);
  return new RpcError(code, typeof message === "string" ? message : "", {
    status: known < 1000 && code === "unknown" ? codes.unknown : known,
    details,
    ...(typeof retryAfterMs === "number" && Number.isFinite(retryAfterMs) && { retryAfterMs }),
  });
}

function isJson(headers: Headers): boolean {
  return bareType(headers.get("content-type") ?? "") === "application/json";
}

function parsed(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}
