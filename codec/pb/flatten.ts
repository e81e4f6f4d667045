/**
 * Flattening schema types for Protocol Buffers, and refusing those that it can't express.
 *
 * @module
 */
import { type FieldPlan, fieldPlans, stripped } from "../fit.ts";
import { type Plan, planOf } from "../plan.ts";
import type { AnyType, ListType, LogicalType, StructType, Type } from "../schema/type.ts";
import {
  ENUM_FORM,
  Field,
  formOf,
  isTimestamp,
  LOGICAL_FORM,
  Message,
  MESSAGE_FORM,
  type Place,
  TIMESTAMP_FORM,
  wireOf,
} from "./plan.ts";
import { LENGTH } from "./wire.ts";

/** What was flattened already, each struct once. */
interface Known {
  readonly plans: Map<Type, Plan>;
  readonly messages: Map<StructType, Message>;
}

/** The message of `struct`; throws TypeError for what Protocol Buffers can't express. */
export function messageOf(struct: StructType): Message {
  return make(struct, { plans: new Map(), messages: new Map() });
}

function make(struct: StructType, known: Known): Message {
  let message = known.messages.get(struct);
  if (message) return message;
  message = new Message(struct, planOf(struct, known.plans));
  known.messages.set(struct, message);
  fieldPlans(struct).forEach((plan, place) => addField(message, plan, { place, known }));
  for (const { keys } of struct.oneofs ?? []) {
    for (const field of message.fields.filter(({ key }) => keys.includes(key))) {
      field.rivals = keys.filter((key) => key !== field.key);
    }
  }
  return message;
}

function addField(message: Message, plan: FieldPlan, { place, known }: { place: number; known: Known }): void {
  const { key, name, type, optional } = plan, number = numberOf(message.type, place), base = carrierOf(type);
  const isRepeated = base.kind === "list" || base.kind === "map", isGrouped = isInGroup(message.type, key);
  if (optional && isRepeated) throw new TypeError(`Cannot use ${name}: pb has no optional ${base.kind}`);
  const field = fieldOf(
    {
      key,
      name,
      number,
      always: optional,
      optional,
      absent: isGrouped ? undefined : plan.absent,
    },
    type,
    known,
  );
  if (!optional && !isRepeated && base.kind === "enumeration" && !base.names.has(0)) {
    throw new TypeError(`Cannot use ${base.name} in pb: proto3 wants a name for the number 0`);
  }
  message.parts += !optional && (isRepeated || base.kind === "bytes") ? 1 : plan.absentParts;
  if (hasLastStep(field)) message.last.push(field);
  if (message.keepUnknown) open(field);
  message.fields.push(field);
  message.keys.push(key);
  message.heads.push(field.head);
  message.places.set(number, place);
}

function hasLastStep({ form, optional, absent }: Field): boolean {
  if (form === MESSAGE_FORM || form === LOGICAL_FORM) return true;
  return optional ? absent !== undefined : form === TIMESTAMP_FORM;
}

function isInGroup({ oneofs = [] }: StructType, key: string): boolean {
  return oneofs.some(({ keys }) => keys.includes(key));
}

/** Numbers that protobuf keeps for itself: protoc refuses them, too. */
const reservedFirst = 19_000, reservedLast = 19_999;

function numberOf({ name, fields }: StructType, place: number): number {
  const { key, tag } = fields[place]!;
  if (tag === 0) throw new TypeError(`Cannot use ${name}.${key}: tag 0 is not possible in pb`);
  if (tag >= reservedFirst && tag <= reservedLast) {
    throw new TypeError(`Cannot use ${name}.${key}: pb reserves the numbers ${reservedFirst}-${reservedLast}`);
  }
  return tag;
}

/** The type that travels for `type`, which may be logical; timestamps have a form of their own. */
function carrierOf(type: AnyType): AnyType {
  while (type.kind === "logical" && !isTimestamp(type)) type = stripped(type.base);
  return type;
}

/** Marks `field` when it holds an enumeration; returns whether it does. */
function open(field: Field): boolean {
  return field.open = field.form === ENUM_FORM || field.item !== field && open(field.item);
}

function carriedAs(type: AnyType, place: string): number {
  return wireOf(formOf(carrierOf(type), place));
}

function fieldOf(place: Place, type: AnyType, known: Known, packed = false): Field {
  const field = new Field(place, type, carriedAs(type, place.name), packed);
  if (type.kind === "struct") field.message = make(type, known);
  else if (type.kind === "list") addElement(field, place, stripped(type.element), known);
  else if (type.kind === "map") addEntry(field, place, known);
  else if (field.form === LOGICAL_FORM) {
    field.item = fieldOf(place, stripped((type as LogicalType).base), known, packed);
  }
  return field;
}

function addElement(field: Field, place: Place, type: AnyType, known: Known): void {
  checkElement(place, (field.type as ListType).element, type);
  const packed = carriedAs(type, place.name) !== LENGTH && (field.type as ListType).packed !== false;
  field.item = fieldOf({ ...place, ...inside }, type, known, packed);
  const head = place.number * 8 + field.item.wire;
  if (head < 0x80) field.again = head;
}

/** What is in a list or map is always written. */
const inside = { always: true, optional: false, absent: undefined };

function addEntry(field: Field, place: Place, known: Known): void {
  const { key, value } = field.type as { key?: Type; value?: Type }, type = stripped(value!);
  checkElement(place, value!, type);
  field.mapKey = fieldOf({ ...place, ...inside, number: 1 }, stripped(key!), known);
  field.item = fieldOf({ ...place, ...inside, number: 2 }, type, known);
}

function checkElement({ name }: Place, type: Type, inner: AnyType): void {
  const { kind } = type.kind === "optional" ? type : carrierOf(inner);
  if (kind !== "list" && kind !== "map" && kind !== "optional") return;
  throw new TypeError(`Cannot use ${name}: pb has no list or map of ${kind} values; wrap them in a struct`);
}
