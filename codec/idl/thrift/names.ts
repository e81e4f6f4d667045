/**
 * Names of types and how types are written in a .thrift document.
 *
 * @module
 */
import { type AnyType, resolved, type Type } from "../../schema/type.ts";
import type { Idl, NamedType } from "../idl.ts";
import { reservedWords } from "./reserved.ts";

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Words of Thrift by the kind of a scalar. */
const words: Partial<Record<AnyType["kind"], string>> = {
  bool: "bool",
  int8: "i8",
  int16: "i16",
  int32: "i32",
  int64: "i64",
  int53: "i64",
  uint8: "i16",
  uint16: "i32",
  uint32: "i64",
  uint64: "i64",
  float: "double",
  double: "double",
  string: "string",
  bytes: "binary",
};

/** `name`, which must be one in Thrift; throws TypeError when it is none. */
export function checkName(name: string): string {
  if (identifier.test(name) && !reservedWords.has(name)) return name;
  const why = reservedWords.has(name) ? "a reserved word" : "no name";
  throw new TypeError(`Cannot write thrift: ${JSON.stringify(name)} is ${why} there`);
}

/** The names of a document's types. */
export class Names {
  /** The namespace of the document; empty without one. */
  readonly namespace: string;
  readonly #types = new Map<string, NamedType>();

  /** Takes the namespace of the first service, or else of the first type. */
  constructor({ types, services }: Idl) {
    const first = services[0]?.name ?? types[0]?.name ?? "";
    this.namespace = first.slice(0, Math.max(0, first.lastIndexOf(".")));
  }

  /** The name of `full` in the document: without its namespace, and with underscores for other dots. */
  local(full: string): string {
    const prefix = this.namespace === "" ? "" : this.namespace + ".";
    return checkName((full.startsWith(prefix) ? full.slice(prefix.length) : full).replaceAll(".", "_"));
  }

  /** The name of `type`; throws TypeError when another type has it. */
  of(type: NamedType): string {
    const name = this.local(type.name), known = this.#types.get(name);
    if (known && known !== type) throw new TypeError(`Cannot write thrift: two types are named ${name}`);
    this.#types.set(name, type);
    return name;
  }

  /** How `type` is written; throws TypeError for one that Thrift lacks. */
  text(type: Type): string {
    const any = resolved(type) as AnyType;
    switch (any.kind) {
      case "list":
        return `list<${this.text(any.element)}>`;
      case "map":
        return `map<${this.text(any.key)}, ${this.text(any.value)}>`;
      case "logical":
        return any.name === "set" ? this.text(any.base).replace(/^list/, "set") : this.text(any.base);
      case "struct":
      case "enumeration":
        return this.of(any);
      case "optional":
        throw new TypeError("Cannot write thrift: a list or map cannot hold optional values");
      default:
        return words[any.kind]!;
    }
  }
}
