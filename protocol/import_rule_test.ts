/**
 * Holds the import rule of ARCHITECTURE.md: a file imports its own room or one to its left, another room only through a
 * `mod.ts`, and only a `mod.ts` names implementations; tests may use `testing/` as well. Also what the rooms promise: no
 * `Deno` where browsers go, no enums, no default exports, a header on every module.
 *
 * @module
 */
import { assertEquals } from "@std/assert";

const ROOMS = ["protocol", "codec", "transport", "interceptor", "client", "server", "center", "testing", "mod.ts"];
const SKIPPED = ["std", "bench", "examples", "center/app", "node_modules", "cov"];
/** Folders whose `mod.ts` is a table of implementations. */
const SEAMS = [
  ...["codec", "codec/compress", "transport", "client/registry", "client/balancer", "client/retry", "center/store"],
];
/** Rooms that browsers load. */
const PORTABLE = ["protocol", "codec", "client"];
const TEST_ONLY = /^(@std\/(assert|testing)(\/|$)|fast-check$)/;

/** Text of each file by its path from the root of the repository. */
type Files = ReadonlyMap<string, string>;

interface Import {
  readonly from: string;
  /** Path from the root, or a bare specifier. */
  readonly to: string;
}

const isTest = (path: string) => path.endsWith("_test.ts");
const isMod = (path: string) => path.split("/").at(-1) === "mod.ts";
const folderOf = (path: string) => path.split("/").slice(0, -1).join("/");
const roomOf = (path: string) => path.includes("/") ? path.split("/")[0]! : "mod.ts";
const isInside = (path: string) => ROOMS.includes(roomOf(path)) && path.endsWith(".ts");

/** Texts, which stay, and what is not code: templates, comments and expressions. */
const TOKENS =
  /("(?:\\.|[^"\\\n])*")|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<=[=(,:[!&|?{};>]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/\w*/g;

/** The code alone. */
function bare(text: string): string {
  return text.replace(TOKENS, (_, string) => string ?? "0");
}

