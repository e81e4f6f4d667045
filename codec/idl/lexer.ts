/**
 * Tokens of C-like interface definitions: .proto, .thrift, .jce.
 *
 * Comments are kept as documentation of what they stand before, or behind on the same line. Text is bounded by
 * {@linkcode maxText}, nesting by {@linkcode maxNesting}.
 *
 * @module
 */
import { IdlError } from "./idl.ts";
import { commentText } from "./lexer_comment.ts";
import { unescaped } from "./lexer_text.ts";

/** Longest text that is read, in UTF-16 units. */
export const maxText = 10_000_000;
/** Most characters of a number. */
const maxNumber = 200;
/** Deepest nesting that is read. */
export const maxNesting = 64;

/** What a token is. */
export type TokenKind = "name" | "integer" | "float" | "text" | "punctuation" | "end";

/** One token. */
export interface Token {
  /** What it is. */
  readonly kind: TokenKind;
  /** As it stands in the source; a text with its quotes. */
  readonly source: string;
  /** What a text says; the same as `source` for every other token. */
  readonly text: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column in UTF-16 units, from 1. */
  readonly column: number;
  /** The comment that stands before it, without a blank line between. */
  readonly doc?: string;
  /** The comment that stands behind the token before it, on that one's line. */
  readonly trailing?: string;
}

/** How the languages differ. */
export interface LexerOptions {
  /** What begins a comment that ends with its line. Default `["//"]`; `/*` always begins one. */
  readonly lineComments?: readonly ("//" | "#")[];
  /** Which comments are documentation: any, or only those that begin with `/**` or `///`. Default `"any"`. */
  readonly docs?: "any" | "marked";
  /** Whether an integer that begins with 0 is octal. Default true. */
  readonly octal?: boolean;
}

