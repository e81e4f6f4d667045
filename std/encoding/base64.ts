/**
 * Base64 (RFC 4648, section 4).
 *
 * @module
 */
import { decode } from "./base64_decode.ts";
import { toBytes } from "./to_bytes.ts";

/** `data` as Base64 with padding. */
export function encodeBase64(data: ArrayBuffer | Uint8Array | string): string {
  return toBytes(data).toBase64();
}

/** Bytes of Base64, padded or not. Throws RangeError for a length that can't be, TypeError for another character. */
export function decodeBase64(b64: string): Uint8Array<ArrayBuffer> {
  return decode(b64, "base64");
}
