/**
 * Random schema types with all the words there are, and random values of them, from a seed, for the long runs: quicker than
 * fast-check's, which know how to shrink. Holds no test itself.
 *
 * @module
 */
import { seeded } from "../testing/mod.ts";
import type { Ability } from "./conformance.ts";
import type { AnyType, EnumType, Field, LogicalType, ScalarKind, StructType, Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";

const scalarTypes: readonly Type[] = [
  ...[t.bool, t.int8, t.int16, t.int32, t.int64, t.int53, t.uint8, t.uint16, t.uint32, t.uint64, t.float, t.double],
  ...[t.string, t.string, t.string, t.bytes, t.sint32, t.sint64, t.fixed32, t.fixed64, t.sfixed32, t.sfixed64],
];
const keyTypes: readonly Type[] = [
  ...[t.bool, t.int8, t.int16, t.int32, t.int64, t.int53, t.uint8, t.uint16, t.uint32, t.uint64, t.string, t.string],
];
const enumTypes: readonly Type[] = [
  t.enumeration("test.Small", { a: 0, b: 1, c: -1 }),
  t.enumeration("test.Large", { none: 0, least: -(2 ** 31), most: 2 ** 31 - 1 }),
];
/** A user's own type: a text that travels backwards. */
const Backwards = t.logical<string, string>("backwards", {
  base: t.string,
  toBase: (text) => [...text].reverse().join(""),
  fromBase: (text) => [...text].reverse().join(""),
});
const logicalTypes: readonly Type[] = [
  ...[t.timestamp, t.date, t.uuid, t.decimal(10, 2), t.decimal(38), t.decimal(9, 9), Backwards],
];
const names = ["name", "id", "constructor", "toString", "a", "é", "0", "list", "valueOf", "x y", "$set", "key", "type"];
const formerNames = ["old", "older", "first", "b-c", "hasOwnProperty", "z", "q"];

/** How deep values of types that contain themselves go, in containers, and how many parts one value has, more or less. */
const maxTurns = 14, maxParts = 30;

/** A source of random types and values. */
export class Random {
  readonly #next: () => number;
  readonly #lacks: readonly Ability[];
  #structs = 0;
  /** How many parts the value in the making may still get. */
  #parts = 0;

  /** Makes one that gives the same sequence for the same seed, without what is in `lacks`. */
  constructor(seed: number, lacks: readonly Ability[] = []) {
    this.#next = seeded(seed);
    this.#lacks = lacks;
  }

  /** An integer from 0 to `n - 1`. */
  below(n: number): number {
    return Math.floor(this.#next() * n);
  }

  /** True once in `n` times. */
  once(n: number): boolean {
    return this.below(n) === 0;
  }

  /** One of `list`. */
  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  #can(ability: Ability): boolean {
    return !this.#lacks.includes(ability);
  }

  /** A struct of up to 6 fields. */
  struct(levels = 3): StructType {
    const fields = new Map<string, Field>(), groups: Record<string, string[]> = {}, tags = new Set<number>();
    const type: StructType = t.struct(`test.Random${this.#structs++}`, {}), self = t.lazy(() => type);
    for (let n = this.below(7); n > 0; n--) {
      const tag = this.#tag(), key = this.one(names);
      if (tags.has(tag) || fields.has(key)) continue;
      const field = this.#field(tag, levels - 1, self);
      tags.add(tag);
      fields.set(key, field);
      if (field.type.kind === "optional" && this.once(2)) (groups[this.one(["one", "two"])] ??= []).push(key);
    }
    // A struct that its own fields name can only be made in two steps.
    return Object.assign(type, t.struct(type.name, Object.fromEntries(fields), { oneofs: groups }));
  }

  #tag(): number {
    const largest = this.#can("huge_tag") ? 100_000 : this.#can("large_tag") ? 32_767 : 255;
    const tag = this.once(8) ? this.below(largest + 1) : this.once(4) ? this.below(256) : this.below(16);
    return tag === 0 && !this.#can("tag_zero") || tag >= 19_000 && tag < 20_000 ? 1 : tag; // protobuf keeps those to itself
  }

  #field(tag: number, levels: number, self: Type): Field {
    const aliases = this.once(6) ? [this.one(formerNames)] : [];
    if (this.once(10)) {
      const inner = this.one([t.optional(self), t.list(self), t.map(this.one(keyTypes), self)]);
      return t.field(tag, inner, { aliases });
    }
    if (this.once(4)) return t.field(tag, t.optional(this.#type(levels, this.#can("optional_container"))), { aliases });
    const type = this.#type(levels, true);
    return this.once(6) ? t.field(tag, type, { aliases, default: this.value(type) }) : t.field(tag, type, { aliases });
  }

  #type(levels: number, containers: boolean): Type {
    const choice = this.below(levels > 0 ? 20 : 14);
    if (choice < 10) return this.one(scalarTypes);
    if (choice < 11) return this.one(enumTypes);
    if (choice < 14) return this.one(logicalTypes);
    if (choice < 16) return this.struct(levels);
    if (choice < 17) return this.#union(levels);
    if (!containers) return this.one(scalarTypes);
    const inner = this.#type(levels - 1, this.#can("nested"));
    return choice < 18 ? t.list(inner) : choice < 19 ? t.map(this.one(keyTypes), inner) : t.set(inner);
  }

  #union(levels: number): Type {
    const keys = names.filter(() => this.once(5));
    const field = (key: string, i: number): [string, Field] => [
      key,
      t.field(i + 1, this.#type(levels - 1, this.#can("optional_container"))),
    ];
    return t.union(`test.Union${this.#structs++}`, Object.fromEntries((keys.length > 0 ? keys : ["only"]).map(field)));
  }

  /** A value of `type`. */
  value(type: Type, depth = 0): unknown {
    const any = type as AnyType;
    this.#parts = depth === 0 ? maxParts : this.#parts - 1;
    switch (any.kind) {
      case "optional":
        return this.#isFull(depth) || this.once(3) ? undefined : this.value(any.inner, depth + 1);
      case "list":
        return this.#several(depth, () => this.value(any.element, depth + 1));
      case "map":
        return new Map(this.#several(depth, () => [this.value(any.key, depth + 1), this.value(any.value, depth + 1)]));
      case "struct":
        return this.#record(any, depth);
      case "enumeration":
        return this.one([...(type as EnumType).numbers.keys()]);
      case "lazy":
        return this.value(any.get(), depth + 1);
      case "logical":
        return this.#logical(any, depth);
      default:
        return scalars[any.kind as ScalarKind](this);
    }
  }

  #several<T>(depth: number, make: () => T): T[] {
    return this.#isFull(depth) ? [] : Array.from({ length: this.below(depth > 3 ? 2 : 5) }, make);
  }

  #isFull(depth: number): boolean {
    return depth > maxTurns || this.#parts <= 0;
  }

  #record({ fields, oneofs = [] }: StructType, depth: number): Record<string, unknown> {
    const record: Record<string, unknown> = {};
    for (const { key, type } of fields) {
      const value = this.value(type, depth + 1);
      if (value !== undefined) record[key] = value;
    }
    for (const { keys, required } of oneofs) {
      const kept = this.one(keys), { type } = fields.find(({ key }) => key === kept)!;
      for (const key of keys) if (key !== kept) delete record[key];
      if (required && !Object.hasOwn(record, kept)) {
        record[kept] = this.value((type as { inner?: Type }).inner!, depth + 1);
      }
    }
    return record;
  }

  #logical(type: LogicalType, depth: number): unknown {
    const { precision = 0, scale = 0 } = type.parameters ?? {};
    switch (type.name) {
      case "timestamp":
        return new Date(
          this.one([1, 1000, 86_400_000]) * this.below(this.once(2) ? 100 : 25_000) * (this.once(4) ? -1 : 1),
        );
      case "date":
        return new Date((this.below(3_652_059) - 719_162) * 86_400_000).toISOString().slice(0, 10);
      case "uuid":
        return this.#hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
      case "decimal":
        return this.#decimal(precision, scale);
      case "set":
        return new Set(this.value(type.base, depth + 1) as unknown[]);
      default:
        return type.fromBase(this.value(type.base, depth + 1));
    }
  }

  #decimal(precision: number, scale: number): string {
    let digits = "";
    for (let n = this.below(precision + 1); n > 0; n--) digits += this.below(10);
    digits = digits.replace(/^0+/, "").padStart(scale + 1, "0").slice(-Math.max(precision, scale + 1));
    const text = scale > 0 ? `${digits.slice(0, -scale)}.${digits.slice(-scale)}` : digits;
    return this.once(3) && /[1-9]/.test(text) ? `-${text}` : text;
  }

  #hex(digits: number): string {
    let text = "";
    while (text.length < digits) text += this.below(16).toString(16);
    return text;
  }

  /** Text without lone surrogates. */
  text(): string {
    let text = "";
    const units = this.one([["a", "b", "z", "0", "-"], [
      "a",
      "é",
      "漢",
      "😀",
      '"',
      "\\",
      "<",
      "&",
      " ",
      "\n",
      "]]>",
      "\0",
      "\ufeff",
    ]]);
    for (let n = this.once(40) ? 300 : this.below(this.once(4) ? 40 : 8); n > 0; n--) text += this.one(units);
    return text;
  }

  /** An integer of up to `bits` bits, small ones and those at the ends more often. */
  bits(bits: number, isSigned: boolean): bigint {
    const least = isSigned ? -(1n << BigInt(bits - 1)) : 0n, size = 1n << BigInt(bits);
    if (this.once(8)) return this.one([least, least + size - 1n]);
    const n = BigInt(this.below(2 ** 32)) << 32n | BigInt(this.below(2 ** 32)), width = BigInt(1 + this.below(bits));
    return isSigned ? BigInt.asIntN(Number(width), n) : BigInt.asUintN(Number(width), n);
  }

  /** A number of any kind. */
  number(): number {
    const whole = Number(this.bits(53, true));
    return this.once(6)
      ? this.one([NaN, Infinity, -Infinity, -0, 5e-324, 1.7976931348623157e308])
      : whole / this.one([1, 1, 2, 10, 1e9]);
  }

  /** Data that needs no schema. */
  data(depth = 0): unknown {
    this.#parts = depth === 0 ? maxParts : this.#parts - 1;
    const choice = this.below(depth > 4 || this.#parts <= 0 ? 12 : 17),
      several = () => Array.from({ length: this.below(5) }, () => this.data(depth + 1));
    if (choice < 4) return this.text();
    if (choice < 6) return this.one([null, true, false, 0, 1, -1]);
    if (choice < 8) return this.#plainNumber();
    if (choice < 12) return this.#otherScalar();
    if (choice < 14) return several();
    if (choice < 15 && this.#can("any_map")) return new Map(several().map((value) => [this.data(depth + 2), value]));
    if (choice < 16 && this.#can("any_set")) return new Set(several());
    return Object.fromEntries(several().map((value) => [this.one([...names, this.text()]), value]));
  }

  #plainNumber(): number {
    const n = this.number();
    if (!Number.isFinite(n) && !this.#can("any_non_finite")) return 0.5;
    return this.#can("any_negative_zero") ? n : n + 0;
  }

  #otherScalar(): unknown {
    const { kind, make } = this.one(others);
    return this.#can(kind) ? make(this) : this.text();
  }
}

const number = (bits: number, isSigned: boolean) => (random: Random) => Number(random.bits(bits, isSigned));

const bytes = (random: Random) =>
  Uint8Array.from({ length: random.below(random.once(20) ? 300 : 10) }, () => random.below(256));

const scalars: Record<ScalarKind, (random: Random) => unknown> = {
  bool: (random) => random.once(2),
  int8: number(8, true),
  int16: number(16, true),
  int32: number(32, true),
  int64: (random) => random.bits(64, true),
  int53: (random) => Math.max(Number(random.bits(54, true)), -(2 ** 53) + 1),
  uint8: number(8, false),
  uint16: number(16, false),
  uint32: number(32, false),
  uint64: (random) => random.bits(64, false),
  float: (random) => Math.fround(random.number()),
  double: (random) => random.number(),
  string: (random) => random.text(),
  bytes,
};

const others: readonly { readonly kind: Ability; readonly make: (random: Random) => unknown }[] = [
  { kind: "any_bytes", make: bytes },
  { kind: "any_undefined", make: () => undefined },
  { kind: "any_bigint", make: (random) => random.bits(64, true) },
  { kind: "any_big", make: (random) => random.bits(64, true) << BigInt(random.below(90)) },
  { kind: "any_date", make: (random) => new Date(Number(random.bits(53, true))) },
];
