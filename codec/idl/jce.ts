/**
 * Schemas from .jce and .tars files, and such files from schemas: the interface definitions of TARS, as TarsCpp's
 * `tools/tarsgrammar/tars.y` has them.
 *
 * @module
 */
import { type Idl, IdlError } from "./idl.ts";
import type { JceFile, Place } from "./jce/ast.ts";
import { Linker } from "./jce/link.ts";
import { parseJce } from "./jce/parse.ts";

export { writeJce, type WriteJceOptions } from "./jce/write.ts";

/** How a .jce file is read. */
export interface ReadJceOptions {
  /** Text of the file that is included as `path`; undefined when there is none. Default: there are no other files. */
  readonly include?: (path: string) => string | undefined;
}

/**
 * Reads a .jce or .tars file.
 *
 * A name stands behind its modules, as in `"demo.Hello"`. `long` is an `int64`, `vector<byte>` is bytes, an array is a list.
 * An `optional` field is optional; a default counts when the field is missing. A struct that stands before its definition is
 * lazy. A function of an interface is a unary method: its request is the struct `<Method>Request` of its parameters, with
 * tags from 1 in their order, its response the struct `<Method>Response` of its return value, `return` with tag 0, and its
 * `out` parameters. Where two interfaces have a function of that name, the later one's structs begin with its interface's
 * name. The types are those of this file; those it includes are in them.
 *
 * Throws {@linkcode IdlError} for what is no such file, and for what a schema can't express: keys of maps that are structs
 * or floats, two names of an enumeration with one number, pointers, fixed sizes.
 *
 * @example
 * ```ts
 * import { readJce } from "./jce.ts";
 * const { services } = readJce("module demo { interface Greeter { int greet(string name, out string text); }; };");
 * console.assert(services[0]!.methods.greet!.request.kind === "struct");
 * ```
 */
export function readJce(text: string, { include }: ReadJceOptions = {}): Idl {
  const linker = new Linker(), file = parseJce(text), seen = new Set<string>();
  const files = filesOf(file, include ?? (() => undefined), seen);
  for (const { file, path, at } of files) {
    inFile(path, at, () => linker.link(file.decls));
  }
  return linker.link(file.decls);
}

interface Included {
  readonly file: JceFile;
  readonly path: string;
  readonly at: Place;
}

/** The files that `file` includes, each once and behind those it includes itself; errors are told at `file`'s own includes. */
function filesOf(
  file: JceFile,
  find: (path: string) => string | undefined,
  seen: Set<string>,
  by?: Place,
): Included[] {
  return file.includes.flatMap(({ path, at }) => {
    if (seen.has(path)) return [];
    seen.add(path);
    const place = by ?? at, text = find(path);
    if (text === undefined) throw new IdlError(`there is no file "${path}" to include`, place);
    const included = inFile(path, place, () => parseJce(text));
    return [...filesOf(included, find, seen, place), { file: included, path, at: place }];
  });
}

function inFile<T>(path: string, at: Place, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof IdlError ? new IdlError(`in ${path}:${error.message}`, at) : error;
  }
}
