/**
 * Stand-in for `@std/assert`: the functions this project uses, with the same names and behaviour.
 *
 * @module
 */
export { AssertionError } from "./assertion_error.ts";
export * from "./equal.ts";
export * from "./equals.ts";
export * from "./throws.ts";
export * from "./values.ts";
