/**
 * Numbers and names that a message or enumeration of a .proto file has no more.
 *
 * @module
 */
import { IdlError } from "../idl.ts";
import type { Lexer } from "../lexer.ts";
import type { Named } from "./ast.ts";

/** Most ranges of numbers: every field is compared with each. */
const maxRanges = 1000;

/** What is reserved. */
export class Reserved {
  readonly #min: number;
  readonly #max: number;
  readonly #names = new Set<string>();
  readonly #ranges: [first: number, last: number][] = [];

  /** Numbers are within `min` and `max`. */
  constructor(min: number, max: number) {
    this.#min = min;
    this.#max = max;
  }

  /** Reads `reserved ...;` if that comes; returns whether it did. */
  read(lexer: Lexer): boolean {
    if (!lexer.accept("reserved")) return false;
    do {
      if (lexer.peek.kind === "text") this.#names.add(lexer.text().text);
      else if (lexer.peek.kind === "name") this.#names.add(lexer.name().text);
      else this.#readRange(lexer);
    } while (lexer.accept(","));
    lexer.expect(";");
    return true;
  }

  #readRange(lexer: Lexer): void {
    if (this.#ranges.length === maxRanges) lexer.fail(`more than ${maxRanges} ranges of numbers are reserved`);
    const first = this.#number(lexer);
    if (!lexer.accept("to")) return void this.#ranges.push([first, first]);
    this.#ranges.push([first, lexer.accept("max") ? this.#max : this.#number(lexer)]);
  }

  #number(lexer: Lexer): number {
    return lexer.integerIn(this.#min, this.#max, "a number");
  }

  /** Throws IdlError when the name or `number` of a field or value is reserved. */
  check({ name, at, number }: Named & { readonly number: number }): void {
    if (this.#names.has(name)) throw new IdlError(`the name ${name} is reserved`, at);
    if (this.#ranges.some(([first, last]) => number >= first && number <= last)) {
      throw new IdlError(`the number ${number} is reserved`, at);
    }
  }
}
