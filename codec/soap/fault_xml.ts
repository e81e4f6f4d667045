/**
 * Faults as XML: SOAP 1.1 section 4.4, SOAP 1.2 part 1 section 5.4.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";
import { noChar } from "../xml/chars.ts";
import { nextElement, readRoot } from "../xml/decode.ts";
import { writeRoot } from "../xml/encode.ts";
import { nameOf } from "../xml/name.ts";
import { type XmlRoot, xmlRootOf } from "../xml/plan.ts";
import { XML_NAMESPACE } from "../xml/namespaces.ts";
import type { XmlReader } from "../xml/reader.ts";
import { writeEnd, writeStart, writeText } from "../xml/writer.ts";
import { prefix } from "./envelope.ts";
import { ErrorDetail, type Fault } from "./fault.ts";
import { erpcNamespace } from "./namespace.ts";
import { envelopeNamespaces, type SoapVersion } from "./version.ts";

const errorRoot: XmlRoot = xmlRootOf(ErrorDetail, { namespace: erpcNamespace });

/** Codes of SOAP 1.2 that have other names in 1.1. */
const newer: Readonly<Record<string, string>> = { Client: "Sender", Server: "Receiver" };
const older: Readonly<Record<string, string>> = { Sender: "Client", Receiver: "Server" };

/** Appends `fault` as an element of an envelope of `version`. */
export function writeFault(w: Writer, fault: Fault, version: SoapVersion): void {
  const tag = (name: string, write: () => void, attributes = {}) => {
    writeStart(w, name, attributes);
    write();
    writeEnd(w, name);
  };
  const qualified = (name: string) => `${prefix}:${name}`;
  const text = (text: string) => () => writeText(w, carried(text));
  const detail = () => fault.error && writeRoot(w, errorRoot, fault.error);
  tag(qualified("Fault"), () => {
    if (version === "1.1") {
      tag("faultcode", text(qualified(fault.code.split(".").map(nameOf).join("."))));
      tag("faultstring", text(fault.reason));
      if (fault.actor !== undefined) tag("faultactor", text(fault.actor));
      return tag("detail", detail);
    }
    const [kind = "", ...subcodes] = fault.code.split(".");
    const codes = [qualified(newer[kind] ?? kind), ...subcodes.map(nameOf)];
    tag(qualified("Code"), () => writeCodes(codes));
    tag(qualified("Reason"), () => tag(qualified("Text"), text(fault.reason), { "xml:lang": "en" }));
    if (fault.actor !== undefined) tag(qualified("Role"), text(fault.actor));
    tag(qualified("Detail"), detail);
  });
  function writeCodes([code = "", ...rest]: readonly string[]): void {
    tag(qualified("Value"), text(code));
    if (rest.length > 0) tag(qualified("Subcode"), () => writeCodes(rest));
  }
}

/** `text` without characters that XML does not have: an error must get through. */
function carried(text: string): string {
  return noChar.test(text) ? text.replaceAll(new RegExp(noChar, "g"), "\ufffd") : text;
}

/** What has been read of a Fault. */
type Parts = { -readonly [P in keyof Fault]?: Fault[P] };

/** Reads a Fault, behind its start tag. */
export function readFault(x: XmlReader, version: SoapVersion): Fault {
  const parts: Parts = {};
  while (nextElement(x)) readPart(x, version, parts);
  const { code, reason = "" } = parts;
  if (code === undefined || code === "") misfit(`the Fault has no ${version === "1.1" ? "faultcode" : "Code"}`);
  return { ...parts, code, reason };
}

function readPart(x: XmlReader, version: SoapVersion, parts: Parts): void {
  if (x.namespace !== "" && x.namespace !== envelopeNamespaces[version]) return x.skip();
  switch (x.local) {
    case "faultcode":
      parts.code = readCode(x);
      return;
    case "Code":
      parts.code = readCodes(x).join(".");
      return;
    case "faultstring":
      parts.reason = x.content();
      return;
    case "Reason":
      parts.reason = readReason(x);
      return;
    case "faultactor":
    case "Role":
      parts.actor = x.content();
      return;
    case "detail":
    case "Detail":
      return readDetail(x, parts);
    default:
      return x.skip();
  }
}

/** Reads a code as SOAP 1.1 calls it, behind the start tag of its element; which namespace it is of makes no difference. */
function readCode(x: XmlReader): string {
  const local = x.content().trim().replace(/^.*:/s, "");
  return Object.hasOwn(older, local) ? older[local]! : local;
}

/** Reads a code of SOAP 1.2 and its subcodes. */
function readCodes(x: XmlReader): string[] {
  const codes: string[] = [];
  while (nextElement(x)) {
    if (x.local === "Value") codes.unshift(readCode(x));
    else if (x.local === "Subcode") codes.push(...readCodes(x));
    else x.skip();
  }
  return codes;
}

/** Reads the reason in English, or else the first. */
function readReason(x: XmlReader): string {
  let reason: string | undefined, isEnglish = false;
  while (nextElement(x)) {
    const lang = x.attribute("lang", XML_NAMESPACE) ?? "";
    if (x.local !== "Text" || reason !== undefined && (isEnglish || !/^en\b/i.test(lang))) x.skip();
    else {
      isEnglish = /^en\b/i.test(lang);
      reason = x.content();
    }
  }
  return reason ?? "";
}

/** Longest detail of another implementation that is kept, in bytes. */
const maxDetail = 4096;

/** Reads a detail: erpc's own element, or else the XML in it. */
function readDetail(x: XmlReader, parts: Parts): void {
  const { from, depth } = x, start = from.pos;
  let end = start;
  for (let token = x.next(); x.depth >= depth; end = from.pos, token = x.next()) {
    if (token !== "start" || x.local !== errorRoot.name || x.namespace !== erpcNamespace || x.depth !== depth + 1) {
      continue;
    }
    parts.error = readRoot(x, errorRoot) as ErrorDetail;
  }
  if (!parts.error && end - start <= maxDetail) parts.detail = textBetween(x, start, end);
}

function textBetween({ from }: XmlReader, start: number, end: number): string | undefined {
  const { pos } = from;
  from.pos = start;
  const text = from.text(end - start).trim();
  from.pos = pos;
  return text === "" ? undefined : text;
}
