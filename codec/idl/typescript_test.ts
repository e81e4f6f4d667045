import { assert, assertEquals, assertThrows } from "@std/assert";
import { avroFixed } from "../avro/fixed.ts";
import { service, unary } from "../schema/service.ts";
import type { StructType } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { randomIdl } from "./arbitrary_idl_test.ts";
import { describeIdl } from "./describe.ts";
import { idlOf } from "./exported.ts";
import type { Idl, NamedType } from "./idl.ts";
import { importModule } from "./import_module.ts";
import { type ReaderName, readers } from "./mod.ts";
import { readProto } from "./proto.ts";
import { goodProtos } from "./proto/cases_test.ts";
import { samples } from "./samples_test.ts";
import { writeTypescript } from "./typescript.ts";

/** A module of the words alone, so that checking what uses them is quick. */
const words = `export * as t from "${new URL("../schema/words.ts", import.meta.url)}";
export * from "${new URL("../schema/service.ts", import.meta.url)}";
export type { Infer, Type } from "${new URL("../schema/type.ts", import.meta.url)}";
export { avroFixed } from "${new URL("../avro/fixed.ts", import.meta.url)}";
`;

const cases: Record<string, Idl> = {
  ...Object.fromEntries(
    await Promise.all(
      Object.entries(samples).map(async ([ending, text]): Promise<[string, Idl]> => {
        const read = await readers[ending as ReaderName]();
        return [`sample_${ending}`, read(text, { find: () => undefined })];
      }),
    ),
  ),
  ...Object.fromEntries(Object.entries(goodProtos).map(([name, text]) => [`proto_${name}`, readProto(text)])),
  ...Object.fromEntries(Array.from({ length: 60 }, (_, seed) => [
    `random_${seed}`,
    randomIdl(seed, { length: seed % 2 === 0 ? 15 : 45, anything: seed % 3 !== 0 }),
  ])),
  "empty": { types: [], services: [] },
};

