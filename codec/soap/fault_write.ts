/**
 * Faults written as XML: SOAP 1.1 section 4.4, SOAP 1.2 part 1 section 5.4.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { noChar } from "../xml/chars.ts";
import { writeRoot } from "../xml/encode.ts";
import { nameOf } from "../xml/name.ts";
import { type XmlRoot, xmlRootOf } from "../xml/plan.ts";
import { writeEnd, writeStart, writeText } from "../xml/writer.ts";
import { prefix } from "./envelope.ts";
import { ErrorDetail, type Fault } from "./fault.ts";
import { erpcNamespace } from "./namespace.ts";
import type { SoapVersion } from "./version.ts";

/** The element of erpc in a Fault's detail. */
export const errorRoot: XmlRoot = xmlRootOf(ErrorDetail, { namespace: erpcNamespace });

/** Appends `fault` as an element of an envelope of `version`. */
export function writeFault(w: Writer, fault: Fault, version: SoapVersion): void {
  writeElement(w, qualified("Fault"), () => version === "1.1" ? writeParts(w, fault) : writeNewParts(w, fault));
}

function writeParts(w: Writer, { code, reason, error }: Fault): void {
  writeElement(w, "faultcode", qualified(code.split(".").map(nameOf).join(".")));
  writeElement(w, "faultstring", reason);
  writeElement(w, "detail", () => error && writeRoot(w, errorRoot, error));
}

/** Codes of SOAP 1.1 that have other names in 1.2. */
const newer: Readonly<Record<string, string>> = { Client: "Sender", Server: "Receiver" };

function writeNewParts(w: Writer, { code, reason, error }: Fault): void {
  const [kind = "", ...subcodes] = code.split(".");
  writeElement(w, qualified("Code"), () => writeCodes(w, [qualified(newer[kind] ?? kind), ...subcodes.map(nameOf)]));
  writeElement(w, qualified("Reason"), () => {
    writeStart(w, qualified("Text"), { "xml:lang": "en" });
    writeText(w, carried(reason));
    writeEnd(w, qualified("Text"));
  });
  writeElement(w, qualified("Detail"), () => error && writeRoot(w, errorRoot, error));
}

function writeCodes(w: Writer, [code = "", ...rest]: readonly string[]): void {
  writeElement(w, qualified("Value"), code);
  if (rest.length > 0) writeElement(w, qualified("Subcode"), () => writeCodes(w, rest));
}

function qualified(name: string): string {
  return `${prefix}:${name}`;
}

function writeElement(w: Writer, name: string, content: string | (() => void)): void {
  writeStart(w, name);
  if (typeof content === "string") writeText(w, carried(content));
  else content();
  writeEnd(w, name);
}

/** `text` without characters that XML does not have: an error must get through. */
function carried(text: string): string {
  return noChar.test(text) ? text.replaceAll(new RegExp(noChar, "g"), "\ufffd") : text;
}
