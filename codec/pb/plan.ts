/**
 * A schema type flattened for Protocol Buffers: messages of numbered fields, whose forms are small integers to switch on.
 *
 * @module
 */
import type { Plan } from "../plan.ts";
import type { AnyType, LogicalType, Oneof, ScalarType, StructType } from "../schema/type.ts";
import { FIXED32, FIXED64, LENGTH, VARINT } from "./wire.ts";

/** Forms in the order the coders' switches number them, each with its wire type: the index is {@linkcode Field.form}. */
const forms: readonly (readonly [name: string, wire: number])[] = [
  ["bool", VARINT],
  ["int8", VARINT],
  ["int16", VARINT],
  ["int32", VARINT],
  ["uint8", VARINT],
  ["uint16", VARINT],
  ["uint32", VARINT],
  ["int53", VARINT],
  ["int64", VARINT],
  ["float", FIXED32],
  ["double", FIXED64],
  ["string", LENGTH],
  ["bytes", LENGTH],
  ["enumeration", VARINT],
  ["list", LENGTH],
  ["map", LENGTH],
  ["struct", LENGTH],
  ["timestamp", LENGTH],
  ["uint64", VARINT],
  ["logical", LENGTH],
  ["zigzag int32", VARINT],
  ["zigzag int64", VARINT],
  ["fixed uint32", FIXED32],
  ["fixed uint64", FIXED64],
  ["fixed int32", FIXED32],
  ["fixed int64", FIXED64],
];

/** {@linkcode Field.form} of what isn't read and written as one value. */
export const ENUM_FORM = 13, LIST_FORM = 14, MAP_FORM = 15, MESSAGE_FORM = 16, TIMESTAMP_FORM = 17, LOGICAL_FORM = 19;

/** Values of a message, by key; those under a symbol are fields that the schema doesn't know. */
export type Values = Record<string | symbol, unknown>;

/** One type under one number, flattened. Every field has every property, so that all have one hidden class. */
export class Field {
  /** Key in the TypeScript object; that of the whole list or map for what is in one. */
  readonly key: string;
  /** The type, without optional. */
  readonly type: AnyType;
  /** Its number. */
  readonly number: number;
  /** Index of the form; the switches name each in a comment. */
  readonly form: number;
  /** Wire type of the body. */
  readonly wire: number;
  /** What stands before the body: number and wire type; 0 in a packed list, where nothing does. */
  readonly head: number;
  /** Whether it is written even when it is zero: when a missing one isn't the same as zero. */
  readonly always: boolean;
  /** Whether it may be left out. */
  readonly optional: boolean;
  /** Makes what stands for it when it is missing and has no zero; undefined when nothing does. */
  readonly absent: (() => unknown) | undefined;
  /** Whether every object inherits something of that key. */
  readonly inherited: boolean;
  /** What is in a list, or as a value in a map, or carries a logical type; else the field itself. */
  item: Field = this;
  /** The keys of a map; else the field itself. */
  mapKey: Field = this;
  /** Head of an element that is not packed, when it takes one byte; else -1. */
  again = -1;
  /** Message of a struct; null for every other type. */
  message: Message | null = null;
  /** Numbers of an enumeration by name. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Names of an enumeration by number. */
  readonly names: ReadonlyMap<number, string>;
  /** The logical type; null for every other. */
  readonly logical: LogicalType | null;
  /** Keys of the other fields of its oneof; null without one. */
  rivals: readonly string[] | null = null;
  /** Whether it holds an enumeration whose unknown numbers are kept. */
  open = false;

  /** Makes the field with `number` for `type`; `packed` leaves the head out. */
  constructor(place: Place, type: AnyType, wire: number, packed = false) {
    this.key = place.key;
    this.type = type;
    this.number = place.number;
    this.form = formOf(type, place.name);
    this.wire = wire;
    this.head = packed ? 0 : place.number * 8 + wire;
    this.always = place.always;
    this.optional = place.optional;
    this.absent = place.absent;
    this.inherited = place.key in Object.prototype;
    const { numbers, names } = type.kind === "enumeration" ? type : none;
    this.numbers = numbers;
    this.names = names;
    this.logical = type.kind === "logical" ? type : null;
  }
}

const none = { numbers: new Map<string, number>(), names: new Map<number, string>() };

/** Where a type stands. */
export interface Place {
  /** Key of the field. */
  readonly key: string;
  /** Key after the struct's name, for errors. */
  readonly name: string;
  /** Number of the field; 1 and 2 in the entry of a map. */
  readonly number: number;
  /** Whether it is written even when it is zero. */
  readonly always: boolean;
  /** Whether it may be left out. */
  readonly optional: boolean;
  /** Makes what stands for it when it is missing. */
  readonly absent: (() => unknown) | undefined;
}

/** A struct, flattened. */
export class Message {
  /** The struct. */
  readonly type: StructType;
  /** Its fields, in the order of their numbers. */
  readonly fields: Field[] = [];
  /** Their keys. */
  readonly keys: string[] = [];
  /** Their heads. */
  readonly heads: number[] = [];
  /** Place in those arrays of each number. */
  readonly places: Map<number, number> = new Map();
  /** Fields that need a last step when the whole message has been read: structs, logical types, what has a default. */
  readonly last: Field[] = [];
  /** How many parts an empty message counts for: itself, room for its fields, and its empty containers and defaults. */
  parts: number;
  /** Makes the empty object that the fields are added to. */
  readonly Record: Plan["Record"];
  /** Whether a field has the name of something that every object inherits, such as `"toString"`. */
  readonly shadows: boolean;
  /** Groups of fields of which at most one may be there; null without any. */
  readonly oneofs: readonly Oneof[] | null;
  /** Whether fields that the schema doesn't know are kept. */
  readonly keepUnknown: boolean;
  /** How long the last one written was: the next one is likely to be as long. */
  size = 1;

  /** Flattens `type`, not yet its fields. */
  constructor(type: StructType, { Record, shadows, oneofs, room }: Plan) {
    this.type = type;
    this.parts = 1 + room;
    this.Record = Record;
    this.shadows = shadows;
    this.oneofs = oneofs;
    this.keepUnknown = type.keepUnknown ?? false;
  }
}

/** Whether `type` travels as a `google.protobuf.Timestamp`. */
export function isTimestamp(type: AnyType): boolean {
  return type.kind === "logical" && type.name === "timestamp" && type.base.kind === "int53";
}

/** Index of the form of `type`, in errors at `place`; throws TypeError when there is none. */
export function formOf(type: AnyType, place: string): number {
  const { form } = type as ScalarType,
    name = isTimestamp(type) ? "timestamp" : form ? `${form} ${type.kind}` : type.kind;
  const index = forms.findIndex(([known]) => known === name);
  if (index < 0) throw new TypeError(`Cannot use ${place}: pb has no ${name}`);
  return index;
}

/** Wire type of a form. */
export function wireOf(form: number): number {
  return forms[form]![1];
}
