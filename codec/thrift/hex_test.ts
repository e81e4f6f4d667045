/**
 * Both Thrift codecs by name, and values as hexadecimal text; holds no test itself.
 *
 * @module
 */
import { Reader, Writer } from "../../protocol/mod.ts";
import type { StructType, Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { thrift } from "../thrift.ts";
import { thriftCompact } from "../thrift_compact.ts";

/** The codecs. */
export const codecs = { thrift, thrift_compact: thriftCompact };
/** Name of one of them. */
export type Name = keyof typeof codecs;

/** The bytes of `value`. */
export function encode(name: Name, type: Type, value: unknown): string {
  const writer = new Writer(16);
  codecs[name].compile(type).encode(value, writer);
  return writer.slice().toHex();
}

/** The value of the bytes `hex`, in which spaces don't count. */
export function decode(name: Name, type: Type, hex: string): unknown {
  return codecs[name].compile(type).decode(new Reader(Uint8Array.fromHex(hex.replaceAll(" ", ""))));
}

/** A struct of one field. */
export const at = (id: number, type: Type): StructType => t.struct("test.At", { field: t.field(id, type) });
/** A struct of two. */
export const Pair = t.struct("test.Pair", { n: t.field(1, t.int32), s: t.field(2, t.string) });
/** An enumeration. */
export const Colour = t.enumeration("test.Colour", { red: 0, green: 1000, lost: -1 });
/** A struct with optional fields, and one that isn't. */
export const Some = t.struct("test.Some", {
  a: t.field(1, t.optional(t.int32)),
  b: t.field(20, t.optional(t.string)),
  c: t.field(3, t.bool),
});

interface Branch {
  left: Tree;
  right: Tree;
}
type Tree = { leaf: number } | { name: string } | { both: Branch };
const Branch: StructType<Branch> = t.struct("test.Branch", {
  left: t.field(1, t.lazy(() => Tree)),
  right: t.field(2, t.lazy(() => Tree)),
});
/** A union that contains itself. */
export const Tree = t.union("test.Tree", {
  leaf: t.field(1, t.int16),
  name: t.field(2, t.string),
  both: t.field(3, Branch),
}) as StructType<Tree>;
