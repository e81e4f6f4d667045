/**
 * SOAP 1.1 and 1.2, document/literal: the message as codec `xml` writes it, in an envelope.
 *
 * `{ name: "a" }` of a struct `demo.Hello` is the element `<Hello xmlns="urn:demo"><name>a</name></Hello>` in the Body: all
 * elements of a message are in the namespace of its struct's package, and {@linkcode writeWsdl} says so in WSDL.
 * Envelopes of both versions are read. Document type declarations and processing instructions are refused, and so is
 * everything beside one element in the Body.
 *
 * Headers that must be understood and that nobody here knows make decoding fail with `unimplemented`, as an Envelope of
 * another version does; other headers are skipped. A Fault is the RpcError it stands for, which decoding throws.
 *
 * @example An endpoint for clients of SOAP
 * ```ts
 * import { service, t, unary } from "@erpc/erpc/codec";
 * import { Reader, RpcError, Writer } from "@erpc/erpc/protocol";
 * import { soap, soapFault, soapMediaTypes, writeWsdl } from "@erpc/erpc/soap";
 * const Hello = t.struct("demo.Hello", { name: t.field(1, t.string) });
 * const Reply = t.struct("demo.Reply", { msg: t.field(1, t.string) });
 * const Demo = service("demo", { hello: unary(Hello, Reply) });
 * async function answer(request: Request): Promise<Response> {
 *   if (request.method === "GET") return new Response(writeWsdl(Demo, { address: request.url }));
 *   const into = new Writer(), headers = { "content-type": soapMediaTypes["1.1"] };
 *   try {
 *     const { name } = soap.compile(Hello).decode(new Reader(await request.bytes()));
 *     soap.compile(Reply).encode({ msg: `hello ${name}` }, into);
 *     return new Response(into.slice(), { headers });
 *   } catch (error) {
 *     return new Response(soapFault(RpcError.from(error)), { status: 500, headers });
 *   }
 * }
 * const fault = await answer(new Request("http://127.0.0.1/", { method: "POST", body: "hi" }));
 * console.assert(fault.status === 500);
 * ```
 *
 * @module
 */
import { Reader, type RpcError, Writer } from "../protocol/mod.ts";
import type { Codec, Coder } from "./codec.ts";
import { rootName } from "./fit.ts";
import { refusal } from "./misfit.ts";
import type { Type } from "./schema/type.ts";
import {
  type EnvelopeParts,
  type EnvelopeTags,
  envelopeTags,
  NotFollowed,
  readEnvelope,
  writeEnvelope,
} from "./soap/envelope.ts";
import { envelopeError, errorOf, type Fault, faultOf } from "./soap/fault.ts";
import { readFault } from "./soap/fault_read.ts";
import { writeFault } from "./soap/fault_write.ts";
import { Headers, type SoapHeader } from "./soap/header.ts";
import { Message, type MessageNames } from "./soap/message.ts";
import { type SoapVersion, versionOf } from "./soap/version.ts";
import { XmlReader } from "./xml/reader.ts";

export { type Idl, IdlError, type NamedType } from "./idl/idl.ts";
export { readWsdl, type ReadWsdlOptions, writeWsdl, type WsdlOptions } from "./idl/wsdl.ts";
export type { FaultDetails } from "./soap/fault.ts";
export type { SoapHeader } from "./soap/header.ts";
export type { MessageNames } from "./soap/message.ts";
export { soapMediaTypes, type SoapVersion } from "./soap/version.ts";

/** What may be said about envelopes. */
export interface SoapOptions extends MessageNames {
  /** Version that is written. Default `"1.1"`. */
  readonly version?: SoapVersion;
  /** Headers that are understood. Default none. */
  readonly headers?: readonly SoapHeader[];
}

