import { assertEquals } from "@std/assert";
import { decodeHex, encodeHex } from "@std/encoding/hex";
import * as zlib from "node:zlib";
import { gzipOn } from "./gzip.ts";
import { huffmanOn } from "./huffman.ts";
import { nativeEngine } from "./native_engine.ts";
import { portableEngine } from "./portable_engine.ts";
import { zlibOn } from "./zlib.ts";

const PYTHON = "/usr/bin/python3";

/** Reads lines `[wbits, compressed hex]` and writes, for each: `[decompressed hex, [compressed hex in several ways]]`. */
const SCRIPT = `
import json, sys, zlib
for line in sys.stdin:
    wbits, data = json.loads(line)
    stream = zlib.decompressobj(wbits)
    raw = stream.decompress(bytes.fromhex(data)) + stream.flush()
    assert stream.eof and not stream.unused_data
    ways = []
    for level, strategy in [(1, 0), (6, 0), (9, 0), (0, 0), (6, zlib.Z_HUFFMAN_ONLY), (6, zlib.Z_FIXED), (6, zlib.Z_RLE)]:
        stream = zlib.compressobj(level, zlib.DEFLATED, wbits, 8, strategy)
        ways.append((stream.compress(raw) + stream.flush()).hex())
    print(json.dumps([raw.hex(), ways]))
`;

const samples = [
  new Uint8Array(0),
  Uint8Array.of(1),
  new TextEncoder().encode(
    JSON.stringify(Array.from({ length: 800 }, (_, i) => ({ id: i, name: `user${i * i % 101}` }))),
  ),
  Uint8Array.from({ length: 70_000 }, (_, i) => Math.imul(i, i * 2654435761) >>> 13),
  new Uint8Array(40_000),
];

const compressors = [nativeEngine(zlib), portableEngine].flatMap((engine) => [
  { compressor: gzipOn(engine), wbits: 31 },
  { compressor: zlibOn(engine), wbits: 15 },
  { compressor: huffmanOn(engine), wbits: -15 },
]);

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

async function python(lines: string[]): Promise<[raw: string, ways: string[]][]> {
  const child = new Deno.Command(PYTHON, { args: ["-c", SCRIPT], stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  const input = new Blob([lines.join("\n")]).stream().pipeTo(child.stdin);
  const { success, stdout, stderr } = await child.output();
  await input;
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
}

const missing = !exists(PYTHON);

Deno.test({
  name: `python reads what every compressor writes, and writes what it reads${
    missing ? ` (${PYTHON} is missing)` : ""
  }`,
  ignore: missing,
  async fn() {
    const cases = compressors.flatMap((one) => samples.map((bytes) => ({ ...one, bytes })));
    const answers = await python(
      cases.map(({ compressor, wbits, bytes }) => JSON.stringify([wbits, encodeHex(compressor.compress(bytes))])),
    );
    cases.forEach(({ compressor, bytes }, i) => {
      const [raw, ways] = answers[i]!;
      assertEquals(decodeHex(raw), bytes, compressor.name);
      for (const way of ways) assertEquals(compressor.decompress(decodeHex(way), bytes.length), bytes, compressor.name);
    });
  },
});
