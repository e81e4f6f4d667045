/**
 * Compression of whole chunks: better than compressing each body when many small calls share a flush.
 *
 * Chunk on the wire: one byte, 0 for frames as they are and 1 for a compressed chunk, whose raw length (u32, big-endian)
 * follows.
 *
 * @module
 */
import { RpcError } from "../../protocol/mod.ts";
import { compressBody, type Compressor, decompressBody } from "../../codec/compress/mod.ts";
import type { Stage } from "./stage.ts";

/** Makes the stage `"compress:<name>"`; chunks below `thresholdBytes` (default 1,024) go as they are. */
export function compress(compressor: Compressor, thresholdBytes = 1024): Stage {
  return {
    name: `compress:${compressor.name}`,
    connect: ({ maxChunkBytes }) => ({
      seal(chunk) {
        const small = compressBody(compressor, chunk, thresholdBytes);
        const body = small ?? chunk, sealed = new Uint8Array(1 + body.length);
        sealed[0] = small === undefined ? 0 : 1;
        sealed.set(body, 1);
        return sealed;
      },
      open(sealed) {
        const body = sealed.subarray(1);
        if (sealed[0] === 0) return body;
        if (sealed[0] === 1) return decompressBody(compressor, body, maxChunkBytes);
        throw new RpcError("invalid_argument", `Cannot open a chunk (compress): kind ${sealed[0]} is unknown`);
      },
    }),
  };
}
