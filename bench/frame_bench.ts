/**
 * Frames alone: writing a request's header and metadata, and cutting a full read into frames.
 */
import { beginFrame, endFrame, frameSize, FrameType, MetadataKey, Writer, writeU32 } from "../protocol/mod.ts";
import { defaultLimits } from "../transport/mod.ts";

const FRAMES = 1000;

function writeFrames(out: Writer): void {
  out.pos = 0;
  for (let id = 1; id < 2 * FRAMES; id += 2) {
    const at = beginFrame(out, FrameType.request, 0, 1, 0, id);
    writeU32(out, MetadataKey.timeout, 30_000);
    const bodyAt = out.pos;
    out.pos += 80;
    endFrame(out, at, bodyAt);
  }
}

const out = new Writer(FRAMES * 128);
writeFrames(out);

Deno.bench(`write ${FRAMES} headers with a timeout`, { group: "frame", baseline: true }, () => writeFrames(out));

Deno.bench(`cut ${FRAMES} frames`, { group: "frame" }, () => {
  let at = 0, n = 0;
  for (let size = 0; (size = frameSize(out.bytes, out.view, at, out.pos, defaultLimits)) > 0; n++) at += size;
  if (n !== FRAMES) throw new Error(`cut ${n} frames`);
});
