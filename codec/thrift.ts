/**
 * Thrift's binary protocol, driven by a schema: byte for byte what Apache Thrift writes.
 *
 * A message is a struct whose ids are the tags; a value of any other type is the field 0 of a struct, as the result
 * `success` of a call is. Optional fields are written only when they are there. Unsigned integers are the next larger signed
 * ones (uint64 the i64 of the same bits), a float is a double, an enumeration an i32, `t.set` a set, `t.uuid` a string (the
 * type uuid came with Thrift 0.19). A union is a struct with one field, an exception a struct.
 *
 * Unknown fields are skipped, and so is a field of another wire type than the schema's, as Apache's code does; without it
 * a required field is then missing. Framed transport and the head of a message (`writeThriftMessage`) are outside of it.
 *
 * @module
 */
import type { Codec } from "./codec.ts";
import { binary } from "./thrift/binary.ts";
import { thriftCodec } from "./thrift/coder.ts";

/** The codec `"thrift"`: needs a schema. Refuses (TypeError) optional list elements and map values, and tags above 32767. */
export const thrift: Codec = thriftCodec("thrift", 7, binary);
