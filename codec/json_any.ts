/**
 * JSON (RFC 8259) that gives back every value as it was: `json` for values without a schema that plain JSON would change.
 *
 * Exact for null, booleans, numbers, bigints of any size, text (lone surrogates too, as escapes), undefined, Date,
 * Uint8Array, Map, Set, arrays and plain objects. What JSON has no form for is an object of one key that says what it is:
 *
 * | value                                | form                                                                              |
 * | ------------------------------------ | --------------------------------------------------------------------------------- |
 * | undefined, but not as a field        | `{"$undefined":true}`                                                             |
 * | NaN, Infinity, -Infinity, -0         | `{"$number":"NaN"}`                                                               |
 * | bigint of up to 64 bits              | `{"$bigint":"-5"}`                                                                |
 * | larger bigint                        | `{"$bigint":"0x10000000000000000"}` in hexadecimal, which reads in linear time    |
 * | Date                                 | `{"$date":"2026-11-23T07:48:21.123Z"}` as `toISOString` has it; `null` if invalid |
 * | Uint8Array                           | `{"$bytes":"AQI="}`, base64                                                       |
 * | Map                                  | `{"$map":[[key,value],...]}`                                                      |
 * | Set                                  | `{"$set":[element,...]}`                                                          |
 * | an object's key that begins with `$` | the key with one more `$` before it                                               |
 *
 * Of an object its own enumerable fields travel, without those that are undefined; classes come back as plain objects,
 * `toJSON` is not asked. An empty body is undefined. The reader takes only these forms: another key that begins with one
 * `$`, a key or element that stands twice, the key `__proto__` and text that is not UTF-8 are errors.
 *
 * @module
 */
import type { Reader, Writer } from "../protocol/mod.ts";
import type { Codec, Coder } from "./codec.ts";
import { type Conform, conformer } from "./conform.ts";
import { rootName } from "./fit.ts";
import { Revival } from "./json/any_read.ts";
import { writeAny } from "./json/any_write.ts";
import { keysOf } from "./json/depth.ts";
import { checkElements, parse } from "./json/parse.ts";
import { checkRepeated } from "./json/repeated.ts";
import { refusal } from "./misfit.ts";
import { type Dialect, plainer } from "./plain.ts";
import type { Type } from "./schema/type.ts";

/** The codec `"json_any"`: needs no schema; with one, it checks values against it on both sides. */
export const jsonAny: Codec = {
  name: "json_any",
  id: 11,
  compile: <T>(type?: Type<T>) => new JsonAnyCoder(type),
};

const dialect: Dialect = { scalars: {}, logicals: { timestamp: (value) => value }, map: (entries) => entries };

class JsonAnyCoder<T> implements Coder<T> {
  readonly #plain: (value: unknown) => unknown;
  readonly #check: Conform<T>;
  readonly #root: string;

  constructor(type: Type<T> | undefined) {
    this.#plain = type ? plainer(type, dialect) : (value) => value;
    this.#check = type ? conformer(type) : (value) => value as T;
    this.#root = type ? rootName(type) : "value";
  }

  encode(value: T, into: Writer): void {
    const { pos, depth } = into;
    try {
      const data = this.#plain(value);
      if (data !== undefined) writeAny(into, data);
    } catch (error) {
      into.pos = pos;
      into.depth = depth;
      throw refusal(error, "encode", this.#root);
    }
  }

  decode(from: Reader): T {
    return this.#check(from.left === 0 ? undefined : this.#read(from), from);
  }

  #read(from: Reader): unknown {
    checkElements(from, this.#root);
    try {
      return readAny(from);
    } catch (error) {
      throw refusal(error, "decode", this.#root);
    }
  }
}

/** Most levels of JSON that one level of data takes: a Map is an object, an array and the pairs. */
const levelsOfMap = 3;

function readAny(from: Reader): unknown {
  const { bytes, pos, end, maxDepth } = from, revival = new Revival(maxDepth);
  const data = revival.of(parse(from, levelsOfMap * (maxDepth + 1)));
  if (revival.keys !== keysOf(bytes, pos, end)) checkRepeated(from.reset(bytes, from.view, pos, end), null);
  return data;
}
