/**
 * Makes schema types of the definitions in .thrift documents.
 *
 * @module
 */
import type { EnumType, Field, StructOptions, StructType, Type } from "../../schema/type.ts";
import * as t from "../../schema/words.ts";
import type { NamedType } from "../idl.ts";
import { ConstantReader } from "./constant.ts";
import { find, type Found, type Scope } from "./scope.ts";
import type { ConstNode, Definition, EnumNode, FieldNode, StructNode, TypeNode } from "./syntax.ts";

/** Structs that are made while another one is; beyond, they are asked for when they are needed. */
const maxUnfinished = 100;
/** Typedefs of typedefs. */
const maxChain = 64;

const baseTypes: ReadonlyMap<string, Type> = new Map<string, Type>([
  ["bool", t.bool],
  ["byte", t.int8],
  ["i8", t.int8],
  ["i16", t.int16],
  ["i32", t.int32],
  ["i64", t.int64],
  ["double", t.double],
  ["string", t.string],
  ["binary", t.bytes],
  ["slist", t.string],
]);

/** Makes each type once. */
export class TypeBuilder {
  readonly #known = new Map<Definition, NamedType>();
  readonly #unfinished = new Set<Definition>();
  readonly #constants = new ConstantReader();

  /** The type that `node` names in `scope`. */
  typeOf(node: TypeNode, scope: Scope, chain = 0): Type {
    const { name, at } = node, parts = () => node.parts.map((part) => this.typeOf(part, scope, chain));
    const base = baseTypes.get(name);
    if (base) return base;
    if (name === "list") return t.list(parts()[0]!);
    if (name === "set") return t.set(parts()[0]!);
    if (name === "map") return mapOf(parts(), (reason) => scope.fail(reason, at));
    const found = find(scope, name) ?? scope.fail(unknown(name), at);
    if (found.definition.kind !== "typedef") return this.#referred(found, () => scope.fail(`${name} is no type`, at));
    if (chain === maxChain) scope.fail(`${name} is a typedef of typedefs, more than ${maxChain} deep`, at);
    return this.typeOf(found.definition.type, found.scope, chain + 1);
  }

  #referred({ definition, scope }: Found, refuse: () => never): Type {
    if (definition.kind === "const" || definition.kind === "service" || definition.kind === "typedef") return refuse();
    const known = this.#known.get(definition);
    if (known) return known;
    if (this.#unfinished.has(definition) || this.#unfinished.size >= maxUnfinished) {
      return t.lazy(() => this.#known.get(definition) ?? scope.fail("this needs itself to begin with", definition.at));
    }
    return this.named(definition, scope);
  }

  /** The type of a definition of `scope`. */
  named(definition: EnumNode | StructNode, scope: Scope): NamedType {
    const known = this.#known.get(definition);
    if (known) return known;
    this.#unfinished.add(definition);
    const type = definition.kind === "enum" ? this.#enum(definition, scope) : this.#struct(definition, scope);
    this.#unfinished.delete(definition);
    this.#known.set(definition, type);
    return type;
  }

  /** Throws IdlError for a constant that is not of its type. */
  check({ type, value }: ConstNode, scope: Scope): void {
    this.#constants.check(this.typeOf(type, scope), value, scope);
  }

  #enum({ name, values, doc, at }: EnumNode, scope: Scope): EnumType {
    const names = new Set<string>(), numbers = new Set<number>();
    for (const { name, number, at } of values) {
      if (names.has(name) || name === "__proto__") scope.fail(`${name} can't be another name of the enum`, at);
      if (numbers.has(number)) scope.fail(`the number ${number} of ${name} stands twice`, at);
      names.add(name);
      numbers.add(number);
    }
    if (names.size === 0) scope.fail(`${name} has no names`, at);
    const entries = values.map(({ name, number }) => [name, number] as const);
    return t.enumeration(scope.prefix + name, Object.fromEntries(entries), described(doc));
  }

  #struct({ kind, name, fields, doc, at }: StructNode, scope: Scope): StructType {
    if (kind !== "union") return structOf(scope.prefix + name, this.fieldsOf(fields, scope), described(doc));
    if (fields.length === 0) scope.fail(`${name} is a union without fields`, at);
    for (const { value } of fields) if (value) scope.fail("a field of a union has no default", value.at);
    const required = fields.map((field) => ({ ...field, optional: false }));
    return t.union(scope.prefix + name, this.fieldsOf(required, scope), described(doc)) as StructType;
  }

  /** The fields that `nodes` are. */
  fieldsOf(nodes: readonly FieldNode[], scope: Scope): Record<string, Field> {
    const names = new Set<string>(), ids = new Set<number>();
    for (const { name, id, at } of nodes) {
      if (names.has(name) || name === "__proto__") scope.fail(`${name} can't be the name of another field`, at);
      if (ids.has(id)) scope.fail(`the id ${id} of ${name} stands twice`, at);
      names.add(name);
      ids.add(id);
    }
    return Object.fromEntries(nodes.map((node) => [node.name, this.#field(node, scope)]));
  }

  #field({ id, type, optional, value, doc }: FieldNode, scope: Scope): Field {
    const inner = this.typeOf(type, scope);
    const options = value ? { default: this.#constants.valueOf(inner, value, scope) } : {};
    return t.field<unknown>(id, optional ? t.optional(inner) : inner, { ...options, ...described(doc) });
  }
}

/** A struct of fields that are only known now. */
export function structOf(name: string, fields: Readonly<Record<string, Field>>, options: StructOptions): StructType {
  return t.struct(name, fields, options) as StructType;
}

/** Options with `doc`, where there is one. */
export function described(doc: string | undefined): { doc?: string } {
  return doc === undefined ? {} : { doc };
}

/** A map; an enumeration as its key is the i32 that travels. */
function mapOf([key, value]: readonly Type[], fail: (reason: string) => never): Type {
  try {
    return t.map(key!.kind === "enumeration" ? t.int32 : key!, value!);
  } catch (error) {
    return fail((error as TypeError).message);
  }
}

function unknown(name: string): string {
  return name === "uuid" ? "uuid is no type of Thrift 0.17: use string" : `${name} is not defined`;
}
