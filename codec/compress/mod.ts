/**
 * Compressors: bodies made smaller, and the original back within a limit.
 *
 * @example
 * ```ts
 * import { compressBody, decompressBody, loadCompressor } from "@erpc/erpc/compress";
 * const gzip = await loadCompressor("gzip");
 * const bytes = new TextEncoder().encode("hello ".repeat(1000));
 * const body = compressBody(gzip, bytes)!;
 * console.assert(body.length < 100 && decompressBody(gzip, body, 1 << 20).length === bytes.length);
 * ```
 *
 * @module
 */
import type { Compressor } from "./compressor.ts";

/** Compressor names with the numbers they have in a frame, and how to load each: a new one is a new line here. */
export const compressors = {
  none: { id: 0, load: (): Promise<Compressor> => import("./none.ts").then((m) => m.none) },
  gzip: { id: 1, load: (): Promise<Compressor> => import("./gzip.ts").then((m) => m.gzip) },
  zlib: { id: 2, load: (): Promise<Compressor> => import("./zlib.ts").then((m) => m.zlib) },
  huffman: { id: 3, load: (): Promise<Compressor> => import("./huffman.ts").then((m) => m.huffman) },
} satisfies Record<string, { id: number; load: () => Promise<Compressor> }>;

/** Name of a compressor. */
export type CompressorName = keyof typeof compressors;

export * from "./body.ts";
export * from "./compressor.ts";
export * from "./conformance.ts";
export * from "./load.ts";
