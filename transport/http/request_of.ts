/**
 * The request of HTTP that a REQUEST frame is.
 *
 * @module
 */
import { Flag, type Metadata, MetadataKey, Reader } from "../../protocol/mod.ts";
import type { FrameView } from "../frame_view.ts";
import { codingOf } from "./body.ts";
import { SOAP_CODEC, typeOfCodec } from "./media_type.ts";
import { ERPC_HEADER } from "./request.ts";
import { headersOf, metadataOf, readBlock } from "./metadata_headers.ts";

/** Path and headers of a request. */
export interface HttpRequest {
  /** Path below that of the server. */
  readonly path: string;
  /** Headers. */
  readonly headers: Record<string, string>;
}

/** What a REQUEST frame is as a request. */
export function requestOf({ metadata, codec, compression, flags }: FrameView): HttpRequest {
  const headers: Record<string, string> = {}, type = typeOfCodec(codec);
  let service = "", method = "", own = "0";
  const user = readBlock(new Reader(metadata), (key, value) => {
    if (key === MetadataKey.service) service = value.text();
    else if (key === MetadataKey.method) method = value.text();
    else if (key === MetadataKey.timeout) headers["erpc-timeout"] = String(value.u32());
    else if (key === MetadataKey.attempt) headers["erpc-attempt"] = String(value.u8());
    else if (key === MetadataKey.accept) own = String(value.u8());
  });
  for (const [name, value] of headersOf(user, true)) {
    headers[name] = value;
    own += `,${name}`;
  }
  headers["content-type"] = codec === SOAP_CODEC ? `${type}; charset=utf-8` : type;
  headers[ERPC_HEADER] = own;
  if (compression !== 0) headers["content-encoding"] = codingOf(compression);
  if (codec === SOAP_CODEC) headers["soapaction"] = `"urn:${service}#${method}"`;
  if ((flags & Flag.oneway) !== 0) headers["erpc-oneway"] = "1";
  return { path: `/${encodeURIComponent(service)}/${encodeURIComponent(method)}`, headers };
}

/** User metadata that the headers of an answer say. */
export function userIn(headers: Headers): Metadata {
  const user = new Map<string, string | Uint8Array>();
  for (const [name, value] of headers) {
    const entry = name.startsWith("erpc-") ? metadataOf(name, value) : undefined;
    if (entry !== undefined) user.set(...entry);
  }
  return user;
}
