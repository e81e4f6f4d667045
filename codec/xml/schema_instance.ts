/**
 * The two attributes of XML Schema's instance namespace that are used (XML Schema 1.0, part 1, section 2.6).
 *
 * `xsi:nil="true"` marks an element that stands for undefined. `xsi:type="xsd:base64Binary"` marks the text of a string that
 * has characters which XML does not have, U+0000 say, as the base64 of its UTF-8: whoever knows XML Schema sees that
 * it isn't the string itself, and a string without such characters never changes its form, as it would with an escape.
 *
 * @module
 */
import { Reader, type Writer } from "../../protocol/mod.ts";
import { bytesOf } from "./base64.ts";
import type { XmlReader } from "./reader.ts";

/** Namespace of `xsi:nil` and `xsi:type`. */
export const XSI_NAMESPACE = "http://www.w3.org/2001/XMLSchema-instance";
/** Namespace of the types of XML Schema. */
export const XSD_NAMESPACE = "http://www.w3.org/2001/XMLSchema";

const nil = ` xmlns:xsi="${XSI_NAMESPACE}" xsi:nil="true">`;
const encoded = ` xmlns:xsi="${XSI_NAMESPACE}" xmlns:xsd="${XSD_NAMESPACE}" xsi:type="xsd:base64Binary">`;

/** Makes the start tag that was just written, and ends in ">", that of an element without a value. */
export function writeNil(w: Writer): void {
  w.pos--;
  w.text(nil);
}

/** Whether the start tag that was read is that of an element without a value. */
export function isNil(x: XmlReader): boolean {
  const value = x.attribute("nil", XSI_NAMESPACE)?.trim();
  return value === "true" || value === "1";
}

/** Appends `text` as base64 behind the start tag that was just written. */
export function writeEncoded(w: Writer, text: string): void {
  w.pos--;
  w.text(encoded);
  w.text(new TextEncoder().encode(text).toBase64());
}

/** Whether the start tag that was read is that of text in base64. */
export function isEncoded(x: XmlReader): boolean {
  const type = x.attribute("type", XSI_NAMESPACE)?.trim();
  if (!type?.endsWith("base64Binary")) return false;
  const colon = type.indexOf(":");
  return type.slice(colon + 1) === "base64Binary" && x.namespaceOf(type.slice(0, Math.max(0, colon))) === XSD_NAMESPACE;
}

/** The text that `base64` stands for. */
export function textOfEncoded(base64: string): string {
  return new Reader(bytesOf(base64)).text();
}
