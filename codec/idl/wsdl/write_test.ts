import { assertEquals, assertThrows } from "@std/assert";
import { serverStream, service, unary } from "../../schema/service.ts";
import type { StructType } from "../../schema/type.ts";
import * as t from "../../schema/words.ts";
import { describeIdl } from "../describe.ts";
import { readWsdl, writeWsdl } from "../wsdl.ts";

const address = "http://127.0.0.1:8080/demo";
const Hello = t.struct("demo.Hello", { name: t.field(1, t.string), times: t.field(3, t.optional(t.int53)) });
const Reply = t.struct("demo.Reply", { msg: t.field(1, t.string) });

Deno.test("writeWsdl writes a service as document/literal, bound to both versions of SOAP", () => {
  const Demo = service("demo", { hello: unary(Hello, Reply, { doc: "Says it." }) }, { doc: "Shows." });
  assertEquals(
    writeWsdl(Demo, { address }),
    `<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions
    name="demo"
    targetNamespace="urn:demo"
    xmlns:tns="urn:demo"
    xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/"
    xmlns:erpc="urn:erpc:schema">
  <wsdl:types>
    <xsd:schema
        xmlns:xsd="http://www.w3.org/2001/XMLSchema"
        xmlns:erpc="urn:erpc:schema"
        xmlns:tns="urn:demo"
        targetNamespace="urn:demo"
        elementFormDefault="qualified">
      <xsd:complexType name="Hello">
        <xsd:sequence>
          <xsd:element name="name" type="xsd:string"/>
          <xsd:element name="times" minOccurs="0" type="xsd:long" erpc:type="int53" erpc:tag="3"/>
        </xsd:sequence>
      </xsd:complexType>
      <xsd:complexType name="Reply">
        <xsd:sequence>
          <xsd:element name="msg" type="xsd:string"/>
        </xsd:sequence>
      </xsd:complexType>
      <xsd:element name="Hello" type="tns:Hello"/>
      <xsd:element name="Reply" type="tns:Reply"/>
    </xsd:schema>
  </wsdl:types>
  <wsdl:message name="demo.helloRequest">
    <wsdl:part xmlns:m="urn:demo" name="parameters" element="m:Hello"/>
  </wsdl:message>
  <wsdl:message name="demo.helloResponse">
    <wsdl:part xmlns:m="urn:demo" name="parameters" element="m:Reply"/>
  </wsdl:message>
  <wsdl:portType name="demo">
    <wsdl:documentation>Shows.</wsdl:documentation>
    <wsdl:operation name="hello">
      <wsdl:documentation>Says it.</wsdl:documentation>
      <wsdl:input message="tns:demo.helloRequest"/>
      <wsdl:output message="tns:demo.helloResponse"/>
    </wsdl:operation>
  </wsdl:portType>
  <wsdl:binding name="demoSoap" type="tns:demo">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="hello">
      <soap:operation soapAction="urn:demo#hello" style="document"/>
      <wsdl:input>
        <soap:body use="literal"/>
      </wsdl:input>
      <wsdl:output>
        <soap:body use="literal"/>
      </wsdl:output>
    </wsdl:operation>
  </wsdl:binding>
  <wsdl:binding name="demoSoap12" type="tns:demo">
    <soap12:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="hello">
      <soap12:operation soapAction="urn:demo#hello" style="document"/>
      <wsdl:input>
        <soap12:body use="literal"/>
      </wsdl:input>
      <wsdl:output>
        <soap12:body use="literal"/>
      </wsdl:output>
    </wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="demo">
    <wsdl:port name="demoSoap" binding="tns:demoSoap">
      <soap:address location="http://127.0.0.1:8080/demo"/>
    </wsdl:port>
    <wsdl:port name="demoSoap12" binding="tns:demoSoap12">
      <soap12:address location="http://127.0.0.1:8080/demo"/>
    </wsdl:port>
  </wsdl:service>
</wsdl:definitions>
`,
  );
});

interface Tree {
  name: string;
  kids: Tree[];
  by: Map<string, Tree>;
}
const Tree: StructType<Tree> = t.struct("demo.Tree", {
  name: t.field(1, t.string),
  kids: t.field(2, t.list(t.lazy(() => Tree)), { default: [] }),
  by: t.field(3, t.map(t.string, t.lazy(() => Tree))),
});
const Inner = t.struct("other.Inner", { n: t.field(1, t.int32) });
const Every = t.struct("demo.Every", {
  lists: t.field(1, t.list(t.list(t.set(t.int8)))),
  maybe: t.field(2, t.optional(t.list(t.optional(t.string)))),
  maps: t.field(3, t.map(t.int64, t.map(t.bool, t.list(Inner)))),
  nil: t.field(4, t.map(t.string, t.optional(t.float))),
  choice: t.field(5, t.union("demo.Union", { a: t.field(1, t.string), b: t.field(9, t.list(Tree)) })),
  left: t.field(10, t.optional(t.timestamp)),
  between: t.field(11, t.set(t.uuid)),
  right: t.field(12, t.optional(t.decimal(9, 2))),
  day: t.field(13, t.date, { default: "2026-11-23", aliases: ["old", "x y"], doc: "a < b" }),
}, { oneofs: { side: ["left", "right"] }, keepUnknown: true, doc: "All of it." });
const Inner2 = t.struct("demo.Inner", { inner: t.field(1, Inner) });

Deno.test("every type comes back from WSDL as it was", () => {
  const services = [
    service("demo.One", { a: unary(Every, Inner2, { idempotent: true }), b: unary(t.string, t.list(t.set(t.int8))) }),
    service("demo.sub.Two", { "x y": unary(t.optional(Inner), Every) }),
    service("demo.sub.One", { a: unary(Inner, Inner) }),
    service("Three", { c: unary(t.timestamp, t.map(t.string, Inner)) }),
  ];
  const Colour = t.enumeration("Colour", { red: 1, "dark blue": 0, lost: -1 }, { doc: "Colours." });
  const idl = { types: [Colour, Tree], services }, text = writeWsdl(idl, { address, versions: ["1.2"] });
  assertEquals(text.includes("soap:binding"), false);
  assertEquals(describeIdl(readWsdl(text)), describeIdl(idl));
});

Deno.test("what WSDL can't express is not written", () => {
  const Odd = t.struct("demo.Odd", { a: t.field(1, t.string, { doc: "a\0b" }) });
  const Twin = t.struct("demo.Hello", { name: t.field(1, t.string) });
  const rows: readonly (readonly [idl: Parameters<typeof writeWsdl>[0], says: string])[] = [
    [service("demo", { all: serverStream(Hello, Reply) }), "Cannot write a WSDL of demo: method all has a stream"],
    [{ types: [Hello], services: [] }, "Cannot write a WSDL: there is no service"],
    [{ types: [], services: [service("a", {}), service("a", {})] }, "Cannot write a WSDL: two services are named a"],
    [service("demo", { odd: unary(Odd, Reply) }), "Cannot write XML: got U+0000, which is no character of XML"],
    [service("demo", { twin: unary(Twin, Hello) }), "two types are named demo.Hello"],
    [service("demo", { a: unary(t.list(t.int8), t.list(t.int16)) }), "two messages are elements named list"],
  ];
  for (const [idl, says] of rows) assertThrows(() => writeWsdl(idl, { address }), TypeError, says);
});
