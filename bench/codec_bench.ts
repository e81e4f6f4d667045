/**
 * Codecs on a message of ten fields (182 bytes as JSON), against JSON.stringify and JSON.parse alone.
 *
 * `deno bench -A bench/codec_bench.ts`
 */
import { type CodecName, codecs, type Coder, loadCodec } from "../codec/mod.ts";
import { Reader, Writer } from "../protocol/mod.ts";
import { samples } from "./codecs/message.ts";

const { type: User, value: user } = samples.small;
const encoder = new TextEncoder(), decoder = new TextDecoder();
const text = encoder.encode(JSON.stringify(user));

Deno.bench("JSON.stringify and TextEncoder", { group: "encode", baseline: true }, () => {
  encoder.encode(JSON.stringify(user));
});

Deno.bench("TextDecoder and JSON.parse", { group: "decode", baseline: true }, () => {
  JSON.parse(decoder.decode(text));
});

/** Codecs that don't look at the schema, and those that can't do without. */
const dynamic = new Set(["jce_any", "json_any"]), both = new Set(["json", "msgpack"]);

for (const name of Object.keys(codecs).filter((name) => name !== "none") as CodecName[]) {
  const codec = await loadCodec(name);
  if (!dynamic.has(name)) benchmark(codec.compile<unknown>(User), name);
  if (dynamic.has(name) || both.has(name)) benchmark(codec.compile<unknown>(), `${name} without a schema`);
}

/** Encodes into a writer that is used again, and decodes from memory that is used again, as a connection does. */
function benchmark(coder: Coder, name: string): void {
  const writer = new Writer(4096);
  coder.encode(user, writer);
  const bytes = writer.slice(), view = new DataView(bytes.buffer), reader = new Reader();
  const title = `${name} (${bytes.length} bytes)`;
  Deno.bench(title, { group: "encode" }, () => {
    writer.pos = 0;
    coder.encode(user, writer);
  });
  Deno.bench(title, { group: "decode" }, () => {
    coder.decode(reader.reset(bytes, view, 0, bytes.length));
  });
}
