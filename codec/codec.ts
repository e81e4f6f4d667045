/**
 * The seam every codec fills: values to bytes and back.
 *
 * @module
 */
import type { Reader, Writer } from "../protocol/mod.ts";
import type { Type } from "./schema/type.ts";

/** Turns values of one type into bytes and back; made once per method by {@linkcode Codec.compile}. */
export interface Coder<T = unknown> {
  /**
   * Appends `value` to `into`. Throws `invalid_argument`, naming the field's path, for a value that does not fit, and
   * `resource_exhausted` beyond the writer's limit. A call that throws leaves the writer's `pos` and `depth` as they were.
   */
  encode(value: T, into: Writer): void;
  /**
   * Reads one value from all of `from`, so that afterwards `from.pos` is `from.end`; what it keeps of the memory must be
   * copied. Throws `invalid_argument` for anything but one well-formed value, and `resource_exhausted` beyond the reader's
   * limits; where a call that throws leaves the reader is undefined, so reset it. Never allocates by an announced count or
   * length that the bytes left could not hold.
   */
  decode(from: Reader): T;
}

/** An encoding. */
export interface Codec {
  /** Name users choose it by. */
  readonly name: string;
  /** Number in the frame header: 1-127 erpc's own, 128-255 users'. 0 is `none`. */
  readonly id: number;
  /**
   * Makes the coder for values of `type`, or for any value when there is no schema. Throws TypeError when the codec can't
   * do without a schema, or can't express it.
   */
  compile<T>(type?: Type<T>): Coder<T>;
  /** Used instead of this codec for values without a schema; has an id of its own. */
  readonly dynamic?: Codec;
}
