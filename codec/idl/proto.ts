/**
 * Schemas from .proto files: https://protobuf.dev/reference/protobuf/proto3-spec/
 *
 * @module
 */
import { type Idl, IdlError } from "./idl.ts";
import type { Named, ProtoFile, TypeName } from "./proto/ast.ts";
import { knownProtos } from "./proto/known.ts";
import { Linker } from "./proto/link.ts";
import { parseProto } from "./proto/parse.ts";
import { Scope } from "./proto/scope.ts";

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
 * Keys are those of protobuf-es, and the names of the file are aliases: `user_name` is `userName`. A field that is missing
 * is zero or empty; messages are optional, and recursive ones lazy; a `google.protobuf.Timestamp` is a Date; an `int64` with
 * `jstype = JS_NUMBER` is an `int53`. An enumeration has the first of several names for one number. The types are those of this file; those it imports are in them. Options that do not
 * change the messages are skipped. Throws {@linkcode IdlError} for what is no .proto file and for what a schema can't
 * express: groups, extensions, required fields and delimited messages.
 */
export function readProto(text: string, options: ReadProtoOptions = {}): Idl {
  const file = parseProto(text), names = new Scope(), imports = new Imports(names, options);
  for (const path of file.imports) imports.read(path, path);
  names.add(file, taken);
  const linker = new Linker(names);
  for (const imported of imports.files) told(imported, () => linker.link(imported.file));
  return linker.link(file);
}

/** A file that is imported. */
interface Imported {
  /** Its path. */
  readonly path: string;
  /** The import that led to it, in the file that is read. */
  readonly by: TypeName;
  /** What it says. */
  readonly file: ProtoFile;
}

/** Files that import each other, one in the next. */
const maxImports = 64;

/** The files that files import, each once and behind those that it imports. */
class Imports {
  readonly files: Imported[] = [];
  readonly #names: Scope;
  readonly #find: (path: string) => string | undefined;
  /** Paths of the files that were read, and whether what they import was, too. */
  readonly #seen = new Map<string, "open" | "done">();
  #depth = 0;

  constructor(names: Scope, { import: find }: ReadProtoOptions) {
    this.#names = names;
    this.#find = (path) => Object.hasOwn(knownProtos, path) ? knownProtos[path] : find?.(path);
  }

  /** Reads the file `path`, and those that it imports. */
  read({ text: path }: TypeName, by: TypeName): void {
    const seen = this.#seen.get(path);
    if (seen === "done") return;
    if (seen === "open") throw new IdlError(`the file "${path}" imports itself`, by.at);
    const text = this.#find(path);
    if (text === undefined) throw new IdlError(`there is no file "${path}" to import`, by.at);
    if (++this.#depth > maxImports) throw new IdlError(`imports are deeper than ${maxImports}`, by.at);
    this.#seen.set(path, "open");
    const file = told({ path, by }, () => parseProto(text));
    for (const inner of file.imports) this.read(inner, by);
    told({ path, by }, () => this.#names.add(file, taken));
    this.files.push({ path, by, file });
    this.#seen.set(path, "done");
    this.#depth--;
  }
}

/** What `read` gives; errors of an imported file are told where its import stands. */
function told<T>({ path, by }: Omit<Imported, "file">, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof IdlError ? new IdlError(`in ${path}:${error.message}`, by.at) : error;
  }
}

function taken({ name, at }: Named): never {
  throw new IdlError(`the name ${name} is taken`, at);
}
