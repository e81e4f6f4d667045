/**
 * Finds the types that the names in .proto files mean: the innermost scope that knows a name's first part decides.
 *
 * @module
 */
import type { EnumDecl, MessageDecl, Named, ProtoFile } from "./ast.ts";

/** A type and the file it is in. */
export interface Declared {
  /** The type. */
  readonly decl: MessageDecl | EnumDecl;
  /** The file. */
  readonly file: ProtoFile;
}

/** The types of some files by full name. */
export class Scope {
  readonly #types = new Map<string, Declared>();
  /** Full names that have something in them: packages and messages. */
  readonly #outer = new Set<string>();

  readonly #services = new Set<string>();

  /** Adds the names of `file`; calls `fail` for one that is taken. */
  add(file: ProtoFile, fail: (named: Named) => never): void {
    this.#addOuter(file.package);
    for (const decl of file.types) {
      if (this.#isTaken(decl.name)) fail(decl);
      this.#types.set(decl.name, { decl, file });
      if ("fields" in decl) this.#addOuter(decl.name);
    }
    for (const service of file.services) {
      if (this.#isTaken(service.name)) fail(service);
      this.#services.add(service.name);
    }
  }

  #isTaken(name: string): boolean {
    return this.#types.has(name) || this.#services.has(name);
  }

  #addOuter(name: string): void {
    for (let end = name.length; end > 0; end = name.lastIndexOf(".", end - 1)) this.#outer.add(name.slice(0, end));
  }

  /** What `name` means in the scope with the full name `from`; undefined when nothing. */
  find(name: string, from: string): Declared | undefined {
    if (name.startsWith(".")) return this.#types.get(name.slice(1));
    const [first] = name.split(".");
    for (let scope = from;; scope = scope.slice(0, Math.max(0, scope.lastIndexOf(".")))) {
      const inner = scope === "" ? "" : scope + ".", isWhole = first === name;
      if (isWhole ? this.#types.has(inner + name) : this.#outer.has(inner + first)) {
        return this.#types.get(inner + name);
      }
      if (scope === "") return undefined;
    }
  }
}
