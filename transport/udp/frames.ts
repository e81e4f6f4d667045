/**
 * What is allowed in a datagram: exactly one frame.
 *
 * @module
 */
import { HEADER_SIZE, MAGIC, MetadataKey, VERSION } from "../../protocol/mod.ts";
import { FrameView, sizeOfFrame } from "../frame_view.ts";

/** The frame in `bytes`; undefined when they are not exactly one frame of this type. */
export function frameOf(bytes: Uint8Array<ArrayBuffer>, type: number): FrameView | undefined {
  if (bytes.length < HEADER_SIZE || bytes[0] !== MAGIC >> 8 || bytes[1] !== (MAGIC & 0xff)) return undefined;
  if (bytes[2] !== (VERSION << 4 | type) || sizeOfFrame(bytes, 0) !== bytes.length) return undefined;
  return new FrameView(bytes);
}

/** Takes the time that a request was on its way off the time that its call may take. A bad block stays as it is. */
export function takeAge({ metadata }: FrameView, ageMs: number): void {
  const view = new DataView(metadata.buffer, metadata.byteOffset, metadata.byteLength);
  for (let at = 0; at + 3 <= metadata.length;) {
    const key = metadata[at], length = view.getUint16(at + 1), value = at + 3;
    if (key === MetadataKey.timeout && length >= 4 && value + 4 <= metadata.length) {
      view.setUint32(value, Math.max(0, view.getUint32(value) - ageMs));
    }
    at = value + length;
  }
}
