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
import { type Dialect, plainer } from "./plain.ts";
import type { Type } from "./schema/type.ts";

/** The codec `json`. A key `__proto__` in JSON becomes an own property, as `JSON.parse` does; merge such objects with care. */
export const json: Codec = { name: "json", id: 5, compile };

function compile<T>(type?: Type<T>): Coder<T> {
  if (!type) return plainCoder as Coder<T>;
  const plain = plainer(type, dialect), check = conformer(type), root = rootName(type);
  return {
    encode: (value, into) => {
      const start = into.pos;
      try {
        writeJson(plain(value), into);
      } catch (error) {
        into.pos = start;
        throw refusal(error, "encode", root);
      }
    },
    decode: (from) => check(readJson(from)),
  };
}

const plainCoder: Coder = { encode: writeJson, decode: readJson };

const dialect: Dialect = {
  scalars: { int64: String, float: floatForm, double: floatForm, bytes: (value: Uint8Array) => value.toBase64() },
  map(entries) {
    const object: Record<string, unknown> = Object.create(null);
    for (const [key, value] of entries) object[String(key)] = value;
    return object;
  },
};

function floatForm(value: number): number | string {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return value === 0 ? "-0" : String(value);
}

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
  if (opensMore(text, maxDepth) && nestsDeeper(bytes, pos, end, maxDepth)) {
    throw new RpcError("invalid_argument", `Cannot decode: nesting is deeper than ${maxDepth}`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RpcError("invalid_argument", `Cannot decode: ${(cause as Error).message}`, { cause });
  }
}
