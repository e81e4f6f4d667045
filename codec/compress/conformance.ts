/**
 * What every compressor must do, as cases to run on it: erpc's own run them all, and so may users on theirs.
 *
 * @example
 * ```ts
 * import { compressorConformance, loadCompressor } from "@erpc/erpc/compress";
 * const gzip = await loadCompressor("gzip");
 * for (const { run } of compressorConformance(gzip)) run();
 * ```
 *
 * @module
 */
import { type Code, RpcError } from "../../protocol/mod.ts";
import { compressBody, decompressBody } from "./body.ts";
import type { Compressor } from "./compressor.ts";

/** One thing a compressor must do. */
export interface CompressorCase {
  /** Sentence that says what. */
  readonly name: string;
  /** Throws an Error when the compressor does not do it. */
  run(): void;
}

const LIMIT = 1 << 20;

/** The cases for `compressor`. */
export function* compressorConformance(compressor: Compressor): Iterable<CompressorCase> {
  for (const [name, bytes] of Object.entries(samples())) {
    yield { name: `gives back ${name}`, run: () => roundTrip(compressor, bytes) };
  }
  for (const [name, run] of Object.entries(cases)) yield { name, run: () => run(compressor) };
}

const cases: Readonly<Record<string, (compressor: Compressor) => void>> = {
  "has a name and a number of one byte"({ name, id }) {
    check(name !== "" && id === (id & 0xff), `it has the name ${JSON.stringify(name)} and the id ${id}`);
  },
  "takes exactly the limit and refuses one byte more"(compressor) {
    const bytes = text(5000), compressed = compressor.compress(bytes);
    checkSame(compressor.decompress(compressed, bytes.length), bytes);
    for (const limit of [bytes.length - 1, 1, 0]) {
      checkError(() => compressor.decompress(compressed, limit), "resource_exhausted");
    }
  },
  "stops at the limit of a bomb"(compressor) {
    const bomb = compressor.compress(new Uint8Array(4 * LIMIT));
    checkError(() => compressor.decompress(bomb, LIMIT), "resource_exhausted");
  },
  "refuses data that is cut short anywhere"(compressor) {
    const compressed = compressor.compress(text(200));
    for (let end = 0; end < compressed.length; end++) {
      checkError(() => compressor.decompress(compressed.subarray(0, end), LIMIT), "invalid_argument");
    }
  },
  "refuses anything behind the data"(compressor) {
    const compressed = compressor.compress(text(200));
    for (const rest of [Uint8Array.of(0), Uint8Array.of(0x1f), new Uint8Array(8), compressed]) {
      checkError(() => compressor.decompress(Uint8Array.of(...compressed, ...rest), LIMIT), "invalid_argument");
    }
  },
  "answers flipped bits with an RpcError or with data within the limit"(compressor) {
    const compressed = compressor.compress(text(150));
    for (let bit = 0; bit < compressed.length * 8; bit++) {
      const spoilt = compressed.slice();
      spoilt[bit >> 3]! ^= 1 << (bit & 7);
      checkHostile(compressor, spoilt, 1000);
    }
  },
  "answers random bytes with an RpcError or with data within the limit"(compressor) {
    for (let seed = 1; seed <= 1000; seed++) checkHostile(compressor, noise(seed % 97, seed), 1000);
  },
  "gives back bodies with their length, and none that did not shrink"(compressor) {
    for (const bytes of Object.values(samples())) {
      const body = compressBody(compressor, bytes, 0);
      if (body === undefined) continue;
      check(body.length < bytes.length, `a body of ${bytes.length} bytes became ${body.length}`);
      checkSame(decompressBody(compressor, body, bytes.length), bytes);
      body[3]! ^= 1;
      checkError(() => decompressBody(compressor, body, LIMIT), "invalid_argument");
    }
  },
};

function samples(): Record<string, Uint8Array> {
  return {
    "no bytes": new Uint8Array(0),
    "one byte": Uint8Array.of(7),
    "every byte once": Uint8Array.from({ length: 256 }, (_, i) => i),
    "short text": text(300),
    "long text": text(200_000),
    "zeros": new Uint8Array(300_000),
    "noise": noise(100_000, 1),
    "noise around a block of 32 KiB": noise(32_769, 2),
    "noise around a block of 64 KiB": noise(65_536, 3),
    "text, then noise, then zeros": Uint8Array.of(...text(20_000), ...noise(20_000, 4), ...new Uint8Array(20_000)),
    "a view into other memory": text(3000).subarray(1001, 2001),
  };
}

function roundTrip(compressor: Compressor, bytes: Uint8Array): void {
  const original = bytes.slice();
  const compressed = compressor.compress(bytes).slice();
  checkSame(bytes, original);
  const framed = new Uint8Array(compressed.length + 6).fill(0xee);
  framed.set(compressed, 3);
  checkSame(compressor.decompress(framed.subarray(3, -3), LIMIT), original);
  checkSame(framed.subarray(3, -3), compressed);
}

/** Hostile input may be refused or, by chance, mean something; nothing else. */
function checkHostile(compressor: Compressor, input: Uint8Array, maxBytes: number): void {
  try {
    const { length } = compressor.decompress(input, maxBytes);
    check(length <= maxBytes, `${length} bytes came out, the limit is ${maxBytes}`);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
  }
}

function check(ok: boolean, state: string): void {
  if (!ok) throw new Error(`Cannot accept compressor: ${state}`);
}

function checkSame(actual: Uint8Array, expected: Uint8Array): void {
  const at = expected.findIndex((byte, i) => byte !== actual[i]);
  check(actual.length === expected.length, `${actual.length} bytes came out, want ${expected.length}`);
  check(at < 0, `byte ${at} is ${actual[at]}, want ${expected[at]}`);
}

function checkError(run: () => unknown, code: Code): void {
  let outcome = "nothing";
  try {
    run();
  } catch (error) {
    if (error instanceof RpcError && error.code === code) return;
    outcome = String(error);
  }
  check(false, `want ${code}, got ${outcome}`);
}

/** Text like that of a body: words that come back, numbers that don't. */
function text(length: number): Uint8Array {
  const words = Array.from(noise(length / 4 + 1, length), (byte, i) => `{"key":"value${byte}","n":${i * byte}},`);
  return new TextEncoder().encode(words.join("").slice(0, length));
}

/** Pseudorandom bytes (xorshift32). */
function noise(length: number, seed: number): Uint8Array {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 11;
  });
}
