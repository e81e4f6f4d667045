/**
 * Codecs: values to bytes and back, with or without a schema; and the schema itself.
 *
 * @example
 * ```ts
 * import { loadCodec, t } from "@erpc/erpc/codec";
 * import { Reader, Writer } from "@erpc/erpc/protocol";
 * const Hello = t.struct("demo.Hello", { name: t.field(1, t.string), times: t.field(2, t.optional(t.int32)) });
 * const codec = await loadCodec("jce"), coder = codec.compile(Hello), writer = new Writer();
 * coder.encode({ name: "world" }, writer);
 * console.assert(coder.decode(new Reader(writer.slice())).name === "world");
 * ```
 *
 * @module
 */
import type { Codec } from "./codec.ts";
import { jce } from "./jce.ts";
import { jceAny } from "./jce_any.ts";
import { json } from "./json.ts";
import { none } from "./none.ts";

/** Codec names with the numbers they have in a frame, and how to load each: a new one is a new line here. */
export const codecs = {
  none: { id: 0, load: (): Codec => none },
  jce: { id: 1, load: (): Codec => jce },
  jce_any: { id: 2, load: (): Codec => jceAny },
  pb: { id: 3, load: (): Promise<Codec> => import("./pb.ts").then((m) => m.pb) },
  avro: { id: 4, load: (): Promise<Codec> => import("./avro.ts").then((m) => m.avro) },
  json: { id: 5, load: (): Codec => json },
  msgpack: { id: 6, load: (): Promise<Codec> => import("./msgpack.ts").then((m) => m.msgpack) },
  thrift: { id: 7, load: (): Promise<Codec> => import("./thrift.ts").then((m) => m.thrift) },
  xml: { id: 8, load: (): Promise<Codec> => import("./xml.ts").then((m) => m.xml) },
  soap: { id: 9, load: (): Promise<Codec> => import("./soap.ts").then((m) => m.soap) },
  thrift_compact: { id: 10, load: (): Promise<Codec> => import("./thrift_compact.ts").then((m) => m.thriftCompact) },
  json_any: { id: 11, load: (): Promise<Codec> => import("./json_any.ts").then((m) => m.jsonAny) },
} satisfies Record<string, { id: number; load: () => Codec | Promise<Codec> }>;

/** What codec soap has besides, for those who carry its envelopes: Faults and media types. */
export const soapModule = (): Promise<typeof import("./soap.ts")> => import("./soap.ts");

/** Name of a codec. */
export type CodecName = keyof typeof codecs;

export * from "./codec.ts";
export * from "./compatible.ts";
export * from "./conform.ts";
export * from "./conformance.ts";
export * from "./from_proto.ts";
export * from "./load.ts";
export * from "./proto_descriptor.ts";
export type { LogicalOptions } from "./schema/logical.ts";
export * from "./schema/service.ts";
export * from "./schema/type.ts";
export * as t from "./schema/words.ts";
export * as tars from "./tars.ts";
export * from "./thrift/message.ts";
export { type ThriftMethod, thriftMethod } from "./thrift/method.ts";
export type { StandardIssue, StandardResult, StandardSchema } from "./validate.ts";
export { coderOf, isUntyped, type OutputOf, type StandardType } from "./standard.ts";
