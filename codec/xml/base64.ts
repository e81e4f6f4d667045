/**
 * The text form of bytes (XML Schema 1.0, part 2, section 3.2.16).
 *
 * @module
 */
import { misfit } from "../misfit.ts";

/** The bytes of an xsd:base64Binary, which may have white space in it; throws a Misfit for any other text. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.fromBase64(base64, { lastChunkHandling: "strict" });
  } catch {
    return misfit("got text that is not base64, want bytes");
  }
}
