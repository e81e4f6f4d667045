/**
 * The long runs: many random values come back from every codec, and as many spoilt messages never crash one.
 *
 * 50,000 of each a codec in the usual run; `deno task nightly` makes it a million (`ERPC_RANDOM_VALUES`), with a seed of its
 * own (`ERPC_RANDOM_SEED`). A failure names the seed with which it comes back at once.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import { without } from "./abilities_test.ts";
import type { Codec, Coder } from "./codec.ts";
import { type CodecName, codecs, loadCodec } from "./mod.ts";
import { Random } from "./random_test.ts";
import { difference } from "./same.ts";
import type { Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";

const wanted = Number(Deno.env.get("ERPC_RANDOM_VALUES") ?? 50_000),
  firstSeed = Number(Deno.env.get("ERPC_RANDOM_SEED") ?? 1);
/** Compiling costs more than a value. */
const valuesOfType = 50;

/** A coder with a source of its values. */
interface Source {
  readonly coder: Coder;
  value(): unknown;
}

/** A coder along a random schema, or without one for every other seed where the codec can do both. */
function sourceOf(codec: Codec, random: Random, seed: number): Source {
  const lacks = without[codec.name as CodecName] ?? [],
    isTyped = !lacks.includes("schema"),
    isAny = !lacks.includes("any");
  if (isAny && (seed % 2 === 1 || !isTyped)) return { coder: codec.compile(), value: () => random.data() };
  const type: Type = isTyped ? random.struct() : t.bytes;
  return { coder: codec.compile(type), value: () => random.value(type) };
}

const writer = new Writer(1 << 16), reader = new Reader();

function encode(coder: Coder, value: unknown): Uint8Array<ArrayBuffer> {
  writer.pos = 0;
  coder.encode(value, writer);
  return writer.slice();
}

function decode(coder: Coder, bytes: Uint8Array<ArrayBuffer>): unknown {
  return coder.decode(reader.reset(bytes, new DataView(bytes.buffer), 0, bytes.length));
}

/** `bytes` with one or two changes of the kinds that parsers trip over. */
function spoilt(random: Random, bytes: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const once = changed(random, bytes, other);
  return random.once(2) ? once : changed(random, once, other);
}

const telling = [0x00, 0x7f, 0x80, 0xff, 0x22, 0x3e, 0x7b, 0x7d].map((byte) => Uint8Array.of(byte));

function changed(random: Random, bytes: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const at = random.below(bytes.length + 1), length = random.below(6);
  switch (random.below(6)) {
    case 0: // a bit
      return spliced(bytes, at, 1, Uint8Array.of((bytes[at] ?? 0) ^ 1 << random.below(8)));
    case 1: // a byte, or some less
      return spliced(bytes, at, length, random.one(telling));
    case 2: // a part twice
      return spliced(bytes, at, 0, bytes.subarray(at, at + 3 * length));
    case 3: // the end
      return bytes.slice(0, at) as Uint8Array<ArrayBuffer>;
    case 4: // noise
      return spliced(bytes, at, length, Uint8Array.of(random.below(256), random.below(256)));
    default: // the end of another message
      return spliced(bytes, at, Infinity, other.subarray(random.below(other.length + 1)));
  }
}

/** `bytes` with the `count` from `at` on replaced by `part`. */
function spliced(bytes: Uint8Array, at: number, count: number, part: Uint8Array): Uint8Array<ArrayBuffer> {
  const rest = bytes.subarray(at + count), made = new Uint8Array(at + part.length + rest.length);
  made.set(bytes.subarray(0, at));
  made.set(part, at);
  made.set(rest, at + part.length);
  return made;
}

/** A spoilt message is refused, or means a value, which may be one that can't be written. */
function withstands(coder: Coder, bytes: Uint8Array<ArrayBuffer>): void {
  try {
    encode(coder, decode(coder, bytes));
  } catch (error) {
    assert(error instanceof RpcError, `${error} for ${bytes.toHex()}`);
  }
}

/** Until it is disposed of, errors have no stack: that costs more than all the rest. */
function withoutStacks(): Disposable {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  return { [Symbol.dispose]: () => void (Error.stackTraceLimit = stackTraceLimit) };
}

for (const name of Object.keys(codecs) as CodecName[]) {
  Deno.test(`${name} gives back ${wanted} random values and withstands as many spoilt messages`, async () => {
    const codec = await loadCodec(name), turns = Math.ceil(wanted / valuesOfType);
    let values = 0, messages = 0;
    using _ = withoutStacks();
    for (let turn = 0; turn < turns; turn++) {
      const seed = firstSeed + turn, random = new Random(seed, without[name]);
      try {
        const { coder, value } = sourceOf(codec, random, seed);
        let last = new Uint8Array(0);
        for (let n = 0; n < valuesOfType; n++) {
          const one = value(), bytes = encode(coder, one), found = difference(decode(coder, bytes), one);
          assertEquals(found, undefined);
          values++;
          withstands(coder, spoilt(random, bytes, last));
          messages++;
          last = bytes;
        }
      } catch (cause) {
        throw new Error(`${name} failed with the seed ${seed}: ${cause}`, { cause });
      }
    }
    assert(values >= wanted && messages >= wanted);
  });
}
