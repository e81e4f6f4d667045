/**
 * Codecs on a message of ten fields (182 bytes as JSON), against JSON.stringify and JSON.parse alone.
 *
 * `deno bench -A bench/codec_bench.ts`
 */
import { type Codec, type CodecName, codecs, loadCodec, t, type Type } from "../codec/mod.ts";
import { Reader, Writer } from "../protocol/mod.ts";

const User = t.struct("bench.User", {
  id: t.field(1, t.int32),
  seq: t.field(2, t.int32),
  name: t.field(3, t.string),
  email: t.field(4, t.string),
  active: t.field(5, t.bool),
  score: t.field(6, t.double),
  level: t.field(7, t.int32),
  createdAt: t.field(8, t.int53),
  tags: t.field(9, t.list(t.string)),
  note: t.field(10, t.string),
});
const user = {
  id: 123456789,
  seq: 42,
  name: "alice",
  email: "alice@example.com",
  active: true,
  score: 98.625,
  level: 7,
  createdAt: 1732286400123,
  tags: ["rpc", "deno", "jce"],
  note: "hello, erpc",
};

const encoder = new TextEncoder(), decoder = new TextDecoder();
const text = encoder.encode(JSON.stringify(user));

Deno.bench("JSON.stringify and TextEncoder", { group: "encode", baseline: true }, () => {
  encoder.encode(JSON.stringify(user));
});

Deno.bench("TextDecoder and JSON.parse", { group: "decode", baseline: true }, () => {
  JSON.parse(decoder.decode(text));
});

for (const name of Object.keys(codecs) as CodecName[]) {
  const codec = await loadCodec(name);
  if (name !== "none" && name !== "jce_any") benchmark(codec, name, User);
  if (name !== "none" && name !== "jce" && name !== "pb") benchmark(codec, `${name} without a schema`);
}

/** Encodes into a writer that is used again, and decodes from memory that is used again, as a connection does. */
function benchmark(codec: Codec, name: string, type?: Type): void {
  const coder = codec.compile<unknown>(type), writer = new Writer(4096);
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
