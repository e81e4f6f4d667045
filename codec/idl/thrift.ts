/**
 * Thrift's interface definitions: read into schema types, and written from them.
 *
 * - A field with `optional` is optional; one with `required` or nothing is required.
 * - A struct or exception is a struct, a union a `t.union`, a set a `t.set`, i64 a bigint; a map by an enumeration is one by
 *   int32. Constants and typedefs are put in where they are used. Annotations are skipped.
 * - A method's request is a struct of its arguments, its reply a struct of one field: `success` (id 0) or an exception.
 *   Every codec but pb, which lacks the tag 0, carries that.
 *   `oneway` is a reply without fields. A service has the methods of the one that it extends.
 * - Names have the namespace of `*`, else of `js`, else the first one, before them.
 *
 * @module
 */
import type { Idl, NamedType } from "./idl.ts";
import { type Include, type Scope, scopeOf } from "./thrift/scope.ts";
import { ownTypes, serviceOf } from "./thrift/services.ts";
import { TypeBuilder } from "./thrift/types.ts";
import type { Place } from "./thrift/syntax.ts";
import { documentOf } from "./thrift/write.ts";

/** How a document is read. */
export interface ReadThriftOptions {
  /** Gives the text of a document that is included, by the path as it is written; without it, nothing can be. */
  include?(path: string): string | undefined;
}

/**
 * What a .thrift document says; types of included documents come first. Throws IdlError with the line and column of what is
 * wrong or can't be expressed: fields without an id, keys of maps that are neither bool, integer, enumeration nor string, and
 * numbers of an enumeration that stand twice.
 *
 * @example
 * ```ts
 * import { readThrift } from "./thrift.ts";
 * const { types, services } = readThrift("struct Hello { 1: string name } service Demo { string hello(1: Hello to) }");
 * console.assert(types[0]?.name === "Hello" && services[0]?.name === "Demo");
 * ```
 */
export function readThrift(text: string, options: ReadThriftOptions = {}): Idl {
  const include: Include = (path) => options.include?.(path);
  const root = scopeOf(text, include), types = new TypeBuilder(), found = new TypeList();
  addTypes(root, types, found);
  const services = root.document.definitions.filter((definition) => definition.kind === "service").map((definition) => {
    const service = serviceOf(definition, root, types);
    for (const type of ownTypes(service)) found.add(type, root, definition.at);
    return service;
  });
  return { types: found.types, services };
}

/**
 * `idl` as a .thrift document, which Apache's compiler and {@linkcode readThrift} take.
 *
 * Optional fields say `optional`, all others `required`. Integers that Thrift lacks become the next larger ones, a float a
 * double, logical types other than sets what they travel as. Lost are aliases, groups of optional fields, and whether a
 * method is idempotent. The namespace, for every language, is that of the first service or else of the first type; names of
 * types outside of it have underscores in place of dots. A method whose request or reply is no struct of arguments or results has
 * the one argument `request`, or returns the reply.
 *
 * Throws TypeError for what Thrift can't express: streams, optional elements, tags of 0 or above 32767, names of other
 * characters than letters, digits and underscores, reserved words as names, and two types of one name.
 */
export function writeThrift(idl: Idl): string {
  return documentOf(idl);
}

/** Types, each with a name of its own. */
class TypeList {
  readonly types: NamedType[] = [];
  readonly #names = new Set<string>();
  readonly #scopes = new Set<Scope>();

  /** Whether the types of `scope` are still to be added; from then on they are not. */
  begin(scope: Scope): boolean {
    return !this.#scopes.has(scope) && this.#scopes.add(scope).size > 0;
  }

  add(type: NamedType, scope: Scope, at: Place): void {
    if (this.#names.has(type.name)) scope.fail(`${type.name} is the name of another type as well`, at);
    this.#names.add(type.name);
    this.types.push(type);
  }
}

function addTypes(scope: Scope, types: TypeBuilder, found: TypeList): void {
  if (!found.begin(scope)) return;
  for (const inner of scope.includes.values()) addTypes(inner, types, found);
  for (const definition of scope.document.definitions) {
    if (definition.kind === "const") types.check(definition, scope);
    else if (definition.kind === "typedef") types.typeOf(definition.type, scope);
    else if (definition.kind !== "service") found.add(types.named(definition, scope), scope, definition.at);
  }
}
