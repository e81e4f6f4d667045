/**
 * Assertions that a function throws, or a promise rejects.
 *
 * @module
 */
import { failure } from "./assertion_error.ts";

/** Class of errors, abstract or not. */
export type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

/** Asserts that `fn` throws, and returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Asserts that `fn` throws an error of `errorClass` whose message includes `msgIncludes`, and returns it. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  errorClass?: ErrorClass<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  const expected = expectation(errorClass, msgIncludes, msg);
  try {
    fn();
  } catch (error) {
    check(error, expected, "thrown");
    return error;
  }
  throw failure("Expected function to throw", expected.msg);
}

/** Asserts that `fn` returns a promise that rejects, and resolves with what it rejected with. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Asserts that `fn` returns a promise that rejects with an error of `errorClass` whose message includes `msgIncludes`. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  errorClass?: ErrorClass<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const expected = expectation(errorClass, msgIncludes, msg);
  let promise: PromiseLike<unknown> | undefined;
  try {
    promise = fn();
  } catch (cause) {
    throw failure("Function throws when expected to reject", expected.msg, `\n\n${cause}`);
  }
  if (typeof promise?.then !== "function") throw failure("Function throws when expected to reject", expected.msg);
  try {
    await promise;
  } catch (error) {
    check(error, expected, "rejected");
    return error;
  }
  throw failure("Expected function to reject", expected.msg);
}

interface Expectation {
  readonly errorClass: ErrorClass<Error> | undefined;
  readonly msgIncludes: string | undefined;
  readonly msg: string | undefined;
}

function expectation(
  errorClass: ErrorClass<Error> | string | undefined,
  msgIncludes: string | undefined,
  msg: string | undefined,
): Expectation {
  if (typeof errorClass !== "string") return { errorClass, msgIncludes, msg };
  return { errorClass: undefined, msgIncludes: undefined, msg: errorClass };
}

function check(error: unknown, { errorClass, msgIncludes, msg }: Expectation, verb: string): void {
  if (errorClass === undefined) return;
  if (!(error instanceof Error)) throw failure(`A non-Error object was ${verb}`, msg);
  const { message, stack, constructor }: Error = error;
  if (!(error instanceof errorClass)) {
    throw failure(
      `Expected error to be instance of "${errorClass.name}", but was "${constructor.name}"`,
      msg,
      `\n\n${stack}`,
    );
  }
  if (msgIncludes !== undefined && !message.includes(msgIncludes)) {
    throw failure(
      `Expected error message to include ${JSON.stringify(msgIncludes)}, but got ${JSON.stringify(message)}`,
      msg,
    );
  }
}
