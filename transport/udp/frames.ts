/**
 * What is allowed in a datagram: exactly one frame.
 *
 * @module
 */
import { frameSize, HEADER_SIZE, MetadataKey } from "../../protocol/mod.ts";
import type { FrameView } from "../frame_view.ts";

const anySize = { maxMetadataBytes: 0xffffffff, maxBodyBytes: 0xffffffff };

/** Whether `bytes` are exactly one frame of this type. */
export function isFrame(bytes: Uint8Array<ArrayBuffer>, type: number): boolean {
  if (bytes.length < HEADER_SIZE || (bytes[2]! & 15) !== type) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return frameSize(bytes, view, 0, bytes.length, anySize) === bytes.length;
  } catch {
    return false;
  }
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
