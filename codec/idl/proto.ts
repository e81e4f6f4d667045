/**
 * Schemas from .proto files: https://protobuf.dev/reference/protobuf/proto3-spec/
 *
 * @module
 */
import { type Idl, IdlError } from "./idl.ts";
import type { EnumDecl, MessageDecl, ProtoFile, TypeName } from "./proto_ast.ts";
import { knownProtos } from "./proto_known.ts";
import { link } from "./proto_link.ts";
import { parseProto } from "./proto_parse.ts";
import { Scope } from "./proto_scope.ts";

/** How a .proto file is read. */
export interface ReadProtoOptions {
  /**
   * Text of the file that is imported as `path`; undefined when there is none. Files of `google/protobuf/` need not be given.
   * Default: there are no other files.
   */
  readonly import?: (path: string) => string | undefined;
}

/**
 * Reads a .proto file of proto3, or of proto2 and editions as far as they mean the same.
 *
 * Keys are those of protobuf-es: `user_name` is `userName`. Messages are optional and recursive ones lazy; a
 * `google.protobuf.Timestamp` is a Date; an `int64` with `jstype = JS_NUMBER` is an `int53`. An enumeration has the first
 * of several names for one number. The types are those of this file; those it imports are in them. Options that do not
 * change the messages are skipped. Throws {@linkcode IdlError} for what is no .proto file and for what a schema can't
 * express: groups, extensions, required fields, delimited messages, closed imports.
 */
export function readProto(text: string, options: ReadProtoOptions = {}): Idl {
  const scope = new Scope(), file = parseProto(text);
  new Imports(scope, options).add(file);
  scope.add(file, taken);
  return link(file, scope);
}

/** Files that files import, each once. */
class Imports {
  readonly #scope: Scope;
  readonly #find: (path: string) => string | undefined;
  readonly #seen = new Set<string>();

  constructor(scope: Scope, { import: find }: ReadProtoOptions) {
    this.#scope = scope;
    this.#find = (path) => knownProtos[path] ?? find?.(path);
  }

  /** Adds the types that `file` imports, directly or not. */
  add(file: ProtoFile): void {
    const waiting = file.imports.map((path) => ({ path, by: path }));
    for (const { path, by } of waiting) {
      if (this.#seen.has(path.text)) continue;
      this.#seen.add(path.text);
      const imported = this.#read(path, by);
      for (const inner of imported.imports) waiting.push({ path: inner, by });
    }
  }

  /** Reads the file `path`; errors in it are told at `by`, the import of the first file that led to it. */
  #read(path: TypeName, by: TypeName): ProtoFile {
    const text = this.#find(path.text);
    if (text === undefined) throw new IdlError(`there is no file "${path.text}" to import`, by.at);
    try {
      const file = parseProto(text);
      this.#scope.add(file, taken);
      return file;
    } catch (error) {
      throw error instanceof IdlError ? new IdlError(`in ${path.text}:${error.message}`, by.at) : error;
    }
  }
}

function taken({ name, at }: MessageDecl | EnumDecl): never {
  throw new IdlError(`the name ${name} is taken`, at);
}
