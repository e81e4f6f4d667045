/**
 * Base64 for addresses and file names (RFC 4648, section 5).
 *
 * @module
 */
import { decode } from "./base64_decode.ts";
import { toBytes } from "./to_bytes.ts";

/** `data` as Base64 for addresses, without padding. */
export function encodeBase64Url(data: ArrayBuffer | Uint8Array | string): string {
  return toBytes(data).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Bytes of Base64 for addresses, padded or not. Throws RangeError for a bad length, TypeError for another character. */
export function decodeBase64Url(b64url: string): Uint8Array<ArrayBuffer> {
  return decode(b64url, "base64url");
}
