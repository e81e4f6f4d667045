/**
 * JCE, the encoding of TARS, driven by a schema: byte for byte what TarsCpp and TarsGo write.
 *
 * A struct's fields are written in tag order, optional ones only when they are there, integers as narrow as they fit.
 * Unsigned integers are written as the next larger signed ones (uint64 as the int64 of the same bits), an enumeration as
 * its int32, bytes as a simple list. A message is a struct's bare fields; a value of any other type is written as the
 * field with tag 0. Fields with unknown tags are skipped. See `JCE.md` beside this file.
 *
 * @module
 */
import type { Codec, Coder } from "./codec.ts";
import { JceCoder } from "./jce/coder.ts";
import { jceAny } from "./jce_any.ts";
import type { Type } from "./schema/type.ts";

/** The codec `"jce"`: needs a schema. Refuses (TypeError) optional list elements and map values. */
export const jce: Codec = {
  name: "jce",
  id: 1,
  dynamic: jceAny,
  compile<T>(type?: Type<T>): Coder<T> {
    if (!type) throw new TypeError("Cannot compile for jce: it needs a schema");
    return new JceCoder(type);
  },
};
