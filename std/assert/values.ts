/**
 * Assertions about one value, and failing outright.
 *
 * @module
 */
import { AssertionError, failure } from "./assertion_error.ts";
import { show } from "./difference.ts";

/** Asserts that `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Asserts that `actual` is neither null nor undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    throw failure(`Expected actual: "${actual}" to not be null or undefined`, msg);
  }
}

/** Asserts that `actual` is an instance of `expectedType`. */
export function assertInstanceOf<T>(
  actual: unknown,
  expectedType: abstract new (...args: never[]) => T,
  msg?: string,
): asserts actual is T {
  if (actual instanceof expectedType) return;
  const type = typeof actual === "object" && actual !== null ? actual.constructor?.name ?? "Object" : typeof actual;
  throw failure(`Expected object to be an instance of "${expectedType.name}" but was "${type}"`, msg);
}

/** Asserts that `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (expected.test(actual)) return;
  throw failure(`Expected actual: "${actual}" to match: "${expected}"`, msg);
}

/** Asserts that `actual` includes `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (actual.includes(expected)) return;
  throw failure(`Expected actual: "${actual}" to contain: "${expected}"`, msg);
}

/** Asserts that `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) throw failure(`Expect ${show(actual)} > ${show(expected)}`, msg);
}

/** Asserts that `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) throw failure(`Expect ${show(actual)} >= ${show(expected)}`, msg);
}

/** Asserts that `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) throw failure(`Expect ${show(actual)} < ${show(expected)}`, msg);
}

/** Asserts that `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) throw failure(`Expect ${show(actual)} <= ${show(expected)}`, msg);
}

/** Fails. */
export function fail(msg?: string): never {
  throw failure("Failed assertion", msg);
}

/** Fails where no program should come. */
export function unreachable(msg?: string): never {
  throw failure("Unreachable", msg);
}
