/**
 * The values that every codec is tried with; data for conformance.ts.
 *
 * @module
 */
import type { Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";

/**
 * What a codec may be unable to do.
 *
 * - `schema`: schema types other than bytes; `tag_zero`: a field with tag 0; `bare`: a message that is no struct;
 *   `nested`: a list or map directly in a list or map; `optional_container`: an optional list or map; `large_tag`: a tag
 *   above 255; `huge_tag`: a tag above 32767
 * - `evolve`: reading with a later schema than the writer's; `missing`: telling a
 *   field that is missing from one that is zero, so that it is refused, or has its default
 * - `any`: data without a schema; `any_bytes`, `any_undefined` (as an element), `any_negative_zero`, `any_non_finite`,
 *   `any_bigint` (of 64 bits), `any_big` (larger), `any_date`, `any_bad_date`, `any_map`, `any_set`: without a schema, exactly
 */
export type Ability =
  | "schema"
  | "tag_zero"
  | "bare"
  | "nested"
  | "optional_container"
  | "large_tag"
  | "huge_tag"
  | "evolve"
  | "missing"
  | "any"
  | "any_bytes"
  | "any_undefined"
  | "any_negative_zero"
  | "any_non_finite"
  | "any_bigint"
  | "any_big"
  | "any_date"
  | "any_bad_date"
  | "any_map"
  | "any_set";

/** Values of one type that must come back as they were. */
export interface ValueCase {
  /** What they are, as in "gives back ...". */
  readonly name: string;
  /** What a codec must be able to do for it. */
  readonly needs: readonly Ability[];
  /** Their type; undefined when they go without a schema. */
  readonly type?: Type;
  /** The values. */
  readonly values: readonly unknown[];
}

/** A value that does not fit its type. */
export interface MisfitCase {
  /** What it is, as in "refuses ...". */
  readonly name: string;
  /** Type of the field that gets it. */
  readonly type: Type;
  /** The value. */
  readonly value: unknown;
}

const long = "x".repeat(70_000), wide = "é漢😀".repeat(9_000);
const texts = (): string[] => [
  "",
  "a",
  "hello, erpc",
  "\0\u007f",
  "é",
  "漢字",
  "😀".repeat(16),
  "\ufeffbom",
  "\ufffd",
  ...lengths(),
];
const doubles = [0, 1.5, -1.5, Math.PI, 5e-324, Number.MAX_VALUE, 2 ** 53, -(2 ** 63), -0, NaN, Infinity, -Infinity];
const floats = [0, 1.5, -98.625, Math.fround(Math.PI), 2 ** -149, 2 ** 127, -0, NaN, Infinity, -Infinity];

/** Texts around the lengths at which formats and coders change their way. */
function lengths(): string[] {
  return [23, 24, 25, 31, 32, 48, 49, 63, 64, 65, 85, 86, 127, 128, 200, 255, 256, 257, 1024].flatMap((n) => [
    "y".repeat(n),
    "y".repeat(n - 1) + "é",
    "漢".repeat(n / 3),
  ]);
}

const scalars = (): [name: string, type: Type, values: unknown[]][] => [
  ["bool", t.bool, [true, false]],
  ["int8", t.int8, [0, 1, -1, -128, 127]],
  ["int16", t.int16, [0, 128, -129, -32768, 32767]],
  ["int32", t.int32, [0, 32768, -32769, -(2 ** 31), 2 ** 31 - 1]],
  ["int64", t.int64, [0n, 127n, -129n, 2n ** 31n, -(2n ** 31n) - 1n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n]],
  ["int53", t.int53, [0, 255, -(2 ** 31) - 1, 2 ** 32, -(2 ** 53) + 1, 2 ** 53 - 1]],
  ["uint8", t.uint8, [0, 127, 128, 255]],
  ["uint16", t.uint16, [0, 255, 32768, 65535]],
  ["uint32", t.uint32, [0, 65536, 2 ** 31, 2 ** 32 - 1]],
  ["uint64", t.uint64, [0n, 127n, 128n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n]],
  ["float", t.float, floats],
  ["double", t.double, doubles],
  ["string", t.string, texts()],
  ["bytes", t.bytes, [new Uint8Array(0), Uint8Array.of(0, 127, 128, 255), new Uint8Array(70_000).fill(7)]],
];

const Colour = t.enumeration("test.Colour", { none: 0, red: 1, deep: 2 ** 31 - 1, lost: -1 });
const Point = t.struct("test.Point", { x: t.field(1, t.int32), y: t.field(2, t.int32) });
const Choice = t.struct("test.Choice", {
  need: t.field(1, t.string),
  point: t.field(2, t.optional(Point)),
  text: t.field(3, t.optional(t.string)),
  flag: t.field(14, t.optional(t.bool)),
  colour: t.field(15, t.optional(Colour)),
  bytes: t.field(16, t.optional(t.bytes)),
  large: t.field(255, t.optional(t.int64)),
});
const Inherited = t.struct("test.Inherited", {
  constructor: t.field(1, t.optional(t.string)),
  toString: t.field(2, t.optional(t.string)),
  hasOwnProperty: t.field(3, t.optional(t.int32)),
});
const Zero = t.struct("test.Zero", { a: t.field(0, t.optional(t.int32)) });
const point = { x: 1, y: -1 };

/** A struct of one field, of `type`. */
export function one(type: Type, tag = 1): Type {
  return t.struct("test.One", { field: t.field(tag, type) });
}

/** Values of `type`, as whole messages. */
export function typed(name: string, type: Type, values: readonly unknown[], ...needs: Ability[]): ValueCase {
  return { name, needs: ["schema", ...needs], type, values };
}

/** Values of a struct's field of `type`. */
export function field(name: string, type: Type, values: readonly unknown[], ...needs: Ability[]): ValueCase {
  return typed(name, one(type), values.map((value) => ({ field: value })), ...needs);
}

const keyed = () => scalars().filter(([kind]) => !["float", "double", "bytes"].includes(kind));

/** Values with a schema. */
export const typedCases = (): ValueCase[] => [
  { name: "bare bytes", needs: [], type: t.bytes, values: [Uint8Array.of(1, 2, 3), new Uint8Array(300).fill(200)] },
  ...scalars().map(([name, type, values]) => field(name, type, values)),
  ...scalars().map(([name, type, values]) =>
    field(`a list of ${name}`, t.list(type), [values, [], values.slice(1, 2)])
  ),
  ...scalars().slice(0, -1).map(([name, type, values]) => typed(`bare ${name}`, type, values, "bare")),
  ...keyed().map(([name, type, keys]) =>
    field(`a map by ${name}`, t.map(type, t.string), [new Map(keys.map((key, i) => [key, `${i}`])), new Map()])
  ),
  field("an enumeration", Colour, ["none", "red", "deep", "lost"]),
  field("a list of enumerations", t.list(Colour), [["lost", "none", "red"]]),
  field("text of 70 KB", t.string, [long, wide]),
  field("a list of structs", t.list(Point), [[point, { x: 0, y: 0 }], [], Array(1000).fill(point)]),
  field("a map of structs", t.map(t.string, Point), [new Map([["a", point], ["__proto__", { x: 0, y: 0 }]])]),
  field("a map of enumerations", t.map(t.int32, Colour), [new Map([[1, "lost"], [-1, "none"]])]),
  field("a list of lists", t.list(t.list(t.int32)), [[[], [1], [2, 3]], []], "nested"),
  field("a map of maps", t.map(t.bool, t.map(t.string, t.int64)), [new Map([[true, new Map([["", 0n]])]])], "nested"),
  field("a list of maps", t.list(t.map(t.int8, t.double)), [[new Map([[1, -0]]), new Map()]], "nested"),
  field("an optional list", t.optional(t.list(t.bool)), [undefined, [], [true]], "optional_container"),
  field("an optional map", t.optional(t.map(t.bool, t.bool)), [undefined, new Map()], "optional_container"),
  typed("a struct without fields", t.struct("test.Empty", {}), [{}]),
  typed("optional fields", Choice, [
    { need: "" },
    { need: "a", point, text: "", flag: false, colour: "none", bytes: new Uint8Array(0), large: 0n },
    { need: "b", text: "t", large: -1n },
    { need: "c", point: undefined, flag: true },
  ]),
  field("structs in structs", one(one(one(one(Choice)))), [{ field: { field: { field: { field: { need: "x" } } } } }]),
  typed("fields named like what every object inherits", Inherited, [{}, { constructor: "a", toString: "b" }]),
  typed("a field with tag 0", one(t.string, 0), [{ field: "zero" }, { field: "" }], "tag_zero"),
  field("structs whose only field has tag 0 and isn't there", t.list(Zero), [[{}, { a: 1 }, {}]], "tag_zero"),
  typed("a field with tag 255", one(t.string, 255), [{ field: "last" }]),
  typed("a bare list", t.list(Point), [[], [point, point]], "bare"),
  typed("a bare map", t.map(t.string, t.int32), [new Map(), new Map([["k", 1]])], "bare"),
];

function untyped(name: string, values: readonly unknown[], ...needs: Ability[]): ValueCase {
  return { name, needs: ["any", ...needs], values };
}

const plain = { a: 1, b: [true, null, "x", { c: {} }], "": "empty key", "key with é": [], "0": "index", toString: 1 };
const bytes = Uint8Array.of(0, 255);

/** Values without a schema. */
export const untypedCases = (): ValueCase[] => [
  untyped("null and booleans", [null, true, false, [null, true, false]]),
  untyped("nothing at all", [undefined]),
  untyped("integers", [0, 1, -1, 127, 128, -129, 65536, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, -(2 ** 53) + 1]),
  untyped("fractions", [0.5, -1.25, 0.1, Math.PI, 5e-324, Number.MAX_VALUE, 2 ** 53, -(2 ** 64), 1e300]),
  untyped("text", [...texts(), long, wide]),
  untyped("arrays", [[], [1, 2, 3], [[], [[]], [1, ["x"]]], Array.from({ length: 1000 }, (_, i) => i)]),
  untyped("objects", [{}, plain, [plain, plain], { nested: { nested: { nested: plain } } }]),
  untyped("objects with fields that are undefined", [{ a: undefined, b: { c: undefined, d: 1 } }]),
  untyped("bytes", [bytes, [bytes, new Uint8Array(0)], { bytes }], "any_bytes"),
  untyped("undefined as an element", [[undefined, null, undefined]], "any_undefined"),
  untyped("negative zero", [-0, [-0, 0]], "any_negative_zero"),
  untyped("numbers that are not finite", [NaN, [Infinity], { x: -Infinity }], "any_non_finite"),
  untyped("bigints of 64 bits", [0n, [1n, -1n], { x: 2n ** 63n - 1n }, -(2n ** 63n)], "any_bigint"),
  untyped("larger bigints", [2n ** 64n, -(2n ** 64n), [10n ** 100n, -(10n ** 100n)]], "any_big"),
  untyped("dates", [new Date(0), [new Date(1_732_286_400_123), new Date(-1)], new Date(8.64e15)], "any_date"),
  untyped("an invalid date", [new Date(NaN)], "any_bad_date"),
  untyped(
    "maps",
    [new Map(), new Map<unknown, unknown>([[1, "a"], ["k", new Map([[null, [true]]])], [{}, 1]])],
    "any_map",
  ),
  untyped("sets", [new Set(), [new Set([1, "a", null, [1]])]], "any_set"),
];

/** Values that do not fit. */
export const misfitCases = (): MisfitCase[] => [
  { name: "128 for int8", type: t.int8, value: 128 },
  { name: "-32769 for int16", type: t.int16, value: -32769 },
  { name: "2^40 for int32", type: t.int32, value: 2 ** 40 },
  { name: "a fraction for int32", type: t.int32, value: 1.5 },
  { name: "NaN for int32", type: t.int32, value: NaN },
  { name: "text for int32", type: t.int32, value: "1" },
  { name: "2^53 for int53", type: t.int53, value: 2 ** 53 },
  { name: "2^63 for int64", type: t.int64, value: 2n ** 63n },
  { name: "a number for int64", type: t.int64, value: 1 },
  { name: "-1 for uint8", type: t.uint8, value: -1 },
  { name: "65536 for uint16", type: t.uint16, value: 65536 },
  { name: "2^32 for uint32", type: t.uint32, value: 2 ** 32 },
  { name: "a bigint for double", type: t.double, value: 1n },
  { name: "text for float", type: t.float, value: "1.5" },
  { name: "a number for bool", type: t.bool, value: 1 },
  { name: "a number for string", type: t.string, value: 5 },
  { name: "an array for bytes", type: t.bytes, value: [1, 2] },
  { name: "null for string", type: t.string, value: null },
  { name: "an unknown name of an enumeration", type: Colour, value: "blue" },
  { name: "a number for an enumeration", type: Colour, value: 1 },
  { name: "an object for a list", type: t.list(t.int32), value: { length: 0 } },
  { name: "an object for a map", type: t.map(t.string, t.int32), value: {} },
  { name: "text for a struct", type: Point, value: "point" },
  { name: "a Map for a struct", type: Choice, value: new Map([["need", "x"]]) },
  { name: "a missing field", type: Point, value: { x: 1 } },
  { name: "nothing for a required field", type: t.string, value: undefined },
  { name: "a bad element", type: t.list(t.int8), value: [1, 2, 300] },
  { name: "a bad key", type: t.map(t.int8, t.string), value: new Map([[300, "x"]]) },
  { name: "a bad value of a map", type: t.map(t.int8, t.string), value: new Map([[3, 3]]) },
];
