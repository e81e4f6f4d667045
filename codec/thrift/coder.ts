/**
 * The coder of both Thrift codecs.
 *
 * @module
 */
import type { Reader, Writer } from "../../protocol/mod.ts";
import type { Codec, Coder } from "../codec.ts";
import { rootName } from "../fit.ts";
import { refusal } from "../misfit.ts";
import type { Plan } from "../plan.ts";
import type { Type } from "../schema/type.ts";
import { thriftPlanOf } from "./plan.ts";
import type { Protocol } from "./protocol.ts";
import { readRoot } from "./read.ts";
import { writeRoot } from "./write.ts";

class ThriftCoder<T> implements Coder<T> {
  readonly #protocol: Protocol;
  readonly #plan: Plan;
  readonly #root: string;

  constructor(protocol: Protocol, plan: Plan, root: string) {
    this.#protocol = protocol;
    this.#plan = plan;
    this.#root = root;
  }

  encode(value: T, into: Writer): void {
    const { pos, depth } = into;
    try {
      writeRoot(this.#protocol, into, this.#plan, value);
    } catch (error) {
      into.pos = pos;
      into.depth = depth;
      throw refusal(error, "encode", this.#root);
    }
  }

  decode(from: Reader): T {
    try {
      return readRoot(this.#protocol, from, this.#plan) as T;
    } catch (error) {
      throw refusal(error, "decode", this.#root);
    }
  }
}

/** The codec of that `name` and number that writes structs in `protocol`. */
export function thriftCodec(name: string, id: number, protocol: Protocol): Codec {
  return {
    name,
    id,
    compile<T>(type?: Type<T>): Coder<T> {
      if (!type) throw new TypeError(`Cannot compile for ${name}: it needs a schema`);
      return new ThriftCoder<T>(protocol, thriftPlanOf(type, name), rootName(type));
    },
  };
}
