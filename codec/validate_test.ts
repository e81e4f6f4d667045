import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { encodeHex } from "@std/encoding";
import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import { startPair } from "../testing/mod.ts";
import { type CodecName, codecs, loadCodec, service, type StandardSchema, t, type Type, unary } from "./mod.ts";

const Tag = t.struct("demo.Tag", { key: t.field(1, t.string), value: t.field(2, t.optional(t.int32)) });
const Hello = t.struct("demo.Hello", {
  name: t.field(1, t.string),
  age: t.field(2, t.int32),
  tags: t.field(3, t.list(Tag)),
});
const rule = z.object({ name: z.string().min(1), tags: z.array(z.object({ key: z.string().regex(/^[a-z]+$/) })) });
const Checked = t.checked(Hello, rule);
const good = { name: "ann", age: 7, tags: [{ key: "a", value: 1 }, { key: "b" }] };
const bad = { ...good, tags: [good.tags[0]!, { key: "B2" }] };

const withSchema = (Object.keys(codecs) as CodecName[]).filter((name) => name !== "none");

async function bytesOf<T>(codec: CodecName, type: Type<T>, value: T): Promise<Uint8Array> {
  const writer = new Writer();
  (await loadCodec(codec)).compile(type).encode(value, writer);
  return writer.slice();
}

async function valueOf<T>(codec: CodecName, type: Type<T>, bytes: Uint8Array): Promise<T> {
  return (await loadCodec(codec)).compile(type).decode(new Reader(bytes));
}

for (const codec of withSchema) {
  Deno.test(`${codec} writes a checked message as it writes the message`, async () => {
    const bytes = await bytesOf(codec, Checked, good);
    assertEquals(encodeHex(bytes), encodeHex(await bytesOf(codec, Hello, good)));
    assertEquals(await valueOf(codec, Checked, bytes), await valueOf(codec, Hello, bytes));
  });

  Deno.test(`${codec} refuses on either side what the schema refuses, with the path`, async () => {
    const sent = await assertRejects(() => bytesOf(codec, Checked, bad), RpcError);
    assertEquals(sent.message, "Cannot encode demo.Hello.tags[1].key: Invalid string: must match pattern /^[a-z]+$/");
    const bytes = await bytesOf(codec, Hello, bad);
    const got = await assertRejects(() => valueOf(codec, Checked, bytes), RpcError);
    assertEquals(got.message, "Cannot decode demo.Hello.tags[1].key: Invalid string: must match pattern /^[a-z]+$/");
    assertEquals([sent.code, got.code], ["invalid_argument", "invalid_argument"]);
  });

  Deno.test(`${codec} checks a value once on each side`, async () => {
    let times = 0;
    const counted = t.checked(Hello, z.object({ name: z.string().refine(() => ++times > 0) }));
    const bytes = await bytesOf(codec, counted, good);
    assertEquals(times, 1);
    await valueOf(codec, counted, bytes);
    assertEquals(times, 2);
  });

  Deno.test(`${codec} checks fields, elements and values of maps`, async () => {
    const even = t.checked(t.int32, z.int().multipleOf(2)), Part = t.checked(Tag, z.object({ key: z.string().max(2) }));
    const Whole = t.struct("demo.Whole", {
      one: t.field(1, even),
      list: t.field(2, t.list(even)),
      map: t.field(3, t.map(t.string, Part)),
    });
    const right = { one: 2, list: [4, 6], map: new Map([["x", { key: "ab" }]]) };
    assertEquals(await valueOf(codec, Whole, await bytesOf(codec, Whole, right)), right);
    const wrong: [value: typeof right, path: string][] = [
      [{ ...right, one: 3 }, "demo.Whole.one: Invalid number"],
      [{ ...right, list: [2, 3] }, "demo.Whole.list[1]: Invalid number"],
      [{ ...right, map: new Map([["x", { key: "abc" }]]) }, 'demo.Whole.map["x"].key: Too big'],
    ];
    for (const [value, path] of wrong) await assertRejects(() => bytesOf(codec, Whole, value), RpcError, path);
  });
}

const libraries: [name: string, schema: StandardSchema, message: string][] = [
  ["zod", z.object({ name: z.string().max(3) }), ".name: Too big: expected string to have <=3 characters"],
  [
    "valibot",
    v.object({ name: v.pipe(v.string(), v.maxLength(3)) }),
    ".name: Invalid length: Expected <=3 but received 4",
  ],
  ["arktype", type({ name: "string <= 3" }), ".name: name must be at most length 3 (was 4)"],
];

for (const [name, schema, message] of libraries) {
  Deno.test(`schemas of ${name} check`, async () => {
    const type = t.checked(Hello, schema);
    assertEquals(await valueOf("jce", type, await bytesOf("jce", type, good)), good);
    const long = { ...good, name: "anna" };
    const error = await assertRejects(() => bytesOf("jce", type, long), RpcError);
    assertEquals(error.message, "Cannot encode demo.Hello" + message);
  });
}

