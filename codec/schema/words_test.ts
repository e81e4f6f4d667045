/**
 * What the schema words refuse, where the schema is written.
 *
 * @module
 */
import { assertThrows } from "@std/assert";
import { service, unary } from "./service.ts";
import type { Field, Type } from "./type.ts";
import * as t from "./words.ts";

const none = undefined as unknown as Type, text = t.string as unknown as Field, empty = t.struct("demo.Empty", {});
const late = "want one of t, or t.lazy(() => T)",
  rule = { "~standard": { version: 1, vendor: "", validate: () => ({}) } } as const;

const refused: readonly (readonly [name: string, define: () => unknown, message: string])[] = [
  [
    "a type in the place of a field",
    () => t.struct("demo.A", { a: text }),
    "demo.A: a is no field, want t.field(tag, type)",
  ],
  ["a type in the place of a union's field", () => t.union("demo.A", { a: text }), "demo.A: a is no field"],
  ["a field of no type", () => t.field(1, none), `Cannot define the field of tag 1: got no type; ${late}`],
  ["a list of no type", () => t.list(none), `Cannot define a list: got no type; ${late}`],
  ["a set of no type", () => t.set(none), `Cannot define a set: got no type; ${late}`],
  ["a map with keys of no type", () => t.map(none, t.string), `Cannot define a map: got no type; ${late}`],
  ["a map with values of no type", () => t.map(t.string, none), `Cannot define a map: got no type; ${late}`],
  ["an optional type of no type", () => t.optional(none), `Cannot define an optional type: got no type; ${late}`],
  ["a checked type of no type", () => t.checked(none, rule), `Cannot define a checked type: got no type; ${late}`],
  [
    "a method without a request",
    () => service("demo", { a: unary(none, empty) }),
    `Cannot define method demo.a: got no type; ${late}`,
  ],
  [
    "a method without a response",
    () => service("demo", { a: unary(empty, none) }),
    `Cannot define method demo.a: got no type; ${late}`,
  ],
  [
    "a checked type that is optional inside",
    () => t.checked(t.optional(t.string), rule),
    "Cannot define checked: its base is optional; want t.optional around all of it",
  ],
  ["a key that maps can't have", () => t.map(t.double, t.string), "Cannot use double as the key of a map"],
];

for (const [name, define, message] of refused) {
  Deno.test(`the schema words refuse ${name}`, () => {
    assertThrows(define, TypeError, message);
  });
}

Deno.test("the schema words refuse a tag that stands twice", () => {
  const field = t.field(1, t.string);
  assertThrows(() => t.struct("demo.A", { a: field, b: field }), RangeError, "demo.A: tag 1 of b stands twice");
});
