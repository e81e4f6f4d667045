/**
 * The coder of JCE for values of a schema; see `../jce.ts` for what it writes.
 *
 * @module
 */
import type { Reader, Writer } from "../../protocol/mod.ts";
import type { Coder } from "../codec.ts";
import { rootName } from "../fit.ts";
import { refusal } from "../misfit.ts";
import { OPTIONAL_KIND, type Plan, planOf } from "../plan.ts";
import type { Type } from "../schema/type.ts";
import { readRoot } from "./decode.ts";
import { writeRoot } from "./encode.ts";

/** Values of one type as JCE. The constructor throws TypeError for a type that JCE can't express. */
export class JceCoder<T> implements Coder<T> {
  readonly #plan: Plan;
  readonly #root: string;

  /** Compiles `type`. */
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
