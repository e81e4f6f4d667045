/**
 * The values that every codec is tried with of types that are made of others: logical ones, unions, groups of which one is
 * there, types that contain themselves; data for conformance.ts.
 *
 * @module
 */
import { field, type MisfitCase, typed, type ValueCase } from "./conformance_cases.ts";
import type { StructType, Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";

/** Points in time that every form can say: of the years 1 to 9999. */
const times = ["1970-01-01T00:00:00.000Z", "2026-11-23T07:48:21.123Z", "1969-12-31T23:59:59.999Z"]
  .concat("0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "2038-01-19T03:14:08.000Z")
  .map((text) => new Date(text));
const dates = ["1970-01-01", "2024-02-29", "0001-01-01", "9999-12-31", "1969-12-31"];
const uuids = ["00000000-0000-0000-0000-000000000000", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"];
const prices = ["0.00", "-12.50", "99999999.99", "-0.01", "1.28", "-1.28", "1.27"];

const Link = t.logical<URL, string>("link", {
  base: t.string,
  toBase: (url) => url.href,
  fromBase: (text) => new URL(text),
});
const Complex = t.logical<[number, number], { re: number; im: number }>("complex", {
  base: t.struct("test.Complex", { re: t.field(1, t.double), im: t.field(2, t.double) }),
  toBase: ([re, im]) => ({ re, im }),
  fromBase: ({ re, im }) => [re, im],
});

const Point = t.struct("test.Point", { x: t.field(1, t.int32), y: t.field(2, t.int32) });
const Shape = t.union("test.Shape", {
  text: t.field(1, t.string),
  count: t.field(2, t.int32),
  point: t.field(3, Point),
  flag: t.field(4, t.bool),
  at: t.field(5, t.timestamp),
});
const Contact = t.struct("test.Contact", {
  name: t.field(1, t.string),
  mail: t.field(2, t.optional(t.string)),
  phone: t.field(3, t.optional(t.int64)),
  note: t.field(4, t.optional(t.string)),
  home: t.field(5, t.optional(Point)),
  away: t.field(6, t.optional(t.bool)),
}, { oneofs: { reach: ["mail", "phone"], place: ["home", "away"] } });

interface Tree {
  name: string;
  children: Tree[];
}
const Tree: StructType<Tree> = t.struct("test.Tree", {
  name: t.field(1, t.string),
  children: t.field(2, t.list(t.lazy(() => Tree))),
});

/** A chain of links. */
export interface Chain {
  /** Its first link. */
  n: number;
  /** The others. */
  next?: Chain | undefined;
}
/** Its type. */
export const Chain: StructType<Chain> = t.struct("test.Chain", {
  n: t.field(1, t.int32),
  next: t.field(2, t.optional(t.lazy(() => Chain))),
});

/** A chain of `levels` links. */
export function chain(levels: number): Chain {
  let found: Chain = { n: levels };
  for (let n = levels - 1; n > 0; n--) found = { n, next: found };
  return found;
}

interface Folder {
  entries: Map<string, { text: string } | { folder: Folder }>;
}
const Folder: StructType<Folder> = t.struct("test.Folder", {
  entries: t.field(1, t.map(t.string, t.lazy(() => Entry))),
});
const Entry: Type<{ text: string } | { folder: Folder }> = t.union("test.Entry", {
  text: t.field(1, t.string),
  folder: t.field(2, t.lazy(() => Folder)),
}) as Type<{ text: string } | { folder: Folder }>;

const leaf = (name: string): Tree => ({ name, children: [] });
const tree: Tree = { name: "root", children: [leaf("a"), { name: "b", children: [leaf("c"), leaf("")] }] };
const folder: Folder = {
  entries: new Map<string, { text: string } | { folder: Folder }>([["a", { text: "" }], ["b", {
    folder: { entries: new Map([["c", { folder: { entries: new Map() } }]]) },
  }]]),
};

const logicals: readonly (readonly [name: string, type: Type, values: readonly unknown[]])[] = [
  ["timestamps", t.timestamp, times],
  ["dates", t.date, dates],
  ["decimals", t.decimal(10, 2), prices],
  ["decimals of 40 digits", t.decimal(40), ["0", "9".repeat(40), "-" + "9".repeat(40), "255", "-256"]],
  ["decimals below 1", t.decimal(5, 5), ["0.00000", "-0.99999", "0.00001"]],
  ["uuids", t.uuid, uuids],
  ["links, which travel as text", Link, [new URL("http://127.0.0.1/a?b#c")]],
];

/** Values with a schema. */
export const madeCases = (): ValueCase[] => [
  field("zigzag integers of 32 bits", t.sint32, [0, -1, 2 ** 31 - 1, -(2 ** 31)]),
  field("zigzag integers of 64 bits", t.sint64, [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)]),
  field("unsigned integers of four bytes", t.list(t.fixed32), [[0, 1, 2 ** 32 - 1]]),
  field("unsigned integers of eight bytes", t.list(t.fixed64), [[0n, 1n, 2n ** 64n - 1n]]),
  field("integers of four bytes", t.list(t.sfixed32), [[0, -1, 2 ** 31 - 1, -(2 ** 31)]]),
  field("integers of eight bytes", t.list(t.sfixed64), [[0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)]]),
  ...logicals.map(([name, type, values]) => field(name, type, values)),
  ...logicals.map(([name, type, values]) => field(`a list of ${name}`, t.list(type), [values, []])),
  ...logicals.map(([name, type, values]) => field(`optional ${name}`, t.optional(type), [undefined, ...values])),
  ...logicals.map(([name, type, values]) =>
    field(`a map to ${name}`, t.map(t.int32, type), [new Map(values.entries())])
  ),
  ...logicals.map(([name, type, values]) => typed(`bare ${name}`, type, values, "bare")),
  field("complex numbers, which travel as a struct", t.list(Complex), [[[0, 1], [-1.5, 0]]]),
  typed("a bare complex number, which travels as a struct", Complex, [[0, 1]]),
  field("a set of integers", t.set(t.int32), [new Set(), new Set([1, 0, -1])]),
  field("a set of text", t.set(t.string), [new Set(["", "a", "é"])]),
  field("a set of structs", t.set(Point), [new Set([{ x: 1, y: 2 }, { x: 0, y: 0 }])]),
  field("a set of timestamps", t.set(t.timestamp), [new Set(times)]),
  field("a list of sets", t.list(t.set(t.int32)), [[new Set([1]), new Set()]], "nested"),
  field("an optional set", t.optional(t.set(t.int32)), [undefined, new Set(), new Set([0])], "optional_container"),
  field("a union", Shape, shapes()),
  field("a list of unions", t.list(Shape), [shapes(), []]),
  field("a map of unions", t.map(t.string, Shape), [new Map(shapes().map((shape, i) => [`${i}`, shape]))]),
  field("an optional union", t.optional(Shape), [undefined, { text: "" }]),
  typed("a bare union", Shape, shapes()),
  typed("groups of fields of which one may be there", Contact, [
    { name: "" },
    { name: "a", mail: "" },
    { name: "b", phone: 0n, note: "" },
    { name: "c", phone: -5n, away: false },
    { name: "d", mail: "m", home: { x: 0, y: 0 } },
  ]),
  typed("a tree", Tree, [leaf(""), tree]),
  field("trees", t.list(Tree), [[tree, leaf("z"), tree], []]),
  typed("a chain of 20 links", Chain, [chain(1), chain(2), chain(20)]),
  typed("types that contain each other", Folder, [{ entries: new Map() }, folder]),
  typed(
    "a field with a default",
    t.struct("test.Default", {
      n: t.field(1, t.int32, { default: 7 }),
      list: t.field(2, t.list(t.string), { default: ["a"] }),
      note: t.field(3, t.string, { aliases: ["remark"], doc: "What else there is." }),
    }, { doc: "What a peer may leave out." }),
    [{ n: 7, list: ["a"], note: "" }, { n: 0, list: [], note: "x" }],
  ),
  typed("a field with tag 256", t.struct("test.Large", { a: t.field(256, t.string) }), [{ a: "x" }], "large_tag"),
  typed("a field with tag 70000", t.struct("test.Huge", { a: t.field(70_000, t.string) }), [{ a: "x" }], "huge_tag"),
];

function shapes(): unknown[] {
  return [{ text: "a" }, { text: "" }, { count: 0 }, { point: { x: 0, y: -1 } }, { flag: false }, { at: new Date(5) }];
}

/** Values that do not fit. */
export const madeMisfits = (): MisfitCase[] => [
  { name: "-1 for uint64", type: t.uint64, value: -1n },
  { name: "2^64 for uint64", type: t.uint64, value: 2n ** 64n },
  { name: "a number for uint64", type: t.uint64, value: 1 },
  { name: "an invalid date for a timestamp", type: t.timestamp, value: new Date(NaN) },
  { name: "the year 10000 for a timestamp", type: t.timestamp, value: new Date(253_402_300_800_000) },
  { name: "the year 0 for a timestamp", type: t.timestamp, value: new Date(-62_135_596_800_001) },
  { name: "a number for a timestamp", type: t.timestamp, value: 5 },
  { name: "text for a timestamp", type: t.timestamp, value: "2026-11-23T07:48:21.123Z" },
  { name: "a day that is none", type: t.date, value: "2026-02-30" },
  { name: "a Date for a date", type: t.date, value: new Date(0) },
  { name: "a decimal of fewer digits behind the point", type: t.decimal(10, 2), value: "1.5" },
  { name: "a decimal of too many digits", type: t.decimal(4, 2), value: "123.45" },
  { name: "a number for a decimal", type: t.decimal(4, 2), value: 1.25 },
  { name: "a UUID in capitals", type: t.uuid, value: "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6" },
  { name: "an array for a set", type: t.set(t.int32), value: [1] },
  { name: "a bad element of a set", type: t.set(t.int8), value: new Set([1, 300]) },
  { name: "two fields of a group", type: Contact, value: { name: "", mail: "", phone: 0n } },
  { name: "a union of nothing", type: Shape, value: {} },
  { name: "a union of two", type: Shape, value: { text: "", count: 0 } },
  { name: "a bad value of a union", type: Shape, value: { count: "1" } },
  { name: "a bad value deep in a tree", type: Tree, value: { name: "", children: [{ name: 1, children: [] }] } },
  { name: "a missing field that has a default", type: one(), value: {} },
];

function one(): Type {
  return t.struct("test.One", { a: t.field(1, t.int32, { default: 1 }) });
}
