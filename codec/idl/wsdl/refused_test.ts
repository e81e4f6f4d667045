import { assert, assertThrows } from "@std/assert";
import { IdlError } from "../idl.ts";
import { readWsdl } from "../wsdl.ts";
import { field, input, inType, scalar, sequence, wsdl } from "./sample_test.ts";

const deepTypes = Array.from(
  { length: 300 },
  (_, i) => `<xs:complexType name="T${i}">${sequence(field(`type="x:T${i + 1}"`))}</xs:complexType>`,
).join("");

/** What is refused, at which line and column, and why. */
const refused: Record<string, readonly [text: string, error: string]> = {
  "nothing": ["", "1:1: it ends before an element begins"],
  "what is not well-formed": ["<a>\n  <b></a>", "2:8: got another end, want </b>"],
  "a document type": ["<!DOCTYPE definitions><definitions/>", "got <!DOCTYPE"],
  "another document": ["\n<html/>", "2:1: the root is <html>, want <definitions>"],
  "an import": [
    '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/">\n <import location="x"/></definitions>',
    '2:2: there is no file "x" to import',
  ],
  "an import of a schema": [
    wsdl('<xs:import namespace="urn:y" schemaLocation="y.xsd"/>'),
    '3:1: there is no file "y.xsd" to import',
  ],
  "an included schema": [wsdl('<xs:include schemaLocation="y.xsd"/>'), '3:1: there is no file "y.xsd" to include'],
  "rpc style": [wsdl("", { style: "rpc" }), "the style is rpc, want document"],
  "encoded use": [wsdl("", { use: "encoded" }), "the use is encoded, want literal"],
  "a part that is a type": [
    wsdl("", { part: 'type="xs:string"' }),
    "5:20: the part is no element: want document style",
  ],
  "an element that is not there": [wsdl(""), "5:20: there is no element In of http://example.com/stock/v1"],
  "a prefix that is not declared": [wsdl('<xs:element name="In" type="y:In"/>'), "3:1: the prefix y is not declared"],
  "a type that is not there": [wsdl(input), "3:1: there is no type In of http://example.com/stock/v1"],
  "a type that stands twice": [
    wsdl("<xs:complexType name='In'/>\n<xs:complexType name='In'/>"),
    "4:1: the complexType In stands twice",
  ],
  "a type without a name": [wsdl("<xs:complexType/>"), "3:1: complexType has no attribute name"],
  "any type": [inType(sequence(scalar("anyType"))), "the type anyType of XML Schema stands for anything"],
  "an element without a type": [inType(sequence(field(""))), "the element a has no type"],
  "mixed content": [inType("").replace('"In">', '"In" mixed="true">'), "3:1: text between elements is no struct"],
  "an attribute that must be there": [
    inType('<xs:attribute name="id" use="required"/>'),
    "3:27: attributes are no fields: id",
  ],
  "a sequence that repeats": [inType('<xs:sequence maxOccurs="2"/>'), "3:27: a sequence that repeats is no struct"],
  "a group that repeats": [inType('<xs:group ref="x:G" maxOccurs="2"/>'), "3:27: a group that repeats is no struct"],
  "a group of itself": [
    inType('<xs:group ref="x:G"/>', '<xs:group name="G"><xs:group ref="x:G"/></xs:group>'),
    "groups are nested deeper than 64",
  ],
  "groups of 2^60 groups": [
    inType(
      '<xs:group ref="x:G0"/>',
      Array.from({ length: 60 }, (_, i) => {
        return `<xs:group name="G${i}">${sequence(`<xs:group ref="x:G${i + 1}"/>`.repeat(2))}</xs:group>`;
      }).join("") + '<xs:group name="G60"/>',
    ),
    "groups are nested deeper than 64",
  ],
  "groups of 2^20 groups": [
    inType(
      '<xs:group ref="x:G0"/>',
      Array.from({ length: 20 }, (_, i) => {
        return `<xs:group name="G${i}">${sequence(`<xs:group ref="x:G${i + 1}"/>`.repeat(2))}</xs:group>`;
      }).join("") + '<xs:group name="G20"/>',
    ),
    "a type contains more than 20000 elements and groups",
  ],
  "10^6 fields of types that extend one": [
    inType(
      sequence(...Array.from({ length: 1000 }, (_, i) => `<xs:element name="e${i}" type="xs:int"/>`)),
      '<xs:complexType name="T"><xs:complexContent><xs:extension base="x:In"/></xs:complexContent></xs:complexType>'
        .repeat(1000).replace(/"T"/g, (_, at) => `"T${at}"`),
    ),
    "the structs have more than 200000 fields",
  ],
  "a type that extends itself": [
    inType('<xs:complexContent><xs:extension base="x:In"/></xs:complexContent>'),
    "a type extends itself",
  ],
  "a simple type of itself": [
    wsdl('<xs:simpleType name="S"><xs:restriction base="x:S"/></xs:simpleType><xs:element name="In" type="x:S"/>'),
    "3:1: the type is made of itself",
  ],
  "a restriction of a complex type": [
    inType('<xs:complexContent><xs:restriction base="x:In"/></xs:complexContent>'),
    "a restriction of another type is no struct",
  ],
  "an abstract type": [inType("").replace('"In">', '"In" abstract="true">'), "3:1: an abstract type stands for others"],
  "a number of elements that is none": [
    inType(sequence(scalar("int", 'maxOccurs="-1"'))),
    "-1 is no number of elements",
  ],
  "two fields of one name": [inType(sequence(scalar("int"), "\n", scalar("int"))), "4:1: a second field is named int"],
  "a field __proto__": [
    inType(sequence(field('type="xs:int"').replace('"a"', '"__proto__"'))),
    "a field is named __proto__",
  ],
  "a value of an enumeration that stands twice": [
    wsdl(
      '<xs:simpleType name="E"><xs:restriction base="xs:string"><xs:enumeration value="a"/>\n<xs:enumeration value="a"/></xs:restriction></xs:simpleType><xs:element name="In" type="x:E"/>',
    ),
    "4:1: the value a or its number 1 stands twice",
  ],
  "a decimal that can't be": [
    wsdl(
      '<xs:simpleType name="D"><xs:restriction base="xs:decimal"><xs:totalDigits value="1"/><xs:fractionDigits value="2"/></xs:restriction></xs:simpleType><xs:element name="In" type="x:D"/>',
    ),
    "a decimal of 1 digits can't have 2 of them behind the point",
  ],
  "types 300 deep": [inType(sequence(field('type="x:T0"')), deepTypes), "types are nested deeper than 200"],
  "elements 10^5 deep": [
    `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/">${"<a>".repeat(1e5)}`,
    "elements are nested deeper than",
  ],
  "a tag that is none": [
    inType(sequence(field('type="xs:int" e:tag="x" xmlns:e="urn:erpc:schema"'))),
    "x is no tag",
  ],
  "a tag that stands twice": [
    inType(sequence(scalar("int"), scalar("long", 'e:tag="1" xmlns:e="urn:erpc:schema"'))),
    "tag 1 of long stands twice",
  ],
  "a default that does not fit": [
    inType(sequence(scalar("int", 'e:default="true" xmlns:e="urn:erpc:schema"'))),
    "the default does not fit: Cannot decode int32: got a boolean",
  ],
  "a word that is none": [
    inType(sequence(scalar("int", 'e:type="int99" xmlns:e="urn:erpc:schema"'))),
    "erpc has no type int99",
  ],
};

