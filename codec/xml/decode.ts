/**
 * Reads values by their {@linkcode XmlPlan}, straight from the bytes. Strict in what the schema knows: a misfit for a missing
 * required field, one that stands twice, wrong text, text between elements; elements that it doesn't know are skipped.
 *
 * The functions are called behind a start tag, and read the end tag as well.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { checkOneofs } from "../fit.ts";
import { misfit, within } from "../misfit.ts";
import { OPTIONAL_KIND, type Plan } from "../plan.ts";
import { isSpace } from "./chars.ts";
import { entryTag, itemTag, TIMESTAMP_KIND, type XmlPlan, type XmlRoot } from "./plan.ts";
import type { XmlReader } from "./reader.ts";
import {
  readBigInt,
  readBool,
  readBytes,
  readFloat,
  readInteger,
  readName,
  readString,
  readTextForm,
  readTimestamp,
} from "./scalar_read.ts";
import { isNil } from "./schema_instance.ts";

/** Reads the value of a whole element, which must have the name of `root`. */
export function readRoot(x: XmlReader, { name, plan }: XmlRoot): unknown {
  if (x.local !== name || x.namespace !== plan.namespace) wrongElement(x, name, plan.namespace);
  return readContent(x, plan);
}

function wrongElement({ local, namespace }: XmlReader, name: string, wanted: string): never {
  misfit(`got the element ${inWords(local, namespace)}, want ${inWords(name, wanted)}`);
}

function inWords(local: string, namespace: string): string {
  return `<${local.slice(0, 40)}>${namespace === "" ? "" : ` of ${namespace.slice(0, 60)}`}`;
}

/** Reads what an element contains; the cases are numbered as in {@linkcode XmlPlan.kind}. */
export function readContent(x: XmlReader, plan: XmlPlan): unknown {
  if (x.attributes.length > 0 && isNil(x)) return readNil(x, plan);
  switch (plan.kind) {
    case 0: // bool
      return readBool(x, plan.plan);
    case 1: // int8 int16 int32 uint8 uint16 uint32 int53
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
      return readInteger(x, plan.plan);
    case 8: // int64
      return readBigInt(x, plan.plan, true);
    case 9: // float
      return Math.fround(readFloat(x, plan.plan));
    case 10: // double
      return readFloat(x, plan.plan);
    case 11: // string
      return readString(x);
    case 12: // bytes
      x.from.count(1);
      return readBytes(x);
    case 13: // enumeration
      return readName(x, plan.plan);
    case 14: // list
      return readList(x, plan);
    case 15: // map
      return readMap(x, plan);
    case 16: // struct
      return readStruct(x, plan);
    case 17: // optional
      return readContent(x, plan.value);
    case 18: // uint64
      return readBigInt(x, plan.plan, false);
    case 19: // logical
      return plan.plan.logical!.fromBase(readContent(x, plan.value));
    case TIMESTAMP_KIND:
      return plan.plan.logical!.fromBase(readTimestamp(x));
    default: // a text of its own
      return plan.plan.logical!.fromBase(readTextForm(x, plan.plan));
  }
}

function readNil(x: XmlReader, plan: XmlPlan): undefined {
  if (plan.kind !== OPTIONAL_KIND) misfit(`got nil, want ${plan.plan.label}`);
  wantEmpty(x);
}

function wantEmpty(x: XmlReader): void {
  if (x.content() !== "") misfit("got text in an element that is nil");
}

/** How many fields are looked for, from the expected one on, before the name is looked up. */
const lookAhead = 4;

function readStruct(x: XmlReader, plan: XmlPlan): Record<string, unknown> {
  const { keys, Record, oneofs } = plan.plan, { repeated } = plan;
  const out = new Record(), isPlain = x.namespaceOf("") === plan.namespace;
  let place = -1, expected = 0, behind = 0, there = 0;
  x.from.enter();
  x.from.count(1 + plan.plan.room + plan.lists);
  try {
    while ((place = nextPlace(x, plan, isPlain ? expected : keys.length)) >= 0) {
      const key = keys[place]!, isNew = place >= behind || !Object.hasOwn(out, key);
      if (!isNew && !repeated[place]) misfit("it stands twice");
      if (repeated[place]) {
        readRepeated(x, plan, { place, isPlain, list: isNew ? out[key] = [] : out[key] as unknown[] });
      } else out[key] = readField(x, plan, place);
      if (isNew && out[key] !== undefined) there++;
      expected = place + 1;
      if (behind < expected) behind = expected;
      place = -1;
    }
  } catch (error) {
    throw place < 0 ? error : within("." + keys[place], error);
  }
  if (there < keys.length || plan.logicals.length > 0) complete(x.from, plan, out);
  if (oneofs) checkOneofs(oneofs, out);
  x.from.leave();
  return out;
}

