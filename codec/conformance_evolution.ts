/**
 * What every codec is tried with that was written with another schema than it is read with; data for conformance.ts.
 *
 * @module
 */
import type { Ability } from "./conformance_cases.ts";
import type { Fields, Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";

/** A value that is read with another schema. */
export interface EvolutionCase {
  /** What it is, as in "reads ...". */
  readonly name: string;
  /** What a codec must be able to do for it. */
  readonly needs: readonly Ability[];
  /** Type it is written with. */
  readonly written: Type;
  /** Type it is read with. */
  readonly read: Type;
  /** The value. */
  readonly value: unknown;
  /** What comes of it; undefined when it must be refused, and the field `"missing"` named. */
  readonly expected: unknown;
}

const user = (fields: Fields) => t.struct("test.User", fields);
const name = t.field(1, t.string), Inner = (fields: Fields) => t.struct("test.Inner", fields);
const holder = (fields: Fields) => user({ inner: t.field(1, t.list(Inner(fields))), last: t.field(2, t.int32) });
const Far = {
  text: t.field(3, t.string),
  list: t.field(4, t.list(t.struct("test.Numbers", { n: t.field(1, t.list(t.int32)) }))),
  map: t.field(5, t.map(t.string, t.struct("test.Big", { a: t.field(1, t.uint64) }))),
  at: t.field(6, t.timestamp),
  one: t.field(7, t.union("test.One", { a: t.field(1, t.double), b: t.field(2, t.bool) })),
  bytes: t.field(15, t.bytes),
  set: t.field(16, t.set(t.int64)),
  float: t.field(255, t.float),
};
const far = {
  text: "x",
  list: [{ n: [1, 300, -70_000] }, { n: [] }],
  map: new Map([["k", { a: 2n ** 64n - 1n }]]),
  at: new Date(5),
  one: { b: true },
  bytes: new Uint8Array(300),
  set: new Set([1n, -(2n ** 63n)]),
  float: 1.5,
};

/** Values written with one schema and read with another. */
export const evolutionCases = (): EvolutionCase[] => [
  {
    name: "a message of a writer with more fields",
    needs: ["schema", "evolve"],
    written: user({ name, ...Far }),
    read: user({ name }),
    value: { name: "a", ...far },
    expected: { name: "a" },
  },
  {
    name: "structs of a writer with more fields",
    needs: ["schema", "evolve"],
    written: holder({ name, ...Far }),
    read: holder({ name }),
    value: { inner: [{ name: "a", ...far }, { name: "b", ...far }], last: 7 },
    expected: { inner: [{ name: "a" }, { name: "b" }], last: 7 },
  },
  {
    name: "a message of a writer with fewer fields",
    needs: ["schema", "evolve"],
    written: user({ name }),
    read: user({ name, age: t.field(2, t.optional(t.int32)), size: t.field(9, t.optional(t.double)) }),
    value: { name: "a" },
    expected: { name: "a" },
  },
  {
    name: "a field under its former name",
    needs: ["schema", "evolve"],
    written: user({ title: t.field(1, t.string), old: t.field(2, t.optional(t.int32)) }),
    read: user({
      name: t.field(1, t.string, { aliases: ["caption", "title"] }),
      now: t.field(2, t.optional(t.int32), { aliases: ["old"] }),
    }),
    value: { title: "a", old: 5 },
    expected: { name: "a", now: 5 },
  },
  {
    name: "a field that has a former name under its own",
    needs: ["schema"],
    written: user({ name: t.field(1, t.string, { aliases: ["title"] }) }),
    read: user({ name: t.field(1, t.string, { aliases: ["title"] }) }),
    value: { name: "a" },
    expected: { name: "a" },
  },
  {
    name: "a field that has another one's former name",
    needs: ["schema", "evolve"],
    written: user({ title: t.field(1, t.int32) }),
    read: user({
      name: t.field(2, t.optional(t.int32), { aliases: ["title"] }),
      title: t.field(1, t.optional(t.int32)),
    }),
    value: { title: 5 },
    expected: { title: 5 },
  },
  {
    name: "the first of two fields that have one former name",
    needs: ["schema", "evolve"],
    written: user({ title: t.field(1, t.int32) }),
    read: user({
      name: t.field(1, t.optional(t.int32), { aliases: ["title"] }),
      caption: t.field(2, t.optional(t.int32), { aliases: ["title"] }),
    }),
    value: { title: 5 },
    expected: { name: 5 },
  },
  {
    name: "the defaults of missing fields",
    needs: ["schema", "evolve", "missing"],
    written: user({ name }),
    read: user({
      name,
      n: t.field(2, t.int32, { default: -5 }),
      list: t.field(3, t.list(t.string), { default: ["a"] }),
      map: t.field(4, t.map(t.string, t.int64), { default: new Map([["k", 1n]]) }),
      at: t.field(5, t.timestamp, { default: new Date(5) }),
      colour: t.field(6, t.enumeration("test.Colour", { none: 0, red: 1 }), { default: "red" }),
      inner: t.field(7, Inner({ name }), { default: { name: "i" } }),
    }),
    value: { name: "b" },
    expected: {
      name: "b",
      n: -5,
      list: ["a"],
      map: new Map([["k", 1n]]),
      at: new Date(5),
      colour: "red",
      inner: { name: "i" },
    },
  },
  {
    name: "nothing where a field is missing",
    needs: ["schema", "evolve", "missing"],
    written: user({ name }),
    read: user({ name, missing: t.field(2, t.string) }),
    value: { name: "a" },
    expected: undefined,
  },
];
