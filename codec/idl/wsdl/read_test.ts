import { assertEquals } from "@std/assert";
import { describeIdl } from "../describe.ts";
import { readWsdl } from "../wsdl.ts";
import { field, inType, scalar, sequence, wsdl } from "./sample_test.ts";

const name = "com.example.stock.v1.In";

/** What descriptions say, and the fields and groups of the message that is read. */
const read: Record<string, readonly [text: string, fields: Record<string, string>, oneofs?: Record<string, string[]>]> =
  {
    "scalars": [
      inType(
        sequence(
          ...["boolean", "byte", "long", "unsignedInt", "unsignedLong", "double", "base64Binary"].map((type) =>
            scalar(type)
          ),
        ),
      ),
      {
        boolean: "bool",
        byte: "int8",
        long: "int64",
        unsignedInt: "uint32",
        unsignedLong: "uint64",
        double: "double",
        base64Binary: "bytes",
      },
    ],
    "scalars that erpc has no words for": [
      inType(
        sequence(
          ...["integer", "positiveInteger", "decimal", "anyURI", "hexBinary", "dateTime", "date"].map((type) =>
            scalar(type)
          ),
        ),
      ),
      {
        integer: "int64",
        positiveInteger: "uint64",
        decimal: "string",
        anyURI: "string",
        hexBinary: "string",
        dateTime: "timestamp<int53>",
        date: "date<string>",
      },
    ],
    "elements that may be missing, nil or several": [
      inType(sequence(
        scalar("int", 'minOccurs="0"'),
        scalar("long", 'nillable="true"'),
        scalar("byte", 'maxOccurs="unbounded"'),
        scalar("short", 'minOccurs="0" maxOccurs="7" nillable="true"'),
        scalar("float", 'maxOccurs="0"'),
      )),
      { int: "optional<int32>", long: "optional<int64>", byte: "list<int8>", short: "list<optional<int16>>" },
    ],
    "all in any order": [
      inType(`<xs:all minOccurs="0">${scalar("int")}${scalar("long")}</xs:all>`),
      { int: "optional<int32>", long: "optional<int64>" },
    ],
    "a choice": [
      inType(
        sequence(
          `<xs:choice>${scalar("int")}${scalar("long")}${scalar("byte", 'maxOccurs="2"')}</xs:choice>`,
          scalar("float"),
        ),
      ),
      { int: "optional<int32>", long: "optional<int64>", byte: "list<int8>", float: "float" },
      { choice1: ["int", "long"] },
    ],
    "a choice that is all there is": [
      inType(`<xs:choice>${scalar("int")}${sequence(scalar("long"))}</xs:choice>`),
      { int: "optional<int32>", long: "optional<int64>" },
      { value: ["int", "long"] },
    ],
    "a choice that repeats": [
      inType(`<xs:choice minOccurs="0" maxOccurs="unbounded">${scalar("int")}${scalar("long")}</xs:choice>`),
      { int: "list<int32>", long: "list<int64>" },
    ],
    "a sequence in a choice": [
      inType(`<xs:choice>${scalar("int")}${sequence(scalar("long"), scalar("byte"))}</xs:choice>`),
      { int: "optional<int32>", long: "optional<int64>", byte: "optional<int8>" },
      { choice1: ["int"] },
    ],
    "references to elements and groups": [
      inType(
        sequence('<xs:element ref="x:Ref" minOccurs="0"/>', '<xs:group ref="x:G"/>'),
        `<xs:element name="Ref" type="xs:int"/><xs:group name="G">${sequence(scalar("long"))}</xs:group>`,
      ),
      { Ref: "optional<int32>", long: "int64" },
    ],
    "an extension of another type": [
      inType(
        `<xs:complexContent><xs:extension base="x:Base">${sequence(scalar("long"))}</xs:extension></xs:complexContent>`,
        `<xs:complexType name="Base" abstract="true">${sequence(scalar("int"))}</xs:complexType>`,
      ),
      { int: "int32", long: "int64" },
    ],
    "types without names": [
      inType(sequence(
        field("", `<xs:complexType>${sequence(scalar("int"))}</xs:complexType>`),
        `<xs:element name="b"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="x"/></xs:restriction></xs:simpleType></xs:element>`,
      )),
      { a: `${name}_a`, b: `${name}_b` },
    ],
    "a struct of items, and lists that are one": [
      inType(sequence(
        field(
          "",
          `<xs:complexType>${
            sequence('<xs:element name="item" type="xs:int" minOccurs="0" maxOccurs="unbounded"/>')
          }</xs:complexType>`,
        ),
        field(
          'minOccurs="0"',
          `<xs:complexType>${
            sequence('<xs:element name="item" type="xs:int" minOccurs="0" maxOccurs="unbounded"/>')
          }</xs:complexType>`,
        )
          .replace('"a"', '"b"'),
      )),
      { a: `${name}_a`, b: "optional<list<int32>>" },
    ],
    "simple types": [
      inType(
        sequence(
          field('type="x:Money"'),
          field('type="x:Code"').replace('"a"', '"b"'),
          field('type="x:List"').replace('"a"', '"c"'),
        ),
        '<xs:simpleType name="Money"><xs:restriction base="xs:decimal"><xs:totalDigits value="9"/><xs:fractionDigits value="2"/>' +
          '</xs:restriction></xs:simpleType><xs:simpleType name="Code"><xs:restriction base="xs:int"><xs:maxInclusive value="9"/>' +
          '</xs:restriction></xs:simpleType><xs:simpleType name="List"><xs:list itemType="xs:int"/></xs:simpleType>',
      ),
      { a: "decimal<string, 9, 2>", b: "int32", c: "string" },
    ],
    "text with attributes that may be missing": [
      inType(
        sequence(field('type="x:Text"')),
        '<xs:complexType name="Text"><xs:simpleContent><xs:extension base="xs:double"><xs:attribute name="unit"/></xs:extension>' +
          "</xs:simpleContent></xs:complexType>",
      ),
      { a: "double" },
    ],
    "a type that contains itself": [inType(sequence(field('type="x:In" minOccurs="0"'))), { a: `optional<${name}>` }],
    "anything beside": [
      inType(sequence(scalar("int"), '<xs:any minOccurs="0"/>') + '<xs:anyAttribute/><xs:attribute name="a"/>'),
      { int: "int32" },
    ],
    "an element of another name than its type": [
      wsdl(
        `<xs:element name="In" type="x:Type"/><xs:complexType name="Type">${sequence(scalar("int"))}</xs:complexType>`,
      ),
      { int: "int32" },
    ],
    "an element that defines its type, and a type of the same name": [
      wsdl(
        `<xs:element name="In"><xs:complexType>${sequence(field('type="x:In"'))}</xs:complexType></xs:element>` +
          `<xs:complexType name="In">${sequence(scalar("int"))}</xs:complexType>`,
      ),
      { a: `${name}Type` },
    ],
  };

for (const [what, [text, fields, oneofs = {}]] of Object.entries(read)) {
  Deno.test(`readWsdl reads ${what}`, () => {
    const { types, services } = describeIdl(readWsdl(text)), message = types[name] as DescribedStruct;
    const [only] = Object.entries(services);
    assertEquals(only, ["com.example.stock.v1.Stock", {
      doc: undefined,
      methods: [{ key: "get", kind: "unary", request: name, response: name, idempotent: false, doc: undefined }],
    }]);
    assertEquals(Object.fromEntries(message.fields.map(({ key, type }) => [key, type])), fields);
    assertEquals(message.fields.map(({ tag }) => tag), message.fields.map((_, i) => i + 1));
    assertEquals(Object.fromEntries(message.oneofs.map(({ name, keys }) => [name, keys])), oneofs);
  });
}

interface DescribedStruct {
  fields: { key: string; type: string; tag: number }[];
  oneofs: { name: string; keys: string[] }[];
}
