/**
 * Finds codecs by name or number.
 *
 * @module
 */
import type { Codec } from "./codec.ts";
import { type CodecName, codecs } from "./mod.ts";

/** What was loaded, by number, so that it is there at once from then on. */
const loaded: (Codec | undefined)[] = [];

/**
 * The codec with that name, or the value itself; a promise only for a name that has to be loaded first, which `none`, `jce`,
 * `jce_any` and `json` never have. Throws TypeError for an unknown name or a value that is no codec, RangeError for a value
 * whose id is not 0-255.
 */
export function loadCodec(choice: CodecName | Codec): Codec | Promise<Codec> {
  if (typeof choice === "string") {
    const row = rowOf(choice);
    return loaded[row.id] ?? load(row);
  }
  if (typeof choice?.compile !== "function") throw new TypeError("Cannot use codec: it has no function compile");
  if (choice.id === (choice.id & 0xff)) return choice;
  throw new RangeError(`Cannot use codec ${choice.name}: its id is ${choice.id}, want 0-255`);
}

/**
 * The codec with that number, from the table or else from `extra` and what those use for values without a schema; undefined
 * when nobody has it. A promise only while it has to be loaded.
 */
export function codecOfId(id: number, extra: readonly Codec[] = []): Codec | Promise<Codec> | undefined {
  return loaded[id] ?? tableCodec(id) ?? extraCodec(id, extra);
}

function tableCodec(id: number): Codec | Promise<Codec> | undefined {
  const row = Object.values<Row>(codecs).find((row) => row.id === id);
  return row && load(row);
}

function extraCodec(id: number, extra: readonly Codec[]): Codec | undefined {
  for (const codec of extra) {
    if (codec.id === id) return codec;
    if (codec.dynamic?.id === id) return codec.dynamic;
  }
  return undefined;
}

interface Row {
  id: number;
  load(): Codec | Promise<Codec>;
}

function rowOf(name: CodecName): Row {
  if (Object.hasOwn(codecs, name)) return codecs[name];
  const names = Object.keys(codecs).join(", ");
  throw new TypeError(`Cannot use codec ${JSON.stringify(name)}: want one of ${names}`);
}

function load({ id, load }: Row): Codec | Promise<Codec> {
  const codec = load();
  if (codec instanceof Promise) return codec.then((codec) => loaded[id] = codec);
  return loaded[id] = codec;
}
