/**
 * Messages that only a Standard Schema describes, for codecs that need no schema of erpc's.
 *
 * @module
 */
import type { Reader, Writer } from "../protocol/mod.ts";
import type { Codec, Coder } from "./codec.ts";
import { refusal } from "./misfit.ts";
import type { LazyType, Type } from "./schema/type.ts";
import { standardOf, type StandardSchema, validate } from "./validate.ts";

/** A type without fields or tags: no codec can resolve it, only {@linkcode coderOf} knows what to do. */
export interface StandardType<T = unknown> extends LazyType<T> {
  /** What checks its values. */
  readonly standard: StandardSchema["~standard"];
}

/** What values of the schema `S` are, once checked. */
export type OutputOf<S extends StandardSchema> = NonNullable<S["~standard"]["types"]>["output"];

/**
 * Values that `schema` accepts, of any form that a codec carries without a schema: `jce`, `json` and `msgpack` do.
 *
 * Checked on each side as `t.checked` is, but what arrives is what the schema makes of it: without keys it doesn't know, with
 * its defaults. Only a whole request or response can be such a type, not a field. Throws TypeError for what is no Standard
 * Schema.
 *
 * @example
 * ```ts
 * import { service, type StandardSchema, t, unary } from "@erpc/erpc/codec";
 * const Text: StandardSchema = { // or z.string()
 *   "~standard": {
 *     version: 1,
 *     vendor: "example",
 *     validate: (value) => typeof value === "string" ? { value } : { issues: [{ message: "no text" }] },
 *   },
 * };
 * const Demo = service("demo", { shout: unary(t.standard(Text), t.standard(Text)) });
 * ```
 */
export function standard<S extends StandardSchema>(schema: S): StandardType<OutputOf<S>> {
  return { kind: "lazy", standard: standardOf(schema, "value"), get: refuse };
}

function refuse(): never {
  throw new TypeError("Cannot use a Standard Schema as a type here: want a type of t");
}

/** Whether values of `type` go without a schema of erpc's. */
export function isUntyped(type: Type | undefined): boolean {
  return type === undefined || "standard" in type;
}

/** The coder of `codec` for `type`, which may be of {@linkcode standard}. Throws TypeError as {@linkcode Codec.compile} does. */
export function coderOf<T>(codec: Codec, type?: Type<T>): Coder<T> {
  return type && isUntyped(type) ? new StandardCoder(codec.compile(), type as StandardType<T>) : codec.compile(type);
}

class StandardCoder<T> implements Coder<T> {
  readonly #coder: Coder;
  readonly #standard: StandardSchema["~standard"];

  constructor(coder: Coder, { standard }: StandardType<T>) {
    this.#coder = coder;
    this.#standard = standard;
  }

  encode(value: T, into: Writer): void {
    this.#validate(value, "encode");
    this.#coder.encode(value, into);
  }

  decode(from: Reader): T {
    return this.#validate(this.#coder.decode(from), "decode") as T;
  }

  #validate(value: unknown, verb: "encode" | "decode"): unknown {
    try {
      return validate(this.#standard, value);
    } catch (error) {
      throw refusal(error, verb, "value");
    }
  }
}
