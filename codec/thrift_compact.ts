/**
 * Thrift's compact protocol, driven by a schema: what `thrift.ts` says of values, in fewer bytes.
 *
 * @module
 */
import type { Codec } from "./codec.ts";
import { compact } from "./thrift/compact.ts";
import { thriftCodec } from "./thrift/coder.ts";

/** The codec `"thrift_compact"`: needs a schema. Refuses (TypeError) what `"thrift"` refuses. */
export const thriftCompact: Codec = thriftCodec("thrift_compact", 10, compact);
