/**
 * The schema in WSDL against libxml2's reader of XML Schema: what codec soap writes must be valid by it.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Writer } from "../../../protocol/mod.ts";
import { typeWithValues } from "../../arbitrary_test.ts";
import { typedCases } from "../../conformance_cases.ts";
import { service, unary } from "../../schema/service.ts";
import type { AnyType, Type } from "../../schema/type.ts";
import * as t from "../../schema/words.ts";
import { soap } from "../../soap.ts";
import { ask, missing } from "../../xml/lxml_ask_test.ts";
import { writeWsdl } from "../wsdl.ts";

/** Reads lines `[description, envelopes]`, and writes for each what is wrong with each message, or null. */
const SCRIPT = `
import json, sys
from lxml import etree
XSD = "{http://www.w3.org/2001/XMLSchema}"
for line in sys.stdin:
    wsdl, envelopes = json.loads(line)
    schemas = {one.get("targetNamespace"): etree.XMLSchema(one) for one in etree.fromstring(wsdl.encode()).iter(XSD + "schema")}
    answers = []
    for envelope in envelopes:
        message = etree.fromstring(envelope.encode(), etree.XMLParser(huge_tree=True))[-1][0]
        schema = schemas[etree.QName(message).namespace]
        answers.append(None if schema.validate(message) else str(schema.error_log.last_error))
    print(json.dumps(answers))
`;

/** A type with values of it. */
interface Sample {
  readonly type: Type;
  readonly values: readonly unknown[];
}

const writer = new Writer();

function envelopeOf(type: Type, value: unknown): string {
  writer.pos = 0;
  soap.compile(type).encode(value, writer);
  return new TextDecoder().decode(writer.slice());
}

/** Text with characters that XML does not have says itself that it is no xsd:string, which no schema allows. */
function isCarried(envelope: string): boolean {
  return !envelope.includes("xsd:base64Binary");
}

function lineOf({ type, values }: Sample): [wsdl: string, envelopes: string[]] {
  const wsdl = writeWsdl(service("judged", { method: unary(type, type) }), { address: "http://127.0.0.1/" });
  return [wsdl, values.map((value) => envelopeOf(type, value)).filter(isCarried)];
}

async function judge(samples: readonly Sample[]): Promise<number> {
  const lines = samples.map(lineOf), answers = await ask<(string | null)[]>(SCRIPT, lines);
  let count = 0;
  answers.forEach((all, i) =>
    all.forEach((answer, n) => {
      assertEquals(answer, null, lines[i]![1][n]!.slice(0, 500) + lines[i]![0]);
      count++;
    })
  );
  return count;
}

/** The same type whose structs have names of their own. */
function renamed(type: Type, names: { next: number }): Type {
  const any = type as AnyType, of = (type: Type) => renamed(type, names);
  switch (any.kind) {
    case "list":
      return t.list(of(any.element));
    case "map":
      return t.map(any.key, of(any.value));
    case "optional":
      return t.optional(of(any.inner));
    case "struct": {
      const fields = any.fields.map((field) => [field.key, t.field(field.tag, of(field.type))] as const);
      return t.struct(`test.Random${names.next++}`, Object.fromEntries(fields));
    }
    default:
      return type;
  }
}

Deno.test({
  name: `the messages of the conformance suite are valid by the schema in their WSDL${missing}`,
  ignore: missing !== "",
  async fn() {
    const samples = typedCases().map(({ name, type, values }) => {
      return { type: name === "structs in structs" ? renamed(type!, { next: 0 }) : type!, values };
    });
    assert(await judge(samples) > 250);
  },
});

Deno.test({
  name: `random messages are valid by the schema in their WSDL${missing}`,
  ignore: missing !== "",
  async fn() {
    const samples = fc.sample(typeWithValues([]), { seed: 5, numRuns: 400 })
      .map(({ type, values }) => ({ type: renamed(type, { next: 0 }), values }));
    assert(await judge(samples) > 400);
  },
});

Deno.test({
  name: `a message that is wrong is not valid by the schema${missing}`,
  ignore: missing !== "",
  async fn() {
    const type = t.struct("test.One", { a: t.field(1, t.int32), b: t.field(2, t.optional(t.string)) });
    const [wsdl, [right = ""]] = lineOf({ type, values: [{ a: 1, b: "x" }] });
    const wrong = [
      right.replace("<a>1</a>", "<a>x</a>"),
      right.replace("<a>1</a>", ""),
      right.replace(/(<a>.*<\/a>)(<b>.*<\/b>)/, "$2$1"),
      right.replace("<b>", "<c/><b>"),
      right.replaceAll("One", "Two"),
    ];
    const [answers] = await ask<(string | null)[]>(SCRIPT, [[wsdl, [right, ...wrong]]]);
    assertEquals(answers!.map((answer) => answer === null), [true, false, false, false, false, false]);
  },
});
