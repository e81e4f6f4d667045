/**
 * The two errors of decompressing.
 *
 * @module
 */
import { RpcError } from "../../protocol/mod.ts";

/** Error for compressed data that is cut short, spoilt or followed by something else. */
export function broken(state: string, cause?: unknown): RpcError {
  return new RpcError("invalid_argument", `Cannot decompress: ${state}`, cause === undefined ? {} : { cause });
}

/** Error for data that is larger than its limit once decompressed. */
export function tooLarge(maxBytes: number): RpcError {
  return new RpcError(
    "resource_exhausted",
    `Cannot decompress: the data is larger than its limit of ${maxBytes} bytes`,
  );
}
