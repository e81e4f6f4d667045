/**
 * The one error class a call can fail with.
 *
 * @module
 */
import { type Code, codeOf, codes, type Refinement, refinements } from "./status.ts";

/** What may accompany an {@linkcode RpcError}. */
export interface RpcErrorOptions {
  /** Refinement of the code, or a business status of 1000-65535. Default: the code's own number. */
  status?: number | Refinement;
  /** JSON-like value for the caller; travels with the error, at most 8 KiB of JSON. */
  details?: unknown;
  /** What caused it; stays in this process. */
  cause?: unknown;
  /** Milliseconds after which a retry makes sense; negative: do not retry. */
  retryAfterMs?: number;
}

/**
 * Error of a call, on either side of the wire.
 *
 * `code` is one of gRPC's names in lower case and is what most programs switch on; `status` is the exact number.
 *
 * @example
 * ```ts
 * import { RpcError } from "@erpc/erpc";
 * const error = new RpcError("not_found", "Cannot find account 7", { status: 1404, details: { account: 7 } });
 * console.assert(error.code === "not_found" && error.status === 1404);
 * ```
 */
export class RpcError extends Error {
  /** Name of the class. */
  override readonly name = "RpcError";
  /** Base code, such as `"deadline_exceeded"`. */
  readonly code: Code;
  /** Exact status number: 1-16, a refinement (100-999) or a business status (1000-65535). */
  readonly status: number;
  /** Value sent along by the other side, or undefined. */
  readonly details: unknown;
  /** Milliseconds after which a retry makes sense; negative: do not retry; undefined: unsaid. */
  readonly retryAfterMs: number | undefined;
  /** A call made in this process failed with it. A handler that passes it on makes no claim that it was not run itself. */
  ofCall = false;

  /** Makes an error of `code`; throws RangeError when `options.status` is a base or refined status of another code. */
  constructor(code: Code, message: string, options: RpcErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    const { status = codes[code] } = options;
    this.code = code;
    this.status = typeof status === "string" ? refinements[status] : status;
    if (!validStatus(this.status, code)) {
      throw new RangeError(`Cannot make an RpcError: status ${this.status} is not one of code ${code}`);
    }
    this.details = options.details;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** The value itself when it is an RpcError, else an RpcError of `code` with it as `cause` and with its own message. */
  static from(value: unknown, code: Code = "unknown"): RpcError {
    if (value instanceof RpcError) return value;
    if (value instanceof DOMException && value.name === "TimeoutError") code = "deadline_exceeded";
    else if (value instanceof DOMException && value.name === "AbortError") code = "canceled";
    return new RpcError(code, value instanceof Error ? value.message : String(value), { cause: value });
  }
}

function validStatus(status: number, code: Code): boolean {
  if (!Number.isInteger(status) || status < 1 || status > 0xffff) return false;
  return status >= 1000 || codeOf(status) === code;
}

/** Error of a refinement: its base code follows from the number. */
export function refined(status: Refinement, message: string, options: Omit<RpcErrorOptions, "status"> = {}): RpcError {
  return new RpcError(codeOf(refinements[status]), message, { ...options, status });
}
