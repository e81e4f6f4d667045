/**
 * Single-object encoding: a value with the fingerprint of its schema before it.
 *
 * Format: Apache Avro 1.12 specification, "Single-object encoding": C3 01, the CRC-64-AVRO fingerprint in little-endian, and
 * the value.
 *
 * @module
 */
import { type Reader, RpcError, type Writer } from "../../protocol/mod.ts";
import type { Coder } from "../codec.ts";
import { rootName } from "../fit.ts";
import type { Type } from "../schema/type.ts";
import { avroCoder, type AvroCoderOptions } from "./coder.ts";
import { avroFingerprint } from "./fingerprint.ts";
import type { AvroSource } from "./source.ts";

/** What {@linkcode avroSingleObject} is told. */
export interface AvroSingleObjectOptions extends AvroCoderOptions {
  /** Schemas of other writers to read, beside the one of {@linkcode AvroCoderOptions.schema} that is written too. */
  readonly writers?: readonly AvroSource[];
}

const marker = 0xc301;

/**
 * A coder of values with the fingerprint of their schema before them; reads those of every schema it is told of. Throws as
 * {@linkcode avroCoder}.
 */
export function avroSingleObject<T>(type: Type<T>, options: AvroSingleObjectOptions = {}): Coder<T> {
  const { schema = type, writers = [] } = options, own = avroFingerprint(schema), coder = avroCoder(type, options);
  const coders = new Map(
    writers.map((writer) => [avroFingerprint(writer), avroCoder(type, { ...options, schema: writer })]),
  );
  coders.set(own, coder);
  return {
    encode(value: T, into: Writer) {
      const { pos } = into;
      try {
        into.u16(marker);
        into.reserve(8);
        into.view.setBigInt64(into.pos, own, true);
        into.pos += 8;
        coder.encode(value, into);
      } catch (error) {
        into.pos = pos;
        throw error;
      }
    },
    decode: (from: Reader) => coderOf(coders, rootName(type), from).decode(from),
  };
}

/** The coder for the fingerprint that comes next. */
function coderOf<T>(coders: ReadonlyMap<bigint, Coder<T>>, name: string, from: Reader): Coder<T> {
  const head = from.u16();
  if (head !== marker) {
    throw new RpcError("invalid_argument", `Cannot decode ${name}: it does not start as a single object of avro`);
  }
  const fingerprint = from.view.getBigInt64(from.skip(8), true), coder = coders.get(fingerprint);
  if (coder) return coder;
  const hex = BigInt.asUintN(64, fingerprint).toString(16).padStart(16, "0");
  throw new RpcError("invalid_argument", `Cannot decode ${name}: no schema has the fingerprint ${hex}`);
}
