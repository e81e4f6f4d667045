/**
 * MessagePack, strict and exact.
 *
 * Without a schema, what goes in comes out: numbers as numbers (integers of up to 32 bits as such, all others, and -0, as
 * float 64), bigints of up to 64 bits as 64-bit integers, Date as timestamp, Uint8Array as bin. undefined is nil and comes
 * back as null; fields that are undefined are left out; an empty body is undefined. A Map comes back as an object when
 * all its keys are text. Extensions other than timestamp, and classes without a form, are errors.
 *
 * With a schema a struct is a map by field names, an enumeration its name, and `int53` an integer of any size.
 *
 * Written here because @msgpack/msgpack accepts text that is not UTF-8, writes such text for lone surrogates, strips a byte
 * order mark from long text, loses -0 and Map, and has no limit of depth; it is the tests' oracle.
 *
 * @module
 */
import type { Reader, Writer } from "../protocol/mod.ts";
import type { Codec, Coder } from "./codec.ts";
import { conformer } from "./conform.ts";
import { rootName } from "./fit.ts";
import { refusal, wantEnd } from "./misfit.ts";
import { readAny } from "./msgpack/read.ts";
import { writeAny } from "./msgpack/write.ts";
import { type Dialect, plainer } from "./plain.ts";
import type { Type } from "./schema/type.ts";

/** The codec `msgpack`. */
export const msgpack: Codec = { name: "msgpack", id: 6, compile };

const dialect: Dialect = {
  scalars: { int53: (value: number) => value === (value | 0) || value === value >>> 0 ? value : BigInt(value) },
  logicals: { timestamp: (value: Date) => value },
  map: (entries) => entries,
};

function compile<T>(type?: Type<T>): Coder<T> {
  if (!type) return anyCoder as Coder<T>;
  const plain = plainer(type, dialect), check = conformer(type), root = rootName(type);
  return {
    encode: (value, into) => write(value, into, root, plain),
    decode: (from) => check(read(from, root, true)),
  };
}

const anyCoder: Coder = {
  encode: (value, into) => value === undefined ? undefined : write(value, into, "value", (value) => value),
  decode: (from) => read(from, "value", false),
};

function write(value: unknown, into: Writer, root: string, plain: (value: unknown) => unknown): void {
  const { pos, depth } = into;
  try {
    writeAny(into, plain(value));
  } catch (error) {
    into.pos = pos;
    into.depth = depth;
    throw refusal(error, "encode", root);
  }
}

function read(from: Reader, root: string, anyKey: boolean): unknown {
  if (from.left === 0) return undefined;
  const { depth } = from;
  try {
    const value = readAny(from, anyKey);
    wantEnd(from);
    return value;
  } catch (error) {
    from.depth = depth;
    throw refusal(error, "decode", root);
  }
}
