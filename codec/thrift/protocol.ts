/**
 * What the two protocols of Thrift have in common: numbered types, and the parts that a value is made of.
 *
 * @module
 */
import type { Reader, Writer } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";

/** Type numbers, as the binary protocol writes them; {@linkcode STOP} ends a struct. */
export const STOP = 0, BOOL = 2, I8 = 3, DOUBLE = 4, I16 = 6, I32 = 8, I64 = 10;
/** Type numbers of what has a length or fields; {@linkcode UUID}, of Thrift 0.19 and later, is only ever skipped. */
export const STRING = 11, STRUCT = 12, MAP = 13, SET = 14, LIST = 15, UUID = 16;

/** Head of a message as it travels. */
export interface MessageHead {
  /** Name of the method. */
  readonly name: string;
  /** 1 call, 2 reply, 3 exception, 4 oneway. */
  readonly type: number;
  /** Number that a reply repeats; 32 bits with a sign. */
  readonly sequence: number;
}

/**
 * How the parts of a value are written and read.
 *
 * Numbers are in range when they come here; what is read is checked against the bytes left, not against a schema. Types are
 * the numbers above in either protocol. All throw a Misfit or RpcError for bytes that are not well formed.
 */
export interface Protocol {
  /** Appends the head of a message. */
  writeMessage(w: Writer, head: MessageHead): void;
  /** Appends the head of the field `id` of `type`; `last` is the id of the field before it in the struct, or 0. */
  writeField(w: Writer, type: number, id: number, last: number): void;
  /** Appends a whole field that is a boolean. */
  writeBoolField(w: Writer, value: boolean, id: number, last: number): void;
  /** Appends a boolean that is an element, a key or a value of a map. */
  writeBool(w: Writer, value: boolean): void;
  /** Appends an integer of 16 bits. */
  writeI16(w: Writer, n: number): void;
  /** Appends an integer of 32 bits. */
  writeI32(w: Writer, n: number): void;
  /** Appends a safe integer as one of 64 bits. */
  writeI53(w: Writer, n: number): void;
  /** Appends an integer of 64 bits. */
  writeI64(w: Writer, n: bigint): void;
  /** Appends a number of 64 bits. */
  writeDouble(w: Writer, n: number): void;
  /** Appends a text; lone surrogates become U+FFFD. */
  writeText(w: Writer, text: string): void;
  /** Appends bytes. */
  writeBytes(w: Writer, bytes: Uint8Array): void;
  /** Appends the head of a list or set of `n` elements of `type`. */
  writeList(w: Writer, type: number, n: number): void;
  /** Appends the head of a map of `n` entries. */
  writeMap(w: Writer, key: number, value: number, n: number): void;

  /** Reads the head of a message, whatever its type is. */
  readMessage(r: Reader): MessageHead;
  /** Reads the head of a field as {@linkcode headOf} makes it; 0 at the end of the struct. */
  readField(r: Reader, last: number): number;
  /** Reads the body of a boolean field with that `head`. */
  readBoolField(r: Reader, head: number): boolean;
  /** Reads a boolean that is an element, a key or a value of a map. */
  readBool(r: Reader): boolean;
  /** Reads an integer of 16 bits. */
  readI16(r: Reader): number;
  /** Reads an integer of 32 bits. */
  readI32(r: Reader): number;
  /** Reads an integer of 64 bits; beyond ±(2^53-1) it is inexact, and stays beyond. */
  readI53(r: Reader): number;
  /** Reads an integer of 64 bits. */
  readI64(r: Reader): bigint;
  /** Reads a number of 64 bits. */
  readDouble(r: Reader): number;
  /** Reads the length of a text or of bytes, which are left. */
  readLength(r: Reader): number;
  /** Reads the head of a list or set: 32 times its count, which the bytes left can hold, and the type of its elements. */
  readList(r: Reader): number;
  /** Reads the head of a map: 1024 times its count, 32 times the type of its keys, and the type of its values. */
  readMap(r: Reader): number;
}

/** The head of a field as one number: its signed id, whether it is true when a head says so, its type. */
export function headOf(id: number, type: number, isTrue: boolean): number {
  return id << 8 | (isTrue ? 0x80 : 0) | type;
}

/** `n`, which must be a count of parts of `least` bytes or more that the bytes left can hold. */
export function checkCount(r: Reader, n: number, least: number): number {
  if (n < 0 || n * least > r.end - r.pos) misfit(`a count of ${n}, with ${r.end - r.pos} bytes left`);
  return n;
}

/** `n`, which must be a length that the bytes left have. */
export function checkLength(r: Reader, n: number): number {
  if (n < 0) misfit(`a length of ${n}`);
  return n <= r.end - r.pos ? n : r.short(n);
}

const names: Readonly<Record<number, string>> = {
  [BOOL]: "bool",
  [I8]: "i8",
  [DOUBLE]: "double",
  [I16]: "i16",
  [I32]: "i32",
  [I64]: "i64",
  [STRING]: "string",
  [STRUCT]: "struct",
  [MAP]: "map",
  [SET]: "set",
  [LIST]: "list",
  [UUID]: "uuid",
};

/** What a type number stands for, in an error. */
export function typeName(type: number): string {
  return names[type] ?? `type ${type}`;
}
