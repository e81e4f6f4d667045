/**
 * Protocol Buffers (proto3), byte for byte what protoc's code writes for the same messages.
 *
 * A struct is a message and its tags are the field numbers. `int8`, `int16` and `int32` are int32 there, `uint8`, `uint16`
 * and `uint32` are uint32, `int64` and `int53` are int64; `sint32`, `fixed64` and their like are what they are called; lists
 * of numbers are packed; an optional scalar has explicit presence; a missing scalar, list or map is zero or empty, and a
 * struct that isn't optional must be there. So a default only counts for what is optional, and for structs. Of the fields of
 * a oneof the last one counts. Any other type than a struct is the field 1 of a message.
 *
 * A `timestamp` is a google.protobuf.Timestamp, read to the nearest millisecond, as protobuf-es makes a Date of one; every
 * other logical type travels as its base.
 *
 * Unknown fields are skipped, or kept where the struct says `keepUnknown`: their bytes are then found under the symbol
 * `unknownFields` and written again behind the known fields, as protoc's code does. An unknown number of an enumeration is an
 * error; with `keepUnknown` it is kept like an unknown field, as protobuf does with closed enumerations.
 *
 * @module
 */
import type { Reader, Writer } from "../protocol/mod.ts";
import type { Codec, Coder } from "./codec.ts";
import { rootName } from "./fit.ts";
import { refusal } from "./misfit.ts";
import { readRoot } from "./pb/decode.ts";
import { writeMessage } from "./pb/encode.ts";
import { messageOf } from "./pb/flatten.ts";
import type { Message } from "./pb/plan.ts";
import { type AnyType, type LogicalType, resolved, type StructType, type Type } from "./schema/type.ts";

/**
 * The codec `pb`. Its `compile` throws TypeError without a schema, and for what proto3 can't express: tag 0 and tags
 * 19000-19999, lists or maps of lists, maps or optional values, optional lists and maps, and enumerations without a name for
 * 0 in a field that isn't optional.
 */
export const pb: Codec = { name: "pb", id: 3, compile };

function compile<T>(type?: Type<T>): Coder<T> {
  if (!type) throw new TypeError("pb needs a schema: give the method one, or use codec jce, json or msgpack");
  const any = resolved(type) as AnyType, root = rootName(type);
  if (any.kind === "struct") return new PbCoder(messageOf(any), root);
  if (any.kind === "logical" && isMessage(any.base)) return logicalCoder(any as LogicalType<T>, root);
  const wrapped: StructType = { kind: "struct", name: root, fields: [{ key: "value", tag: 1, type }] };
  const coder = new PbCoder<{ value: T }>(messageOf(wrapped), root);
  return {
    encode: (value, into) => coder.encode({ value }, into),
    decode: (from) => coder.decode(from).value,
  };
}

/** Whether values of `type` travel as a message: a struct, or a logical type of one. */
function isMessage(type: Type): boolean {
  const any = resolved(type) as AnyType;
  return any.kind === "struct" || any.kind === "logical" && isMessage(any.base);
}

/** The coder of a logical type whose base is a message: its values are that message, not a field of another. */
function logicalCoder<T>(type: LogicalType<T>, root: string): Coder<T> {
  const coder = compile(type.base);
  return {
    encode: (value, into) => coder.encode(converted("encode", root, () => type.toBase(value)), into),
    decode(from) {
      const base = coder.decode(from);
      return converted("decode", root, () => type.fromBase(base));
    },
  };
}

function converted<T>(verb: "encode" | "decode", root: string, convert: () => T): T {
  try {
    return convert();
  } catch (error) {
    throw refusal(error, verb, root);
  }
}

class PbCoder<T> implements Coder<T> {
  readonly #message: Message;
  readonly #root: string;

  constructor(message: Message, root: string) {
    this.#message = message;
    this.#root = root;
  }

  encode(value: T, into: Writer): void {
    const { pos, depth } = into;
    try {
      writeMessage(into, this.#message, value);
    } catch (error) {
      into.pos = pos;
      into.depth = depth;
      throw refusal(error, "encode", this.#root);
    }
  }

  decode(from: Reader): T {
    const { end, depth } = from;
    try {
      return readRoot(from, this.#message) as T;
    } catch (error) {
      from.end = end;
      from.depth = depth;
      throw refusal(error, "decode", this.#root);
    }
  }
}