/** What a file imports or re-exports, statically or by `import()`. */
function importsOf(path: string, text: string, exports: Readonly<Record<string, string>>): Import[] {
  const specifiers = bare(text).matchAll(
    /(?:^|[;}\n])\s*(?:import|export)\b[^;"'`()]*?\bfrom\s*"([^"]+)"|(?:^|[;\n])\s*import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"/g,
  );
  return Array.from(specifiers, ([, a, b, c]) => ({ from: path, to: resolve(path, a ?? b ?? c ?? "", exports) }));
}

function resolve(path: string, specifier: string, exports: Readonly<Record<string, string>>): string {
  if (specifier.startsWith(".")) return new URL(specifier, `file:///${path}`).pathname.slice(1);
  const own = exports[specifier.replace(/^@erpc\/erpc/, ".")];
  return specifier.startsWith("@erpc/erpc") && own !== undefined ? own.slice(2) : specifier;
}

/** Files that the `mod.ts` of a seam names as implementations: loads, or imports the thing that is called like the file. */
function implementationsOf(files: Files): Set<string> {
  const found = new Set<string>();
  for (const seam of SEAMS) {
    const code = bare(files.get(`${seam}/mod.ts`) ?? "");
    for (const [, file] of code.matchAll(/\bimport\(\s*"\.\/([^"]+)"/g)) found.add(`${seam}/${file}`);
    for (const [, names, file] of code.matchAll(/\bimport\s*\{([^}]*)\}\s*from\s*"\.\/([^"]+)\.ts"/g)) {
      const word = file!.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
      if (names!.split(",").some((name) => name.trim() === word)) found.add(`${seam}/${file}.ts`);
    }
  }
  return found;
}

/** What is wrong with one import; undefined when nothing is. */
function wrong({ from, to }: Import, implementations: ReadonlySet<string>): string | undefined {
  if (!isInside(to)) {
    if (to.startsWith(".") || to.includes("../")) return `${from} imports ${to}, which is in no room`;
    if (isTest(from)) return undefined;
    if (TEST_ONLY.test(to)) return `${from} imports ${to}, which is for tests`;
    if (/^(npm|jsr|https?):/.test(to)) return `${from} imports ${to} past the import map`;
    return SKIPPED.some((folder) => to.startsWith(`${folder}/`))
      ? `${from} imports ${to}, which is in no room`
      : undefined;
  }
  if (isTest(from) && to === "testing/mod.ts") return undefined;
  if (ROOMS.indexOf(roomOf(to)) > ROOMS.indexOf(roomOf(from))) return `${from} imports ${to}, which is to its right`;
  if (isTest(from)) return undefined;
  if (isTest(to)) return `${from} imports ${to}, a test`;
  if (roomOf(to) !== roomOf(from) && !isMod(to)) return `${from} imports ${to} past its mod.ts`;
  if (!implementations.has(to) || isMod(from)) return undefined;
  const partners = folderOf(from) === "codec" && folderOf(to) === "codec" && implementations.has(from);
  return partners ? undefined : `${from} names the implementation ${to}`;
}

/** What is wrong with one file, its imports aside. */
function faultsOf(path: string, text: string): string[] {
  const code = bare(text), words = code.replace(/"(?:\\.|[^"\\\n])*"/g, '""'), faults: string[] = [];
  if (!isTest(path) && !/^(\/\/[^\n]*\n)*\/\*\*(?:(?!\*\/)[\s\S])*@module\b/.test(text)) {
    faults.push(`${path} has no header`);
  }
  if (/\bexport\s+default\b/.test(words)) faults.push(`${path} has a default export`);
  if (/(^|[;}\n])\s*(export\s+)?(declare\s+)?(const\s+)?enum\s+\w/.test(words)) faults.push(`${path} has an enum`);
  const told = path === "codec/idl/import_module.ts"; // for a command that is told what to import
  if (/\bimport\((?!\s*")/.test(code) && !told) faults.push(`${path} imports a computed name`);
  const guarded = path === "protocol/clock.ts"; // unrefs timers, where there is something to do so
  if (PORTABLE.includes(roomOf(path)) && !isTest(path) && !guarded && /\bDeno\s*(\?\.|[.[])/.test(words)) {
    faults.push(`${path} mentions Deno`);
  }
  if (!path.includes("/") && path !== "mod.ts" && !isTest(path)) faults.push(`${path} stands beside mod.ts`);
  if (!isInside(path)) faults.push(`${path} stands in no room`);
  return faults;
}

/** Rooms that import each other, directly or not, each with the way back to itself. */
function cyclesOf(imports: readonly Import[]): string[] {
  const next = Map.groupBy(imports.filter(({ from, to }) => !isTest(from) && isInside(to)), ({ from }) => roomOf(from));
  const found: string[] = [];
  const visit = (room: string, way: readonly string[]): void => {
    if (way.includes(room)) {
      return void (way[0] === room && found.push(`rooms in a circle: ${[...way, room].join(" -> ")}`));
    }
    const rooms = new Set(next.get(room)?.map(({ to }) => roomOf(to)).filter((to) => to !== room));
    for (const to of rooms) visit(to, [...way, room]);
  };
  for (const room of ROOMS) visit(room, []);
  return found;
}

/** Everything that is wrong with `files`. */
function check(files: Files, exports: Readonly<Record<string, string>> = {}): string[] {
  const implementations = implementationsOf(files);
  const imports = [...files].flatMap(([path, text]) => importsOf(path, text, exports));
  return [
    ...[...files].flatMap(([path, text]) => faultsOf(path, text)),
    ...imports.map((one) => wrong(one, implementations)).filter((fault) => fault !== undefined),
    ...cyclesOf(imports),
  ];
}

const root = new URL("../", import.meta.url);

/** All .ts files below a folder, but for those skipped. */
function read(folder = ""): [path: string, text: string][] {
  return [...Deno.readDirSync(new URL(folder, root))].flatMap(({ name, isDirectory }) => {
    const path = folder + name;
    if (name.startsWith(".") || SKIPPED.includes(path)) return [];
    if (isDirectory) return read(`${path}/`);
    return name.endsWith(".ts") ? [[path, Deno.readTextFileSync(new URL(path, root))]] : [];
  });
}

Deno.test("every file holds the import rule", () => {
  const files = new Map(read());
  assertEquals([files.has("protocol/mod.ts"), files.has("std/assert/mod.ts")], [true, false]);
  const { exports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", root)));
  assertEquals(check(files, exports), []);
});

const HEADER = "/** What. @module */\n";
const TABLES = {
  "codec/mod.ts":
    `import { jce } from "./jce.ts";\nimport { jceAny } from "./jce_any.ts";\nexport * from "./conform.ts";`,
  "client/balancer/mod.ts": `export const balancers = { random: () => import("./random.ts").then((m) => m.random) };`,
};

const held: Record<string, Record<string, string>> = {
  "rooms to the left, through their mod.ts": {
    "server/a.ts": `import { a } from "../protocol/mod.ts";\nexport * from "../codec/compress/mod.ts";`,
  },
  "files of the same room": { "client/registry/a.ts": `import type { A } from "../a.ts";\nimport "./b.ts";` },
  "packages": { "codec/a.ts": `import { a } from "fflate";\nimport * as zlib from "node:zlib";` },
  "anything on the left, in a test": {
    "client/a_test.ts": `import { a } from "../codec/jce.ts";\nimport fc from "fast-check";\nDeno.exit();`,
  },
  "what is there for tests, in a test": { "transport/a_test.ts": `import { startPair } from "../testing/mod.ts";` },
  "codecs that have a partner": { "codec/jce.ts": `import { jceAny } from "./jce_any.ts";` },
  "what a mod.ts re-exports": { "codec/a.ts": `import { conform } from "./conform.ts";` },
  "a mod.ts that names implementations": { "client/mod.ts": `export { random } from "./balancer/random.ts";` },
  "an example in a comment": { "codec/a.ts": `/**\n * import { a } from "@erpc/erpc"; Deno.exit(); enum A {}\n */` },
  "words in texts": { "codec/a.ts": `const a = "Deno.exit"; const b = \`enum B {} import("./" + c)\`;` },
  "a literal name on a line of its own": { "codec/a.ts": `await import(\n  "./a_rather_long_name.ts"\n);` },
  "Deno where no browser goes": { "transport/a.ts": `Deno.connect({ port: 1 });` },
  "Deno in the clock": { "protocol/clock.ts": `const { Deno } = globalThis; Deno.unrefTimer(1);` },
  "a note to the linter before the header": { "codec/a.ts": `// deno-lint-ignore-file\n${HEADER}` },
};

for (const [name, files] of Object.entries(held)) {
  Deno.test(`the rule allows ${name}`, () => assertEquals(check(fake(files)), []));
}

const broken: Record<string, [files: Record<string, string>, faults: string[]]> = {
  "a room to the right": [
    { "codec/a.ts": `import {\n  a,\n} from "../transport/mod.ts";` },
    ["codec/a.ts imports transport/mod.ts, which is to its right"],
  ],
  "a room to the right, in a test": [
    { "codec/a_test.ts": `import "../server/mod.ts";` },
    ["codec/a_test.ts imports server/mod.ts, which is to its right"],
  ],
  "the front door, by its published name": [
    { "client/a.ts": `import { call } from "@erpc/erpc";` },
    ["client/a.ts imports mod.ts, which is to its right"],
  ],
  "a room to the right, by its published name": [
    { "codec/a.ts": `const a = await import("@erpc/erpc/server");` },
    ["codec/a.ts imports server/mod.ts, which is to its right"],
  ],
  "a room to the right, behind an expression with quotes": [
    { "codec/a.ts": `const a = /[\`"'/]/;\nimport "../server/mod.ts";\nconst b = /[\`"'/]/;` },
    ["codec/a.ts imports server/mod.ts, which is to its right"],
  ],
  "a file of another room": [
    { "server/a.ts": `export type { A } from "../protocol/frame.ts";` },
    ["server/a.ts imports protocol/frame.ts past its mod.ts"],
  ],
  "an implementation that is loaded": [
    { "client/a.ts": `import { random } from "./balancer/random.ts";` },
    ["client/a.ts names the implementation client/balancer/random.ts"],
  ],
  "an implementation that is imported": [
    { "codec/a.ts": `const { jce } = await import("./jce.ts");` },
    ["codec/a.ts names the implementation codec/jce.ts"],
  ],
  "a test": [{ "codec/a.ts": `import "./b_test.ts";` }, ["codec/a.ts imports codec/b_test.ts, a test"]],
  "what is for tests": [
    { "codec/a.ts": `import { assert } from "@std/assert";\nimport fc from "fast-check";` },
    ["codec/a.ts imports @std/assert, which is for tests", "codec/a.ts imports fast-check, which is for tests"],
  ],
  "a package past the import map": [
    { "codec/a.ts": `import "npm:fflate@0.8.3";` },
    ["codec/a.ts imports npm:fflate@0.8.3 past the import map"],
  ],
  "a folder that is no room": [
    { "codec/a.ts": `import "../bench/a.ts";` },
    ["codec/a.ts imports bench/a.ts, which is in no room"],
  ],
  "a computed name": [{ "codec/a.ts": `await import(name);` }, ["codec/a.ts imports a computed name"]],
  "a file in no room": [{ "extra/a.ts": "" }, ["extra/a.ts stands in no room"]],
  "a file beside mod.ts": [{ "extra.ts": "" }, ["extra.ts stands beside mod.ts"]],
  "Deno where browsers go": [
    { "client/a.ts": `Deno.exit();`, "codec/a.ts": `globalThis.Deno?.exit();`, "protocol/a.ts": `Deno["exit"]();` },
    ["client/a.ts mentions Deno", "codec/a.ts mentions Deno", "protocol/a.ts mentions Deno"],
  ],
  "enums": [
    { "server/a.ts": `enum A { b }`, "server/b.ts": `let a;\nexport const enum B { c }` },
    ["server/a.ts has an enum", "server/b.ts has an enum"],
  ],
  "a default export": [{ "server/a_test.ts": `export default 1;` }, ["server/a_test.ts has a default export"]],
  "rooms in a circle": [
    { "protocol/a.ts": `import "../codec/mod.ts";`, "codec/a.ts": `import "../protocol/mod.ts";` },
    [
      "protocol/a.ts imports codec/mod.ts, which is to its right",
      "rooms in a circle: protocol -> codec -> protocol",
      "rooms in a circle: codec -> protocol -> codec",
    ],
  ],
};

for (const [name, [files, faults]] of Object.entries(broken)) {
  Deno.test(`the rule finds ${name}`, () => assertEquals(check(fake(files), EXPORTS), faults));
}

const EXPORTS = { ".": "./mod.ts", "./server": "./server/mod.ts" };

for (const text of ["", "export {};", "/** What. */\n", "/** What. */\nconst a = 1; /** @module */", "/* @module */"]) {
  Deno.test(`the rule finds that ${JSON.stringify(text)} has no header`, () => {
    assertEquals(check(new Map([["codec/a.ts", text]])), ["codec/a.ts has no header"]);
    assertEquals(check(new Map([["codec/a_test.ts", text]])), []);
  });
}

/** Files with headers, beside tables. */
function fake(files: Record<string, string>): Files {
  return new Map(
    Object.entries({ ...TABLES, ...files }).map(([path, text]) => [path, text.startsWith("//") ? text : HEADER + text]),
  );
}
