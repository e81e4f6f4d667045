/**
 * MessagePack along a schema, and without one.
 *
 * @module
 */
import type { Reader, Writer } from "../../protocol/mod.ts";
import type { Coder } from "../codec.ts";
import { conformer } from "../conform.ts";
import { rootName } from "../fit.ts";
import { refusal, wantEnd } from "../misfit.ts";
import { type Dialect, plainer } from "../plain.ts";
import type { Type } from "../schema/type.ts";
import type { Extensions, MsgpackExtension } from "./extension.ts";
import { readAny } from "./read.ts";
import { writeAny } from "./write.ts";

const dialect: Dialect = {
  scalars: { int53: (value: number) => value === (value | 0) || value === value >>> 0 ? value : BigInt(value) },
  logicals: { timestamp: (value: Date) => value },
  map: (entries) => entries,
};

/** Writes and reads values of `type`, or any without one: these with the user's `own` extensions. */
export class MsgpackCoder<T> implements Coder<T> {
  readonly #forms: Extensions;
  readonly #plain: (value: unknown) => unknown;
  readonly #check: (value: unknown) => T;
  readonly #root: string;

  /** Compiles `type`. */
  constructor(type: Type<T> | undefined, own: readonly MsgpackExtension[] = []) {
    this.#forms = { isExact: !type, own };
    this.#plain = type ? plainer(type, dialect) : (value) => value;
    this.#check = type ? conformer(type) : (value) => value as T;
    this.#root = type ? rootName(type) : "value";
  }

  /** See {@linkcode Coder.encode}. */
  encode(value: T, into: Writer): void {
    const { pos, depth } = into;
    try {
      const plain = this.#plain(value);
      if (plain !== undefined) writeAny(into, plain, this.#forms);
    } catch (error) {
      into.pos = pos;
      into.depth = depth;
      throw refusal(error, "encode", this.#root);
    }
  }

  /** See {@linkcode Coder.decode}. */
  decode(from: Reader): T {
    return this.#check(from.left === 0 ? undefined : this.#read(from));
  }

  #read(from: Reader): unknown {
    try {
      const value = readAny(from, this.#forms);
      wantEnd(from);
      return value;
    } catch (error) {
      throw refusal(error, "decode", this.#root);
    }
  }
}
