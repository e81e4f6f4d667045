/**
 * Reads the simple types of XML Schema (XML Schema 1.0, part 2) from the text of elements.
 *
 * @module
 */
import { parseTimestamp } from "../forms.ts";
import { misfit } from "../misfit.ts";
import type { Plan } from "../plan.ts";
import { bytesOf } from "./base64.ts";
import { isSpace, LESS, MINUS, ZERO } from "./chars.ts";
import type { XmlReader } from "./reader.ts";
import { isEncoded, textOfEncoded } from "./schema_instance.ts";

/** Text of the element that was opened, without white space around it, as all but strings are written. */
export function readToken(x: XmlReader): string {
  return trimmed(x.content());
}

/** Without a regular expression, which would look at every space again from every other one. */
function trimmed(text: string): string {
  let from = 0, to = text.length;
  while (from < to && isSpace(text.charCodeAt(from))) from++;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

/** Throws the Misfit for `text`, which is no value of the plan. */
export function wrongText(text: string, { label }: Plan): never {
  misfit(`got ${JSON.stringify(text.slice(0, 24))}, want ${label}`);
}

/** Reads xsd:boolean. */
export function readBool(x: XmlReader, plan: Plan): boolean {
  const text = readToken(x);
  if (text === "true" || text === "1") return true;
  return text === "false" || text === "0" ? false : wrongText(text, plan);
}

/** Most digits that a number is sure to hold. */
const maxDigits = 15;

/** Reads a short integer with its element's end tag; when something else comes, returns undefined and stays where it is. */
function readShortInteger(x: XmlReader): number | undefined {
  const r = x.from, { bytes, pos } = r, isNegative = bytes[pos] === MINUS, start = isNegative ? pos + 1 : pos;
  const last = Math.min(r.end, start + maxDigits);
  let at = start, n = 0, digit = 0;
  for (; at < last && (digit = bytes[at]! - ZERO) >= 0 && digit <= 9; at++) n = n * 10 + digit;
  if (x.isEmpty || at === start || bytes[at] !== LESS) return undefined;
  r.pos = at;
  if (x.closes()) return isNegative ? 0 - n : n;
  r.pos = pos;
  return undefined;
}

const integer = /^[+-]?\d+$/;

/** Reads an xsd:integer of any length within the bounds of the plan's kind. */
export function readInteger(x: XmlReader, plan: Plan): number {
  const short = readShortInteger(x);
  if (short !== undefined) {
    return short >= plan.min && short <= plan.max ? short : misfit(`got ${short}, want ${plan.label}`);
  }
  const text = readToken(x), n = integer.test(text) ? Number(text) + 0 : NaN;
  return n >= plan.min && n <= plan.max ? n : wrongText(text, plan);
}

/** Reads an integer of 64 bits. */
export function readBigInt(x: XmlReader, plan: Plan, isSigned: boolean): bigint {
  const short = readShortInteger(x);
  if (short !== undefined) return isSigned || short >= 0 ? BigInt(short) : misfit(`got ${short}, want ${plan.label}`);
  const text = readToken(x);
  if (!integer.test(text)) wrongText(text, plan);
  const digits = text.replace(/^[+-]?0*/, "");
  const n = digits.length > 20 ? wrongText(text, plan) : BigInt((text.startsWith("-") ? "-" : "") + (digits || "0"));
  const bits = isSigned ? BigInt.asIntN(64, n) : BigInt.asUintN(64, n);
  return n === bits ? n : wrongText(text, plan);
}

const decimalNumber = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Reads xsd:double, or xsd:float in more digits than it has. */
export function readFloat(x: XmlReader, plan: Plan): number {
  const text = readToken(x);
  if (decimalNumber.test(text)) return Number(text);
  if (text === "NaN") return NaN;
  if (text === "INF" || text === "+INF") return Infinity;
  return text === "-INF" ? -Infinity : wrongText(text, plan);
}

/** Reads xsd:string, or text that XML has no characters for. */
export function readString(x: XmlReader): string {
  return x.attributes.length > 0 && isEncoded(x) ? textOfEncoded(x.content()) : x.content();
}

/** Reads xsd:base64Binary. */
export function readBytes(x: XmlReader): Uint8Array<ArrayBuffer> {
  return bytesOf(x.content());
}

/** Reads the name of an enumeration. */
export function readName(x: XmlReader, plan: Plan): string {
  const text = readString(x);
  if (plan.numbers.has(text)) return text;
  const token = trimmed(text);
  return plan.numbers.has(token) ? token : wrongText(token, plan);
}

/** Reads xsd:dateTime; one without a time zone is in UTC. */
export function readTimestamp(x: XmlReader): number {
  const text = readToken(x);
  return parseTimestamp(/T[\d:.]+$/.test(text) ? text + "Z" : text);
}

/** Reads the text of a date, a decimal or a UUID, in the one form that the schema's word for it has. */
export function readTextForm(x: XmlReader, { logical }: Plan): string {
  const text = readToken(x);
  if (logical!.name === "uuid") return text.toLowerCase();
  return logical!.name === "decimal" ? canonicalDecimal(text, logical!.parameters?.scale ?? 0) : text;
}

/** `text` as the word `decimal` has it, if it is an xsd:decimal that fits into `scale`; else `text` itself. */
function canonicalDecimal(text: string, scale: number): string {
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text)) return text;
  const [whole = "", rest = ""] = text.replace(/^[+-]/, "").split(".");
  const places = rest.length > scale && /[^0]/.test(rest.slice(scale)) ? rest : rest.slice(0, scale).padEnd(scale, "0");
  const digits = (whole.replace(/^0+/, "") || "0") + (places === "" ? "" : `.${places}`);
  return text.startsWith("-") && /[1-9]/.test(digits) ? "-" + digits : digits;
}
