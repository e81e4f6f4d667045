/**
 * Makes schema types and services of what .jce files say.
 *
 * @module
 */
import { rangeOf } from "../../fit.ts";
import { type Methods, type Service, service, unary } from "../../schema/service.ts";
import type { AnyType, EnumType, Field, StructType, Type } from "../../schema/type.ts";
import * as t from "../../schema/words.ts";
import { type Idl, IdlError, type NamedType } from "../idl.ts";
import type { Decl, EnumDecl, FieldDecl, FunctionDecl, InterfaceDecl, JceType, Literal, StructDecl } from "./ast.ts";

/** Most parameters of a function: each needs a tag. */
const maxParameters = 255;

/** The types of the files that belong together, by full name. */
export class Linker {
  readonly #decls = new Map<string, Decl>();
  readonly #types = new Map<string, NamedType>();
  /** Numbers of the names of all enumerations so far, by name without its enumeration. */
  readonly #numbers = new Map<string, number>();

  /** Adds the definitions of one file, those of the files it includes first, and gives its types and services. */
  link(decls: readonly Decl[]): Idl {
    for (const decl of decls) this.#declare(decl);
    for (const decl of decls) if (decl.kind === "enum") this.#types.set(fullName(decl), this.#enumeration(decl));
    const types: NamedType[] = [], services: Service[] = [];
    for (const decl of decls) {
      if (decl.kind === "interface") services.push(this.#service(decl, types));
      else types.push(decl.kind === "enum" ? this.#types.get(fullName(decl))! : this.#struct(decl));
    }
    return { types, services };
  }

  #declare(decl: Decl): void {
    const name = fullName(decl);
    if (this.#decls.has(name)) throw new IdlError(`the name ${name} is taken`, decl.at);
    this.#decls.set(name, decl);
  }

  #enumeration(decl: EnumDecl): EnumType {
    const numbers: Record<string, number> = {}, seen = new Map<number, string>();
    let next = 0;
    for (const { name, at, value } of decl.members) {
      const number = value ? this.#numberOf(value, numbers) : next, other = seen.get(number);
      if (Object.hasOwn(numbers, name)) throw new IdlError(`the name ${name} is taken`, at);
      if (other !== undefined) throw new IdlError(`${name} has the number of ${other}, ${number}`, at);
      if (number !== (number | 0)) throw new IdlError(`${number} is no number of 32 bits`, at);
      Object.defineProperty(numbers, name, { value: number, enumerable: true });
      seen.set(number, name);
      this.#numbers.set(name, number);
      next = number + 1;
    }
    if (seen.size === 0) throw new IdlError(`the enumeration ${decl.name} has no names`, decl.at);
    return t.enumeration(fullName(decl), numbers, docOf(decl));
  }

  #numberOf({ kind, value, at }: Literal, siblings: Readonly<Record<string, number>>): number {
    if (kind === "integer") return Number(value);
    const name = String(value), number = Object.hasOwn(siblings, name) ? siblings[name] : this.#numbers.get(name);
    if (kind !== "name" || number === undefined) throw new IdlError("want an integer or the name of one", at);
    return number;
  }

