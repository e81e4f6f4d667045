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
import { Loader } from "./loader.ts";

export * from "./body.ts";
export * from "./compressor.ts";
export * from "./conformance.ts";

/** Compressor names with the numbers they have in a frame, and how to load each: a new one is a new line here. */
export const compressors = {
  none: { id: 0, load: (): Promise<Compressor> => import("./none.ts").then((m) => m.none) },
  gzip: { id: 1, load: (): Promise<Compressor> => import("./gzip.ts").then((m) => m.gzip) },
  zlib: { id: 2, load: (): Promise<Compressor> => import("./zlib.ts").then((m) => m.zlib) },
  huffman: { id: 3, load: (): Promise<Compressor> => import("./huffman.ts").then((m) => m.huffman) },
};

/** Name of a compressor. */
export type CompressorName = keyof typeof compressors;

const loader = new Loader<Compressor>("compressor", compressors);

/**
 * The compressor with that name, or the value itself; a promise only until it was loaded once. Throws TypeError for an
 * unknown name, RangeError for a value whose id is not 0-255.
 */
export function loadCompressor(compressor: CompressorName | Compressor): Compressor | Promise<Compressor> {
  return loader.load(compressor);
}

/** The compressor with that number, from the table or else from `extra`; undefined when nobody has it. */
export function compressorOfId(
  id: number,
  extra: readonly Compressor[] = [],
): Compressor | Promise<Compressor> | undefined {
  return loader.ofId(id, extra);
}
