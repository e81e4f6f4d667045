/**
 * What all encodings take.
 *
 * @module
 */

/** The bytes of `data`; text is taken as UTF-8. */
export function toBytes(data: ArrayBuffer | Uint8Array | string): Uint8Array<ArrayBuffer> {
  if (typeof data === "string") return new TextEncoder().encode(data);
  return new Uint8Array(data);
}
