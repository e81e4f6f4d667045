/**
 * Values of the constants of .thrift documents.
 *
 * @module
 */
import { absentOf, fitter, stripped, want } from "../../fit.ts";
import { Misfit } from "../../misfit.ts";
import type { AnyType, EnumType, StructType, Type } from "../../schema/type.ts";
import { find, type Scope } from "./scope.ts";
import type { Constant, Place } from "./syntax.ts";

/** Values that the constants of one document may have altogether, since constants that name constants multiply. */
const maxValues = 100_000;
/** Constants that name constants. */
const maxChain = 64;

const forms: Readonly<Record<Constant["kind"], string>> = {
  integer: "an integer",
  float: "a number with a point",
  text: "a text",
  name: "a name",
  list: "a list",
  map: "a map",
};

const encoder = new TextEncoder();

/** Makes values of constants; throws IdlError for one that is not of its type. */
export class ConstantReader {
  #left = maxValues;
  #chain = 0;
  #mayLack = false;

  /** Throws IdlError for a constant that is not of `type`; fields of a struct may be missing. */
  check(type: Type, constant: Constant, scope: Scope): void {
    this.#mayLack = true;
    this.valueOf(type, constant, scope);
    this.#mayLack = false;
  }

  /** The value of `constant`, which stands in `scope`, as one of `type`. */
  valueOf(type: Type, constant: Constant, scope: Scope): unknown {
    if (--this.#left < 0) scope.fail(`the constants have more than ${maxValues} values`, constant.at);
    const any = stripped(type);
    if (constant.kind === "name") return this.#named(any, constant.name, constant.at, scope);
    switch (any.kind) {
      case "list":
        return this.#items(any.element, any, constant, scope);
      case "logical": // the only one that a document has is a set
        return new Set(this.#items((any.base as { element?: Type }).element!, any, constant, scope));
      case "map":
        return new Map(
          this.#entries(any, constant, scope).map(([key, value]) => [
            this.valueOf(any.key, key, scope),
            this.valueOf(any.value, value, scope),
          ]),
        );
      case "struct":
        return this.#struct(any, constant, scope);
      case "enumeration":
        return constant.kind === "integer" && any.names.get(Number(constant.value)) || unfit(any, constant, scope);
      default:
        return scalar(any, constant, scope);
    }
  }

  /** What `name` stands for: true, false, a name of an enumeration, or another constant. */
  #named(type: AnyType, name: string, at: Place, scope: Scope): unknown {
    if (type.kind === "bool" && (name === "true" || name === "false")) return name === "true";
    const dot = name.lastIndexOf("."), found = find(scope, name)?.definition;
    if (found?.kind === "const") return this.#other(type, name, at, scope);
    const last = name.slice(dot + 1);
    if (type.kind === "enumeration" && type.numbers.has(last)) return last;
    const holder = dot < 0 ? undefined : find(scope, name.slice(0, dot))?.definition;
    const value = holder?.kind === "enum" && holder.values.find((value) => value.name === last);
    if (!value) return scope.fail(`${name} is no constant`, at);
    return this.valueOf(type, { kind: "integer", value: BigInt(value.number), at }, scope);
  }

  #other(type: AnyType, name: string, at: Place, scope: Scope): unknown {
    const { definition, scope: other } = find(scope, name)!;
    if (++this.#chain > maxChain) scope.fail(`${name} is a constant of constants, more than ${maxChain} deep`, at);
    const value = definition.kind === "const" && this.valueOf(type, definition.value, other);
    this.#chain--;
    return value;
  }

  #items(element: Type, type: AnyType, constant: Constant, scope: Scope): unknown[] {
    if (constant.kind !== "list") return unfit(type, constant, scope);
    return constant.items.map((item) => this.valueOf(element, item, scope));
  }

  #entries(type: AnyType, constant: Constant, scope: Scope): readonly (readonly [Constant, Constant])[] {
    return constant.kind === "map" ? constant.entries : unfit(type, constant, scope);
  }

  #struct(type: StructType, constant: Constant, scope: Scope): unknown {
    const fields = new Map(type.fields.map((field) => [field.key, field])), values: Record<string, unknown> = {};
    for (const [key, value] of this.#entries(type, constant, scope)) {
      const field = key.kind === "text" ? fields.get(key.text) : undefined;
      if (!field) return scope.fail(`this is no field of ${type.name}`, key.at);
      values[field.key] = this.valueOf(field.type, value, scope);
    }
    for (const [key, field] of fields) {
      if (Object.hasOwn(values, key)) continue;
      const absent = absentOf(field);
      if (absent) values[key] = absent();
      else if (field.type.kind !== "optional" && !this.#mayLack) {
        scope.fail(`${key} of ${type.name} is missing`, constant.at);
      }
    }
    return values;
  }
}

function scalar(type: AnyType, constant: Constant, scope: Scope): unknown {
  if (type.kind === "string" && constant.kind === "text") return constant.text;
  if (type.kind === "bytes" && constant.kind === "text") return encoder.encode(constant.text);
  if (type.kind === "double" && constant.kind === "float") return constant.value;
  if (constant.kind !== "integer" || type.kind === "string" || type.kind === "bytes") {
    return unfit(type, constant, scope);
  }
  const { value, at } = constant;
  if (type.kind === "bool") return value === 0n || value === 1n ? value === 1n : unfit(type, constant, scope);
  try {
    return fitter(type)(type.kind === "int64" ? value : Number(value));
  } catch (error) {
    return scope.fail(error instanceof Misfit ? error.message : String(error), at);
  }
}

function unfit(type: AnyType, { kind, at }: Constant, scope: Scope): never {
  const wanted = type.kind === "enumeration" ? `a name of ${(type as EnumType).name}` : want(type);
  return scope.fail(`got ${forms[kind]}, want ${wanted}`, at);
}
