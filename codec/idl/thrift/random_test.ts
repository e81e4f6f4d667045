/**
 * Random definitions that Thrift can express, and values of their types; holds no test itself.
 *
 * @module
 */
import { seeded } from "../../../testing/mod.ts";
import { stripped } from "../../fit.ts";
import { type Method, service, unary } from "../../schema/service.ts";
import type { AnyType, Field, StructType, Type } from "../../schema/type.ts";
import * as t from "../../schema/words.ts";
import type { Idl, NamedType } from "../idl.ts";

const keys: readonly Type[] = [t.bool, t.int8, t.int16, t.int32, t.int64, t.string];
const scalars: readonly Type[] = [...keys, t.double, t.bytes];

/** Makes definitions and values; the same ones for the same seed. */
export class RandomThrift {
  readonly #next: () => number;

  /** Starts from `seed`. */
  constructor(seed: number) {
    this.#next = seeded(seed);
  }

  /** A definition of `count` types, and a service; with defaults when `defaults` says so. */
  idl(count: number, defaults: boolean): Idl {
    const types: NamedType[] = [];
    for (let i = 0; i < count; i++) types.push(this.#chance(0.15) ? this.#enum(i) : this.#struct(i, types, defaults));
    const structs = types.filter((type) => type.kind === "struct");
    const methods = structs.map((type, i): [string, Method] => [
      `method${i}`,
      unary(type, this.#chance(0.5) ? this.#one(structs) : this.#type(types, 2), this.#doc()),
    ]);
    return { types, services: [service("rnd.pack.Service", Object.fromEntries(methods), this.#doc())] };
  }

  #enum(i: number): NamedType {
    const numbers = new Set(Array.from({ length: this.#count(1, 5) }, () => this.#integer(32)));
    const entries = [...numbers].map((number, place) => [`NAME${place}`, number] as const);
    return t.enumeration(`rnd.pack.Enum${i}`, Object.fromEntries(entries), this.#doc());
  }

  #struct(i: number, types: readonly NamedType[], defaults: boolean): StructType {
    const name = `rnd.pack.${this.#chance(0.5) ? "S" : "t_"}${i}`, fields: Record<string, Field> = {};
    const isUnion = this.#chance(0.15);
    let tag = 0;
    for (let n = this.#count(isUnion ? 1 : 0, 7); n > 0; n--) {
      tag += this.#chance(0.1) ? this.#count(10, 2000) : this.#count(1, 3);
      const type = this.#type(types, 3), field = this.#chance(0.3) && !isUnion ? t.optional(type) : type;
      const value = defaults && !isUnion && this.#chance(0.4) ? { default: this.value(type, 2) } : {};
      fields[`field${tag}`] = t.field(tag, field, { ...value, ...this.#doc() });
    }
    if (isUnion) return t.union(name, fields, this.#doc()) as StructType;
    if (!this.#chance(0.2)) return t.struct(name, fields, this.#doc()) as StructType;
    fields.again = t.field(tag + 1, t.optional(t.lazy(() => recursive)));
    const recursive: StructType = t.struct(name, fields, this.#doc());
    return recursive;
  }

  #type(types: readonly NamedType[], levels: number): Type {
    const dice = this.#count(0, levels > 0 ? 9 : 5);
    if (dice < 4) return this.#one(scalars);
    if (dice < 6) return types.length > 0 ? this.#one(types) : t.double;
    if (dice < 8) return t.list(this.#type(types, levels - 1));
    return dice === 8 ? t.set(this.#one(keys)) : t.map(this.#one(keys), this.#type(types, levels - 1));
  }

  #doc(): { doc?: string } {
    return this.#chance(0.7) ? {} : { doc: this.#one(["One line.", "Two\nlines: é.", 'A "quote",\n\n* and a star.']) };
  }

  /** A value of `type`. */
  value(type: Type, levels = 5): unknown {
    const any = stripped(type);
    switch (any.kind) {
      case "list":
        return this.#several(levels, () => this.value(any.element, levels - 1));
      case "logical": // a set
        return new Set(this.value(any.base, levels) as unknown[]);
      case "map":
        return new Map(this.#several(levels, () => [this.value(any.key), this.value(any.value, levels - 1)]));
      case "struct":
        return this.#record(any, levels);
      case "enumeration":
        return this.#one([...any.numbers.keys()]);
      default:
        return this.#scalar(any);
    }
  }

  #record({ fields, oneofs }: StructType, levels: number): unknown {
    if (oneofs) {
      const { key, type } = this.#one(fields);
      return { [key]: this.value(type, levels - 1) };
    }
    const there = fields.filter((field) => {
      return field.type.kind !== "optional" || field.default !== undefined || levels > 0 && this.#chance(0.5);
    });
    return Object.fromEntries(there.map(({ key, type }) => [key, this.value(type, levels - 1)]));
  }

  #scalar({ kind }: AnyType): unknown {
    switch (kind) {
      case "bool":
        return this.#chance(0.5);
      case "int64":
        return BigInt.asIntN(this.#count(1, 64), BigInt(this.#integer(32)) << 32n | BigInt(this.#integer(31)));
      case "double":
        return this.#one([this.#next() * 1e6, -0, 2 ** 60, -1e-300, 1.5]);
      case "string":
        return this.#one(["", "é漢😀", "\n\t\\\"'", "x".repeat(this.#count(0, 300))]);
      case "bytes":
        return new TextEncoder().encode(this.#one(["", "bytes é", "y".repeat(this.#count(0, 200))]));
      default:
        return this.#integer(Number(kind.slice(3)));
    }
  }

  #several<T>(levels: number, make: () => T): T[] {
    return Array.from({ length: levels > 0 ? this.#count(0, this.#chance(0.1) ? 20 : 3) : 0 }, make);
  }

  /** An integer of up to `bits` bits with a sign, small ones as often as large ones. */
  #integer(bits: number): number {
    const size = this.#count(0, bits - 1);
    return Math.floor((this.#next() * 2 - 1) * 2 ** size);
  }

  #count(min: number, max: number): number {
    return min + Math.floor(this.#next() * (max - min + 1));
  }

  #chance(share: number): boolean {
    return this.#next() < share;
  }

  #one<T>(of: readonly T[]): T {
    return of[this.#count(0, of.length - 1)]!;
  }
}
