/**
 * The shortest names that .proto files can use for types.
 *
 * @module
 */
import type { FileProto, MessageProto } from "../../to_proto_schema.ts";

/** Words that begin something else than a field, or stand before its type. */
const words = (
  "enum extend extensions group message oneof option optional repeated required reserved stream"
).split(" ");

/** The names in a file, by the scope that they are in. */
export class ProtoNames {
  readonly #scopes = new Map<string, Set<string>>();

  /** Takes the names of `file`. */
  constructor({ package: name, messageType, enumType, service }: FileProto) {
    const parts = name === "" ? [] : name.split(".");
    parts.forEach((part, i) => this.#names(parts.slice(0, i).join(".")).add(part));
    for (const one of [...enumType, ...service]) this.#names(name).add(one.name!);
    for (const message of messageType) this.#addMessage(message, name);
  }

  #names(scope: string): Set<string> {
    if (!this.#scopes.has(scope)) this.#scopes.set(scope, new Set());
    return this.#scopes.get(scope)!;
  }

  #addMessage({ name, nestedType, enumType }: MessageProto, scope: string): void {
    const full = joined(scope, name);
    this.#names(scope).add(name);
    for (const one of enumType) this.#names(full).add(one.name!);
    for (const one of nestedType) this.#addMessage(one, full);
  }

  /**
   * What the type with the full name `name` is called in `scope`: a part of its name, if that means the type there, and else
   * all of it with a dot before. Names in `own` are those of the scope's methods.
   */
  refer(name: string, scope: string, own: ReadonlySet<string> = new Set()): string {
    const nearer = new Set([...words, ...own]);
    for (let around = scope;; around = around.slice(0, Math.max(0, around.lastIndexOf(".")))) {
      const prefix = around === "" ? "" : around + ".", part = name.slice(prefix.length);
      if (name.startsWith(prefix) && !nearer.has(part.split(".")[0]!)) return part;
      for (const one of this.#names(around)) nearer.add(one);
      if (around === "") return "." + name;
    }
  }
}

function joined(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}
