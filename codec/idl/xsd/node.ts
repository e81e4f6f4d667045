/**
 * An XML document as a tree whose elements know where they stand, for reading schemas and service descriptions.
 *
 * @module
 */
import { Reader } from "../../../protocol/mod.ts";
import { XmlReader } from "../../xml/reader.ts";
import { IdlError } from "../idl.ts";

/** Most elements of a document. */
const maxElements = 200_000;

/** A name with its namespace. */
export interface QName {
  /** The namespace, or "". */
  readonly namespace: string;
  /** The name in it. */
  readonly local: string;
}

/** Where a document is mentioned that is another file. */
export interface Mention {
  /** Its path. */
  readonly path: string;
  /** The element that mentions it. */
  readonly at: XmlNode;
}

/** What an element was made from. */
interface Source {
  readonly text: Uint8Array;
  /** Where it begins, in bytes. */
  readonly at: number;
  readonly mention: Mention | undefined;
}

/** An element. */
export class XmlNode implements QName {
  readonly namespace: string;
  readonly local: string;
  /** The elements in it. */
  readonly children: XmlNode[] = [];
  /** The text in it, without that of the elements in it. */
  text = "";
  readonly #source: Source;
  readonly #attributes: ReadonlyMap<string, string>;
  readonly #prefixes: ReadonlyMap<string, string>;

  /** Makes the node of the start tag that `xml` has just read. */
  constructor(xml: XmlReader, source: Source) {
    this.namespace = xml.namespace;
    this.local = xml.local;
    this.#source = source;
    this.#attributes = new Map(xml.attributes.map(({ namespace, local, value }) => [`${namespace} ${local}`, value]));
    this.#prefixes = prefixesIn(this.#attributes.values(), xml);
  }

  /** Value of an attribute; undefined without it. */
  attribute(local: string, namespace = ""): string | undefined {
    return this.#attributes.get(`${namespace} ${local}`);
  }

  /** Value of an attribute that must be there. */
  required(local: string): string {
    return this.attribute(local) ?? this.fail(`${this.local} has no attribute ${local}`);
  }

  /** The name that the value of an attribute is; undefined without it. */
  name(local: string): QName | undefined {
    const value = this.attribute(local)?.trim();
    if (value === undefined) return undefined;
    const colon = value.indexOf(":"), prefix = value.slice(0, Math.max(colon, 0));
    const namespace = this.#prefixes.get(prefix) ?? this.fail(`the prefix ${prefix} is not declared`);
    return { namespace, local: value.slice(colon + 1) };
  }

  /** The elements in it of `namespace`, and of the name `local` where that is said. */
  all(namespace: string, local?: string): XmlNode[] {
    return this.children.filter((child) =>
      child.namespace === namespace && (local === undefined || child.local === local)
    );
  }

  /** The first element in it of that name. */
  first(namespace: string, local: string): XmlNode | undefined {
    return this.children.find((child) => child.namespace === namespace && child.local === local);
  }

  /** Throws an IdlError that says `reason`, at the beginning of the element, or of what mentions its file. */
  fail(reason: string): never {
    failAt(this.#source, reason);
  }
}

/** What the prefixes in values that may be names stand for; a value can't be told from a name here. */
function prefixesIn(values: Iterable<string>, xml: XmlReader): Map<string, string> {
  const found = new Map([["", xml.namespaceOf("") ?? ""]]);
  for (const value of values) {
    const prefix = value.trim().slice(0, Math.max(value.trim().indexOf(":"), 0)), namespace = xml.namespaceOf(prefix);
    if (namespace !== undefined) found.set(prefix, namespace);
  }
  return found;
}

function failAt(source: Source, reason: string): never {
  const error = new IdlError(reason, placeOf(source)), { mention } = source;
  if (mention) mention.at.fail(`in ${mention.path}:${error.message}`);
  throw error;
}

/** Reads the document `text`, which `mention` tells of when it is another file; throws IdlError for what isn't well-formed. */
export function parseXml(text: string, mention?: Mention): XmlNode {
  const bytes = new TextEncoder().encode(text), from = new Reader(bytes), xml = new XmlReader(from);
  try {
    return readTree(xml, { text: bytes, mention });
  } catch (error) {
    if (error instanceof IdlError) throw error;
    const reason = (error instanceof Error ? error.message : String(error)).replace(/^Cannot decode: /, "");
    failAt({ text: bytes, at: from.pos, mention }, reason);
  }
}

function readTree(xml: XmlReader, source: Omit<Source, "at">): XmlNode {
  const open: XmlNode[] = [];
  let root: XmlNode | undefined, count = 0, at = 0;
  for (let token = xml.next(); token !== "done"; at = xml.from.pos, token = xml.next()) {
    if (token === "start") {
      const node = new XmlNode(xml, { ...source, at: startOfTag(source.text, at) });
      if (++count > maxElements) node.fail(`the document has more than ${maxElements} elements`);
      open.at(-1)?.children.push(node);
      root ??= node;
      open.push(node);
    } else if (token === "end") open.pop();
    else open.at(-1)!.text += xml.text;
  }
  return root!;
}

/** Where the tag begins that was read from `at` on, behind white space, comments and a declaration. */
function startOfTag(text: Uint8Array, at: number): number {
  const ends: readonly (readonly [start: string, end: string])[] = [["<!--", "-->"], ["<?", "?>"]];
  for (;;) {
    while (text[at] !== 0x3c) at++;
    const skipped = ends.find(([start]) => startsWith(text, at, start));
    if (!skipped) return at;
    while (!startsWith(text, at, skipped[1])) at++;
  }
}

function startsWith(text: Uint8Array, at: number, start: string): boolean {
  for (let i = 0; i < start.length; i++) if (text[at + i] !== start.charCodeAt(i)) return false;
  return true;
}

/** Line and column, in UTF-16 units, of the byte `at`. */
function placeOf({ text, at }: Omit<Source, "mention">): { line: number; column: number } {
  let line = 1, start = 0;
  for (let i = 0; i < at; i++) {
    if (text[i] !== 0x0a) continue;
    line++;
    start = i + 1;
  }
  return { line, column: new TextDecoder().decode(text.subarray(start, at)).length + 1 };
}
