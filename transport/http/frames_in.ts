/**
 * The whole frames that a source has, each in memory of its own.
 *
 * @module
 */
import { HEADER_SIZE } from "../../protocol/mod.ts";
import type { FrameSource } from "../frame_source.ts";
import { FrameView } from "../frame_view.ts";

/** Copies of the frames that the last `fill()` has brought. */
export function* framesIn({ bytes, view, start, end }: FrameSource): Generator<FrameView> {
  for (let at = start; at < end;) {
    const next = at + HEADER_SIZE + view.getUint32(at + 12) + view.getUint32(at + 16);
    yield new FrameView(bytes.slice(at, next));
    at = next;
  }
}
