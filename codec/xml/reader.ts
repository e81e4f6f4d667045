/**
 * A strict pull reader for XML 1.0 (fifth edition) with "Namespaces in XML 1.0" (third edition), over UTF-8 bytes.
 *
 * There is no document type declaration: `<!DOCTYPE` is refused, so there are no entities but the five that XML has, and
 * nothing is ever fetched or expanded. Everything else of the two specifications holds: what is not well-formed is refused.
 * Comments are skipped, processing instructions too unless they are refused.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";
import { namespaceOf, noAttributes, readAttributes, type XmlAttribute } from "./attributes.ts";
import { BANG, COLON, GREATER, isSpace, LESS, QUESTION, SLASH } from "./chars.ts";
import { skipMisc, skipSpace } from "./misc.ts";
import { shown, skipName } from "./name.ts";
import { Namespaces } from "./namespaces.ts";
import { skipDeclaration } from "./prolog.ts";
import { Scratch } from "./scratch.ts";
import { plainEnd, readText } from "./text.ts";

export type { XmlAttribute } from "./attributes.ts";

/** What was read: a start tag, text that is not empty, an end tag (of `<a/>` too), or the whole document. */
export type XmlToken = "start" | "text" | "end" | "done";

/** What a reader may refuse. */
export interface XmlReaderOptions {
  /** Whether processing instructions are refused, as SOAP wants it; else they are skipped. Default false. */
  readonly refuseInstructions?: boolean;
}

/**
 * Reads one document from all of a {@linkcode Reader}, token by token.
 *
 * Every method throws a Misfit (or RpcError) for what is not well-formed, where `from.pos` then stands near the place. Depth
 * is bounded by twice the reader's `maxDepth`; names, attributes and namespaces by the constants beside their readers; text
 * can't be longer than the document.
 *
 * @example
 * ```ts
 * import { Reader } from "@erpc/erpc/protocol";
 * const document = '<a xmlns="urn:x" b="1">text</a>';
 * const xml = new XmlReader(new Reader(new TextEncoder().encode(document)));
 * console.assert(xml.next() === "start" && xml.local === "a" && xml.namespace === "urn:x" && xml.attribute("b") === "1");
 * console.assert(xml.content() === "text"); // and the end tag is read
 * console.assert(xml.next() === "done");
 * ```
 */
export class XmlReader {
  /** Where the bytes come from; stands behind the token. */
  from: Reader;
  /** Text of a "text" token: pieces between two tags are one. */
  text = "";
  /** Attributes of the last start tag but declarations of namespaces. */
  attributes: readonly XmlAttribute[] = noAttributes;
  /** How many elements are open. */
  depth = 0;
  /** Whether the last start tag was that of an empty element, so that its end is the next token. */
  isEmpty = false;

  readonly #refuseInstructions: boolean;
  readonly #scope = new Namespaces();
  readonly #scratch = new Scratch();
  /** Where the names of the open elements begin and end. */
  readonly #begins: number[] = [];
  readonly #ends: number[] = [];
  /** Where the name of the last tag begins and ends. */
  #begin = 0;
  #end = 0;
  #hasBegun = false;
  #maxDepth = 0;

  /** Reads from `from`, from where it stands. */
  constructor(from: Reader, options: XmlReaderOptions = {}) {
    this.#refuseInstructions = options.refuseInstructions ?? false;
    this.from = from;
    this.reset(from);
  }

  /** Reads another document from now on. */
  reset(from: Reader): this {
    this.from = from;
    this.text = "";
    this.attributes = noAttributes;
    this.depth = 0;
    this.isEmpty = false;
    this.#scope.clear();
    this.#scratch.clear();
    this.#hasBegun = false;
    this.#maxDepth = 2 * from.maxDepth + 4;
    return this;
  }

