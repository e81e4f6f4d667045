/**
 * Lays out TypeScript in lines of 120 columns, exactly as `deno fmt` would.
 *
 * @module
 */

import { commented } from "./comment.ts";
import { widthOf } from "./width.ts";

/** A piece of code: text that stays whole, or something that may be broken into lines. */
export type Code = string | Group | Property | Union | Lambda;

/** Pieces between brackets. */
export interface Group {
  /** What it is: only objects have spaces inside, and lists of types no comma at the end. */
  readonly kind: "call" | "object" | "array" | "types";
  /** What it begins with, bracket and all. */
  readonly open: string;
  /** The pieces. */
  readonly items: readonly Code[];
  /** What it ends with, bracket and all. */
  readonly close: string;
  /** Whether each item has a line of its own, even if all fit in one. */
  readonly broken?: boolean;
}

/** A key, and a value or type. */
interface Property {
  readonly kind: "property";
  readonly key: string;
  readonly value: Code;
  /** What stands in a comment before it, where it has a line of its own. */
  readonly doc?: string;
}

/** Types of which one is meant. */
interface Union {
  readonly kind: "union";
  readonly items: readonly Code[];
}

/** A function without parameters. */
interface Lambda {
  readonly kind: "lambda";
  readonly open: string;
  readonly body: string;
  readonly close: string;
}

/** `name(items)`. */
export function call(name: string, items: readonly Code[]): Code {
  return { kind: "call", open: `${name}(`, items, close: ")" };
}

/** `{ properties }`. */
export function object(items: readonly Code[], broken = false): Code {
  return items.length === 0 ? "{}" : { kind: "object", open: "{", items, close: "}", broken };
}

/** `[items]`. */
export function array(items: readonly Code[], broken = false): Code {
  return items.length === 0 ? "[]" : { kind: "array", open: "[", items, close: "]", broken };
}

/** `name<items>suffix`. */
export function types(name: string, items: readonly Code[]): Code {
  return { kind: "types", open: `${name}<`, items, close: ">" };
}

/** `key: value`, behind a comment that says `doc`. */
export function property(key: string, value: Code, doc?: string): Code {
  return { kind: "property", key, value, ...doc !== undefined && { doc } };
}

/** `a | b`. */
export function union(items: readonly Code[]): Code {
  return { kind: "union", items };
}

/** `name(() => body)`. */
export function lambda(name: string, body: string): Code {
  return { kind: "lambda", open: `${name}(() =>`, body, close: ")" };
}

/** `text` in quotes: double ones, unless it has more of them than of single ones. */
export function quoted(text: string): string {
  const double = JSON.stringify(text);
  const more = text.split('"').length > text.split("'").length;
  return more ? `'${double.slice(1, -1).replaceAll("'", "\\'").replace(/\\(\\|")/g, unescapeDouble)}'` : double;
}

function unescapeDouble(found: string, escaped: string): string {
  return escaped === '"' ? '"' : found;
}

const width = 120;

/** Where a piece stands. */
interface Spot {
  /** Spaces in front of its line. */
  readonly indent: number;
  /** Column that it begins at. */
  readonly column: number;
  /** How much stands behind it on its last line. */
  readonly tail: number;
}

/** What stands around a piece of code. */
export interface Around {
  /** What stands before it on its first line. */
  readonly before: string;
  /** What stands behind it on its last line. */
  readonly after: string;
}

/** The lines of `code`, of which the first begins with spaces and `before` and the last ends with `after`. */
export function layout(code: Code, { before, after }: Around): string {
  const indent = before.length - before.trimStart().length;
  return before + print(code, { indent, column: widthOf(before), tail: after.length }) + after;
}

/** `code` on one line; undefined when it can't be. */
export function flat(code: Code): string | undefined {
  if (typeof code === "string") return code;
  if (code.kind === "lambda") return `${code.open} ${code.body}${code.close}`;
  if (code.kind === "property") {
    const value = flat(code.value);
    return value === undefined ? undefined : `${code.key}: ${value}`;
  }
  if (code.kind !== "union" && code.broken) return undefined;
  const items = code.items.map(flat);
  if (items.includes(undefined)) return undefined;
  if (code.kind === "union") return items.join(" | ");
  const inner = items.join(", ");
  return code.kind === "object" ? `${code.open} ${inner} ${code.close}` : code.open + inner + code.close;
}

/** `code` on one line when it fits there; else undefined. */
function fitting(code: Code, { column, tail }: Spot): string | undefined {
  const line = flat(code);
  return line !== undefined && column + widthOf(line) + tail <= width ? line : undefined;
}

function print(code: Code, spot: Spot): string {
  const line = fitting(code, spot);
  if (line !== undefined || typeof code === "string") return line ?? code as string;
  switch (code.kind) {
    case "property":
      return printProperty(code, spot);
    case "union":
      return code.items.map((item) => newLine(spot) + "| " + print(item, deeper(spot, { before: 2 }))).join("");
    case "lambda":
      return code.open + newLine(spot) + code.body + lastLine(spot) + code.close;
    case "call":
      return hugged(code, spot) ?? printItems(code, spot);
    default:
      return printItems(code, spot);
  }
}

function deeper({ indent }: Spot, { before = 0, tail = 0 }: { before?: number; tail?: number }): Spot {
  return { indent: indent + 2, column: indent + 2 + before, tail };
}

function newLine({ indent }: Spot): string {
  return "\n" + " ".repeat(indent + 2);
}

function lastLine({ indent }: Spot): string {
  return "\n" + " ".repeat(indent);
}

function printProperty({ key, value }: Property, spot: Spot): string {
  const inline: Spot = { ...spot, column: spot.column + widthOf(key) + 2 };
  if (typeof value !== "string" && value.kind === "union") return `${key}:${print(value, inline)}`;
  if (typeof value !== "string" && "open" in value && inline.column + widthOf(value.open) <= width) {
    return `${key}: ${print(value, inline)}`;
  }
  return `${key}:${newLine(spot)}${print(value, deeper(spot, { tail: spot.tail }))}`;
}

function printItems({ kind, open, items, close }: Group, spot: Spot): string {
  const lines = items.map((item, i) => {
    const comma = kind !== "types" || i < items.length - 1 ? "," : "";
    const doc = typeof item !== "string" && "doc" in item ? "\n" + commented(item.doc, spot.indent + 2).trimEnd() : "";
    return doc + newLine(spot) + print(item, deeper(spot, { tail: comma.length })) + comma;
  });
  return open + lines.join("") + lastLine(spot) + close;
}

/** A call whose first line holds its arguments up to an object or array, which alone is broken; undefined when that is not to be. */
function hugged({ open, items, close }: Group, { indent, column, tail }: Spot): string | undefined {
  let text = open, at = column + widthOf(open);
  for (const [i, item] of items.entries()) {
    const isLast = i === items.length - 1, rest = isLast ? close.length + tail : 1;
    let line = fitting(item, { indent, column: at, tail: rest });
    if (line === undefined) {
      if (typeof item === "string" || item.kind !== "object" && !(item.kind === "array" && items.length === 1)) return;
      if (at + 1 > width) return;
      line = printItems(item, { indent, column: at, tail: rest });
      at = indent + 1;
    } else at += widthOf(line);
    text += isLast ? line : line + ", ";
    at += 2;
  }
  return text + close;
}
