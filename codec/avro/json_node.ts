/**
 * JSON (RFC 8259) with the place of every value, so that an error in a schema can say where.
 *
 * @module
 */
import { IdlError } from "../idl/idl.ts";
import type { Json } from "./schema.ts";

/** A value and where it starts. */
export interface JsonNode {
  /** The value; what is in it are nodes again. Integers beyond ±(2^53-1) are bigints. */
  readonly value: null | boolean | number | bigint | string | readonly JsonNode[] | ReadonlyMap<string, JsonNode>;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
}

/** Deepest nesting. */
const maxDepth = 100;

/** The value that `text` is; throws {@linkcode IdlError} when it isn't JSON, has a key twice, or nests too deeply. */
export function readJson(text: string): JsonNode {
  return new JsonReader(text).all();
}

/** `node` without places. */
export function plainJson({ value }: JsonNode): Json {
  if (Array.isArray(value)) return (value as readonly JsonNode[]).map(plainJson);
  if (!(value instanceof Map)) return value as Json;
  return Object.fromEntries([...value as Map<string, JsonNode>].map(([key, node]) => [key, plainJson(node)]));
}

/** Everything but strings and punctuation. */
const word = /[-+.0-9A-Za-z]+/y, space = /[ \t\r\n]*/y;
const number = /^-?(?:0|[1-9]\d*)(\.\d+)?(?:[eE][-+]?\d+)?$/;
const words: ReadonlyMap<string, null | boolean> = new Map([["null", null], ["true", true], ["false", false]]);

class JsonReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #line = 1;
  /** Where the line starts. */
  #start = 0;
  /** Where the line ends; -1 for the last one. */
  #newline: number;

  constructor(text: string) {
    this.#text = text;
    this.#newline = text.indexOf("\n");
  }

  all(): JsonNode {
    const node = this.#node();
    this.#skipSpace();
    return this.#at === this.#text.length ? node : this.#fail("something follows the schema");
  }

  #node(): JsonNode {
    this.#skipSpace();
    const place = this.#place();
    if (++this.#depth > maxDepth) this.#fail(`nesting is deeper than ${maxDepth}`);
    const value = this.#value();
    this.#depth--;
    return { value, ...place };
  }

  #value(): JsonNode["value"] {
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object();
      case "[":
        return this.#array();
      case '"':
        return this.#string();
      case undefined:
        return this.#fail("the text ends within a value");
      default:
        return this.#word();
    }
  }

  #object(): ReadonlyMap<string, JsonNode> {
    const members = new Map<string, JsonNode>();
    this.#at++;
    while (this.#hasNext("}", members.size > 0)) {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') this.#fail("want a key in quotes");
      const start = this.#at, key = this.#string();
      if (members.has(key)) {
        this.#at = start;
        this.#fail(`the key ${JSON.stringify(key)} stands twice`);
      }
      this.#skipSpace();
      if (this.#text[this.#at] !== ":") this.#fail("want a colon behind a key");
      this.#at++;
      members.set(key, this.#node());
    }
    return members;
  }

  #array(): readonly JsonNode[] {
    const items: JsonNode[] = [];
    this.#at++;
    while (this.#hasNext("]", items.length > 0)) items.push(this.#node());
    return items;
  }

  /** Whether another item comes before `end`; moves past what stands before it. */
  #hasNext(end: string, isLater: boolean): boolean {
    this.#skipSpace();
    const next = this.#text[this.#at];
    if (next === end) {
      this.#at++;
      return false;
    }
    if (!isLater) return true;
    if (next !== ",") this.#fail(`want a comma or ${end}`);
    this.#at++;
    return true;
  }

  #string(): string {
    const start = this.#at;
    this.#at = stringEnd(this.#text, start);
    if (this.#at === 0) {
      this.#at = start;
      this.#fail("a string does not end");
    }
    try {
      return JSON.parse(this.#text.slice(start, this.#at));
    } catch {
      this.#at = start;
      return this.#fail("a string has an unknown escape or a control character");
    }
  }

  #word(): null | boolean | number | bigint {
    const found = this.#match(word) ?? this.#fail(`${JSON.stringify(this.#text[this.#at])} is no JSON`);
    if (words.has(found)) return words.get(found)!;
    const parts = number.exec(found);
    if (!parts) {
      this.#at -= found.length;
      this.#fail(`${found.slice(0, 40)} is no JSON`);
    }
    const n = Number(found);
    return Number.isInteger(n) && !Number.isSafeInteger(n) && /^-?\d{1,40}$/.test(found) ? BigInt(found) : n;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #skipSpace(): void {
    this.#match(space);
  }

  /** Where the reader is; it only ever moves on, so lines are counted once. */
  #place(): { line: number; column: number } {
    while (this.#newline >= 0 && this.#newline < this.#at) {
      this.#line++;
      this.#start = this.#newline + 1;
      this.#newline = this.#text.indexOf("\n", this.#start);
    }
    return { line: this.#line, column: this.#at - this.#start + 1 };
  }

  #fail(reason: string): never {
    throw new IdlError(reason, this.#place());
  }
}

/** Where the string ends that begins at `start`; 0 when it does not. No regular expression: those of long strings overflow. */
function stringEnd(text: string, start: number): number {
  for (let from = start + 1;;) {
    const quote = text.indexOf('"', from);
    let escapes = quote - 1;
    while (escapes >= from && text[escapes] === "\\") escapes--;
    if (quote < 0 || (quote - escapes) % 2 === 1) return quote + 1;
    from = quote + 1;
  }
}
