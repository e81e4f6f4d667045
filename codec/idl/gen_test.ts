import { assert, assertEquals } from "@std/assert";
import { gen } from "./gen.ts";
import { parseGenCommand, usage } from "./gen_command.ts";
import type { readers, writers } from "./mod.ts";

/** What the command printed and how it ended. */
interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const program = new URL("gen.ts", import.meta.url).pathname;
const config = new URL("../../deno.json", import.meta.url).pathname;

/** Contents of files by their paths. */
type Files = Readonly<Record<string, string | Uint8Array>>;

/** Runs the command in a folder of its own that holds `files`; gives those that are there afterwards, too. */
async function run(files: Files, ...args: string[]): Promise<Ran & { files: Record<string, string> }> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [path, content] of Object.entries(files)) {
      await Deno.mkdir(`${folder}/${path}`.replace(/[^/]*$/, ""), { recursive: true });
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${folder}/${path}`, bytes);
    }
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", `--config=${config}`, program, ...args],
      cwd: folder,
      env: { NO_COLOR: "1" },
      stdout: "piped",
      stderr: "piped",
    });
    const { code, stdout, stderr } = await command.output(),
      text = new TextDecoder(),
      found: Record<string, string> = {};
    for (const { name, isFile } of Deno.readDirSync(folder)) {
      if (isFile) found[name] = Deno.readTextFileSync(`${folder}/${name}`);
    }
    return { code, out: text.decode(stdout), err: text.decode(stderr), files: found };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const proto = `syntax = "proto3";
package demo;
message Hello { string name = 1; }
message Reply { string msg = 1; }
service Demo { rpc Hello(Hello) returns (Reply); }
`;
/** A file of each kind that can be read. */
const sources: Readonly<Record<keyof typeof readers, string>> = {
  avsc: `{ "type": "record", "name": "demo.Hello", "fields": [{ "name": "name", "type": "string" }] }`,
  jce: "module demo { struct Hello { 0 require string name; }; };",
  proto,
  tars: "module demo { struct Hello { 0 require string name; }; };",
  thrift: "namespace * demo\nstruct Hello { 1: string name }",
  wsdl: `<definitions name="demo" targetNamespace="urn:demo" xmlns="http://schemas.xmlsoap.org/wsdl/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema"><types><xs:schema targetNamespace="urn:demo" elementFormDefault="qualified">
    <xs:complexType name="Hello"><xs:sequence><xs:element name="name" type="xs:string"/></xs:sequence></xs:complexType>
    </xs:schema></types></definitions>`,
};

for (const [ending, text] of Object.entries(sources)) {
  Deno.test(`gen writes a module for a file that ends with .${ending}`, async () => {
    const { code, out, err } = await run({ [`demo.${ending}`]: text }, `demo.${ending}`);
    assertEquals([code, err], [0, ""]);
    assert(out.startsWith(`/**\n * Written by erpc gen from demo.${ending}; edit that instead.\n`), out);
    assert(out.includes('export const Hello = t.struct("demo.Hello", {'), out);
  });
}

/** A word that each language has for the same contract. */
const written: Readonly<Record<keyof typeof writers, string>> = {
  avsc: `"name": "Hello"`,
  jce: "interface Demo",
  "json-schema": `"demo.Hello"`,
  proto: "rpc Hello(demo.Hello) returns (Reply);",
  thrift: "service Demo",
  wsdl: "http://127.0.0.1:9/demo",
};

for (const [to, word] of Object.entries(written)) {
  Deno.test(`gen writes ${to} of what a module exports`, async () => {
    const module = `import { service, t, unary } from "@erpc/erpc/codec";
      export const Hello = t.struct("demo.Hello", { name: t.field(1, t.string) });
      export const Reply = t.struct("demo.Reply", { ${
      to === "jce" ? "return: t.field(0, t.string)" : "msg: t.field(1, t.string)"
    } });
      export const Demo = service("demo.Demo", { hello: unary(Hello, Reply) });
      export const other = 7;`;
    const address = "http://127.0.0.1:9/demo";
    const { code, files, err } = await run({ "a.ts": module }, "--to", to, "a.ts", "-o", "b", "--address", address);
    assertEquals([code, err], [0, ""]);
    assert(files["b"]!.includes(word), files["b"]);
  });
}

Deno.test("gen turns a file of one kind into one of another", async () => {
  const { code, out } = await run({ "demo.thrift": sources.thrift }, "demo.thrift", "--to=proto");
  assertEquals([code, out], [0, `syntax = "proto3";\n\npackage demo;\n\nmessage Hello {\n  string name = 1;\n}\n`]);
});

Deno.test("gen finds imported files beside the file and in the folders it is told", async () => {
  const files = {
    "a/main.proto": `syntax = "proto3"; import "near.proto"; import "x/far.proto"; message M { N n = 1; F f = 2; }`,
    "a/near.proto": `syntax = "proto3"; message N {}`,
    "b/x/far.proto": `syntax = "proto3"; message F {}`,
  };
  const { code, out, err } = await run(files, "-I", "b", "a/main.proto", "--import", "./erpc.ts");
  assertEquals([code, err], [0, ""]);
  for (const line of ['import { type Infer, t } from "./erpc.ts";', "export const F =", "export const N ="]) {
    assert(out.includes(line), out);
  }
});

const including: Record<string, Record<string, string>> = {
  "main.thrift": {
    "main.thrift": `include "base.thrift"\nstruct M { 1: base.B b }`,
    "base.thrift": "struct B { 1: i32 n }",
  },
  "main.jce": {
    "main.jce": `#include "base.jce"\nmodule a { struct M { 0 require B b; }; };`,
    "base.jce": "module a { struct B { 0 require int n; }; };",
  },
};

for (const [file, files] of Object.entries(including)) {
  Deno.test(`gen finds what ${file} includes`, async () => {
    const { code, out, err } = await run(files, file);
    assertEquals([code, err], [0, ""]);
    for (const line of ["export const M = ", "export const B = "]) assert(out.includes(line), out);
  });
}

Deno.test("gen --check compares, and writes nothing", async () => {
  const { files } = await run({ "demo.proto": proto }, "demo.proto", "-o", "demo.ts");
  const check = ["demo.proto", "-o", "demo.ts", "--check"];
  const same = await run(files, ...check);
  assertEquals([same.code, same.out, same.err], [0, "", ""]);
  const changed = { ...files, "demo.ts": files["demo.ts"] + "// changed\n" }, other = await run(changed, ...check);
  assertEquals([other.code, other.err], [1, "Cannot use demo.ts: it is not up to date with demo.proto\n"]);
  assertEquals(other.files["demo.ts"], changed["demo.ts"]);
});

const wrong: Record<string, [files: Files, args: string[], err: string]> = {
  "a mistake in a file": [
    { "demo.proto": `syntax = "proto3";\n\nmessage M { Nothing a = 1; }` },
    ["demo.proto"],
    "demo.proto:3:13: there is no type Nothing\n",
  ],
  "a mistake in an imported file": [
    { "demo.proto": `import "b.proto";`, "b.proto": "message M {" },
    ["demo.proto"],
    "demo.proto:1:8: in b.proto:1:12: got the end, want the name of a type\n",
  ],
  "no file": [{}, ["demo.proto"], "Cannot read demo.proto: there is no such file\n"],
  "a file that is no text": [
    { "demo.jce": Uint8Array.of(0x2f, 0x2f, 0xff) },
    ["demo.jce"],
    "Cannot read demo.jce: it is no UTF-8\n",
  ],
  "an unknown kind of file": [
    { "demo.txt": "" },
    ["demo.txt"],
    "Cannot read demo.txt: want a file that ends with .ts, .avsc, .jce, .proto, .tars, .thrift, .wsdl\n",
  ],
  "nothing to write": [
    { "demo.proto": "" },
    ["demo.proto"],
    "Cannot use demo.proto: it has no types and no services\n",
  ],
  "a module that throws": [
    { "a.ts": `throw new Error("no");` },
    ["a.ts", "--to", "proto"],
    "Cannot read a.ts: no\n",
  ],
  "what a language can't express": [
    { "demo.proto": proto.replace("returns (", "returns (stream ") },
    ["demo.proto", "--to", "thrift"],
    "Cannot use demo.Demo.hello: Thrift has no streams\n",
  ],
  "a place that can't be written": [
    { "demo.proto": proto },
    ["demo.proto", "-o", "no/such/folder.ts"],
    "Cannot write no/such/folder.ts: there is no such file\n",
  ],
};

for (const [name, [files, args, err]] of Object.entries(wrong)) {
  Deno.test(`gen ends with 1 and says why: ${name}`, async () => {
    const ran = await run(files, ...args);
    assertEquals([ran.code, ran.out, ran.err], [1, "", err]);
  });
}

const misused: Record<string, [args: string[], message: string]> = {
  "no file": [[], "Cannot write a schema: name the file to read"],
  "two files": [["a.proto", "b.proto"], "Cannot read b.proto: a.proto stands before it"],
  "an unknown option": [["a.proto", "--nothing"], "Cannot use --nothing: there is no such option"],
  "an option without its value": [["a.proto", "-o"], "Cannot use -o: a value must follow"],
  "an unknown language": [
    ["a.proto", "--to", "cobol"],
    "Cannot write cobol: want one of avsc, jce, json-schema, proto, thrift, wsdl",
  ],
  "--check without --out": [["a.proto", "--check"], "Cannot check what was written: name it with --out"],
};

for (const [name, [args, message]] of Object.entries(misused)) {
  Deno.test(`gen ends with 2 and its usage: ${name}`, async () => {
    const lines: string[] = [], { error } = console;
    console.error = (line) => lines.push(line);
    try {
      assertEquals(await gen(args), 2);
    } finally {
      console.error = error;
    }
    assertEquals(lines.join("\n"), `${message}\n\n${usage.trimEnd()}`);
  });
}

Deno.test("gen --help prints the usage", async () => {
  const { code, out, err } = await run({}, "--help");
  assertEquals([code, out, err], [0, usage, ""]);
});

Deno.test("options may be joined to their values", () => {
  const { to, out, folders, check } = parseGenCommand([
    "--to=proto",
    "--out=b",
    "a.ts",
    "-I",
    "x",
    "-I",
    "y",
    "--check",
  ]);
  assertEquals([to, out, folders, check], ["proto", "b", ["x", "y"], true]);
});
