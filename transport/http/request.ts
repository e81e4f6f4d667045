/**
 * What a request of HTTP asks for, read from its line and headers; its body is not looked at.
 *
 * @module
 */
import {
  MetadataKey,
  refined,
  RpcError,
  type Writer,
  writeText,
  writeU32,
  writeU8,
  writeUser,
} from "../../protocol/mod.ts";
import { acceptedCompression } from "./body.ts";
import { bareType, FRAMES } from "./media_type.ts";
import { metadataOf } from "./metadata_headers.ts";
import type { MethodName } from "./target.ts";
import { timeoutHeaders, timeoutOf } from "./timeout.ts";

/** What the headers of a request say. */
export interface Said {
  /** Media type of the body, without parameters; empty when unsaid. */
  type: string;
  /** Content coding of the body. */
  coding: string;
  /** Bytes of the body, as they were announced. */
  length: string | null;
  /** Media types that are taken. */
  accept: string;
  /** Number of the compression that the answer may have. */
  compression: number;
  /** Milliseconds the call may take; undefined when unsaid. */
  timeoutMs: number | undefined;
  /** Which attempt of its call it is. */
  attempt: number;
  /** No answer is wanted. */
  oneway: boolean;
  /** `SOAPAction`, or the action in the media type. */
  action: string;
  /** Page that it comes from. */
  origin: string | null;
  /** Value of `upgrade`. */
  upgrade: string;
  /** A client of erpc asks. */
  own: boolean;
  /** A stream of frames is taken for an answer. */
  streams: boolean;
  /** User metadata, or null. */
  user: Map<string, string | Uint8Array> | null;
}

/** Reads headers. Throws `invalid_argument` for those that make no sense. */
export function readHeaders(headers: Headers): Said {
  const said: Said = {
    type: "",
    coding: "",
    length: null,
    accept: "",
    compression: 0,
    timeoutMs: undefined,
    attempt: 1,
    oneway: false,
    action: "",
    origin: null,
    upgrade: "",
    own: false,
    streams: false,
    user: null,
  };
  const own = headers.get(ERPC_HEADER);
  if (own !== null) readNamed(said, headers, own.split(","));
  else for (const [name, value] of headers) readHeader(said, name, value);
  return said;
}

/**
 * Says that a client of erpc asks: the number of the compression that the reply may have, and the headers that hold metadata.
 * To go through all headers would take a tenth of the time of a call.
 */
export const ERPC_HEADER = "erpc";

/** Headers that are looked for then. */
const usual: readonly string[] = [
  "content-type",
  "content-length",
  "content-encoding",
  "origin",
  "soapaction",
  "erpc-timeout",
  "erpc-attempt",
  "erpc-oneway",
];

function readNamed(said: Said, headers: Headers, [compression, ...names]: readonly string[]): void {
  said.own = said.streams = true;
  said.compression = Number(/^\d{1,3}$/.exec(compression!)?.[0] ?? 0) & 0xff;
  for (const name of usual) lookFor(said, headers, name);
  for (const name of names) lookFor(said, headers, name.trim());
}

function lookFor(said: Said, headers: Headers, name: string): void {
  const value = headers.get(name);
  if (value !== null) readHeader(said, name, value);
}

function readHeader(said: Said, name: string, value: string): void {
  switch (name) {
    case "content-type":
      said.type = bareType(value);
      said.action ||= /;\s*action="([^"]*)"/i.exec(value)?.[1] ?? "";
      return;
    case "content-encoding":
      said.coding = value;
      return;
    case "content-length":
      said.length = value;
      return;
    case "accept":
      said.accept = value;
      said.streams = value.split(",").some((type) => bareType(type) === FRAMES);
      return;
    case "accept-encoding":
      said.compression = acceptedCompression(value);
      return;
    case "soapaction":
      said.action = value;
      return;
    case "origin":
      said.origin = value;
      return;
    case "upgrade":
      said.upgrade = value.toLowerCase();
      return;
    case "erpc-attempt":
      said.attempt = Math.min(Number(/^[1-9]\d{0,2}$/.exec(value)?.[0] ?? 1), 255);
      return;
    case "erpc-oneway":
      said.oneway = value === "1";
      return;
  }
  if (timeoutHeaders.has(name)) {
    said.timeoutMs = timeoutOf(name, value);
    return;
  }
  const entry = metadataOf(name, value);
  if (entry === undefined) return;
  if (said.user?.has(entry[0])) throw new RpcError("invalid_argument", `Cannot read headers: ${entry[0]} stands twice`);
  (said.user ??= new Map()).set(...entry);
}

/** Writes the metadata of the call that a request is. */
export function writeMetadata(out: Writer, { service, method }: MethodName, said: Said): void {
  writeText(out, MetadataKey.service, service);
  writeText(out, MetadataKey.method, method);
  if (said.timeoutMs !== undefined) writeU32(out, MetadataKey.timeout, said.timeoutMs);
  if (said.attempt > 1) writeU8(out, MetadataKey.attempt, said.attempt);
  if (said.compression !== 0) writeU8(out, MetadataKey.accept, said.compression);
  if (said.user !== null) writeUser(out, said.user);
}

/** Error of metadata beyond its bound. */
export function tooMuchMetadata(maxBytes: number): RpcError {
  return new RpcError("resource_exhausted", `Cannot read headers: metadata of more than ${maxBytes} bytes`);
}

/** Error of a request for something that is not there. */
export function nothingAt(path: string): RpcError {
  return refined("no_service", `Cannot find ${path.slice(0, 200)}: want /<service>/<method>`);
}
