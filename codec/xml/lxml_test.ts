/**
 * The reader against libxml2, through Debian's python3-lxml: on random documents, both take the same ones, and see the same.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Reader } from "../../protocol/mod.ts";
import { documents } from "./documents_test.ts";
import { ask, missing } from "./lxml_ask_test.ts";
import { XmlReader } from "./reader.ts";
import { saxesTokens, tokensOf, type Told } from "./saxes_tokens_test.ts";

/** Reads documents in hexadecimal, and writes for each its tokens, null, or that it refuses a namespace. */
const SCRIPT = `
import json, sys
from lxml import etree

def split(name):
    return etree.QName(name).localname, etree.QName(name).namespace or ""

def walk(node, out):
    def text(piece):
        if piece:
            if out and out[-1][0] == "text": out[-1][1] += piece
            else: out.append(["text", piece])
    if isinstance(node.tag, str):
        local, uri = split(node.tag)
        out.append(["start", node.prefix or "", local, uri, sorted([*split(k), v] for k, v in node.attrib.items())])
        text(node.text)
        for child in node:
            walk(child, out)
            text(child.tail)
        out.append(["end"])
    return out

for line in sys.stdin:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=False)
    try:
        answer = walk(etree.fromstring(bytes.fromhex(json.loads(line)), parser), [])
    except etree.XMLSyntaxError:
        # What libxml2 holds against some is only that a namespace is no URI.
        answer = None if any(one.type_name != "WAR_NS_URI" for one in parser.error_log) else "no URI"
    print(json.dumps(answer))
`;

/** Attributes as lxml tells them: without prefixes, and in an order of their own. */
function asLxml(told: readonly Told[]): unknown {
  return told.map((token) => {
    if (token[0] !== "start") return token;
    const [kind, prefix, local, namespace, attributes] = token;
    const sorted = attributes.map((one) => [one.local, one.namespace, one.value]).sort(([a, b], [c, d]) =>
      `${a}\0${b}` < `${c}\0${d}` ? -1 : 1
    );
    return [kind, prefix, local, namespace, sorted];
  });
}

function ours(bytes: Uint8Array): Told[] | null {
  try {
    return tokensOf(new XmlReader(new Reader(bytes)));
  } catch {
    return null;
  }
}

const shown = (bytes: Uint8Array) => JSON.stringify(new TextDecoder().decode(bytes));

Deno.test({
  name: `xml reads what libxml2 reads and nothing else${missing}`,
  ignore: missing !== "",
  async fn() {
    const samples = fc.sample(documents, { seed: 11, numRuns: 8000 });
    const answers = await ask<unknown>(SCRIPT, samples.map((bytes) => bytes.toHex()));
    let taken = 0;
    samples.forEach((bytes, i) => {
      const told = ours(bytes);
      if (answers[i] === "no URI") return;
      if (told !== null) taken++;
      assertEquals(told && asLxml(told), answers[i], shown(bytes));
    });
    assert(taken > 1000 && taken < 7000, `${taken} were well-formed`);
  },
});

Deno.test("xml reads nothing that saxes does not read, and sees the same", () => {
  let taken = 0;
  for (const bytes of fc.sample(documents, { seed: 12, numRuns: 8000 })) {
    const told = ours(bytes);
    if (told === null) continue;
    taken++;
    assertEquals(told, saxesTokens(bytes), shown(bytes));
  }
  assert(taken > 1000, `${taken} were well-formed`);
});
