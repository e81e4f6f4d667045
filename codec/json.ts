/**
 * JSON (RFC 8259) in strict UTF-8.
 *
 * Without a schema it is `JSON.stringify` and `JSON.parse` and nothing more, and an empty body is undefined. With a schema
 * the form is that of proto3's JSON mapping: 64-bit integers as decimal text, bytes as base64, maps as objects, enumerations
 * by name, timestamps as RFC 3339 has them, and the numbers that JSON lacks as the texts `NaN`, `Infinity`, `-Infinity` (and
 * `-0`); a field or a key of a map that stands twice is an error, as there. Structs named as the well-known messages of
 * Protocol Buffers (`google.protobuf.Timestamp`, `Duration`, `FieldMask`, `Struct`, `Value`, `ListValue` and the wrappers)
 * have the forms that they have there; an `Any` is a message like every other, since only a registry knows what it holds.
 *
 * @module
 */
import type { Reader, Writer } from "../protocol/mod.ts";
import type { Codec, Coder } from "./codec.ts";
import { type Conform, conformer } from "./conform.ts";
import { got, rootName } from "./fit.ts";
import { Misfit, misfit, refusal } from "./misfit.ts";
import { mayNestDeeper, nestsDeeper } from "./json/depth.ts";
import { dialect } from "./json/dialect.ts";
import { checkElements, parse } from "./json/parse.ts";
import { hasProtoForms, readProtoForm, writeProtoForm } from "./json/proto_forms.ts";
import { protoType } from "./json/proto_types.ts";
import { checkRepeated } from "./json/repeated.ts";
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
  /** Whether something has a form that the quick way doesn't know. */
  readonly #special: boolean;
  readonly #plain: (value: unknown) => unknown;
  readonly #check: Conform<T>;
  readonly #root: string;

  constructor(type: Type<T>) {
    const inJson = protoType(type), special = hasProtoForms(inJson);
    this.#plan = planOf(inJson);
    this.#special = special;
    this.#plain = plainer(inJson, special ? { ...dialect, named: writeProtoForm } : dialect);
    this.#check = conformer(inJson, special ? readProtoForm : undefined);
    this.#root = rootName(type);
  }

  encode(value: T, into: Writer): void {
    if (this.#special) return write(value, into, this.#root, this.#plain);
    const { pos, depth } = into;
    try {
      writeTyped(into, this.#plan, value);
    } catch {
      into.pos = pos;
      into.depth = depth;
      write(value, into, this.#root, this.#plain);
    }
  }

  decode(from: Reader): T {
    const { pos, depth, items } = from;
    checkElements(from, this.#root);
    if (this.#special) return this.#readGenerally(from);
    try {
      return readTyped(from, this.#plan) as T;
    } catch {
      from.pos = pos;
      from.depth = depth;
      from.items = items;
      return this.#readGenerally(from);
    }
  }

  #readGenerally(from: Reader): T {
    const { pos, end } = from, value = this.#check(read(from, this.#root), from);
    if (pos === end) return value;
    try {
      from.pos = pos;
      checkRepeated(from, this.#plan);
      from.pos = end;
      return value;
    } catch (error) {
      throw refusal(error, "decode", this.#root);
    }
  }
}

const plainCoder: Coder = {
  encode: (value, into) => write(value, into, "value", asIs),
  decode: (from) => read(from, "value"),
};

function asIs(value: unknown): unknown {
  return value;
}

function write(value: unknown, into: Writer, root: string, plain: (value: unknown) => unknown): void {
  const { pos } = into;
  try {
    writeJson(plain(value), into);
  } catch (error) {
    into.pos = pos;
    throw refusal(error, "encode", root);
  }
}

function writeJson(value: unknown, into: Writer): void {
  if (value === undefined) return;
  const text = stringify(value), start = into.pos;
  into.text(text);
  if (mayNestDeeper(text, into.maxDepth) && nestsDeeper(into.bytes, start, into.pos, into.maxDepth)) {
    misfit(`nesting is deeper than ${into.maxDepth}`);
  }
}

function stringify(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new Misfit(whyNot(error), "invalid_argument", error);
  }
  return text ?? misfit(`got ${got(value)}, want a JSON value`);
}

function whyNot(error: unknown): string {
  const [why = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return why.includes("BigInt") ? "JSON has no bigint; use a schema, or codec jce or msgpack" : why;
}

function read(from: Reader, root: string): unknown {
  if (from.left === 0) return undefined;
  checkElements(from, root);
  try {
    return parse(from, from.maxDepth);
  } catch (error) {
    throw refusal(error, "decode", root);
  }
}
