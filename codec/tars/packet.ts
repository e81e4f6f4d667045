/**
 * TARS's packets: a request or reply with its routing, and the four bytes of length before it on a connection.
 *
 * Normative source: TarsCpp `servant/tup/RequestF.tars` for the structs, `servant/libservant/AppProtocol.cpp` for the
 * length, TarsGo `BaseF.tars` for the numbers. Only version 1 is spoken: TUP, XML and JSON put other things into `sBuffer`.
 *
 * @module
 */
import { Reader, refined, Writer } from "../../protocol/mod.ts";
import type { Coder } from "../codec.ts";
import { JceCoder } from "../jce/coder.ts";
import { readInt } from "../jce/read.ts";
import { INT2, ZERO } from "../jce/wire.ts";
import type { StructType } from "../schema/type.ts";
import * as t from "../schema/words.ts";

/** The one version that is spoken (`TARSVERSION`). */
export const TARS_VERSION = 1;
/** `cPacketType` of a call that gets a reply (`TARSNORMAL`), and of one that gets none (`TARSONEWAY`). */
export const NORMAL = 0, ONEWAY = 1;

/** A call as it travels; the names are TARS's. */
export interface RequestPacket {
  /** Version of the protocol, 1. */
  iVersion: number;
  /** Whether a reply is wanted: {@linkcode NORMAL} or {@linkcode ONEWAY}. */
  cPacketType: number;
  /** Bits about tracing and routing; 0 for none. */
  iMessageType: number;
  /** Number that the reply repeats. */
  iRequestId: number;
  /** The servant, such as `"App.Server.FooObj"`. */
  sServantName: string;
  /** The method. */
  sFuncName: string;
  /** Parameters: the bare fields of a struct. */
  sBuffer: Uint8Array;
  /** Milliseconds that the call may take; 0 for no limit. */
  iTimeout: number;
  /** What the caller sends along. */
  context: Map<string, string>;
  /** What the framework sends along, such as a tracing key. */
  status: Map<string, string>;
}

/** A reply as it travels; the names are TARS's. */
export interface ResponsePacket {
  /** Version of the protocol, 1. */
  iVersion: number;
  /** That of the request. */
  cPacketType: number;
  /** Number of the request. */
  iRequestId: number;
  /** That of the request. */
  iMessageType: number;
  /** 0, or what went wrong; see `status.ts`. */
  iRet: number;
  /** Return value (tag 0) and out parameters: the bare fields of a struct. */
  sBuffer: Uint8Array;
  /** What the framework sends along. */
  status: Map<string, string>;
  /** What went wrong, in words. */
  sResultDesc?: string | undefined;
  /** What the handler sends along. */
  context?: Map<string, string> | undefined;
}

const texts = t.map(t.string, t.string);

/** Schema of a {@linkcode RequestPacket}. */
export const RequestPacket: StructType<RequestPacket> = t.struct("tars.RequestPacket", {
  iVersion: t.field(1, t.int16),
  cPacketType: t.field(2, t.int8),
  iMessageType: t.field(3, t.int32),
  iRequestId: t.field(4, t.int32),
  sServantName: t.field(5, t.string),
  sFuncName: t.field(6, t.string),
  sBuffer: t.field(7, t.bytes),
  iTimeout: t.field(8, t.int32),
  context: t.field(9, texts),
  status: t.field(10, texts),
});

/** Schema of a {@linkcode ResponsePacket}. */
export const ResponsePacket: StructType<ResponsePacket> = t.struct("tars.ResponsePacket", {
  iVersion: t.field(1, t.int16),
  cPacketType: t.field(2, t.int8),
  iRequestId: t.field(3, t.int32),
  iMessageType: t.field(4, t.int32),
  iRet: t.field(5, t.int32),
  sBuffer: t.field(6, t.bytes),
  status: t.field(7, texts),
  sResultDesc: t.field(8, t.optional(t.string)),
  context: t.field(9, t.optional(texts)),
});

const requests = new JceCoder(RequestPacket), responses = new JceCoder(ResponsePacket);

/** The bytes of `packet` with their length before them, ready to be sent. Throws `invalid_argument` for what does not fit. */
export function packRequest(packet: RequestPacket): Uint8Array<ArrayBuffer> {
  return pack(requests, packet);
}

/** The bytes of `packet` with their length before them, ready to be sent. Throws `invalid_argument` for what does not fit. */
export function packResponse(packet: ResponsePacket): Uint8Array<ArrayBuffer> {
  return pack(responses, packet);
}

/**
 * Reads a packet, as `deframe` gives it: without its length. Throws RpcError `unimplemented` (status `unsupported`) for a
 * version that isn't TARS's, `invalid_argument` for anything that is no such packet.
 */
export function unpackRequest(packet: Uint8Array): RequestPacket {
  return unpack(requests, packet, "tars.RequestPacket");
}

/**
 * Reads a packet, as `deframe` gives it: without its length. Throws RpcError `unimplemented` (status `unsupported`) for a
 * version that isn't TARS's, `invalid_argument` for anything that is no such packet.
 */
export function unpackResponse(packet: Uint8Array): ResponsePacket {
  return unpack(responses, packet, "tars.ResponsePacket");
}

function pack<T>(coder: Coder<T>, packet: T): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  writer.u32(0);
  coder.encode(packet, writer);
  writer.view.setUint32(0, writer.pos);
  return writer.slice();
}

function unpack<T>(coder: Coder<T>, packet: Uint8Array, root: string): T {
  checkVersion(packet, root);
  return coder.decode(new Reader(packet));
}

const otherVersions: Readonly<Record<number, string>> = { 2: "TUP", 3: "TUP", 4: "XML", 5: "JSON" };

/** Looks at the version first, because in other versions a reply is another struct. */
function checkVersion(packet: Uint8Array, root: string): void {
  const reader = new Reader(packet), head = packet[0] ?? 0, type = head & 15;
  if (head >> 4 !== 1 || (type > INT2 && type !== ZERO) || packet.length < 3) return; // the coder says what it is
  reader.skip(1);
  const version = readInt(reader, type, INT2, "a version");
  if (version === TARS_VERSION) return;
  const name = otherVersions[version] ?? "unknown";
  throw refined("unsupported", `Cannot decode ${root}: version ${version} is ${name}, want ${TARS_VERSION} (TARS)`);
}
