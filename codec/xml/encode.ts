/**
 * Writes values by their {@linkcode XmlPlan}, straight into the writer's bytes. Checks every value on the way: one that does
 * not fit is a misfit.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { checkOneofs, isRecord, unfit } from "../fit.ts";
import { putAscii, putInteger } from "../json/put.ts";
import { misfit, within } from "../misfit.ts";
import { type Plan, unshadowed } from "../plan.ts";
import { keyPath } from "../walk.ts";
import { noChar } from "./chars.ts";
import { entryTag, itemTag, type Tag, TIMESTAMP_KIND, type XmlPlan, type XmlRoot } from "./plan.ts";
import { writeEncoded, writeNil } from "./schema_instance.ts";
import { putPlain, writeText } from "./writer.ts";

/** Writes a whole element. */
export function writeRoot(w: Writer, { open, close, plan }: XmlRoot, value: unknown): void {
  put(w, open);
  writeContent(w, plan, value);
  put(w, close);
}

/** Room for any scalar but text and bytes, which make their own. */
const room = 32;

/** Copies `bytes`, which are few. */
function put(w: Writer, bytes: Uint8Array): void {
  const n = bytes.length;
  w.reserve(n + room);
  const { bytes: into, pos } = w;
  for (let i = 0; i < n; i++) into[pos + i] = bytes[i]!;
  w.pos = pos + n;
}

/** Writes what an element contains, behind its start tag; the cases are numbered as in {@linkcode XmlPlan.kind}. */
function writeContent(w: Writer, xml: XmlPlan, value: unknown): void {
  const { plan } = xml;
  switch (xml.kind) {
    case 0: // bool
      return putAscii(w, value === true ? "true" : value === false ? "false" : unfit(value, plan.type));
    case 1: // int8 int16 int32 uint8 uint16 uint32 int53
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
      return putInteger(w, inRange(plan, value));
    case 8: // int64
      if (typeof value !== "bigint" || value !== BigInt.asIntN(64, value)) unfit(value, plan.type);
      return putAscii(w, String(value));
    case 9: // float
      return putFloat(w, typeof value === "number" ? Math.fround(value) : unfit(value, plan.type));
    case 10: // double
      return putFloat(w, typeof value === "number" ? value : unfit(value, plan.type));
    case 11: // string
      return writeString(w, typeof value === "string" ? value : unfit(value, plan.type));
    case 12: // bytes
      return void w.text(value instanceof Uint8Array ? value.toBase64() : unfit(value, plan.type));
    case 13: // enumeration
      return writeString(w, plan.numbers.has(value as string) ? value as string : unfit(value, plan.type));
    case 14: // list
      return writeList(w, { tag: itemTag, element: xml.value, list: listOf(plan, value) });
    case 15: // map
      return writeMap(w, xml.entry, value instanceof Map ? value : unfit(value, plan.type));
    case 16: // struct
      return writeStruct(w, xml, value);
    case 17: // optional
      return value === undefined ? writeNil(w) : writeContent(w, xml.value, value);
    case 18: // uint64
      if (typeof value !== "bigint" || value !== BigInt.asUintN(64, value)) unfit(value, plan.type);
      return putAscii(w, String(value));
    case TIMESTAMP_KIND:
      return putAscii(w, new Date(plan.logical!.toBase(value) as number).toISOString());
    default: // logical
      return writeContent(w, xml.value, plan.logical!.toBase(value));
  }
}

function inRange({ min, max, type }: Plan, value: unknown): number {
  const n = value as number;
  return Number.isInteger(value) && n >= min && n <= max ? n : unfit(value, type);
}

function putFloat(w: Writer, n: number): void {
  if (Number.isSafeInteger(n) && !Object.is(n, -0)) putInteger(w, n);
  else if (Number.isFinite(n)) putAscii(w, n === 0 ? "-0" : String(n));
  else putAscii(w, n > 0 ? "INF" : n < 0 ? "-INF" : "NaN");
}

function writeString(w: Writer, text: string): void {
  if (putPlain(w, text)) return;
  if (noChar.test(text)) writeEncoded(w, text);
  else writeText(w, text);
}

function listOf(plan: Plan, value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : unfit(value, plan.type);
}

function writeStruct(w: Writer, xml: XmlPlan, value: unknown): void {
  const { keys, type, shadows, oneofs } = xml.plan;
  if (!isRecord(value)) unfit(value, type);
  const fields = shadows ? unshadowed(value, keys) : value;
  let i = 0;
  w.enter();
  try {
    // Keys that come in tag order are read through the engine's enumeration cache, in half the time of a keyed read.
    for (const key in fields) {
      if (key !== keys[i]) break;
      writeField(w, xml, i, fields[key]);
      i++;
    }
    for (; i < keys.length; i++) writeField(w, xml, i, fields[keys[i]!]);
  } catch (error) {
    throw within("." + keys[i], error);
  }
  if (oneofs) checkOneofs(oneofs, fields);
  w.leave();
}

/** Writes the elements of a struct's field. */
function writeField(w: Writer, xml: XmlPlan, place: number, value: unknown): void {
  const tag = xml.tags[place]!, field = xml.fields[place]!, { plan } = xml;
  if (value === undefined) return plan.required[place] ? misfit("it is missing") : undefined;
  if (xml.repeated[place]) return writeList(w, { tag, element: field, list: listIn(plan.plans[place]!, value) });
  put(w, tag.open);
  writeContent(w, field, value);
  put(w, tag.close);
}

/** The list that `value`, of a list's plan or of a logical type's with such a base, travels as. */
function listIn(plan: Plan, value: unknown): readonly unknown[] {
  return plan.logical ? listIn(plan.value, plan.logical.toBase(value)) : listOf(plan, value);
}

/** Elements of one name. */
interface Elements {
  readonly tag: Tag;
  readonly element: XmlPlan;
  readonly list: readonly unknown[];
}

function writeList(w: Writer, { tag, element, list }: Elements): void {
  let i = 0;
  w.enter();
  try {
    for (; i < list.length; i++) {
      put(w, tag.open);
      writeContent(w, element, list[i]);
      put(w, tag.close);
    }
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  w.leave();
}

function writeMap(w: Writer, entry: XmlPlan, map: ReadonlyMap<unknown, unknown>): void {
  let at: unknown;
  w.enter();
  try {
    for (const [key, value] of map) {
      at = key;
      put(w, entryTag.open);
      writeField(w, entry, 0, key);
      writeField(w, entry, 1, value);
      put(w, entryTag.close);
    }
  } catch (error) {
    throw within(keyPath(at), error);
  }
  w.leave();
}