for (const [what, [text, says]] of Object.entries(refused)) {
  Deno.test(`readWsdl refuses ${what}`, () => {
    const error = assertThrows(() => readWsdl(text), IdlError);
    assert(error.message.includes(says) && /^\d+:\d+: /.test(error.message), error.message);
  });
}

Deno.test("readWsdl refuses messages in one direction and methods that stand twice", () => {
  const text = wsdl(`<xs:element name="In" type="xs:int"/>`);
  const rows: readonly (readonly [text: string, says: string])[] = [
    [text.replace('<output message="x:In"/>', ""), "the operation get has no output"],
    [text.replace('<input message="x:In"/>', ""), "the operation get has no input"],
    [text.replace('<input message="x:In"/>', '<input message="x:Nothing"/>'), "there is no message Nothing"],
    [
      text.replace(/<operation name="get"><input message="x:In".*?<\/operation>/, "$&$&"),
      "a second method is named get",
    ],
    [text.replace('operation name="get"', 'operation name="a.b"'), "bad method name"],
    [
      text.replace('"p" element="x:In"/>', '"p" element="x:In"/><part name="q" element="x:In"/>'),
      "a message has one part",
    ],
  ];
  for (const [text, says] of rows) {
    const error = assertThrows(() => readWsdl(text), IdlError);
    assert(error.message.includes(says), error.message);
  }
});
