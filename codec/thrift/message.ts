/**
 * Messages of Thrift's own RPC, for bridges to Thrift peers: their heads, and the exception that a server answers with.
 *
 * A message is a head and a struct: the arguments of a call or oneway, the result of a reply, or a
 * {@linkcode ThriftException}. The struct is what the codecs `thrift` and `thrift_compact` write, behind the head.
 * Normative source: Apache Thrift, doc/specs/thrift-rpc.md. Framed transport (four bytes of length before each message) is
 * the connection's business.
 *
 * @module
 */
import { type Code, type Reader, RpcError, type Writer } from "../../protocol/mod.ts";
import { misfit, refusal } from "../misfit.ts";
import type { Infer, StructType } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { binary } from "./binary.ts";
import { compact } from "./compact.ts";
import type { Protocol } from "./protocol.ts";

/** Which protocol a message is in: the name of the codec for its struct. */
export type ThriftProtocol = "thrift" | "thrift_compact";

const protocols: Readonly<Record<ThriftProtocol, Protocol>> = { thrift: binary, thrift_compact: compact };
const types = [undefined, "call", "reply", "exception", "oneway"] as const;

/** Head of a message. */
export interface ThriftMessage {
  /** Name of the method; with a multiplexed service before it, as in `"Calculator:add"`. */
  readonly name: string;
  /** What it is. */
  readonly type: "call" | "reply" | "exception" | "oneway";
  /** Number that a reply repeats; 32 bits with a sign. */
  readonly sequence: number;
}

/**
 * Appends the head of a message; the struct follows it.
 *
 * @example
 * ```ts
 * import { loadCodec, t, writeThriftMessage } from "@erpc/erpc/codec";
 * import { Writer } from "@erpc/erpc/protocol";
 * const AddArgs = t.struct("AddArgs", { a: t.field(1, t.int32), b: t.field(2, t.int32) });
 * const codec = await loadCodec("thrift"), writer = new Writer();
 * writeThriftMessage(writer, { name: "add", type: "call", sequence: 1 }, "thrift");
 * codec.compile(AddArgs).encode({ a: 1, b: 2 }, writer);
 * ```
 */
export function writeThriftMessage(into: Writer, message: ThriftMessage, protocol: ThriftProtocol): void {
  const { pos } = into;
  try {
    protocols[protocol].writeMessage(into, { ...message, type: types.indexOf(message.type) });
  } catch (error) {
    into.pos = pos;
    throw refusal(error, "encode", "a Thrift message");
  }
}

/** Reads the head of a message; the struct follows it. Throws `invalid_argument` for bytes that are none. */
export function readThriftMessage(from: Reader, protocol: ThriftProtocol): ThriftMessage {
  try {
    const { name, type, sequence } = protocols[protocol].readMessage(from);
    return { name, type: types[type] ?? misfit(`got message type ${type}, want 1 to 4`), sequence };
  } catch (error) {
    throw refusal(error, "decode", "a Thrift message");
  }
}

/** Struct of a message of type `"exception"`: Thrift's TApplicationException. */
export const ThriftException: StructType<{ message?: string | undefined; type?: number | undefined }> = t.struct(
  "TApplicationException",
  { message: t.field(1, t.optional(t.string)), type: t.field(2, t.optional(t.int32)) },
);
/** A value of {@linkcode ThriftException}. */
export type ThriftException = Infer<typeof ThriftException>;

/** Codes by the types of a TApplicationException. */
const codesByType: readonly Code[] = [
  "unknown",
  "unimplemented", // unknown method
  "invalid_argument", // invalid message type
  "internal", // wrong method name
  "internal", // bad sequence id
  "internal", // missing result
  "internal", // internal error
  "invalid_argument", // protocol error
  "unimplemented", // invalid transform
  "unimplemented", // invalid protocol
  "unimplemented", // unsupported client type
];
const UNKNOWN = 0, UNKNOWN_METHOD = 1, INTERNAL_ERROR = 6, PROTOCOL_ERROR = 7;
const typesByCode: Partial<Record<Code, number>> = {
  unimplemented: UNKNOWN_METHOD,
  internal: INTERNAL_ERROR,
  invalid_argument: PROTOCOL_ERROR,
};

/** The error that a Thrift server's exception stands for; its type is the error's `details.type`. */
export function errorOfThrift({ message = "", type = UNKNOWN }: ThriftException): RpcError {
  return new RpcError(codesByType[type] ?? "unknown", message, { details: { type } });
}

/** The exception that tells a Thrift client of `error`, whose other codes become "unknown" with the code in the text. */
export function thriftOfError({ code, message }: RpcError): ThriftException {
  const type = typesByCode[code];
  return type === undefined ? { message: `${code}: ${message}`, type: UNKNOWN } : { message, type };
}
