/**
 * Finds compressors by name or number.
 *
 * @module
 */
import { Loader } from "../loader.ts";
import type { Compressor } from "./compressor.ts";
import { type CompressorName, compressors } from "./mod.ts";

const loader = new Loader<Compressor>("compressor", "decompress", () => compressors);

/**
 * The compressor with that name, or the value itself; a promise only until it was loaded once. Throws TypeError for an
 * unknown name or a value that is no compressor, RangeError for a value whose id is not 0-255.
 */
export function loadCompressor(choice: CompressorName | Compressor): Compressor | Promise<Compressor> {
  return loader.load(choice);
}

/**
 * The compressor with that number, from the table or else from `extra`; undefined when nobody has it. A promise only until
 * it was loaded once.
 */
export function compressorOfId(
  id: number,
  extra: readonly Compressor[] = [],
): Compressor | Promise<Compressor> | undefined {
  return loader.ofId(id) ?? extra.find((compressor) => compressor.id === id);
}
