/**
 * No encoding: bytes as they are.
 *
 * @module
 */
import { type Reader, RpcError, type Writer } from "../protocol/mod.ts";
import type { Codec, Coder } from "./codec.ts";
import { got } from "./fit.ts";
import { resolved, type Type } from "./schema/type.ts";

/** The codec `"none"`: takes a Uint8Array and gives a copy. The only schema it takes is `t.bytes`. */
export const none: Codec = {
  name: "none",
  id: 0,
  compile<T>(type?: Type<T>): Coder<T> {
    const kind = type && resolved(type).kind;
    if (kind !== undefined && kind !== "bytes") {
      throw new TypeError(`Cannot compile a ${kind} for none: it carries only bytes`);
    }
    return coder as Coder<T>;
  },
};

const coder: Coder = {
  encode(value: unknown, into: Writer): void {
    if (value instanceof Uint8Array) return into.raw(value);
    throw new RpcError("invalid_argument", `Cannot encode value: got ${got(value)}, want bytes`);
  },
  decode: (from: Reader): Uint8Array => from.take(),
};
