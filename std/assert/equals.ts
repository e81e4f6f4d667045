/**
 * Assertions that two values are equal, or not.
 *
 * @module
 */
import { failure } from "./assertion_error.ts";
import { difference, show } from "./difference.ts";
import { equal } from "./equal.ts";

/** Asserts that both are the same in depth, as {@linkcode equal} sees it. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) throw failure("Values are not equal", msg, difference(actual, expected));
}

/** Asserts that both differ in depth, as {@linkcode equal} sees it. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) {
    throw failure(`Expected actual: ${show(actual)} not to be: ${show(expected)}`, msg);
  }
}

/** Asserts that both are the same value (`Object.is`): the same object, and 0 is not -0. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  if (Object.is(actual, expected)) return;
  if (show(actual) === show(expected)) {
    throw failure("Values have the same structure but are not reference-equal", msg, `\n\n    ${show(actual)}\n`);
  }
  throw failure("Values are not strictly equal", msg, difference(actual, expected));
}