/** Writes the modules of all cases into a folder, gives that to `use`, and removes it. */
async function withModules(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/words.ts`, words);
    for (const [name, idl] of Object.entries(cases)) {
      const file = name.replaceAll(/\W/g, "_");
      await Deno.writeTextFile(
        `${folder}/${file}.ts`,
        writeTypescript(idl, { from: `${name}.proto`, import: "./words.ts" }),
      );
    }
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function deno(...args: string[]): Promise<void> {
  const command = new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "piped", env: { NO_COLOR: "1" } });
  const { success, stdout, stderr } = await command.output();
  assert(success, new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr));
}

Deno.test("what is written is formatted as deno fmt does", async () => {
  await withModules((folder) => deno("fmt", "--check", "--line-width=120", "--no-config", folder));
});

Deno.test("what is written passes the linter and the type checker", async () => {
  const config = new URL("../../deno.json", import.meta.url).pathname;
  await withModules(async (folder) => {
    await deno("lint", "--rules-exclude=no-slow-types", folder);
    await deno("check", `--config=${config}`, folder);
  });
});

Deno.test("what is written makes the same schemas", async () => {
  await withModules(async (folder) => {
    for (const [name, idl] of Object.entries(cases)) {
      const module = await importModule(`${folder}/${name.replaceAll(/\W/g, "_")}.ts`);
      assertEquals(describeIdl(idlOf(module)), describeIdl(idl), name);
    }
  });
});

Deno.test("a module is what somebody would have written", () => {
  const idl = readProto(`syntax = "proto3";
package demo;
import "google/protobuf/timestamp.proto";
// A tree.
message Tree {
  string name = 1; // Its name.
  repeated Tree children = 2;
  google.protobuf.Timestamp at = 3;
  Kind kind = 4;
  enum Kind { OAK = 0; ELM = 1; }
}
message Query { oneof by { string name = 1; int32 number = 2; } }
// Finds trees.
service Forest {
  // The one.
  rpc Find(Query) returns (Tree) { option idempotency_level = NO_SIDE_EFFECTS; }
  rpc Watch(Query) returns (stream Tree);
}`);
  const text = `/**
 * Written by erpc gen from demo.proto; edit that instead.
 *
 * @module
 */
import { type Infer, serverStream, service, t, type Type, unary } from "@erpc/erpc";

export const Tree_Kind = t.enumeration("demo.Tree.Kind", {
  OAK: 0,
  ELM: 1,
});
export type Tree_Kind = Infer<typeof Tree_Kind>;

/** A tree. */
export interface Tree {
  /** Its name. */
  name: string;
  children: Tree[];
  at?: Date | undefined;
  kind: Tree_Kind;
}
/** A tree. */
export const Tree: Type<Tree> = t.struct("demo.Tree", {
  name: t.field(1, t.string, { default: "", doc: "Its name." }),
  children: t.field(2, t.list(t.lazy(() => Tree)), { default: [] }),
  at: t.field(3, t.optional(t.timestamp)),
  kind: t.field(4, Tree_Kind, { default: "OAK" }),
}, { doc: "A tree." });

export const Query = t.struct("demo.Query", {
  name: t.field(1, t.optional(t.string)),
  number: t.field(2, t.optional(t.int32)),
}, { oneofs: { by: ["name", "number"] } });
export type Query = Infer<typeof Query>;

/** Finds trees. */
export const Forest = service("demo.Forest", {
  /** The one. */
  find: unary(Query, Tree, { idempotent: true, doc: "The one." }),
  watch: serverStream(Query, Tree),
}, { doc: "Finds trees." });
`;
  assertEquals(writeTypescript(idl, { from: "demo.proto" }), text);
});

const named: Record<string, [names: string[], exported: string[]]> = {
  "the last part of the name": [["demo.a.Hello", "Bye"], ["Hello", "Bye"]],
  "behind the type it is nested in": [["demo.A", "demo.A.B", "demo.A.B.C"], ["A", "A_B", "A_B_C"]],
  "the whole name, when another is called the same": [["a.X", "b.X", "c.X"], ["X", "b_X", "c_X"]],
  "another name, when even that is taken": [["X", "a.X", "a_X"], ["X", "a_X", "a_X_"]],
  "an identifier": [["demo.1st-thing", "demo."], ["_1st_thing", "_"]],
  "no word of the language": [["demo.class", "demo.type", "demo.string"], ["demo_class", "demo_type", "demo_string"]],
  "no name that the module uses": [["demo.Map", "demo.t", "demo.Type"], ["demo_Map", "demo_t", "demo_Type"]],
};

for (const [name, [names, exported]] of Object.entries(named)) {
  Deno.test(`a type is exported by ${name}`, () => {
    const text = writeTypescript({ types: names.map((name) => t.struct(name, {})), services: [] });
    assertEquals(Array.from(text.matchAll(/export const (\w+)/g), ([, name]) => name), exported);
  });
}

const Hello = t.struct("demo.Hello", {});

Deno.test("a service is exported with a capital, and beside a type of the same name", () => {
  const services = [
    service("demo.greeter", {}),
    service("demo.Hello", { hello: unary(Hello, Hello) }),
    service("x", {}),
  ];
  const text = writeTypescript({ types: [Hello], services });
  assertEquals(Array.from(text.matchAll(/export const (\w+) = service/g), ([, name]) => name), [
    ...["Greeter", "HelloService", "X"],
  ]);
});

const Url = t.logical<URL, string>("url", {
  base: t.string,
  toBase: (url) => url.href,
  fromBase: (text) => new URL(text),
});
const choice: StructType = {
  ...t.struct("demo.Choice", { a: t.field(1, t.optional(t.int32)), b: t.field(2, t.int32) }),
  oneofs: [{ name: "either", keys: ["a"], required: true }],
};

const refused: Record<string, [type: NamedType, message: string]> = {
  "a logical type of one's own": [
    t.struct("demo.A", { url: t.field(1, Url) }),
    "Cannot write in TypeScript: the logical type url",
  ],
  "a lazy list": [
    t.struct("demo.A", { lazy: t.field(1, t.lazy(() => t.list(t.string))) }),
    "Cannot write in TypeScript: a lazy list, want a struct",
  ],
  "a struct that is half a union": [
    choice,
    "Cannot write demo.Choice in TypeScript: it must have one of either, and has other fields",
  ],
  "two types with one name": [
    t.struct("demo.A", { a: t.field(1, t.struct("demo.B", {})), b: t.field(2, t.struct("demo.B", {})) }),
    "Cannot write demo.B: two types have that name",
  ],
};

for (const [name, [type, message]] of Object.entries(refused)) {
  Deno.test(`TypeScript has no words for ${name}`, () => {
    assertThrows(() => writeTypescript({ types: [type], services: [] }), TypeError, message);
  });
}

Deno.test("Avro's fixed is imported from its own module", () => {
  const type = t.struct("demo.A", { id: t.field(1, avroFixed("demo.Id", 16, t.uuid)) });
  const text = writeTypescript({ types: [type], services: [] });
  for (
    const line of [
      'import { type Infer, t } from "@erpc/erpc";\nimport { avroFixed } from "@erpc/erpc/avro";',
      '  id: t.field(1, avroFixed("demo.Id", 16, t.uuid)),',
    ]
  ) {
    assert(text.includes(line), text);
  }
});

Deno.test("words are imported from where one likes, and only those that are used", () => {
  const first = (idl: Idl, options = {}) => writeTypescript(idl, options).split("*/\n")[1]!.split("\n")[0];
  assertEquals(first({ types: [Hello], services: [] }), 'import { type Infer, t } from "@erpc/erpc";');
  assertEquals(
    first({ types: [], services: [service("a", { b: unary(t.string, t.int32) })] }, { import: "./x.ts" }),
    'import { service, t, unary } from "./x.ts";',
  );
  assertEquals(first({ types: [], services: [] }), "export {};");
});
