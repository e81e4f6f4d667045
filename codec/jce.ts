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
import type { Reader, Writer } from "../protocol/mod.ts";
import type { Codec, Coder } from "./codec.ts";
import { rootName } from "./fit.ts";
import { readRoot } from "./jce/decode.ts";
import { writeRoot } from "./jce/encode.ts";
import { refusal } from "./misfit.ts";
import { jceAny } from "./jce_any.ts";
import { OPTIONAL_KIND, type Plan, planOf } from "./plan.ts";
import type { Type } from "./schema/type.ts";

class JceCoder<T> implements Coder<T> {
  readonly #plan: Plan;
  readonly #root: string;

  constructor(type: Type<T>) {
    this.#plan = jcePlanOf(type);
    this.#root = rootName(type);
  }

  encode(value: T, into: Writer): void {
    const { pos, depth } = into;
    try {
      writeRoot(into, this.#plan, value);
    } catch (error) {
      into.pos = pos;
      into.depth = depth;
      throw refusal(error, "encode", this.#root);
    }
  }

  decode(from: Reader): T {
    try {
      return readRoot(from, this.#plan) as T;
    } catch (error) {
      throw refusal(error, "decode", this.#root);
    }
  }
}

/** The plan of `type`; throws TypeError for what JCE can't express. */
function jcePlanOf(type: Type): Plan {
  const known = new Map<Type, Plan>(), plan = planOf(type, known);
  for (const { type, value, tags, keys } of known.values()) {
    const large = tags.findIndex((tag) => tag > 255);
    if (large >= 0) {
      throw new TypeError(`Cannot compile a schema for jce: tag ${tags[large]} of ${keys[large]} is above 255`);
    }
    if (value.kind === OPTIONAL_KIND && type.kind !== "optional") {
      throw new TypeError(`Cannot compile a schema for jce: a ${type.kind} cannot hold optional values`);
    }
  }
  return plan;
}

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
