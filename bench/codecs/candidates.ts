/**
 * What is measured: erpc's codecs, and the libraries that people would use instead.
 *
 * @module
 */
import { type CodecName, codecs, loadCodec, type Type } from "../../codec/mod.ts";
import { Reader, Writer } from "../../protocol/mod.ts";
import { fastXmlParser, protobufEs, thriftBinary, thriftCompact } from "./rivals.ts";

/** One way to encode and decode messages of one type. */
export interface Candidate {
  /** Encodes `value`; the bytes themselves may be written over by the next call. */
  encode(value: unknown): Uint8Array;
  /** Decodes what `encode` gave. */
  decode(bytes: Uint8Array): unknown;
}

/** Makes the candidate for messages of `type`. */
export type MakeCandidate = (type: Type) => Candidate | Promise<Candidate>;

const encoder = new TextEncoder(), decoder = new TextDecoder();

/** What every other candidate is compared with. */
export const baseline: Candidate = {
  encode: (value) => encoder.encode(JSON.stringify(value)),
  decode: (bytes) => JSON.parse(decoder.decode(bytes)),
};

/** A codec of erpc, into a writer and from a reader that are used again, as a connection does. */
function ours(name: CodecName, typed: boolean): MakeCandidate {
  return async (type) => {
    const coder = (await loadCodec(name)).compile<unknown>(typed ? type : undefined);
    const writer = new Writer(4096), reader = new Reader();
    let last: Uint8Array | undefined, view: DataView | undefined;
    return {
      encode(value) {
        writer.pos = 0;
        coder.encode(value, writer);
        return writer.bytes.subarray(0, writer.pos);
      },
      decode(bytes) {
        if (bytes !== last) view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        last = bytes;
        return coder.decode(reader.reset(bytes, view!, 0, bytes.length));
      },
    };
  };
}

const schemaless: ReadonlySet<CodecName> = new Set(["jce_any", "json_any"]);

/** Candidates by name: every codec in the table, those that go without a schema also so, and the rivals. */
export const candidates: Readonly<Record<string, MakeCandidate>> = {
  ...Object.fromEntries(
    (Object.keys(codecs) as CodecName[]).filter((name) => name !== "none")
      .map((name) => [name, ours(name, !schemaless.has(name))]),
  ),
  "json, no schema": ours("json", false),
  "msgpack, no schema": ours("msgpack", false),
  "@bufbuild/protobuf": protobufEs,
  "npm thrift, binary": thriftBinary,
  "npm thrift, compact": thriftCompact,
  "fast-xml-parser": fastXmlParser,
};
