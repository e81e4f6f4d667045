/**
 * The envelope around a message: SOAP 1.1 section 4, SOAP 1.2 part 1 section 5.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";
import { nextElement } from "../xml/decode.ts";
import type { XmlReader } from "../xml/reader.ts";
import type { FaultDetails } from "./fault.ts";
import { envelopeNamespaces, type SoapVersion, versionOf } from "./version.ts";

/** Prefix of the envelope's elements, where this library writes them. */
export const prefix = "soap";

/** The bytes around what a message says, in one version. */
export interface EnvelopeTags {
  /** Up to where headers begin. */
  readonly open: Uint8Array;
  /** Around the headers, when there are some. */
  readonly header: readonly [open: Uint8Array, close: Uint8Array];
  /** Around what the body says. */
  readonly body: readonly [open: Uint8Array, close: Uint8Array];
  /** Behind the body. */
  readonly close: Uint8Array;
}

const utf8 = new TextEncoder();

/** The bytes of an envelope of `version`. */
export function envelopeTags(version: SoapVersion): EnvelopeTags {
  const around = (name: string) => [utf8.encode(`<${prefix}:${name}>`), utf8.encode(`</${prefix}:${name}>`)] as const;
  return {
    open: utf8.encode(`<${prefix}:Envelope xmlns:${prefix}="${envelopeNamespaces[version]}">`),
    header: around("Header"),
    body: around("Body"),
    close: utf8.encode(`</${prefix}:Envelope>`),
  };
}

/** What writes the parts of an envelope. */
export interface EnvelopeWriters {
  /** Writes the headers; undefined when there are none. */
  readonly headers?: (() => void) | undefined;
  /** Writes the element in the body. */
  readonly body: () => void;
}

/** Appends an envelope of `tags` with what `parts` write. */
export function writeEnvelope(w: Writer, tags: EnvelopeTags, parts: EnvelopeWriters): void {
  w.raw(tags.open);
  if (parts.headers) writeAround(w, tags.header, parts.headers);
  writeAround(w, tags.body, parts.body);
  w.raw(tags.close);
}

function writeAround(w: Writer, [open, close]: EnvelopeTags["body"], write: () => void): void {
  w.raw(open);
  write();
  w.raw(close);
}

/** Why an envelope can't be followed although it is well-formed; becomes an RpcError that says so to the sender. */
export class NotFollowed extends Error {
  /** What the error's details are. */
  readonly details: FaultDetails;

  /** Makes one for `reason`. */
  constructor(reason: string, details: FaultDetails) {
    super(reason);
    this.details = details;
  }
}

/** What is done with the parts of an envelope, each behind its start tag, up to and with its end tag. */
export interface EnvelopeParts<T> {
  /** Reads one header. */
  header(x: XmlReader, version: SoapVersion): void;
  /** Reads the one element in the body. */
  body(x: XmlReader, version: SoapVersion): T;
}

/**
 * Reads a whole envelope of either version, and returns what `parts.body` returned. Throws {@linkcode NotFollowed} for one of
 * another version, misfits for what is no envelope with one element in its body.
 */
export function readEnvelope<T>(x: XmlReader, parts: EnvelopeParts<T>): T {
  x.next();
  const version = versionOf(x.namespace);
  if (x.local !== "Envelope") misfit(`got the element ${shown(x)}, want an Envelope`);
  if (version === undefined) {
    const reason = `got an Envelope of ${x.namespace.slice(0, 60) || "no namespace"}, want SOAP 1.1 or 1.2`;
    throw new NotFollowed(reason, { faultcode: "VersionMismatch" });
  }
  const isNext = (name: string) => x.local === name && versionOf(x.namespace) === version;
  if (!nextElement(x)) misfit("the Envelope is empty");
  if (isNext("Header")) {
    while (nextElement(x)) parts.header(x, version);
    if (!nextElement(x)) misfit("the Envelope has no Body");
  }
  if (!isNext("Body")) misfit(`got the element ${shown(x)}, want a Body`);
  if (!nextElement(x)) misfit("the Body is empty");
  const found = parts.body(x, version);
  if (nextElement(x)) misfit(`got a second element in the Body, ${shown(x)}`);
  if (nextElement(x)) misfit(`got the element ${shown(x)} behind the Body`);
  x.next();
  return found;
}

function shown(x: XmlReader): string {
  return `<${x.local.slice(0, 40)}>`;
}
