/**
 * Descriptions from parts, for the tests of reading them; holds no test itself.
 *
 * @module
 */

/** A description with what is in its schema, and where its types are from. */
export function wsdl(schema: string, { part = 'element="x:In"', style = "document", use = "literal" } = {}): string {
  return `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:x="http://example.com/stock/v1" targetNamespace="http://example.com/stock/v1" xmlns:xs="http://www.w3.org/2001/XMLSchema"><types>
<xs:schema targetNamespace="http://example.com/stock/v1" elementFormDefault="qualified">
${schema}
</xs:schema></types>
<message name="In"><part name="p" ${part}/></message>
<portType name="Port"><operation name="get"><input message="x:In"/><output message="x:In"/></operation></portType>
<portType name="PortHttpGet"><operation name="get"><input message="x:Other"/></operation></portType>
<binding name="B" type="x:Port"><s:binding style="${style}" transport="http://schemas.xmlsoap.org/soap/http"/>
<operation name="get"><s:operation soapAction=""/><input><s:body use="${use}"/></input></operation></binding>
<binding name="G" type="x:PortHttpGet"/>
<service name="Stock"><port name="P" binding="x:B"/><port name="Q" binding="x:G"/></service></definitions>`;
}

/** The element of the message. */
export const input = '<xs:element name="In" type="x:In"/>';

/** A description whose message is of a type of that content. */
export function inType(content: string, more = ""): string {
  return wsdl(`<xs:complexType name="In">${content}</xs:complexType>${input}${more}`);
}

/** A sequence of elements. */
export function sequence(...elements: string[]): string {
  return `<xs:sequence>${elements.join("")}</xs:sequence>`;
}

/** An element named like its type. */
export function scalar(type: string, more = ""): string {
  return `<xs:element name="${type}" type="xs:${type}" ${more}/>`;
}

/** An element `a`. */
export function field(attributes: string, content = ""): string {
  return `<xs:element name="a" ${attributes}>${content}</xs:element>`;
}
