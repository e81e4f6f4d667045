/**
 * Finds compressors by name or number.
 *
 * @module
 */
import type { Compressor } from "./compressor.ts";
import { type CompressorName, compressors } from "./mod.ts";

/** What was loaded, so that it is there at once from then on. */
const loaded = new Map<CompressorName, Compressor>();

/**
 * The compressor with that name, or the value itself; a promise only until it was loaded once. Throws TypeError for an
 * unknown name, RangeError for a value whose id is not 0-255.
 */
export function loadCompressor(choice: CompressorName | Compressor): Compressor | Promise<Compressor> {
  if (typeof choice === "string") return loaded.get(choice) ?? load(choice, row(choice));
  if (choice.id === (choice.id & 0xff)) return choice;
  throw new RangeError(`Cannot use compressor ${choice.name}: its id is ${choice.id}, want 0-255`);
}

/** The compressor with that number, from the table or else from `extra`; undefined when nobody has it. */
export function compressorOfId(
  id: number,
  extra: readonly Compressor[] = [],
): Compressor | Promise<Compressor> | undefined {
  for (const name in compressors) {
    if (compressors[name as CompressorName].id === id) return loadCompressor(name as CompressorName);
  }
  return extra.find((compressor) => compressor.id === id);
}

type Row = typeof compressors[CompressorName];

function row(name: CompressorName): Row {
  if (Object.hasOwn(compressors, name)) return compressors[name];
  const names = Object.keys(compressors).join(", ");
  throw new TypeError(`Cannot use compressor ${JSON.stringify(name)}: want one of ${names}`);
}

async function load(name: CompressorName, row: Row): Promise<Compressor> {
  const compressor = await row.load();
  loaded.set(name, compressor);
  return compressor;
}
