import { assertEquals, assertThrows } from "@std/assert";
import { describeIdl } from "../describe.ts";
import { IdlError } from "../idl.ts";
import { readWsdl } from "../wsdl.ts";
import { input, sequence, wsdl } from "./sample_test.ts";

const STOCK = "http://example.com/stock/v1";

/** A schema as a file. */
function schema(content: string, namespace = STOCK): string {
  const target = namespace === "" ? "" : `targetNamespace="${namespace}" xmlns:x="${namespace}"`;
  return `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" ${target}>${content}</xs:schema>`;
}

/** A type of one element. */
function typeOf(name: string, type: string): string {
  return `<xs:complexType name="${name}">${sequence(`<xs:element name="a" type="${type}"/>`)}</xs:complexType>`;
}

function fieldsIn(text: string, files: Record<string, string>): Record<string, string> {
  const { types } = describeIdl(readWsdl(text, { find: (path) => files[path] }));
  const entries = Object.entries(types) as [string, { fields: { key: string; type: string }[] }][];
  return Object.fromEntries(entries.map(([name, { fields }]) => [name, fields.map(({ type }) => type).join()]));
}

/** Descriptions with other files, by path, and the types that are read. */
const read: Record<string, readonly [text: string, files: Record<string, string>, types: Record<string, string>]> = {
  "an imported schema": [
    wsdl(
      '<xs:import namespace="urn:y" schemaLocation="y.xsd"/>' + input +
        typeOf("In", "y:T").replace('name="a"', 'name="a" xmlns:y="urn:y"'),
    ),
    { "y.xsd": schema(typeOf("T", "xs:int"), "urn:y") },
    { "com.example.stock.v1.In": "y.T", "y.T": "int32" },
  ],
  "schemas that include others beside them, and each other": [
    wsdl('<xs:include schemaLocation="./types/a.xsd"/>' + input),
    {
      "types/a.xsd": schema('<xs:include schemaLocation="b.xsd"/>' + typeOf("In", "x:B")),
      "types/b.xsd": schema('<xs:include schemaLocation="../types/a.xsd"/>' + typeOf("B", "xs:long")),
    },
    { "com.example.stock.v1.In": "com.example.stock.v1.B", "com.example.stock.v1.B": "int64" },
  ],
  "a schema without a namespace, which is that of the one that includes it": [
    wsdl('<xs:include schemaLocation="a.xsd"/>' + input),
    { "a.xsd": schema(typeOf("In", "B") + typeOf("B", "xs:long"), "") },
    { "com.example.stock.v1.In": "com.example.stock.v1.B", "com.example.stock.v1.B": "int64" },
  ],
  "an imported description": [
    '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><import namespace="u" location="b/c.wsdl"/></definitions>',
    {
      "b/c.wsdl": wsdl('<xs:include schemaLocation="d.xsd"/>' + input),
      "b/d.xsd": schema(typeOf("In", "xs:int")),
    },
    { "com.example.stock.v1.In": "int32" },
  ],
  "an import of what stands in the description": [
    wsdl(
      `<xs:import namespace="${STOCK}" schemaLocation="http://example.com/x.xsd"/>` + input + typeOf("In", "xs:int"),
    ),
    {},
    { "com.example.stock.v1.In": "int32" },
  ],
};

for (const [what, [text, files, types]] of Object.entries(read)) {
  Deno.test(`readWsdl reads ${what}`, () => assertEquals(fieldsIn(text, files), types));
}

Deno.test("readWsdl reads a description that imports itself once", () => {
  const text = wsdl(input + typeOf("In", "xs:int")).replace("<types>", '<import location="self.wsdl"/><types>');
  assertEquals(fieldsIn(text, { "self.wsdl": text }), { "com.example.stock.v1.In": "int32" });
});

/** Other files that are wrong, and what the error says. */
const refused: readonly (readonly [what: string, file: string | undefined, says: string])[] = [
  ["is not there", undefined, '3:1: there is no file "a.xsd" to include'],
  ["is not well-formed", "<a>\n<b></a>", "3:1: in a.xsd:2:6: got another end, want </b>"],
  ["is no schema", "\n <html/>", "3:1: in a.xsd:2:2: the root is <html>, want <schema>"],
  ["has a type that is wrong", schema(`\n${typeOf("In", "xs:any")}`), "3:1: in a.xsd:2:40: the type any of XML Schema"],
  [
    "includes one that is not there",
    schema('<xs:include schemaLocation="b.xsd"/>'),
    'in a.xsd:1:140: there is no file "b.xsd"',
  ],
  ["redefines types", schema('<xs:redefine schemaLocation="b.xsd"/>'), "types that are redefined can't be read"],
  ["defines a type again", schema(typeOf("In", "xs:int")), "the complexType In stands twice"],
];

for (const [what, file, says] of refused) {
  Deno.test(`readWsdl refuses a file that ${what}`, () => {
    const again = what.includes("again") ? typeOf("In", "xs:int") : "";
    const text = wsdl('<xs:include schemaLocation="a.xsd"/>' + again + input);
    assertThrows(() => readWsdl(text, { find: (path) => path === "a.xsd" ? file : undefined }), IdlError, says);
  });
}

Deno.test("readWsdl refuses files without end", () => {
  let count = 0;
  const find = () => schema(`<xs:include schemaLocation="${count++}.xsd"/>`);
  const text = wsdl('<xs:include schemaLocation="a.xsd"/>');
  assertThrows(() => readWsdl(text, { find }), IdlError, "more than 1000 files are imported");
});
