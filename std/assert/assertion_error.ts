/**
 * The error of an assertion that does not hold.
 *
 * @module
 */

/** Thrown by every assertion that does not hold. */
export class AssertionError extends Error {
  /** Makes the error. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** The error of an assertion: what does not hold, and what the caller says of it. */
export function failure(what: string, msg: string | undefined, details = ""): AssertionError {
  return new AssertionError(`${what}${msg ? `: ${msg}` : "."}${details}`);
}
