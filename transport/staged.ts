/**
 * The pipeline: chunks of whole frames through the stages, as batch frames on the socket.
 *
 * `sink -> seal 1 -> seal 2 -> batch frame -> socket` and `socket -> batch frame -> open 2 -> open 1 -> dispatch`.
 *
 * @module
 */
import {
  beginFrame,
  endFrame,
  type FrameLimits,
  frameSize,
  FrameType,
  HEADER_SIZE,
  RpcError,
  Writer,
} from "../protocol/mod.ts";
import type { WriteBytes } from "./frame_sink.ts";
import { type ChunkTransform, runStages } from "./stage/mod.ts";

/** A chunk has at most this many bytes, or is one single frame. */
const CHUNK_BYTES = 256 << 10;
/** What stages may add to the largest frame. */
const SEAL_BYTES = 1 << 20;

/** What frames are given to. */
export interface Dispatcher {
  /** Deals with whole frames; resolves when more may come. */
  dispatch(bytes: Uint8Array, view: DataView, start: number, end: number): Promise<void> | undefined;
}

/** Bounds of the frames on the socket while stages run: a batch holds at least one frame of any size that `limits` allow. */
export function batchLimits(limits: FrameLimits): FrameLimits {
  const { maxMetadataBytes } = limits, maxBodyBytes = maxChunkBytes(limits);
  return { maxMetadataBytes, maxBodyBytes };
}

/** Bytes a chunk may have, sealed or not. */
export function maxChunkBytes({ maxBodyBytes, maxMetadataBytes }: FrameLimits): number {
  return maxBodyBytes + maxMetadataBytes + SEAL_BYTES;
}

/** Writes chunks of whole frames through the `seals`, each result as one batch frame; resolves when all is written. */
export function sealStages(
  seals: readonly ChunkTransform[],
  write: WriteBytes,
  onError: (error: unknown) => void,
): WriteBytes {
  const seal = runStages(seals, (sealed) => {
    const out = new Writer(HEADER_SIZE + sealed.length);
    const at = beginFrame(out, FrameType.batch, 0, 0, 0, 0), bodyAt = out.pos;
    out.raw(sealed);
    endFrame(out, at, bodyAt);
    return write(out.bytes.subarray(0, out.pos));
  }, onError);
  return async (frames) => {
    const view = new DataView(frames.buffer, frames.byteOffset, frames.byteLength);
    for (let at = 0; at < frames.length;) {
      const end = chunkEnd(view, at);
      await seal(frames.subarray(at, end));
      at = end;
    }
  };
}

/** Where the chunk ends that starts at `at`: behind as many whole frames as fit into one, and at least one. */
function chunkEnd(view: DataView, at: number): number {
  let end = at;
  while (end < view.byteLength) {
    const next = end + HEADER_SIZE + view.getUint32(end + 12) + view.getUint32(end + 16);
    if (end > at && next - at > CHUNK_BYTES) break;
    end = next;
  }
  return end;
}

/** Opens the bodies of batch frames and dispatches the frames within, which must be whole; resolves when that is done. */
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
        throw new RpcError("invalid_argument", "Cannot read frame: an opened chunk ends within it");
      }
      at += size;
    }
    await to.dispatch(chunk, view, 0, chunk.length);
  }, onError);
}
