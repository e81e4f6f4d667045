/**
 * Reads messages of Protocol Buffers. Strict: a misfit for another wire type than a known field has, a number out of range,
 * an unknown number of an enumeration, and a struct that is missing.
 *
 * A message may come in pieces (its field stands more than once), which are put together. So what depends on all of it,
 * such as whether a struct in it is missing, waits until the message around it has been read: see {@linkcode finish}.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { checkOneofs } from "../fit.ts";
import { misfit, within } from "../misfit.ts";
import { keyPath } from "../walk.ts";
import { type Field, LIST_FORM, LOGICAL_FORM, MAP_FORM, type Message, MESSAGE_FORM, type Values } from "./plan.ts";
import { readScalar, zeroOf } from "./scalar.ts";
import { keepField, keepNumber } from "./unknown.ts";
import { takeVarint32 } from "./varint.ts";
import { enterBody, LENGTH, skipBody, takeKey, takeLength, wantWire } from "./wire.ts";

/** Reads a message up to the reader's end; throws a Misfit with the path. */
export function readRoot(r: Reader, message: Message): Values {
  return finish(message, readMessage(r, message, undefined));
}

/** How many fields are looked for behind the expected one, before the number is looked up. */
const lookAhead = 4;

/** Reads fields up to the reader's end, into `old` when the message comes in pieces. */
function readMessage(r: Reader, message: Message, old: Values | undefined): Values {
  r.enter();
  if (old === undefined) r.count(message.parts);
  const { fields, heads } = message, count = heads.length, values = old ?? new message.Record();
  let next = old === undefined ? 0 : count, at = -1;
  try {
    while (r.pos < r.end) {
      const start = r.pos;
      at = -1;
      const head = takeKey(r);
      at = next < count && heads[next] === head ? next : placeOf(message, head, next);
      if (at < 0) skipUnknown(r, head, start, message.keepUnknown ? values : undefined);
      else {
        // What is left out is added in its place, so that all values of a struct have one hidden class.
        if (at > next) addZeros(fields, values, next, at);
        if (fields[at]!.open) readOpen(r, fields[at]!, head, { start, values });
        else readField(r, fields[at]!, head & 7, values, at < next);
        if (at >= next) next = at + 1;
      }
    }
  } catch (error) {
    throw at < 0 ? error : within("." + fields[at]!.key, error);
  }
  if (next < count) addZeros(fields, values, next, count);
  r.leave();
  return values;
}

function placeOf({ heads, places }: Message, head: number, next: number): number {
  const last = Math.min(next + lookAhead, heads.length);
  for (let at = next + 1; at < last; at++) if (heads[at] === head) return at;
  return places.get(head >>> 3) ?? -1;
}

function skipUnknown(r: Reader, head: number, start: number, values: Values | undefined): void {
  skipBody(r, head);
  if (values !== undefined) keepField(r, start, values);
}

function addZeros(fields: readonly Field[], values: Values, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    const field = fields[at]!, zero = field.optional ? undefined : zeroOf(field);
    if (zero !== undefined) values[field.key] = zero;
  }
}

/** Reads the body of a field; `again` when there may be a value of it already. */
function readField(r: Reader, field: Field, wire: number, values: Values, again: boolean): void {
  let carrier = field;
  while (carrier.form === LOGICAL_FORM) carrier = carrier.item;
  values[field.key] = readValue(r, carrier, wire, again ? ownOf(values, field) : undefined);
  if (field.rivals !== null) removeRivals(r, values, field.rivals);
}

function ownOf(values: Values, { key, inherited }: Field): unknown {
  return inherited && !Object.hasOwn(values, key) ? undefined : values[key];
}

/** Counts the looking too: a message may name the fields of a large group again and again. */
function removeRivals(r: Reader, values: Values, rivals: readonly string[]): void {
  r.count(rivals.length >> 4);
  for (const key of rivals) if (Object.hasOwn(values, key)) delete values[key];
}

/**
 * Reads a value of any form but logical, the commonest first; a list, map or message goes into `old` when there is one. The
 * cases are numbered as in {@linkcode Field.form}.
 */
function readValue(r: Reader, field: Field, wire: number, old?: unknown): unknown {
  if (wire !== field.wire && field.form !== LIST_FORM) wantWire(wire, field.wire);
  switch (field.form) {
    case 3: // int32
      return takeVarint32(r);
    case 10: // double
      return r.view.getFloat64(r.skip(8), true);
    case 11: // string
      return r.text(takeLength(r));
    case 14: // list
      return readList(r, field, wire, old as unknown[] | undefined ?? []);
    case 15: // map
      return readMap(r, field, old as Map<unknown, unknown> | undefined ?? new Map());
    case 16: // struct
      return readStruct(r, field.message!, old as Values | undefined);
    default:
      return readScalar(r, field, old);
  }
}

