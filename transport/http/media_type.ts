/**
 * Media types of bodies, and the codecs they stand for.
 *
 * @module
 */

/** Media type of frames, one behind the other. */
export const FRAMES = "application/erpc";

/** Media type of codec soap when its envelopes are those of SOAP 1.2. */
export const SOAP_12 = "application/soap+xml";

/** Number of codec json. */
export const JSON_CODEC = 5;
/** Number of codec soap. */
export const SOAP_CODEC = 9;

/** Media types by codec number; the first is the one that is sent. */
const typesOf: Readonly<Record<number, readonly string[]>> = {
  0: ["application/octet-stream"],
  1: ["application/x-jce"],
  2: ["application/x-jce-any"],
  3: ["application/x-protobuf", "application/protobuf"],
  4: ["avro/binary"],
  5: ["application/json"],
  6: ["application/msgpack", "application/x-msgpack", "application/vnd.msgpack"],
  7: ["application/x-thrift", "application/vnd.apache.thrift.binary"],
  8: ["application/xml"],
  9: ["text/xml", SOAP_12],
  10: ["application/vnd.apache.thrift.compact"],
  11: ["application/x-json-any"],
};

const codecOf: ReadonlyMap<string, number> = new Map(
  Object.entries(typesOf).flatMap(([codec, types]) => types.map((type) => [type, Number(codec)])),
);

/** Media types that are understood. */
export const knownTypes: string = [...codecOf.keys()].join(", ");

/** A media type without its parameters, in lower case. */
export function bareType(type: string): string {
  const semicolon = type.indexOf(";");
  return (semicolon < 0 ? type : type.slice(0, semicolon)).trim().toLowerCase();
}

/** Number of the codec that a media type without parameters stands for; `application/x-erpc-200` is codec 200, a user's. */
export function codecOfType(type: string): number | undefined {
  const codec = codecOf.get(type);
  if (codec !== undefined) return codec;
  const number = Number(/^application\/x-erpc-(\d{3})$/.exec(type)?.[1]);
  return number >= 128 && number <= 255 ? number : undefined;
}

/** Media type of bodies in a codec. */
export function typeOfCodec(codec: number): string {
  return typesOf[codec]?.[0] ?? `application/x-erpc-${codec}`;
}
