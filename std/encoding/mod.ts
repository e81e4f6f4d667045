/**
 * Stand-in for `@std/encoding`: the functions this project uses, with the same names and behaviour.
 *
 * @module
 */
export * from "./base64.ts";
export * from "./base64url.ts";
export * from "./hex.ts";
