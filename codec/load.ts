/**
 * Finds codecs by name or number.
 *
 * @module
 */
import type { Codec } from "./codec.ts";
import { Loader } from "./loader.ts";
import { type CodecName, codecs } from "./mod.ts";

const loader = new Loader<Codec>("codec", "compile", () => codecs);

/**
 * The codec with that name, or the value itself; a promise only for a name that has to be loaded first, which `none`, `jce`,
 * `jce_any` and `json` never have. Throws TypeError for an unknown name or a value that is no codec, RangeError for a value
 * whose id is not 0-255.
 */
export function loadCodec(choice: CodecName | Codec): Codec | Promise<Codec> {
  return loader.load(choice);
}

/**
 * The codec with that number, from the table or else from `extra` and what those use for values without a schema; undefined
 * when nobody has it. A promise only while it has to be loaded.
 */
export function codecOfId(id: number, extra: readonly Codec[] = []): Codec | Promise<Codec> | undefined {
  return loader.ofId(id) ?? extraOfId(id, extra);
}

function extraOfId(id: number, extra: readonly Codec[]): Codec | undefined {
  for (const codec of extra) {
    if (codec.id === id) return codec;
    if (codec.dynamic?.id === id) return codec.dynamic;
  }
  return undefined;
}
