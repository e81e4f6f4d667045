/**
 * Random interface definitions, for tests of what writes them.
 *
 * @module
 */
import { seeded } from "../../testing/mod.ts";
import { bidi, clientStream, type Method, serverStream, type Service, service, unary } from "../schema/service.ts";
import { type AnyType, type Field, resolved, type StructType, type Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import type { Idl, NamedType } from "./idl.ts";
import { partsOf } from "./reachable.ts";

/** What a random definition may have. */
export interface Wildness {
  /** Most letters of a name. */
  readonly length: number;
  /** Whether keys may have any characters, and fields and docs any default and text. */
  readonly anything: boolean;
  /** Whether lists, maps and sets are neither optional nor in each other. */
  readonly flat?: boolean;
}

/** A definition that is the same for the same `seed`. */
export function randomIdl(seed: number, wild: Wildness): Idl {
  const random = new Random(seed, wild);
  for (let i = 0; i < 12; i++) random.addType();
  return { types: random.types, services: [random.service("One"), random.service("Two")] };
}

const scalars: readonly Type[] = [
  ...[t.bool, t.int8, t.int16, t.int32, t.int64, t.int53, t.uint8, t.uint16, t.uint32, t.uint64, t.float, t.double],
  ...[t.string, t.bytes, t.sint32, t.sint64, t.fixed32, t.fixed64, t.sfixed32, t.sfixed64],
  ...[t.timestamp, t.date, t.uuid, t.decimal(10, 2), t.decimal(5)],
];
const keys: readonly Type[] = [t.string, t.int32, t.int64, t.bool, t.uint16];
const words = ["class", "default", "constructor", "t", "Map", "Date", "type", "it's", 'a "b"', "1st", "a-b", ""];

class Random {
  readonly types: NamedType[] = [];
  readonly #next: () => number;
  readonly #wild: Wildness;
  #count = 0;

  constructor(seed: number, wild: Wildness) {
    this.#next = seeded(seed);
    this.#wild = wild;
  }

  #below(n: number): number {
    return Math.floor(this.#next() * n);
  }

  #chance(p: number): boolean {
    return this.#next() < p;
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)]!;
  }

  /** A new name, of which now and then only the length is unusual. */
  #name(): string {
    const longer = this.#chance(0.2) ? "x".repeat(this.#below(this.#wild.length)) : "";
    return `${this.#pick(["Name", "tiny", "A", this.#wild.flat ? "b_c" : "_b", "HTTPThing"])}${this.#count++}${longer}`;
  }

  #key(): string {
    return this.#wild.anything && this.#chance(0.1) ? this.#pick(words) + this.#count++ : this.#name();
  }

  #doc(): { doc?: string } {
    if (this.#chance(0.6)) return {};
    if (!this.#wild.anything) return { doc: "What it is for." };
    const text = this.#pick([
      "Says it.",
      'a "quoted" text',
      "it's",
      "two\nlines",
      "end */ of it",
      "back\\slash\\",
      "说你好，世界",
      "안녕 😀 e\u0301",
    ]);
    return { doc: text + (this.#chance(0.3) ? " and so on".repeat(this.#below(20)) : "") };
  }

  addType(): void {
    const structs = this.types.filter(({ kind }) => kind === "struct");
    const outer = structs.length > 0 && this.#chance(0.3) ? this.#pick(structs).name : "demo.pkg";
    const name = `${outer}.${this.#name()}`, place = this.types.length;
    this.types.push(this.#chance(0.25) ? this.#enum(name) : this.#struct(name, () => this.types[place] as StructType));
  }

  #enum(name: string): NamedType {
    const numbers: Record<string, number> = { [this.#key()]: 0 };
    for (let n = this.#below(4); n > 0; n--) numbers[this.#key()] = this.#chance(0.2) ? -n : n;
    return t.enumeration(name, numbers, this.#doc());
  }

  #struct(name: string, self: () => StructType): NamedType {
    const fields: Record<string, Field> = {}, isUnion = this.#chance(0.15);
    let tag = 0;
    for (let n = this.#below(6) + (isUnion ? 1 : 0); n > 0; n--) {
      tag += 1 + this.#below(3);
      const inner = this.#type(self, !(isUnion && this.#wild.flat)), isFlat = this.#wild.flat && holdsMany(inner);
      const type = isUnion || isFlat || this.#chance(0.6) && inner.kind !== "lazy" ? inner : t.optional(inner);
      fields[this.#key()] = t.field(tag, type, { ...this.#default(type), ...this.#aliases(), ...this.#doc() });
    }
    if (isUnion) return t.union(name, fields, this.#doc());
    const optional = Object.keys(fields).filter((key) => fields[key]!.type.kind === "optional");
    const oneofs = optional.length > 1 && this.#chance(0.4) && { oneofs: { [this.#key()]: optional } };
    return t.struct(name, fields, { ...oneofs, ...this.#chance(0.1) && { keepUnknown: true }, ...this.#doc() });
  }

  #type(self: () => StructType, containers = true): Type {
    const kind = this.#below(10), inner = () => this.#type(self, !this.#wild.flat);
    if (kind < 4 || this.types.length === 0) return this.#pick(scalars);
    if (kind < 6) return this.#pick(this.types);
    if (kind === 9) return t.lazy(self);
    if (!containers) return this.#pick(scalars);
    if (kind === 6) return t.list(!this.#wild.flat && this.#chance(0.2) ? t.optional(inner()) : inner());
    return kind === 7 ? t.map(this.#pick(keys), inner()) : t.set(this.#pick(scalars));
  }

  #aliases(): { aliases?: string[] } {
    return this.#chance(0.1) ? { aliases: Array.from({ length: 1 + this.#below(3) }, () => this.#key()) } : {};
  }

  /** Sometimes a default; `Field` of an unknown type takes any. */
  #default(type: Type): { default?: unknown } {
    if (!this.#wild.anything || this.#chance(0.7) || holdsLazy(type as AnyType)) return {};
    const value = this.#value(type, 2);
    return value === undefined ? {} : { default: value };
  }

  #value(type: Type, depth: number): unknown {
    const any = resolved(type) as AnyType, length = depth === 0 ? 0 : this.#below(6);
    switch (any.kind) {
      case "bool":
        return this.#chance(0.5);
      case "int64":
      case "uint64":
        return BigInt(this.#below(2 ** 40));
      case "float":
        return this.#pick([0.5, -0, NaN, Infinity, Math.fround(0.1)]);
      case "double":
        return this.#pick([0.5, -0, NaN, Infinity, 1e300, -1e-20]);
      case "string":
        return this.#pick(words) + "é\n".repeat(length * 8);
      case "bytes":
        return Uint8Array.from({ length: length * 10 }, () => this.#below(256));
      case "enumeration":
        return this.#pick([...any.numbers.keys()]);
      case "optional":
        return this.#value(any.inner, depth);
      case "list":
        return Array.from({ length }, () => this.#value(any.element, depth - 1));
      case "map":
        return new Map(Array.from({ length }, () => [this.#value(any.key, 0), this.#value(any.value, depth - 1)]));
      case "logical":
        return any.name === "timestamp"
          ? new Date(this.#below(2 ** 40))
          : any.name === "set"
          ? new Set(this.#value(any.base, depth) as unknown[])
          : {
            date: "2026-11-23",
            uuid: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            decimal: any.parameters?.scale === 0 ? "1" : "1.00",
          }[any.name];
      case "struct":
        return this.#record(any, depth);
      default:
        return this.#below(128);
    }
  }

  #record({ fields, oneofs = [] }: StructType, depth: number): Record<string, unknown> {
    const needed = fields.filter(({ type, key }) =>
      type.kind !== "optional" || oneofs[0]?.required && key === fields[0]!.key
    );
    return Object.fromEntries(needed.map(({ key, type }) => {
      const any = type as AnyType;
      return [key, this.#value(any.kind === "optional" ? any.inner : type, Math.max(0, depth - 1))];
    }));
  }

  service(name: string): Service {
    const methods: Record<string, Method> = {};
    for (let n = this.#below(5); n > 0; n--) methods[this.#name()] = this.#method();
    return service(`demo.pkg.${name}${this.#name()}`, methods, this.#doc());
  }

  #method(): Method {
    const structs = this.types.filter(({ kind }) => kind === "struct");
    const request: Type = this.#pick(structs) ?? t.string, response: Type = this.#pick(structs) ?? t.string;
    switch (this.#below(4)) {
      case 0:
        return clientStream(request, response, this.#doc());
      case 1:
        return bidi(request, response, this.#doc());
      case 2:
        return serverStream(request, response, { idempotent: this.#chance(0.5), ...this.#doc() });
      default:
        return unary(request, response, { idempotent: this.#chance(0.5), ...this.#doc() });
    }
  }
}

function holdsMany(type: Type): boolean {
  const any = type as AnyType;
  return any.kind === "list" || any.kind === "map" || any.kind === "logical" && any.name === "set";
}

/** Whether there is a struct in `type` that may contain itself. */
function holdsLazy(type: AnyType): boolean {
  return type.kind === "lazy" || partsOf(type).some((part) => holdsLazy(part as AnyType));
}