function readStruct(r: Reader, message: Message, old: Values | undefined): Values {
  const end = enterBody(r), values = readMessage(r, message, old);
  r.end = end;
  return values;
}

/** Reads an element of a list or map, whole. */
function readItem(r: Reader, field: Field, wire: number): unknown {
  let carrier = field;
  while (carrier.form === LOGICAL_FORM) carrier = carrier.item;
  return finishValue(field, readValue(r, carrier, wire));
}

function readList(r: Reader, { item, again }: Field, wire: number, list: unknown[]): unknown[] {
  try {
    if (wire === LENGTH && item.wire !== LENGTH) return readPacked(r, item, list);
    for (;;) {
      r.count(1);
      list.push(readItem(r, item, wire));
      if (r.pos === r.end || r.bytes[r.pos] !== again || wire !== item.wire) return list;
      r.pos++;
    }
  } catch (error) {
    throw within(`[${list.length}]`, error);
  }
}

function readPacked(r: Reader, item: Field, list: unknown[]): unknown[] {
  const end = enterBody(r), before = list.length, most = before + r.maxItems - r.items;
  while (r.pos < r.end && list.length <= most) list.push(readItem(r, item, item.wire));
  r.count(list.length - before);
  r.end = end;
  return list;
}

function readMap(r: Reader, field: Field, map: Map<unknown, unknown>): Map<unknown, unknown> {
  readEntry(r, field, map);
  return map;
}

/** Reads an entry into `map`; false, and leaves it out, when its value is an enumeration's number that has no name. */
function readEntry(r: Reader, { mapKey, item }: Field, map: Map<unknown, unknown>): boolean {
  const end = enterBody(r);
  let key = zeroOf(mapKey), value: unknown, isKnown = true;
  r.count(1);
  try {
    while (r.pos < r.end) {
      const head = takeKey(r), number = head >>> 3;
      if (number === 1) key = readItem(r, mapKey, head & 7);
      else if (number === 2) isKnown = (value = readItem(r, item, head & 7)) !== undefined;
      else skipBody(r, head);
    }
    if (isKnown) map.set(key, value ?? zeroItem(item));
  } catch (error) {
    throw within(keyPath(key), error);
  }
  r.end = end;
  return isKnown;
}

function zeroItem(item: Field): unknown {
  return finishValue(item, zeroOf(item) ?? misfit("it is missing"));
}

/** Reads a field that holds an enumeration; numbers without a name are kept like unknown fields. */
function readOpen(r: Reader, field: Field, head: number, { start, values }: { start: number; values: Values }): void {
  let carrier = field;
  while (carrier.form === LOGICAL_FORM) carrier = carrier.item;
  const old = ownOf(values, field) ?? (field.optional ? undefined : zeroOf(field)), wire = head & 7;
  if (old !== undefined) values[field.key] = old;
  if (carrier.form === LIST_FORM) {
    if (wire === LENGTH) return readOpenPacked(r, carrier.item, old as unknown[], values);
    const element = readItem(r, carrier.item, wire);
    r.count(1);
    if (element === undefined) keepField(r, start, values);
    else (old as unknown[]).push(element);
  } else if (carrier.form === MAP_FORM) {
    wantWire(wire, LENGTH);
    if (!readEntry(r, carrier, old as Map<unknown, unknown>)) keepField(r, start, values);
  } else {
    const name = readValue(r, carrier, wire);
    if (name === undefined) return keepField(r, start, values);
    values[field.key] = name;
    if (field.rivals !== null) removeRivals(r, values, field.rivals);
  }
}

function readOpenPacked(r: Reader, item: Field, list: unknown[], values: Values): void {
  const end = enterBody(r);
  while (r.pos < r.end) {
    const n = takeVarint32(r), name = item.names.get(n);
    r.count(1);
    if (name === undefined) keepNumber(values, item.number, n);
    else list.push(name);
  }
  r.end = end;
}

/** The last step of a message whose pieces are together: what is missing, what is one too many, logical values. */
function finish(message: Message, values: Values): Values {
  const { last, oneofs } = message;
  let at = 0;
  try {
    for (; at < last.length; at++) finishField(last[at]!, values);
  } catch (error) {
    throw within("." + last[at]!.key, error);
  }
  if (oneofs !== null) checkOneofs(oneofs, values);
  return values;
}

function finishField(field: Field, values: Values): void {
  const value = ownOf(values, field);
  if (value !== undefined) {
    const finished = finishValue(field, value);
    if (finished !== value) values[field.key] = finished;
  } else if (field.absent !== undefined) values[field.key] = field.absent();
  else if (!field.optional) misfit("it is missing");
}

function finishValue(field: Field, value: unknown): unknown {
  if (field.form === MESSAGE_FORM) return finish(field.message!, value as Values);
  return field.form === LOGICAL_FORM ? field.logical!.fromBase(finishValue(field.item, value)) : value;
}
