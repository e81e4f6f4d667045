/**
 * Attributes of a start tag (XML 1.0, section 3.1; "Namespaces in XML 1.0", sections 3 and 6).
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";
import { APOSTROPHE, COLON, EQUALS, GREATER, QUOTE, SLASH } from "./chars.ts";
import { skipSpace } from "./misc.ts";
import { shown, skipName } from "./name.ts";
import type { Namespaces } from "./namespaces.ts";
import type { Scratch } from "./scratch.ts";
import { plainValueEnd, readValue } from "./text.ts";

/** Most attributes that an element may have. */
export const maxAttributes = 128;

/** An attribute. */
export interface XmlAttribute {
  /** Prefix of its name, or "". */
  readonly prefix: string;
  /** Its name without the prefix. */
  readonly local: string;
  /** Namespace of its prefix; "" without one. */
  readonly namespace: string;
  /** Its value, normalised. */
  readonly value: string;
}

/** No attributes. */
export const noAttributes: readonly XmlAttribute[] = Object.freeze([]);

/** Where attributes are read. */
interface Place {
  /** Gets the declarations of namespaces. */
  readonly scope: Namespaces;
  /** Depth of their element. */
  readonly depth: number;
  /** For values that have to be put together. */
  readonly scratch: Scratch;
}

/** Reads the attributes up to the ">" or "/" that ends the tag; gives those that declare no namespace. */
export function readAttributes(r: Reader, { scope, depth, scratch }: Place): readonly XmlAttribute[] {
  const { bytes, end } = r, found: XmlAttribute[] = [];
  for (;;) {
    const before = r.pos;
    skipSpace(r);
    if (r.pos >= end) misfit("it ends in a tag");
    const byte = bytes[r.pos]!;
    if (byte === GREATER || byte === SLASH) break;
    if (r.pos === before) misfit(`got ${shown(byte)}, want a space or >`);
    if (found.length >= maxAttributes) misfit(`an element has more than ${maxAttributes} attributes`);
    found.push(readAttribute(r, scratch));
  }
  return resolved(found, scope, depth);
}

function readAttribute(r: Reader, scratch: Scratch): XmlAttribute {
  const { bytes, end } = r;
  let prefix = "", local = readName(r);
  if (r.pos < end && bytes[r.pos] === COLON) {
    r.pos++;
    prefix = local;
    local = readName(r);
  }
  skipSpace(r);
  if (r.pos >= end || bytes[r.pos] !== EQUALS) misfit(`got an attribute ${local.slice(0, 24)} without a value`);
  r.pos++;
  skipSpace(r);
  const quote = r.pos < end ? bytes[r.pos]! : 0;
  if (quote !== QUOTE && quote !== APOSTROPHE) misfit(`got no quote before the value of ${local.slice(0, 24)}`);
  r.pos++;
  return { prefix, local, namespace: "", value: valueOf(r, quote, scratch) };
}

function readName(r: Reader): string {
  const start = r.pos;
  skipName(r);
  return back(r, start);
}

/** The text from `start` to the reader's position. */
function back(r: Reader, start: number): string {
  const n = r.pos - start;
  r.pos = start;
  return r.text(n);
}

function valueOf(r: Reader, quote: number, scratch: Scratch): string {
  const { bytes, end, pos } = r, at = plainValueEnd(bytes, pos, { end, quote });
  if (at < end && bytes[at] === quote) {
    const value = r.text(at - pos);
    r.pos = at + 1;
    return value;
  }
  readValue(r, scratch, quote);
  return scratch.take();
}

/** The attributes of `found` that declare no namespaces, each in its own, after those declared here are in `scope`. */
function resolved(found: readonly XmlAttribute[], scope: Namespaces, depth: number): readonly XmlAttribute[] {
  const rest: XmlAttribute[] = [];
  for (const one of found) {
    const { prefix, local, value: namespace } = one;
    if (prefix === "xmlns") scope.declare(local, { namespace, depth });
    else if (prefix === "" && local === "xmlns") scope.declare("", { namespace, depth });
    else rest.push(one);
  }
  if (found.length > 1) checkTwice(found);
  if (rest.length === 0) return noAttributes;
  const named = rest.map((one) => one.prefix === "" ? one : { ...one, namespace: namespaceOf(one.prefix, scope) });
  if (named.length > 1) checkTwice(named.filter(({ namespace }) => namespace !== ""), "namespace");
  return named;
}

/** Namespace of `prefix`, which must be declared. */
export function namespaceOf(prefix: string, scope: Namespaces): string {
  return scope.of(prefix) ?? misfit(`got the prefix ${prefix.slice(0, 24)}, which is not declared`);
}

function checkTwice(attributes: readonly XmlAttribute[], by: "prefix" | "namespace" = "prefix"): void {
  const seen = new Set<string>();
  for (const one of attributes) {
    const name = `${one[by]} ${one.local}`;
    if (seen.has(name)) misfit(`got the attribute ${one.local.slice(0, 24)} twice`);
    seen.add(name);
  }
}