  /** Reads the next token. */
  next(): XmlToken {
    if (this.isEmpty) {
      this.isEmpty = false;
      this.#leave();
      return "end";
    }
    if (this.depth === 0) return this.#outside();
    if (this.#readText()) return "text";
    const { bytes, pos, end } = this.from;
    if (pos + 1 >= end) misfit(`it ends inside of <${this.#openName()}>`);
    if (bytes[pos + 1] !== SLASH) this.#readStart();
    else {
      this.#readEnd();
      return "end";
    }
    return "start";
  }

  /** Name of the last tag. */
  get name(): string {
    return this.#slice(this.#begin, this.#end);
  }

  /** Name of the last tag without its prefix. */
  get local(): string {
    const name = this.name;
    return name.slice(name.indexOf(":") + 1);
  }

  /** Prefix of the last tag, or "". */
  get prefix(): string {
    const name = this.name;
    return name.slice(0, Math.max(0, name.indexOf(":")));
  }

  /** Namespace of the last start tag; "" for none. */
  get namespace(): string {
    return namespaceOf(this.prefix, this.#scope);
  }

  /** Namespace that `prefix` stands for inside of the last start tag, "" being that of elements; undefined when none does. */
  namespaceOf(prefix: string): string | undefined {
    return this.#scope.of(prefix);
  }

  /** Value of an attribute of the last start tag; undefined without it. */
  attribute(local: string, namespace = ""): string | undefined {
    return this.attributes.find((one) => one.local === local && one.namespace === namespace)?.value;
  }

  /** Behind a start tag: moves past the end of its element. */
  skip(): void {
    const inside = this.depth;
    while (this.depth >= inside) this.next();
  }

  /** Behind a start tag: reads the element's text and its end tag. Refuses elements in it. */
  content(): string {
    if (this.isEmpty) {
      this.next();
      return "";
    }
    const text = this.#readText() ? this.text : "";
    if (this.closes()) return text;
    if (this.next() !== "end") misfit(`got an element <${this.local.slice(0, 40)}>, want text`);
    return text;
  }

  /** Between tags: moves past white space and, when exactly the bytes of `tag` follow it, such as "<name>", past that. */
  opens(tag: Uint8Array): boolean {
    const r = this.from, { bytes, end } = r, n = tag.length;
    let at = r.pos;
    if (this.isEmpty) return false;
    while (at < end && isSpace(bytes[at])) at++;
    if (n > end - at) return false;
    for (let i = 1; i < n; i++) if (bytes[at + i] !== tag[i]) return false;
    if (bytes[at] !== LESS) return false;
    this.#enter(at + 1, at + n - 1);
    this.attributes = noAttributes;
    r.pos = at + n;
    return true;
  }

  /** When the end tag of the innermost open element comes next, moves past it. */
  closes(): boolean {
    const r = this.from, { bytes, pos } = r;
    if (this.isEmpty || pos + 1 >= r.end || bytes[pos] !== LESS || bytes[pos + 1] !== SLASH) return false;
    this.#readEnd();
    return true;
  }

  #slice(from: number, to: number): string {
    const { from: r } = this, { pos } = r;
    r.pos = from;
    const text = r.text(to - from);
    r.pos = pos;
    return text;
  }

  #openName(): string {
    return this.#slice(this.#begins[this.depth - 1]!, this.#ends[this.depth - 1]!).slice(0, 40);
  }

  /** Before and behind the root element. */
  #outside(): XmlToken {
    const r = this.from, isBehind = this.#hasBegun;
    if (!isBehind) skipDeclaration(r);
    this.#hasBegun = true;
    do skipSpace(r); while (skipMisc(r, this.#refuseInstructions));
    if (r.pos >= r.end) return isBehind ? "done" : misfit("it ends before an element begins");
    if (isBehind) misfit(`got ${shown(r.bytes[r.pos]!)} behind the root element`);
    if (r.bytes[r.pos] !== LESS) misfit(`got ${shown(r.bytes[r.pos]!)}, want <`);
    this.#readStart();
    return "start";
  }

  /** Reads text up to the next tag into `text`, and tells whether there is any. */
  #readText(): boolean {
    const r = this.from, { bytes, pos, end } = r, at = plainEnd(bytes, pos, end);
    if (at + 1 < end && bytes[at] === LESS && bytes[at + 1] !== BANG && bytes[at + 1] !== QUESTION) {
      if (at === pos) return false;
      this.text = r.text(at - pos);
      return true;
    }
    readText(r, this.#scratch, this.#refuseInstructions);
    if (r.pos >= end) misfit(`it ends inside of <${this.#openName()}>`);
    this.text = this.#scratch.take();
    return this.text !== "";
  }

  #readStart(): void {
    const r = this.from, { bytes } = r, begin = r.pos + 1;
    r.pos = begin;
    skipName(r);
    const hasPrefix = bytes[r.pos] === COLON && r.pos < r.end;
    if (hasPrefix) {
      r.pos++;
      skipName(r);
    }
    this.#enter(begin, r.pos);
    this.attributes = noAttributes;
    if (r.pos < r.end && bytes[r.pos] === GREATER) r.pos++;
    else this.#readRest();
    if (hasPrefix) namespaceOf(this.prefix, this.#scope);
  }

  /** Reads attributes and the end of a start tag. */
  #readRest(): void {
    const r = this.from;
    this.attributes = readAttributes(r, { scope: this.#scope, depth: this.depth, scratch: this.#scratch });
    this.isEmpty = r.bytes[r.pos] === SLASH;
    if (this.isEmpty) r.pos++;
    if (r.pos >= r.end || r.bytes[r.pos] !== GREATER) misfit("got a / that does not end a tag");
    r.pos++;
  }

  #readEnd(): void {
    const r = this.from, { bytes, end } = r, top = this.depth - 1;
    const begin = this.#begins[top]!, n = this.#ends[top]! - begin, start = r.pos + 2;
    let same = start + n < end;
    for (let i = 0; same && i < n; i++) same = bytes[start + i] === bytes[begin + i];
    r.pos = start + n;
    if (same && isSpace(bytes[r.pos])) skipSpace(r);
    if (!same || r.pos >= end || bytes[r.pos] !== GREATER) {
      r.pos = Math.min(start, end);
      misfit(`got another end, want </${this.#openName()}>`);
    }
    r.pos++;
    this.#leave();
  }

  #enter(begin: number, end: number): void {
    if (this.depth >= this.#maxDepth) misfit(`elements are nested deeper than ${this.#maxDepth}`);
    this.#begin = this.#begins[this.depth] = begin;
    this.#end = this.#ends[this.depth] = end;
    this.depth++;
  }

  /** Leaves the innermost open element, whose name is then the last tag's. */
  #leave(): void {
    this.#scope.leave(this.depth);
    const top = --this.depth;
    this.#begin = this.#begins[top]!;
    this.#end = this.#ends[top]!;
  }
}