  #struct(decl: StructDecl): StructType {
    const fields: Record<string, Field> = {}, tags = new Map<number, string>();
    for (const field of decl.fields) {
      const { name, at, tag } = field, other = tags.get(tag);
      if (Object.hasOwn(fields, name)) throw new IdlError(`the name ${name} is taken`, at);
      if (other !== undefined) throw new IdlError(`${name} has the tag of ${other}, ${tag}`, at);
      if (name === "__proto__") throw new IdlError("no field may be called __proto__", at);
      tags.set(tag, name);
      fields[name] = this.#field(field, decl.module);
    }
    const struct = t.struct(fullName(decl), fields, docOf(decl));
    this.#types.set(struct.name, struct);
    return struct;
  }

  #field(decl: FieldDecl, module: string): Field {
    const type = this.#type(decl.type, module), value = decl.default && defaultOf(decl.default, type as AnyType);
    const options = { ...docOf(decl), ...value !== undefined && { default: value } };
    return t.field<unknown>(decl.tag, decl.required ? type : t.optional(type), options);
  }

  #type(type: JceType, module: string): Type {
    switch (type.kind) {
      case "scalar":
        return type.type;
      case "named":
        return this.#named(type, module);
      case "vector": {
        const element = this.#type(type.element, module);
        return element.kind === "int8" ? t.bytes : t.list(element);
      }
      default:
        return t.map(this.#key(type, module), this.#type(type.value, module));
    }
  }

  /** The type of a map's keys: an enumeration's are its numbers. */
  #key({ key, at }: JceType & { kind: "map" }, module: string): Type {
    const type = this.#type(key, module);
    if (type.kind === "enumeration") return t.int32;
    try {
      t.map(type, t.bool);
    } catch {
      throw new IdlError("a map's keys are integers, texts, bools or of an enumeration", at);
    }
    return type;
  }

  /** The struct or enumeration `name`, looked for in `module`, in those around it, and then as a full name. */
  #named({ name, at }: JceType & { kind: "named" }, module: string): Type {
    const path = name.replaceAll("::", ".");
    for (let scope = module;; scope = scope.slice(0, Math.max(0, scope.lastIndexOf(".")))) {
      const full = scope === "" ? path : `${scope}.${path}`, decl = this.#decls.get(full);
      if (decl && decl.kind !== "interface") return this.#types.get(full) ?? t.lazy(() => this.#types.get(full)!);
      if (scope === "") throw new IdlError(`${name} is not defined`, at);
    }
  }

  #service(decl: InterfaceDecl, types: NamedType[]): Service {
    const methods: Record<string, Methods[string]> = {};
    for (const fn of decl.functions) {
      if (Object.hasOwn(methods, fn.name)) throw new IdlError(`the name ${fn.name} is taken`, fn.at);
      const [request, response] = this.#messages(fn, decl);
      types.push(request, response);
      Object.defineProperty(methods, fn.name, { value: unary(request, response, docOf(fn)), enumerable: true });
    }
    return service(fullName(decl), methods, docOf(decl));
  }

  /** The structs of a function: its parameters, and its return value with what it gives back. */
  #messages(fn: FunctionDecl, { name, module }: InterfaceDecl): [StructType, StructType] {
    if (fn.parameters.length > maxParameters) throw new IdlError(`more than ${maxParameters} parameters`, fn.at);
    const requests: Record<string, Field> = {}, responses: Record<string, Field> = {}, names = new Set<string>();
    if (fn.returns) responses["return"] = t.field(0, this.#type(fn.returns, module));
    fn.parameters.forEach((parameter, i) => {
      if (names.has(parameter.name)) throw new IdlError(`the name ${parameter.name} is taken`, parameter.at);
      if (parameter.name === "__proto__") throw new IdlError("no parameter may be called __proto__", parameter.at);
      names.add(parameter.name);
      (parameter.out ? responses : requests)[parameter.name] = t.field(i + 1, this.#type(parameter.type, module));
    });
    const title = this.#title(fn, name, module);
    return [this.#message(title + "Request", requests, fn), this.#message(title + "Response", responses, fn)];
  }

  #message(name: string, fields: Record<string, Field>, { at }: FunctionDecl): StructType {
    if (this.#decls.has(name) || this.#types.has(name)) throw new IdlError(`the name ${name} is taken`, at);
    const struct = t.struct(name, fields);
    this.#types.set(name, struct);
    return struct;
  }

  /** What the names of a function's structs begin with: its own name, behind the interface's where that is taken. */
  #title({ name }: FunctionDecl, interfaceName: string, module: string): string {
    const title = name[0]!.toUpperCase() + name.slice(1), names = ["Request", "Response"].map((end) => title + end);
    const isTaken = names.map((name) => `${module}.${name}`).some((name) =>
      this.#decls.has(name) || this.#types.has(name)
    );
    return `${module}.${isTaken ? interfaceName : ""}${title}`;
  }
}

function fullName({ module, name }: Decl): string {
  return `${module}.${name}`;
}

function docOf({ doc }: { readonly doc?: string }): { doc?: string } {
  return doc === undefined ? {} : { doc };
}

/** The value of `type` that stands as a field's default. */
function defaultOf({ kind, value, at }: Literal, type: AnyType): unknown {
  const range = rangeOf(type);
  if (range && kind === "integer") {
    const number = Number(value);
    return number >= range[0] && number <= range[1] ? number : refuse(`${value} is not within the type's range`);
  }
  switch (type.kind) {
    case "int64":
      if (kind !== "integer") break;
      return BigInt.asIntN(64, value as bigint) === value ? value : refuse(`${value} is not within 64 bits`);
    case "float":
    case "double":
      if (kind === "integer" || kind === "float") return Number(value);
      break;
    case "bool":
    case "string":
      if (kind === (type.kind === "bool" ? "bool" : "text")) return value;
      break;
    case "enumeration": {
      const name = kind === "name" ? String(value) : kind === "integer" ? type.names.get(Number(value)) : undefined;
      return name !== undefined && type.numbers.has(name) ? name : refuse(`${value} is no name of ${type.name}`);
    }
  }
  return refuse("the default is not of the field's type");

  function refuse(reason: string): never {
    throw new IdlError(reason, at);
  }
}
