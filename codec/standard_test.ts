import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { z } from "zod";
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import { startPair } from "../testing/mod.ts";
import {
  type CodecName,
  codecs,
  coderOf,
  type Infer,
  loadCodec,
  service,
  type StandardSchema,
  t,
  unary,
} from "./mod.ts";

const Hello = t.standard(z.object({ name: z.string().min(1), tags: z.array(z.string()).default(["new"]) }));
const Reply = t.standard(z.object({ text: z.string(), at: z.date() }));
const contract = service("demo", { hello: unary(Hello, Reply) });
const at = new Date(7);

function bytesOf(name: CodecName, value: unknown): Uint8Array {
  const writer = new Writer(), codec = loadCodec(name);
  if (codec instanceof Promise) throw new Error(`${name} is not loaded`);
  coderOf<unknown>(codec, Hello).encode(value, writer);
  return writer.slice();
}

Deno.test("a schema alone checks what is sent and makes of it what arrives", () => {
  const bytes = bytesOf("jce_any", { name: "ann", extra: true });
  const value: Infer<typeof Hello> = coderOf(codecs.jce_any.load(), Hello).decode(new Reader(bytes));
  assertEquals(value, { name: "ann", tags: ["new"] });
  assertThrows(() => bytesOf("jce_any", { name: "" }), RpcError, "Cannot encode value.name: Too small");
  const writer = new Writer();
  codecs.jce_any.load().compile().encode({ name: "ann", tags: [1] }, writer);
  const decode = () => coderOf(codecs.jce_any.load(), Hello).decode(new Reader(writer.slice()));
  assertThrows(decode, RpcError, "Cannot decode value.tags[0]: Invalid input: expected string");
});

const carriers: CodecName[] = ["jce", "jce_any", "json_any", "msgpack"];
for (const codec of carriers) {
  Deno.test(`${codec} carries what a schema alone describes`, async () => {
    await using pair = await startPair({ client: { codec } });
    pair.server.handle(contract, { hello: ({ name, tags }) => ({ text: `${name} ${tags}`, at }) });
    const client = pair.client.of(contract);
    assertEquals(await client.hello({ name: "ann", tags: ["a"] }), { text: "ann a", at });
    const unsent = await assertRejects(
      () => client.hello({ name: "", tags: [] }),
      RpcError,
      "Cannot encode value.name",
    );
    assertEquals(unsent.code, "invalid_argument");
    const refused = await assertRejects(() => pair.client.call("demo.hello", { name: 7 }), RpcError);
    assertEquals([refused.code, refused.status], ["invalid_argument", 103]);
    assertEquals(await pair.client.call("demo.hello", { name: "bo" }), { text: "bo new", at });
  });
}

Deno.test("a codec that needs a schema says so", async () => {
  const Whole = t.struct("demo.Whole", { hello: t.field(1, Hello) });
  for (const name of ["pb", "avro", "thrift", "jce"] as const) {
    const codec = await loadCodec(name);
    assertThrows(() => coderOf(codec, Hello), TypeError, "needs a schema");
    assertThrows(() => codec.compile(Hello), TypeError, "Cannot use a Standard Schema as a type here");
  }
  for (const name of Object.keys(codecs) as CodecName[]) {
    const codec = await loadCodec(name);
    assertThrows(() => codec.compile(Whole), TypeError);
  }
  assertThrows(() => t.standard({} as StandardSchema), TypeError, "want a Standard Schema");
});
