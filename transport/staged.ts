/**
 * The pipeline: chunks of whole frames through the stages, as batch frames on the socket.
 *
 * `sink -> seal 1 -> seal 2 -> batch frame -> socket` and `socket -> batch frame -> open 2 -> open 1 -> dispatch`.
 *
 * @module
 */
import { beginFrame, endFrame, type FrameLimits, frameSize, FrameType, RpcError, Writer } from "../protocol/mod.ts";
import type { WriteBytes } from "./frame_sink.ts";
import { type ChunkTransform, runStages } from "./stage/mod.ts";

/** What frames are given to. */
export interface Dispatcher {
  /** Deals with whole frames; resolves when more may come. */
  dispatch(bytes: Uint8Array, view: DataView, start: number, end: number): Promise<void> | undefined;
}

/** Writes chunks through the `seals`, each result as one batch frame. */
export function sealStages(
  seals: readonly ChunkTransform[],
  write: WriteBytes,
  onError: (error: unknown) => void,
): WriteBytes {
  return runStages(seals, (sealed) => {
    const out = new Writer(32 + sealed.length);
    const at = beginFrame(out, FrameType.batch, 0, 0, 0, 0), bodyAt = out.pos;
    out.raw(sealed);
    endFrame(out, at, bodyAt);
    return write(out.bytes.subarray(0, out.pos));
  }, onError);
}

/** Opens the bodies of batch frames and dispatches the frames within; a chunk must hold whole frames. */
export function openStages(
  opens: readonly ChunkTransform[],
  limits: FrameLimits,
  to: Dispatcher,
  onError: (error: unknown) => void,
): (sealed: Uint8Array) => Promise<void> {
  return runStages(opens, async (chunk) => {
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = 0; at < chunk.length;) {
      const size = frameSize(chunk, view, at, chunk.length, limits);
      if (size === 0 || size > chunk.length - at) {
        throw new RpcError("data_loss", "Cannot read frame: an opened chunk ends within it");
      }
      at += size;
    }
    await to.dispatch(chunk, view, 0, chunk.length);
  }, onError);
}
