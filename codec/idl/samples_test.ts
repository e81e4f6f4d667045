/**
 * One rich definition in each language that is read, for tests of what is written of it. Holds no test itself.
 *
 * @module
 */

/** Texts by how the names of such files end. */
export const samples: Readonly<Record<string, string>> = {
  thrift: `
namespace * shop.thrift
/** Kinds of goods. */
enum Kind { TOY = 1, FOOD = 2, BOOK = 7 }
typedef map<string, list<i32>> Index
const i32 LIMIT = 40
struct Price { 1: i64 cents = 100; 2: optional string currency = "EUR" }
/** What is sold. */
struct Item {
  1: required string name = "it's \\"new\\"", // its name
  2: Kind kind = Kind.TOY,
  3: set<string> tags = ["a", "b"],
  4: Index index = { "x": [1, 2], "y": [] },
  5: optional Price price = { "cents": 5, "currency": "CHF" },
  6: list<Item> parts,
  7: binary photo,
  8: double weight = 1.5,
  9: bool sold = 1,
  10: i16 count = LIMIT,
  11: map<Kind, Price> prices
  12: optional Choice choice
}
union Choice { 1: string text; 2: Item item; 3: list<Choice> all }
exception Sold { 1: string reason }
service Base { void ping() }
service Shop extends Base {
  /** Finds one. */
  Item find(1: string name, 2: bool deep = true) throws (1: Sold sold),
  oneway void note(1: Choice choice),
  list<Item> all()
}`,
  avsc: JSON.stringify({
    type: "record",
    name: "Order",
    namespace: "shop.avro",
    doc: "An order.",
    fields: [
      { name: "id", type: { type: "string", logicalType: "uuid" } },
      { name: "at", type: { type: "long", logicalType: "timestamp-millis" }, default: 0 },
      { name: "day", type: ["null", { type: "int", logicalType: "date" }], default: null },
      { name: "price", type: { type: "bytes", logicalType: "decimal", precision: 9, scale: 2 } },
      { name: "kind", type: { type: "enum", name: "Kind", symbols: ["TOY", "FOOD"] }, default: "FOOD" },
      { name: "parts", type: { type: "array", items: "Order" }, default: [] },
      { name: "next", type: ["null", "Order"], default: null, aliases: ["following"] },
      { name: "notes", type: { type: "map", values: "string" }, default: { a: "b" } },
      { name: "any", type: ["string", "long", { type: "fixed", name: "Hash", size: 16 }] },
      { name: "big", type: "long", default: 9007199254740991, doc: "Large." },
    ],
  }),
  jce: `
module shop {
  enum Kind { TOY, FOOD = 5 };
  const int LIMIT = 7;
  // A price.
  struct Price { 0 require long cents = 100; 1 optional string currency = "EUR"; };
  struct Item {
    0 require string name; // its name
    1 optional Kind kind = FOOD;
    2 optional map<string, vector<Price>> prices;
    3 optional vector<byte> photo;
    4 optional unsigned int count = 4000000000;
    5 optional double weight = 1.5;
    7 optional bool sold = true;
    9 optional vector<Item> parts;
  };
  key[Item, name];
  interface Shop {
    int find(string name, out Item item);
    void ping();
  };
};`,
  wsdl:
    `<definitions name="Shop" targetNamespace="urn:shop" xmlns:tns="urn:shop" xmlns="http://schemas.xmlsoap.org/wsdl/"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <types><xs:schema targetNamespace="urn:shop" elementFormDefault="qualified">
    <xs:simpleType name="Kind"><xs:restriction base="xs:string">
      <xs:enumeration value="TOY"/><xs:enumeration value="FOOD"/></xs:restriction></xs:simpleType>
    <xs:complexType name="Item"><xs:annotation><xs:documentation>What is sold.</xs:documentation></xs:annotation><xs:sequence>
      <xs:element name="name" type="xs:string"/><xs:element name="kind" type="tns:Kind"/>
      <xs:element name="at" type="xs:dateTime" minOccurs="0"/><xs:element name="count" type="xs:long"/>
      <xs:element name="part" type="tns:Item" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
    <xs:element name="find"><xs:complexType><xs:sequence>
      <xs:element name="name" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
    <xs:element name="findResponse"><xs:complexType><xs:sequence>
      <xs:element name="item" type="tns:Item" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
  </xs:schema></types>
  <message name="in"><part name="parameters" element="tns:find"/></message>
  <message name="out"><part name="parameters" element="tns:findResponse"/></message>
  <portType name="Shop"><operation name="find"><input message="tns:in"/><output message="tns:out"/></operation></portType>
  <binding name="ShopSoap" type="tns:Shop">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="find"><soap:operation soapAction="urn:shop#find"/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>
  </binding>
  <service name="Shop"><port name="Port" binding="tns:ShopSoap"><soap:address location="http://127.0.0.1:9/"/></port></service>
</definitions>`,
};
