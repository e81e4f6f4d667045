/**
 * Self-describing JCE: what `jce` uses for values without a schema.
 *
 * Exact for booleans, null, undefined, numbers (with -0, NaN and the infinities), bigints of any size, text, Date,
 * Uint8Array, Map, Set, arrays and plain objects. Every value is one well-formed JCE field that any TARS reader can skip;
 * the tag says what the type alone does not. The format is in `JCE.md` beside this file.
 *
 * Of an object its own enumerable fields travel, without those that are undefined; classes come back as plain objects,
 * `toJSON` is not asked. Lone surrogates become U+FFFD. Refused, with the path: functions, symbols, the key `__proto__`,
 * cycles (by the depth limit), and built-in objects with other content, such as other typed arrays, RegExp and Error.
 * undefined alone is no bytes at all.
 *
 * @module
 */
import type { Reader, Writer } from "../protocol/mod.ts";
import type { Codec, Coder } from "./codec.ts";
import { conformer } from "./conform.ts";
import { rootName } from "./fit.ts";
import { readAny } from "./jce/any_read.ts";
import { writeAny } from "./jce/any_write.ts";
import { KeyCache } from "./jce/key_cache.ts";
import { refusal, wantEnd } from "./misfit.ts";
import { type Dialect, plainer } from "./plain.ts";
import type { Type } from "./schema/type.ts";

/** The codec `"jce_any"`: needs no schema; with one, it checks values against it on both sides. */
export const jceAny: Codec = { name: "jce_any", id: 2, compile };

const dialect: Dialect = { scalars: {}, map: (entries) => entries };

/** Shared by all coders, because they meet the same keys. */
const keys = new KeyCache();

const anyCoder: Coder = {
  encode: (value, into) => write(value, into, "value", asIs),
  decode: (from) => read(from, "value"),
};

function compile<T>(type?: Type<T>): Coder<T> {
  if (!type) return anyCoder as Coder<T>;
  const plain = plainer(type, dialect), check = conformer(type), root = rootName(type);
  return {
    encode: (value, into) => write(value, into, root, plain),
    decode(from) {
      const value = read(from, root);
      return check(value, from);
    },
  };
}

function asIs(value: unknown): unknown {
  return value;
}

function write(value: unknown, into: Writer, root: string, plain: (value: unknown) => unknown): void {
  const { pos, depth } = into;
  try {
    const data = plain(value);
    if (data !== undefined) writeAny(into, 0, data);
  } catch (error) {
    into.pos = pos;
    into.depth = depth;
    throw refusal(error, "encode", root);
  }
}

function read(from: Reader, root: string): unknown {
  if (from.left === 0) return undefined;
  try {
    const value = readAny(from, 0, keys);
    wantEnd(from);
    return value;
  } catch (error) {
    throw refusal(error, "decode", root);
  }
}
