/**
 * Names in .proto files as they are read, and what begins a declaration.
 *
 * @module
 */
import type { Lexer, Token } from "../lexer.ts";
import type { Named, TypeName } from "./ast.ts";

/** Reads the name of a type, with or without its scope. */
export function typeName(lexer: Lexer): TypeName {
  const at = lexer.peek, dot = lexer.accept(".") ? "." : "";
  return { text: dot + dotted(lexer, "the name of a type"), at };
}

/** Most characters of a name with its scope: every scope in it is looked at. */
const maxName = 1000;

/** Reads names with dots between; `what` says in the error which one is missing. */
export function dotted(lexer: Lexer, what: string): string {
  const at = lexer.peek;
  let text = lexer.name(what).text;
  while (lexer.accept(".")) {
    text += "." + lexer.name(what).text;
    if (text.length > maxName) lexer.fail(`the name is longer than ${maxName}`, at);
  }
  return text;
}

/** `named` with the comment `doc`, if there is one. */
export function documented<T extends object>(named: T, doc: string | undefined): T & { readonly doc?: string } {
  return doc === undefined ? named : { ...named, doc };
}

/** Where a declaration begins. */
export interface Start {
  /** Full name of what it is in, with a dot behind; empty outside of everything. */
  readonly prefix: string;
  /** Its first token, for its comment. */
  readonly first: Token;
}

/** Reads a name and the brace behind it. */
export function readHead(lexer: Lexer, { prefix, first }: Start): Named {
  const at = lexer.peek, name = prefix + lexer.name().text;
  lexer.expect("{");
  return documented({ name, at }, first.doc ?? lexer.peek.trailing);
}