const space = /[^\S\n]+|\uFEFF/y;
const lineComment = /(?:\/\/|#)[^\n]*/y;
const blockComment = /\/\*[^]*?\*\//y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const number = /(?:0[xX][0-9A-Fa-f]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[A-Za-z0-9_.]*/y;
const integer = /^(?:0[xX][0-9A-Fa-f]+|[0-9]+)$/, float = /^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const text = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'/y;

/** Gives the tokens of a text one by one; throws IdlError where the text is none of them, or not what was expected. */
export class Lexer {
  readonly #source: string;
  readonly #options: Required<LexerOptions>;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #depth = 0;
  readonly #ahead: Token[] = [];
  /** Line of the token read last, for comments that stand behind it. */
  #lastLine = 0;

  /** Reads `source`. */
  constructor(source: string, { lineComments = ["//"], docs = "any", octal = true }: LexerOptions = {}) {
    this.#source = source;
    this.#options = { lineComments, docs, octal };
    if (source.length > maxText) this.fail(`the text is longer than ${maxText}`, { line: 1, column: 1 });
  }

  /** The token that comes next, which stays; its kind is `"end"` behind the last. */
  get peek(): Token {
    return this.#ahead[0] ??= this.#read();
  }

  /** The token behind the one that comes next. */
  get after(): Token {
    return this.peek.kind === "end" ? this.peek : this.#ahead[1] ??= this.#read();
  }

  /** Takes the token that comes next. */
  next(): Token {
    const token = this.peek;
    if (token.kind !== "end") this.#ahead.shift();
    return token;
  }

  /** Whether a name or punctuation that reads `word` comes next. */
  is(word: string): boolean {
    const { kind, source } = this.peek;
    return source === word && kind !== "text";
  }

  /** Takes the next token when it reads `word`; returns whether it did. */
  accept(word: string): boolean {
    const found = this.is(word);
    if (found) this.next();
    return found;
  }

  /** Takes the next token, which must read `word`. */
  expect(word: string): Token {
    return this.is(word) ? this.next() : this.unexpected(`"${word}"`);
  }

  /** Takes a name; `what` says in the error which one is missing. */
  name(what = "a name"): Token {
    return this.#take("name", what);
  }

  /** Takes a text in quotes. */
  text(what = "a text in quotes"): Token {
    return this.#take("text", what);
  }

  /** Takes an integer, with a sign or without. */
  integer(what = "an integer"): bigint {
    const negative = this.is("-"), signed = negative || this.is("+");
    if (signed) this.next();
    const { text } = this.#take("integer", what), octal = this.#options.octal && /^0[0-9]/.test(text);
    if (octal && /[89]/.test(text)) this.fail(`${text} is no octal number`);
    const value = BigInt(octal ? "0o" + text.slice(1) : text);
    return negative ? -value : value;
  }

  /** Takes an integer from `min` to `max`, which are safe ones. */
  integerIn(min: number, max: number, what = "an integer"): number {
    const at = this.peek, value = this.integer(what);
    if (value < min || value > max) this.fail(`${value} is not ${what} from ${min} to ${max}`, at);
    return Number(value);
  }

  /** Runs `read` one level deeper; throws IdlError beyond {@linkcode maxNesting}. */
  nested<T>(read: () => T): T {
    if (++this.#depth > maxNesting) this.fail(`nesting is deeper than ${maxNesting}`);
    const result = read();
    this.#depth--;
    return result;
  }

  /** Throws an IdlError that says `reason`, at the token that comes next or at `at`. */
  fail(reason: string, at: { readonly line: number; readonly column: number } = this.peek): never {
    throw new IdlError(reason, at);
  }

  /** Throws an IdlError that says what comes next, and what was `wanted`. */
  unexpected(wanted: string): never {
    const { kind, source } = this.peek;
    const got = kind === "end" ? "the end" : kind === "text" ? "a text" : `"${source.slice(0, 40)}"`;
    this.fail(`got ${got}, want ${wanted}`);
  }

  #take(kind: TokenKind, what: string): Token {
    return this.peek.kind === kind ? this.next() : this.unexpected(what);
  }

  #read(): Token {
    const comments = this.#skipToToken(), { line, column } = this.#place(), { kind, source, text } = this.#scan();
    this.#lastLine = line;
    return comments ? { kind, source, text, line, column, ...comments } : { kind, source, text, line, column };
  }

  /** Moves past spaces and comments; gives those comments that are documentation. */
  #skipToToken(): Pick<Token, "doc" | "trailing"> | undefined {
    const behind: string[] = [];
    let before: string[] = [], endLine = 0;
    for (;;) {
      if (this.#source[this.#at] === "\n") this.#newLine(++this.#at);
      else if (this.#match(space) === undefined) {
        const { line } = this.#place(), comment = this.#comment();
        if (comment === undefined) break;
        if (line === this.#lastLine) behind.push(comment);
        else if (line > endLine + 1) before = [comment];
        else before.push(comment);
        endLine = this.#line;
      }
    }
    if (this.#line > endLine + 1) before = [];
    return endLine === 0 ? undefined : this.#docs(before, behind);
  }

  #docs(before: string[], behind: string[]): Pick<Token, "doc" | "trailing"> {
    const wanted = (comment: string) => this.#options.docs === "any" || /^\/\*\*|^\/\/\//.test(comment);
    const doc = commentText(before.filter(wanted)), trailing = commentText(behind.filter(wanted));
    return { ...doc && { doc }, ...trailing && { trailing } };
  }

  /** Moves past a comment and gives it; undefined when none comes. */
  #comment(): string | undefined {
    const source = this.#source, at = this.#at;
    if (this.#options.lineComments.some((start) => source.startsWith(start, at))) return this.#match(lineComment);
    if (!source.startsWith("/*", at)) return undefined;
    const comment = this.#match(blockComment) ?? this.fail("the comment has no end", this.#place());
    for (let i = comment.indexOf("\n"); i >= 0; i = comment.indexOf("\n", i + 1)) this.#newLine(at + i + 1);
    return comment;
  }

  #scan(): Pick<Token, "kind" | "source" | "text"> {
    const at = this.#place(), found = this.#match(name);
    if (found !== undefined) return { kind: "name", source: found, text: found };
    const digits = this.#match(number);
    if (digits !== undefined) {
      const isShort = digits.length <= maxNumber;
      const kind = isShort && integer.test(digits) ? "integer" : isShort && float.test(digits) ? "float" : undefined;
      return { kind: kind ?? this.fail(`"${digits.slice(0, 40)}" is no number`, at), source: digits, text: digits };
    }
    const quoted = this.#match(text);
    if (quoted !== undefined) {
      return { kind: "text", source: quoted, text: unescaped(quoted, (reason) => this.fail(reason, at)) };
    }
    if (this.#at === this.#source.length) return { kind: "end", source: "", text: "" };
    const one = String.fromCodePoint(this.#source.codePointAt(this.#at)!);
    if (/["']/.test(one)) this.fail("the text has no end on its line", at);
    if (!/[!-~]/.test(one)) this.fail(`unexpected character ${JSON.stringify(one)}`, at);
    this.#at++;
    return { kind: "punctuation", source: one, text: one };
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #newLine(start: number): void {
    this.#line++;
    this.#lineStart = start;
  }

  #place(): { line: number; column: number } {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }
}
