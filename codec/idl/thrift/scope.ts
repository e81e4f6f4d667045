/**
 * The names of .thrift documents: of one and of those that it includes.
 *
 * @module
 */
import { IdlError } from "../idl.ts";
import { parseThrift } from "./parse.ts";
import type { Definition, Place, ThriftDocument } from "./syntax.ts";

/** Gives the text of a document that is included, or undefined when there is none. */
export type Include = (path: string) => string | undefined;

const maxDocuments = 1000;

/** One document with its names. */
export interface Scope {
  /** What it says. */
  readonly document: ThriftDocument;
  /** What stands before its names elsewhere: its namespace and a dot, or nothing. */
  readonly prefix: string;
  /** Its definitions by name. */
  readonly names: ReadonlyMap<string, Definition>;
  /** Documents that it includes, by the name of their file. */
  readonly includes: ReadonlyMap<string, Scope>;
  /** Throws the IdlError for `reason` at a place of this document. */
  fail(reason: string, at: Place): never;
}

/** A definition with the document that has it. */
export interface Found {
  /** The definition. */
  readonly definition: Definition;
  /** The document. */
  readonly scope: Scope;
}

/** The scope of the document `text` and of all that it includes. */
export function scopeOf(text: string, include: Include): Scope {
  return new Loader(include).load(parseThrift(text), (reason, at) => {
    throw new IdlError(reason, at);
  });
}

class Loader {
  readonly #include: Include;
  /** Scopes by path; null while one is being loaded. */
  readonly #loaded = new Map<string, Scope | null>();

  constructor(include: Include) {
    this.#include = include;
  }

  load(document: ThriftDocument, fail: Scope["fail"]): Scope {
    const { namespaces, definitions } = document,
      includes = new Map<string, Scope>(),
      names = new Map<string, Definition>();
    for (const { path, at } of document.includes) {
      includes.set(path.replace(/^.*\//, "").replace(/\.thrift$/, ""), this.#included(path, at, fail));
    }
    for (const definition of definitions) {
      const { name, at } = definition;
      if (names.has(name)) fail(`${name} is defined twice`, at);
      names.set(name, definition);
    }
    const namespace = namespaces.get("*") ?? namespaces.get("js") ?? [...namespaces.values()][0];
    return { document, prefix: namespace ? namespace + "." : "", names, includes, fail };
  }

  #included(path: string, at: Place, fail: Scope["fail"]): Scope {
    const known = this.#loaded.get(path);
    if (known) return known;
    if (known === null) fail(`${path} includes itself`, at);
    if (this.#loaded.size >= maxDocuments) fail(`more than ${maxDocuments} documents are included`, at);
    this.#loaded.set(path, null);
    const text = this.#include(path) ?? fail(`${JSON.stringify(path)} can't be found`, at);
    const inside = (reason: string, { line, column }: Place): never => fail(`${path}:${line}:${column}: ${reason}`, at);
    const scope = this.load(parsed(text, path, at, fail), inside);
    this.#loaded.set(path, scope);
    return scope;
  }
}

function parsed(text: string, path: string, at: Place, fail: Scope["fail"]): ThriftDocument {
  try {
    return parseThrift(text);
  } catch (error) {
    if (!(error instanceof IdlError)) throw error;
    return fail(`${path}:${error.message}`, at);
  }
}

/** The definition that `name` means in `scope`, which may be one of a document that it includes. */
export function find(scope: Scope, name: string): Found | undefined {
  const definition = scope.names.get(name);
  if (definition) return { definition, scope };
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    const other = scope.includes.get(name.slice(0, dot)), found = other?.names.get(name.slice(dot + 1));
    if (found) return { definition: found, scope: other! };
  }
  return undefined;
}