/** Reads up to the start tag of a field and returns its place, which is probably `expected`; -1 behind the end tag. */
function nextPlace(x: XmlReader, { tags, places, namespace }: XmlPlan, expected: number): number {
  const last = Math.min(expected + lookAhead, tags.length);
  for (let place = expected; place < last; place++) if (x.opens(tags[place]!.open)) return place;
  while (nextElement(x)) {
    const place = x.namespace === namespace ? places.get(x.local) : undefined;
    if (place !== undefined) return place;
    x.skip();
  }
  return -1;
}

/** Between elements: reads up to a start tag, or to the end tag around them and returns false. Refuses text. */
export function nextElement(x: XmlReader): boolean {
  if (x.closes()) return false;
  let token = x.next();
  if (token === "text") {
    for (let i = 0; i < x.text.length; i++) if (!isSpace(x.text.charCodeAt(i))) misfit("got text, want elements");
    token = x.next();
  }
  return token === "start";
}

/** Reads a field that is no repeated element; one that may be left out may be nil. */
function readField(x: XmlReader, { plan, fields }: XmlPlan, place: number): unknown {
  if (x.attributes.length > 0 && !plan.required[place] && isNil(x)) return wantEmpty(x);
  return readContent(x, fields[place]!);
}

/** A repeated field being read. */
interface Repetition {
  readonly place: number;
  /** Gets the elements. */
  readonly list: unknown[];
  /** Whether names without a prefix are of the plan's namespace. */
  readonly isPlain: boolean;
}

/** Reads an element of a list, and those that follow at once. */
function readRepeated(x: XmlReader, plan: XmlPlan, { place, list, isPlain }: Repetition): void {
  const element = plan.fields[place]!, { open } = plan.tags[place]!, { from } = x;
  from.enter();
  try {
    do {
      from.count(1);
      list.push(readContent(x, element));
    } while (isPlain && x.opens(open));
  } catch (error) {
    throw within(`[${list.length}]`, error);
  }
  from.leave();
}

/** Puts into `out` what stands for fields that are missing, and makes values of logical types of repeated elements. */
function complete(r: Reader, { plan, repeated, logicals }: XmlPlan, out: Record<string, unknown>): void {
  const { keys, plans, absent, absentParts } = plan;
  let i = 0;
  try {
    for (; i < keys.length; i++) {
      const key = keys[i]!;
      if (!Object.hasOwn(out, key)) {
        if (repeated[i]) out[key] = [];
        else if (absent[i] !== undefined) {
          r.count(absentParts[i]!);
          out[key] = absent[i]!();
        }
      } else if (out[key] === undefined) delete out[key];
    }
    for (i of logicals) out[keys[i]!] = logicalOf(plans[i]!, out[keys[i]!]);
  } catch (error) {
    throw within("." + keys[i], error);
  }
}

/** The value of a logical type whose base is a list. */
function logicalOf(plan: Plan, list: unknown): unknown {
  return plan.logical ? plan.logical.fromBase(logicalOf(plan.value, list)) : list;
}

function readList(x: XmlReader, { value, namespace }: XmlPlan): unknown[] {
  const { from } = x, list: unknown[] = [], isPlain = x.namespaceOf("") === namespace;
  from.enter();
  from.count(1);
  try {
    while (isPlain && x.opens(itemTag.open) || nextNamed(x, namespace, "item")) {
      from.count(1);
      list.push(readContent(x, value));
    }
  } catch (error) {
    throw within(`[${list.length}]`, error);
  }
  from.leave();
  return list;
}

/**
 * Reads up to the start tag of an element `name`, or to the end tag around and returns false. Refuses other elements: they are
 * those of a list that was repeated elements, and would be lost.
 */
function nextNamed(x: XmlReader, namespace: string, name: string): boolean {
  if (!nextElement(x)) return false;
  if (x.local !== name || x.namespace !== namespace) wrongElement(x, name, namespace);
  return true;
}

function readMap(x: XmlReader, { entry, namespace }: XmlPlan): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>(), isPlain = x.namespaceOf("") === namespace;
  let i = 0;
  x.from.count(1);
  try {
    for (; isPlain && x.opens(entryTag.open) || nextNamed(x, namespace, "entry"); i++) {
      const { key, value } = readStruct(x, entry);
      map.set(key, value);
    }
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  return map;
}
