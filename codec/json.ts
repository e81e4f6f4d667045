/**
 * JSON (RFC 8259) in strict UTF-8.
 *
 * Without a schema it is `JSON.stringify` and `JSON.parse` and nothing more, and an empty body is undefined. With a schema
 * the form is that of proto3's JSON mapping: `int64` as decimal text, bytes as base64, maps as objects, enumerations by
 * name, and the numbers that JSON lacks as the texts `NaN`, `Infinity`, `-Infinity` (and `-0`).
 *
 * @module
 */
import { type Reader, RpcError, type Writer } from "../protocol/mod.ts";
import type { Codec, Coder } from "./codec.ts";
import { conformer } from "./conform.ts";
import { got, refusal, rootName } from "./fit.ts";
import { mayNestDeeper, nestsDeeper, opensMore } from "./json/depth.ts";
import { dialect } from "./json/dialect.ts";
import { readTyped } from "./json/typed_read.ts";
import { writeTyped } from "./json/typed_write.ts";
import { plainer } from "./plain.ts";
import { type Plan, planOf } from "./plan.ts";
import type { Type } from "./schema/type.ts";

/** The codec `json`. A key `__proto__` in JSON becomes an own property, as `JSON.parse` does; merge such objects with care. */
export const json: Codec = { name: "json", id: 5, compile };

function compile<T>(type?: Type<T>): Coder<T> {
  return type ? new TypedCoder(type) : plainCoder as Coder<T>;
}

/** Goes the quick way along the schema, and the general way with all that the quick one gives up. */
class TypedCoder<T> implements Coder<T> {
  readonly #plan: Plan;
  readonly #plain: (value: unknown) => unknown;
  readonly #check: (value: unknown) => T;
  readonly #root: string;

  constructor(type: Type<T>) {
    this.#plan = planOf(type);
    this.#plain = plainer(type, dialect);
    this.#check = conformer(type);
    this.#root = rootName(type);
  }

  encode(value: T, into: Writer): void {
    const { pos, depth } = into;
    try {
      writeTyped(into, this.#plan, value);
    } catch {
      into.pos = pos;
      into.depth = depth;
      this.#encodeAny(value, into);
    }
  }

  #encodeAny(value: T, into: Writer): void {
    const { pos } = into;
    try {
      writeJson(this.#plain(value), into);
    } catch (error) {
      into.pos = pos;
      throw refusal(error, "encode", this.#root);
    }
  }

  decode(from: Reader): T {
    const { pos, depth } = from;
    try {
      return readTyped(from, this.#plan) as T;
    } catch {
      from.pos = pos;
      from.depth = depth;
      return this.#check(readJson(from));
    }
  }
}

const plainCoder: Coder = { encode: writeJson, decode: readJson };

function writeJson(value: unknown, into: Writer): void {
  if (value === undefined) return;
  const text = stringify(value), start = into.pos;
  into.text(text);
  if (mayNestDeeper(text, into.maxDepth) && nestsDeeper(into.bytes, start, into.pos, into.maxDepth)) {
    into.pos = start;
    throw new RpcError("invalid_argument", `Cannot encode: nesting is deeper than ${into.maxDepth}`);
  }
}

function stringify(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new RpcError("invalid_argument", `Cannot encode: ${whyNot(cause)}`, { cause });
  }
  if (text !== undefined) return text;
  throw new RpcError("invalid_argument", `Cannot encode: got ${got(value)}, want a JSON value`);
}

function whyNot(error: unknown): string {
  const [why = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return why.includes("BigInt") ? "JSON has no bigint; use a schema, or codec jce or msgpack" : why;
}

function readJson(from: Reader): unknown {
  if (from.left === 0) return undefined;
  const { pos, bytes, end, maxDepth } = from, text = from.text();
  if (end - pos > 2 * maxDepth && opensMore(text, maxDepth) && nestsDeeper(bytes, pos, end, maxDepth)) {
    throw new RpcError("invalid_argument", `Cannot decode: nesting is deeper than ${maxDepth}`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RpcError("invalid_argument", `Cannot decode: ${(cause as Error).message}`, { cause });
  }
}
