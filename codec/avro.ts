/**
 * Apache Avro's binary encoding, driven by a schema.
 *
 * A struct is a record with its fields in tag order, an optional a union with null, an enumeration an index in the order of
 * its definition, a map whose keys are no strings an array of records `{ key, value }`, a union an Avro union. Timestamps,
 * dates, decimals and UUIDs have Avro's logical types; all other logical types travel as their base. The whole table is in
 * `avro/schema_of.ts`; {@linkcode writeAvsc} gives the schema as JSON.
 *
 * Both ends must have the same schema, as bytes say nothing of fields: {@linkcode avroCoder} reads and writes by another one.
 *
 * @module
 */
import { avroCoder } from "./avro/coder.ts";
import type { Codec, Coder } from "./codec.ts";
import type { Type } from "./schema/type.ts";

export { avroCoder, type AvroCoderOptions } from "./avro/coder.ts";
export { avroFingerprint, avroFingerprint256 } from "./avro/fingerprint.ts";
export { avroFixed, type AvroFixedType } from "./avro/fixed.ts";
export type { AvroFixed, AvroLogical, AvroNamed } from "./avro/schema.ts";
export { avroSingleObject, type AvroSingleObjectOptions } from "./avro/single_object.ts";
export { avroCanonicalForm, type AvroSource } from "./avro/source.ts";
export { readAvsc, writeAvsc } from "./idl/avsc.ts";
export { type Idl, IdlError, type NamedType } from "./idl/idl.ts";

/** The codec `"avro"`: needs a schema. Throws TypeError for a list or map that contains itself with no struct between. */
export const avro: Codec = {
  name: "avro",
  id: 4,
  compile<T>(type?: Type<T>): Coder<T> {
    if (!type) throw new TypeError("Cannot compile for avro: it needs a schema");
    return avroCoder(type);
  },
};
