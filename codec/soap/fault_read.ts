/**
 * Faults read from XML: SOAP 1.1 section 4.4, SOAP 1.2 part 1 section 5.4.
 *
 * @module
 */
import { misfit } from "../misfit.ts";
import { nextElement, readRoot } from "../xml/decode.ts";
import { XML_NAMESPACE } from "../xml/namespaces.ts";
import type { XmlReader } from "../xml/reader.ts";
import type { ErrorDetail, Fault } from "./fault.ts";
import { errorRoot } from "./fault_write.ts";
import { envelopeNamespaces, type SoapVersion } from "./version.ts";

/** Codes of SOAP 1.2 that have other names in 1.1. */
const older: Readonly<Record<string, string>> = { Sender: "Client", Receiver: "Server" };

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

/** Reads a code of SOAP 1.2 and its subcodes, of each level the first. */
function readCodes(x: XmlReader): string[] {
  let code: string | undefined, subcodes: string[] | undefined;
  while (nextElement(x)) {
    if (x.local === "Value" && code === undefined) code = readCode(x);
    else if (x.local === "Subcode" && subcodes === undefined) subcodes = readCodes(x);
    else x.skip();
  }
  return [code ?? "", ...subcodes ?? []];
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
    if (token === "start" && x.depth === depth + 1 && isError(x)) parts.error = readRoot(x, errorRoot) as ErrorDetail;
  }
  if (!parts.error && end - start <= maxDetail) parts.detail = textBetween(x, start, end);
}

function isError(x: XmlReader): boolean {
  return x.local === errorRoot.name && x.namespace === errorRoot.plan.namespace;
}

function textBetween({ from }: XmlReader, start: number, end: number): string | undefined {
  const { pos } = from;
  from.pos = start;
  const text = from.text(end - start).trim();
  from.pos = pos;
  return text === "" ? undefined : text;
}
