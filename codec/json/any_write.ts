/**
 * Writes any JavaScript data as JSON that says what each value is; the format is in `../json_any.ts`.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { got, isRecord } from "../fit.ts";
import { misfit, within } from "../misfit.ts";
import { stepOf } from "../walk.ts";
import { BIGINT, bigintText, BYTES, DATE, dateText, MAP, MARK, NUMBER, SET, UNDEFINED } from "./any_tags.ts";
import { floatForm } from "./dialect.ts";
import { putAscii, putInteger, putText } from "./put.ts";
import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET } from "./text.ts";

const DOLLAR = MARK.charCodeAt(0);

/** Bytes of the longest safe integer. */
const integerRoom = 17;

/** Appends `value`; throws a Misfit with the path for what is no data. */
export function writeAny(w: Writer, value: unknown): void {
  switch (typeof value) {
    case "string":
      return putText(w, value);
    case "number":
      return writeNumber(w, value);
    case "boolean":
      return putAscii(w, value ? "true" : "false");
    case "undefined":
      return putAscii(w, `{"${UNDEFINED}":true}`);
    case "bigint":
      return writeTagged(w, BIGINT, bigintText(value));
    case "object":
      return value === null ? putAscii(w, "null") : writeObject(w, value);
    default:
      misfit(`got ${got(value)}, want data`);
  }
}

function writeNumber(w: Writer, n: number): void {
  const form = floatForm(n);
  if (typeof form === "string") return writeTagged(w, NUMBER, form);
  if (!Number.isSafeInteger(n)) return putAscii(w, String(n));
  w.reserve(integerRoom);
  putInteger(w, n);
}

function writeObject(w: Writer, value: object): void {
  if (value instanceof Uint8Array) return writeTagged(w, BYTES, value.toBase64());
  if (value instanceof Date) return writeTagged(w, DATE, dateText(value));
  w.enter();
  if (Array.isArray(value)) writeList(w, value);
  else if (isRecord(value)) writeRecord(w, value);
  else if (value instanceof Map) writeHolder(w, MAP, value, writePair);
  else if (value instanceof Set) writeHolder(w, SET, value, writeAny);
  else misfit(`got ${got(value)}, want data`);
  w.leave();
}

function writeTagged(w: Writer, tag: string, content: string | null): void {
  putAscii(w, `{"${tag}":`);
  if (content === null) putAscii(w, "null");
  else putText(w, content);
  w.u8(CLOSE_BRACE);
}

function writeHolder<T>(w: Writer, tag: string, parts: Iterable<T>, write: (w: Writer, part: T) => void): void {
  putAscii(w, `{"${tag}":`);
  writeList(w, parts, write);
  w.u8(CLOSE_BRACE);
}

function writeList<T>(w: Writer, parts: Iterable<T>, write: (w: Writer, part: T) => void = writeAny): void {
  let i = 0;
  w.u8(OPEN_BRACKET);
  try {
    for (const part of parts) {
      if (i > 0) w.u8(COMMA);
      write(w, part);
      i++;
    }
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  w.u8(CLOSE_BRACKET);
}

function writePair(w: Writer, [key, value]: readonly [unknown, unknown]): void {
  w.u8(OPEN_BRACKET);
  writeAny(w, key);
  w.u8(COMMA);
  writeAny(w, value);
  w.u8(CLOSE_BRACKET);
}

function writeRecord(w: Writer, record: Readonly<Record<string, unknown>>): void {
  const own = Object.keys(record).length;
  let separator = OPEN_BRACE, at = "", seen = 0;
  try {
    // Own keys come first, and are read through the engine's enumeration cache, in half the time of a keyed read.
    for (const key in record) {
      if (++seen > own) break;
      const value = record[at = key];
      if (value === undefined) continue;
      if (key === "__proto__") misfit("a key may not be __proto__");
      w.u8(separator);
      putText(w, key.charCodeAt(0) === DOLLAR ? MARK + key : key);
      w.u8(COLON);
      if (typeof value === "string") putText(w, value); // the commonest
      else writeAny(w, value);
      separator = COMMA;
    }
  } catch (error) {
    throw within(stepOf(at), error);
  }
  if (separator === OPEN_BRACE) w.u8(OPEN_BRACE);
  w.u8(CLOSE_BRACE);
}
