/**
 * Protocol Buffers (proto3), byte for byte what protoc's code writes for the same messages.
 *
 * A struct is a message and its tags are the field numbers. `int8`, `int16` and `int32` are int32 there, `uint8`, `uint16`
 * and `uint32` are uint32, `int64` and `int53` are int64; lists of numbers are packed; an optional scalar has explicit
 * presence; a missing scalar, list or map is zero or empty, and a struct that isn't optional must be there. Unknown fields
 * are skipped. Any other type than a struct is the field 1 of a message.
 *
 * @module
 */
import type { Reader, Writer } from "../protocol/mod.ts";
import type { Codec, Coder } from "./codec.ts";
import { rootName } from "./fit.ts";
import { refusal } from "./misfit.ts";
import { type Message, messageOf } from "./pb/message.ts";
import type { AnyType, StructType, Type } from "./schema/type.ts";

/**
 * The codec `pb`. Its `compile` throws TypeError without a schema, and for what proto3 can't express: tag 0, lists or maps of
 * lists, maps or optional values, optional lists and maps, and enumerations without a name for 0.
 */
export const pb: Codec = { name: "pb", id: 3, compile };

function compile<T>(type?: Type<T>): Coder<T> {
  if (!type) throw new TypeError("pb needs a schema: give the method one, or use codec jce, json or msgpack");
  const any = type as AnyType, root = rootName(type);
  if (any.kind === "struct") return coderOf(messageOf(any), root);
  const wrapped: StructType = { kind: "struct", name: root, fields: [{ key: "value", tag: 1, type }] };
  const coder = coderOf<{ value: T }>(messageOf(wrapped), root);
  return {
    encode: (value, into) => coder.encode({ value }, into),
    decode: (from) => coder.decode(from).value,
  };
}

function coderOf<T>(message: Message, root: string): Coder<T> {
  return {
    encode: (value, into) => write(message, root, value, into),
    decode: (from) => read(message, root, from) as T,
  };
}

function write(message: Message, root: string, value: unknown, into: Writer): void {
  const { pos, depth } = into;
  try {
    message.writeAll(into, value);
  } catch (error) {
    into.pos = pos;
    into.depth = depth;
    throw refusal(error, "encode", root);
  }
}

function read(message: Message, root: string, from: Reader): unknown {
  const { end, depth } = from;
  try {
    return message.readAll(from);
  } catch (error) {
    from.end = end;
    from.depth = depth;
    throw refusal(error, "decode", root);
  }
}