class SoapCoder<T> implements Coder<T> {
  readonly #tags: EnvelopeTags;
  readonly #headers: Headers;
  readonly #message: Message;
  readonly #name: string;
  /** What is read of an envelope. */
  readonly #parts: EnvelopeParts<{ readonly value: T } | Fault> = {
    header: (x, version) => this.#headers.read(x, version),
    body: (x, version) => isFault(x) ? readFault(x, version) : { value: this.#message.read(x) as T },
  };
  /** A reader that no call uses at the moment. */
  #idle: XmlReader | undefined;

  constructor(type: Type<T>, { version = "1.1", headers = [], ...names }: SoapOptions) {
    this.#tags = envelopeTags(version);
    this.#headers = new Headers(headers);
    this.#message = new Message(type, names);
    this.#name = rootName(type);
  }

  encode(value: T, into: Writer): void {
    const { pos, depth } = into;
    try {
      const headers = this.#headers.writer(into);
      writeEnvelope(into, this.#tags, { headers, body: () => this.#message.write(into, value) });
    } catch (error) {
      into.pos = pos;
      into.depth = depth;
      throw refusal(error, "encode", this.#name);
    }
  }

  decode(from: Reader): T {
    const xml = this.#idle?.reset(from) ?? readerOf(from);
    this.#idle = undefined;
    try {
      const found = readAll(xml, this.#name, this.#parts);
      if ("value" in found) return found.value;
      throw errorOf(found);
    } finally {
      this.#idle = xml;
    }
  }
}

/** Whether the start tag that was read is that of an envelope's Fault. */
function isFault(x: XmlReader): boolean {
  return x.local === "Fault" && versionOf(x.namespace) !== undefined;
}

function readerOf(from: Reader): XmlReader {
  return new XmlReader(from, { refuseInstructions: true });
}

/** Reads an envelope; `root` is what errors call what is in it. */
function readAll<T>(x: XmlReader, root: string, parts: EnvelopeParts<T>): T {
  try {
    return readEnvelope(x, parts);
  } catch (error) {
    if (!(error instanceof NotFollowed)) throw refusal(error, "decode", root);
    throw envelopeError(`Cannot decode ${root}: ${error.message}`, error.details);
  }
}

/** The codec `"soap"` as `options` say. What it sends, every codec `"soap"` reads, unless the namespace is another one. */
export function soapWith(options: SoapOptions): Codec {
  return {
    name: "soap",
    id: 9,
    compile<T>(type?: Type<T>): Coder<T> {
      if (!type) throw new TypeError("Cannot compile for soap: it needs a schema");
      return new SoapCoder(type, options);
    },
  };
}

/** The codec `"soap"`: needs a schema. Writes SOAP 1.1, and reads 1.2 as well. */
export const soap: Codec = soapWith({});

/**
 * The envelope of `version` with the Fault that says `error`: whoever is called wrongly gets the Fault Client or Sender, for
 * errors of this side it is Server or Receiver. Its detail makes {@linkcode soapError} give the same error again: code, status,
 * message, details (JSON of up to 8 KiB) and when to retry. Over HTTP it goes with status 500.
 */
export function soapFault(error: RpcError, version: SoapVersion = "1.1"): Uint8Array<ArrayBuffer> {
  const into = new Writer();
  writeEnvelope(into, envelopeTags(version), { body: () => writeFault(into, faultOf(error), version) });
  return into.slice();
}

/**
 * The error that the Fault in an envelope stands for; undefined when there is another element in its Body. A Fault of another
 * implementation is `invalid_argument` when it blames the caller, `internal` when it blames the service, `unimplemented` when it
 * is about the envelope's version or a header, else `unknown`; its details are {@linkcode FaultDetails}. Throws RpcError
 * for what is no envelope.
 */
export function soapError(envelope: Uint8Array): RpcError | undefined {
  return readAll(readerOf(new Reader(envelope)), "envelope", {
    header: (x) => x.skip(),
    body: (x, version) => isFault(x) ? errorOf(readFault(x, version)) : x.skip(),
  }) ?? undefined;
}