Deno.test("of several issues the first is told, and how many more there are", async () => {
  const many = t.checked(
    Hello,
    z.object({ name: z.string().max(1), age: z.number().max(1), tags: z.array(z.any()).max(1) }),
  );
  await assertRejects(() => bytesOf("jce", many, good), RpcError, "<=1 characters (and 2 more)");
});

Deno.test("the value itself goes on, whatever the schema would make of it", async () => {
  const lossy = t.checked(Hello, z.object({ name: z.string().transform((name) => name + "!") }));
  assertEquals(await valueOf("jce", lossy, await bytesOf("jce", lossy, good)), good);
});

const standard = (validate: StandardSchema["~standard"]["validate"]): StandardSchema => ({
  "~standard": { version: 1, vendor: "test", validate },
});

Deno.test("issues of any form have a place", async () => {
  const cases: [path: (PropertyKey | { key: PropertyKey })[] | undefined, place: string][] = [
    [undefined, "demo.Hello: no"],
    [[], "demo.Hello: no"],
    [["tags", 0, { key: "key" }], "demo.Hello.tags[0].key: no"],
    [["a b", Symbol("s")], 'demo.Hello["a b"][Symbol(s)]: no'],
    [Array(1000).fill("deep"), "..."],
  ];
  for (const [path, place] of cases) {
    const type = t.checked(Hello, standard(() => ({ issues: [{ message: "no", ...path && { path } }] })));
    const { message } = await assertRejects(() => bytesOf("jce", type, good), RpcError, place);
    assert(message.length < 300);
  }
  const wordy = t.checked(Hello, standard(() => ({ issues: [{ message: "x".repeat(10_000) }] })));
  assert((await assertRejects(() => bytesOf("jce", wordy, good), RpcError)).message.length < 300);
  const silent = t.checked(Hello, standard(() => ({ issues: [] })));
  await assertRejects(() => bytesOf("jce", silent, good), RpcError, "demo.Hello: it is refused");
});

Deno.test("a schema that checks asynchronously is a mistake that says so", async () => {
  const slow = t.checked(Hello, z.object({ name: z.string().refine(() => Promise.resolve(true)) }));
  const error = await assertRejects(
    () => bytesOf("jce", slow, good),
    RpcError,
    "the schema of zod checks asynchronously",
  );
  assertEquals(error.code, "internal");
  assert(error.cause instanceof TypeError);
  const late = t.checked(Hello, standard(() => Promise.reject(new Error("late"))));
  await assertRejects(() => bytesOf("jce", late, good), RpcError, "the schema of test checks asynchronously");
});

Deno.test("what a schema throws is why the value is refused", async () => {
  const type = t.checked(
    Hello,
    standard(() => {
      throw new Error("broken");
    }),
  );
  await assertRejects(() => bytesOf("jce", type, good), RpcError, "Cannot encode demo.Hello: broken");
});

Deno.test("what is no schema is a TypeError", () => {
  for (const schema of [undefined, {}, { "~standard": {} }]) {
    assertThrows(() => t.checked(Hello, schema as StandardSchema), TypeError, "Cannot check demo.Hello");
  }
});

Deno.test("a call is checked where it is sent and where it arrives, and so is its reply", async () => {
  const Reply = t.struct("demo.Reply", { text: t.field(1, t.string) });
  let asked = 0, answered = 0;
  const request = z.object({ name: z.string().refine((name) => name !== "" && ++asked > 0, "want a name") });
  const response = z.object({ text: z.string().refine((text) => text !== "" && ++answered > 0, "want a text") });
  const strict = service("demo", { hello: unary(t.checked(Hello, request), t.checked(Reply, response)) });
  const loose = service("demo", { hello: unary(Hello, Reply) });
  await using pair = await startPair();
  let runs = 0;
  pair.server.handle(strict, { hello: ({ name }) => ({ text: (runs++, name === "mute" ? "" : `hello ${name}`) }) });
  const careful = pair.client.of(strict), careless = pair.client.of(loose);
  assertEquals(await careful.hello(good), { text: "hello ann" });
  assertEquals([asked, answered, runs], [2, 2, 1]);

  const unsent = await assertRejects(() => careful.hello({ ...good, name: "" }), RpcError);
  assertEquals(unsent.message, "Cannot encode demo.Hello.name: want a name");
  const refused = await assertRejects(() => careless.hello({ ...good, name: "" }), RpcError);
  assertEquals([refused.code, refused.status], ["invalid_argument", 103]);
  assert(refused.message.includes("Cannot decode demo.Hello.name: want a name"), refused.message);
  assertEquals(runs, 1);

  const mute = await assertRejects(() => careful.hello({ ...good, name: "mute" }), RpcError);
  assertEquals([mute.code, mute.status, runs], ["internal", 113, 2]);
});

Deno.test("a checked value is called as one that isn't checked", async () => {
  const coder = (await loadCodec("json")).compile(t.checked(t.string, z.string())),
    message = "Cannot decode string: got a number, want a string";
  assertThrows(() => coder.decode(new Reader(new TextEncoder().encode("1"))), RpcError, message);
});
