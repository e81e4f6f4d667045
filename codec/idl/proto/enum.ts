/**
 * Enumerations of .proto files.
 *
 * @module
 */
import type { Lexer } from "../lexer.ts";
import type { EnumDecl, EnumValueDecl } from "./ast.ts";
import { readHead, type Start } from "./head.ts";
import { type MutableOptions, readFieldOptions, readOption } from "./option.ts";
import { Reserved } from "./reserved.ts";

/** Least and largest number of a value. */
const min = -(2 ** 31), max = 2 ** 31 - 1;

/** Reads what follows the word `enum`. */
export function readEnum(lexer: Lexer, start: Start): EnumDecl {
  const named = readHead(lexer, start), values: EnumValueDecl[] = [];
  const options: MutableOptions = new Map(), reserved = new Reserved(min, max);
  while (!lexer.accept("}")) {
    if (lexer.accept(";")) continue;
    if (lexer.accept("option")) readOption(lexer, options);
    else if (!reserved.read(lexer)) values.push(readEnumValue(lexer));
  }
  for (const value of values) reserved.check(value);
  return { ...named, values, options };
}

function readEnumValue(lexer: Lexer): EnumValueDecl {
  const at = lexer.peek, name = lexer.name("the name of a value").text;
  lexer.expect("=");
  const number = lexer.integerIn(min, max, "a number of a value");
  readFieldOptions(lexer);
  lexer.expect(";");
  return { name, at, number };
}
