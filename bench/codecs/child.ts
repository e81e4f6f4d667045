/**
 * Measures one candidate in a process of its own, where no other has shaped the engine's caches.
 *
 * @module
 */
import { baseline, candidates } from "./candidates.ts";
import { samples, type Size } from "./message.ts";
import { type PairFigures, timePair } from "./pair.ts";

/** Figures of one candidate with one message. */
export interface SizeFigures {
  /** Bytes of the message. */
  readonly bytes: number;
  /** Encoding, against `JSON.stringify` and `TextEncoder`. */
  readonly encode: PairFigures;
  /** Decoding, against `TextDecoder` and `JSON.parse`. */
  readonly decode: PairFigures;
}

/** Figures of one candidate. */
export type Figures = Readonly<Record<Size, SizeFigures>>;

/** Measures the candidate called `name`; throws TypeError when there is none. */
export async function measure(name: string): Promise<Figures> {
  return { small: await measureSize(name, "small"), large: await measureSize(name, "large") };
}

async function measureSize(name: string, size: Size): Promise<SizeFigures> {
  const make = candidates[name];
  if (!make) throw new TypeError(`Cannot measure ${name}: there is no such candidate`);
  const { type, value } = samples[size], candidate = await make(type);
  const bytes = candidate.encode(value).slice(), text = baseline.encode(value);
  const encode = timePair(() => candidate.encode(value), () => baseline.encode(value));
  const decode = timePair(() => candidate.decode(bytes), () => baseline.decode(text));
  return { bytes: bytes.length, encode, decode };
}

if (import.meta.main) console.log(JSON.stringify(await measure(Deno.args[0] ?? "")));
