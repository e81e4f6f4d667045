/**
 * Options of .proto files: read, for the few that matter, and otherwise skipped.
 *
 * @module
 */
import type { Lexer } from "../lexer.ts";
import type { Options, OptionValue, Place } from "./ast.ts";

/** Options while they are read. */
export type MutableOptions = Map<string, { value: OptionValue; at: Place }>;

/** Reads the rest of `option name = value;` into `options`. */
export function readOption(lexer: Lexer, options: MutableOptions): void {
  readAssignment(lexer, options);
  lexer.expect(";");
}

/** Reads `[name = value, ...]`, if that comes. */
export function readFieldOptions(lexer: Lexer): Options {
  const options: MutableOptions = new Map();
  if (!lexer.accept("[")) return options;
  do readAssignment(lexer, options); while (lexer.accept(","));
  lexer.expect("]");
  return options;
}

function readAssignment(lexer: Lexer, options: MutableOptions): void {
  const at = lexer.peek, name = readName(lexer);
  lexer.expect("=");
  options.set(name, { value: readValue(lexer), at });
}

function readName(lexer: Lexer): string {
  let name = "";
  do {
    if (name !== "") name += ".";
    if (lexer.accept("(")) {
      name += "(";
      while (!lexer.accept(")")) name += lexer.accept(".") ? "." : lexer.name("the name of an option").text;
      name += ")";
    } else name += lexer.name("the name of an option").text;
  } while (lexer.accept("."));
  return name;
}

function readValue(lexer: Lexer): OptionValue {
  if (lexer.is("{")) return void lexer.nested(() => skipAggregate(lexer));
  if (lexer.peek.kind === "text") {
    let text = "";
    while (lexer.peek.kind === "text") text += lexer.next().text;
    return text;
  }
  const negative = lexer.accept("-");
  if (!negative) lexer.accept("+");
  if (lexer.peek.kind === "integer") return negative ? -lexer.integer() : lexer.integer();
  if (lexer.peek.kind === "float") return Number(lexer.next().text) * (negative ? -1 : 1);
  return wordValue(lexer.name("a value").text, negative);
}

function wordValue(word: string, negative: boolean): OptionValue {
  if (word === "true" || word === "false") return word === "true";
  if (word === "inf") return negative ? -Infinity : Infinity;
  return word === "nan" ? NaN : word;
}

/** Moves past `{ ... }` in the text format. */
function skipAggregate(lexer: Lexer): void {
  lexer.expect("{");
  while (!lexer.accept("}")) {
    if (lexer.is("{")) lexer.nested(() => skipAggregate(lexer));
    else if (lexer.next().kind === "end") lexer.expect("}");
  }
}
