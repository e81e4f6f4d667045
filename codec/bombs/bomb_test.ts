/**
 * What messages that must be refused are made of; holds no test itself.
 *
 * @module
 */
import { one } from "../conformance_cases.ts";
import type { Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";

/** A message that must be refused. */
export interface Bomb {
  /** What it is. */
  readonly name: string;
  /** Type it is read with; undefined when it goes without a schema. */
  readonly type: Type | undefined;
  /** The message. */
  readonly bytes: () => Uint8Array;
  /** What the error says behind "Cannot decode "; a star stands for anything. */
  readonly says: string;
}

/** Makes one; `bytes` is text, or hexadecimal where it begins with `0x`. */
export function bomb(name: string, type: Type | undefined, bytes: string | (() => Uint8Array), says: string): Bomb {
  return { name, type, bytes: typeof bytes === "string" ? () => bytesOf(bytes) : bytes, says };
}

/** The bytes of `start`, then `unit` as often as it says, then `end`; each as in {@linkcode bomb}. */
export function repeated(start: string, unit: string, times: number, end = ""): () => Uint8Array {
  return () => {
    const head = bytesOf(start), piece = bytesOf(unit), tail = bytesOf(end);
    const bytes = new Uint8Array(head.length + piece.length * times + tail.length);
    bytes.set(head);
    for (let i = 0; i < times; i++) bytes.set(piece, head.length + i * piece.length);
    bytes.set(tail, bytes.length - tail.length);
    return bytes;
  };
}

const utf8 = new TextEncoder();

function bytesOf(text: string): Uint8Array {
  return text.startsWith("0x") ? Uint8Array.fromHex(text.slice(2)) : utf8.encode(text);
}

export const MIB: number = 1 << 20;
/** Structs of one field, `field` with tag 1. */
export const Text: Type = one(t.string), Int: Type = one(t.int32), Bytes: Type = one(t.bytes);
export const Texts: Type = one(t.list(t.string)), Empties: Type = one(t.list(t.struct("test.Empty", {})));
export const Ages: Type = one(t.map(t.string, t.int32));
export const Two: Type = one(t.union("test.Two", { a: t.field(1, t.int32), b: t.field(2, t.int32) }));
/** Two required fields. */
export const Pair: Type = t.struct("test.Pair", { a: t.field(1, t.int32), b: t.field(2, t.int32) });

/** Ends of messages that stand often. */
export const tooDeep = "nesting is deeper than 64", tooMany = "the message has more than 1048576 elements";
/** What an int32 is, for errors. */
export const anInt32 = "an integer from -2147483648 to 2147483647";
