/**
 * A struct as a Protocol Buffers message.
 *
 * @module
 */
import type { Reader, Writer } from "../../protocol/mod.ts";
import { type FieldPlan, fieldPlans, isRecord, unfit } from "../fit.ts";
import { Misfit, misfit, within } from "../misfit.ts";
import type { AnyType, StructType } from "../schema/type.ts";
import { type FieldBody, listBody, scalarBody, type Values } from "./field.ts";
import { mapBody } from "./map.ts";
import { type Element, scalarOf } from "./scalar.ts";
import { endBody, enterBody, LENGTH, putKey, skipBody, startBody, takeKey, wantWire } from "./wire.ts";

/** The messages of one struct: as elements, with a length before them, and whole, without. */
export interface Message extends Element {
  /** Appends the fields of `value`; throws a Misfit with the path. */
  writeAll(w: Writer, value: unknown): void;
  /** Reads fields up to the reader's end, into `old` when a message comes in pieces. */
  readAll(r: Reader, old?: unknown): Values;
  /** Reads a length and a message, into `old` when it comes in pieces. */
  take(r: Reader, old?: unknown): unknown;
}

type Field = FieldPlan & FieldBody & { readonly number: number };

type Known = Map<StructType, Message>;

/** The message of `struct`, made once for all its uses; throws TypeError for what proto3 can't express. */
export function messageOf(struct: StructType, known: Known = new Map()): Message {
  let message = known.get(struct);
  if (!message) known.set(struct, message = makeMessage(struct, known));
  return message;
}

function makeMessage(struct: StructType, known: Known): Message {
  const fields = fieldPlans(struct).map((plan, i) => fieldOf(plan, struct.fields[i]!.tag, known));
  const readAll = readerOf(fields);
  const writeAll = (w: Writer, value: unknown) =>
    isRecord(value) ? writeFields(w, fields, value) : unfit(value, struct);
  return {
    wire: LENGTH,
    zero: () => undefined,
    writeAll,
    readAll,
    write(w, key, value) {
      putKey(w, key);
      const start = startBody(w, 1);
      w.enter();
      writeAll(w, value);
      w.leave();
      endBody(w, start, 1);
    },
    take(r, old) {
      const end = enterBody(r);
      r.enter();
      const values = readAll(r, old);
      r.leave();
      r.end = end;
      return values;
    },
  };
}

function fieldOf(plan: FieldPlan, number: number, known: Known): Field {
  const { name, type, optional } = plan;
  if (number === 0) throw new TypeError(`Cannot use ${name}: tag 0 is not possible in pb`);
  const isRepeated = type.kind === "list" || type.kind === "map";
  if (optional && isRepeated) throw new TypeError(`Cannot use ${name}: pb has no optional ${type.kind}`);
  return { ...plan, ...bodyOf(plan, number, known), number };
}

function bodyOf(plan: FieldPlan, number: number, known: Known): FieldBody {
  const { name, type } = plan;
  switch (type.kind) {
    case "list":
      return listBody(plan, number, elementOf(type.element as AnyType, name, known));
    case "map":
      return mapBody(plan, number, scalarOf(type.key as AnyType), elementOf(type.value as AnyType, name, known));
    case "struct":
      return structBody(plan, number, messageOf(type, known));
    default:
      return scalarBody(plan, number, scalarOf(type));
  }
}

function elementOf(type: AnyType, name: string, known: Known): Element {
  if (type.kind === "struct") return messageOf(type, known);
  if (type.kind !== "list" && type.kind !== "map" && type.kind !== "optional") return scalarOf(type);
  throw new TypeError(`Cannot use ${name}: pb has no list or map of ${type.kind} values; wrap them in a struct`);
}

function structBody(plan: FieldPlan, number: number, message: Message): FieldBody {
  return {
    zero: message.zero,
    write: (w, value) => message.write(w, number << 3 | LENGTH, value, true),
    read(r, wire, values) {
      wantWire(wire, LENGTH);
      values[plan.key] = message.take(r, plan.get(values));
    },
  };
}

function writeFields(w: Writer, fields: readonly Field[], values: Values): void {
  let at = 0;
  try {
    for (; at < fields.length; at++) {
      const field = fields[at]!, value = field.get(values);
      if (value !== undefined) field.write(w, value);
      else if (!field.optional) misfit("it is missing");
    }
  } catch (error) {
    throw within("." + fields[at]!.key, error);
  }
}

function readerOf(fields: readonly Field[]): Message["readAll"] {
  const byNumber: (Field | undefined)[] = [], zeros: Values = {}, fresh: Field[] = [], required: Field[] = [];
  for (const field of fields) {
    byNumber[field.number] = field;
    if (field.optional) continue;
    const zero = zeros[field.key] = field.zero();
    if (zero === undefined) required.push(field);
    else if (typeof zero === "object") fresh.push(field);
  }
  return (r, old) => {
    const values = old as Values | undefined ?? { ...zeros };
    if (!old) {
      r.count(1 + fresh.length);
      for (const field of fresh) values[field.key] = field.zero();
    }
    readFields(r, byNumber, values);
    for (const { key } of required) {
      if (values[key] === undefined) throw within("." + key, new Misfit("it is missing"));
    }
    return values;
  };
}

function readFields(r: Reader, byNumber: readonly (Field | undefined)[], values: Values): void {
  let field: Field | undefined;
  try {
    while (r.pos < r.end) {
      field = undefined;
      const key = takeKey(r);
      field = byNumber[key >>> 3];
      if (field) field.read(r, key & 7, values);
      else skipBody(r, key);
    }
  } catch (error) {
    throw field ? within("." + field.key, error) : error;
  }
}
