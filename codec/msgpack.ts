/**
 * MessagePack, strict and exact.
 *
 * With a schema a struct is a map by field names, an enumeration its name, `int53` and the 64-bit kinds integers of any
 * size, a timestamp MessagePack's own, and everything is plain MessagePack.
 *
 * Without a schema, what goes in comes out: numbers as numbers (integers of up to 32 bits as such, all others, and -0, as
 * float 64), bigints of up to 64 bits as 64-bit integers, Date as timestamp, Uint8Array as bin, a Map that has a key of
 * another kind than text as a map. What MessagePack has no form for travels as an extension:
 *
 * | type | value                                                     | content                                         |
 * | ---- | --------------------------------------------------------- | ----------------------------------------------- |
 * | 120  | undefined; a field that is undefined is left out          | one zero byte                                   |
 * | 121  | Map whose keys are all text, or one of which is no scalar | a map, whose keys may be anything               |
 * | 122  | Set                                                       | an array                                        |
 * | 123  | bigint of more than 64 bits                               | big-endian two's complement, as short as can be |
 *
 * Types 0-119 are users': see {@linkcode msgpackWith}. Unknown extensions, classes without a form, a key that stands twice
 * and the key `__proto__` of an object are errors. An empty body is undefined, lone surrogates become U+FFFD, and what a
 * timestamp says beyond milliseconds is cut off.
 *
 * Written here because @msgpack/msgpack accepts text that is not UTF-8, writes such text for lone surrogates, strips a byte
 * order mark from long text, loses -0 and Map, and has no limit of depth; it is the tests' oracle.
 *
 * @module
 */
import type { Codec, Coder } from "./codec.ts";
import { AnyCoder, TypedCoder } from "./msgpack/coder.ts";
import type { MsgpackExtension } from "./msgpack/extension.ts";
import type { Type } from "./schema/type.ts";

export type { MsgpackExtension } from "./msgpack/extension.ts";

/** The codec `msgpack`. */
export const msgpack: Codec = codecOf("msgpack", 6, []);

/** What {@linkcode msgpackWith} may be told. */
export interface MsgpackOptions {
  /** The extensions; the first whose `is` says so has a value. */
  extensions: readonly MsgpackExtension[];
  /** Name of the codec. @default "msgpack_with" */
  name?: string;
  /** Its number in a frame, 128-255, which both ends must agree on. @default 128 */
  id?: number;
}

/**
 * MessagePack with extensions of your own, for values without a schema; both ends need the same ones. Throws RangeError for
 * a type that isn't 0-119 or stands twice, and for a bad id.
 *
 * @example
 * ```ts
 * import { msgpackWith } from "@erpc/erpc/msgpack";
 * const codec = msgpackWith({
 *   extensions: [{
 *     type: 5,
 *     is: (value) => value instanceof URL,
 *     encode: (url) => new TextEncoder().encode((url as URL).href),
 *     decode: (bytes) => new URL(new TextDecoder().decode(bytes)),
 *   }],
 * });
 * console.assert(codec.id === 128);
 * ```
 */
export function msgpackWith({ extensions, name = "msgpack_with", id = 128 }: MsgpackOptions): Codec {
  if (!(Number.isInteger(id) && id >= 128 && id <= 255)) {
    throw new RangeError(`Cannot make codec ${name}: its id is ${id}, want 128-255`);
  }
  extensions.forEach(({ type }, i) => {
    const isFree = Number.isInteger(type) && type >= 0 && type < 120;
    if (!isFree || extensions.findIndex((one) => one.type === type) !== i) {
      throw new RangeError(
        `Cannot make codec ${name}: extension type ${type} is ${isFree ? "there twice" : "not 0-119"}`,
      );
    }
  });
  return codecOf(name, id, [...extensions]);
}

function codecOf(name: string, id: number, own: readonly MsgpackExtension[]): Codec {
  const anyCoder: Coder = new AnyCoder(own);
  const compile = <T>(type?: Type<T>) => type ? new TypedCoder(type) : anyCoder as Coder<T>;
  return { name, id, compile };
}
