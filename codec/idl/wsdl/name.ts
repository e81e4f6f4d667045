/**
 * Namespaces and names of WSDL 1.1 (W3C Note of March 2001).
 *
 * @module
 */
import type { SoapVersion } from "../../soap/version.ts";
import { packageOfNamespace } from "../xsd/package.ts";

/** Namespace of WSDL 1.1. */
export const wsdlNamespace = "http://schemas.xmlsoap.org/wsdl/";

/** Namespace of WSDL's extensions for SOAP, by version (WSDL 1.1 section 3, WSDL 1.1 Binding Extension for SOAP 1.2). */
export const bindingNamespaces: Readonly<Record<SoapVersion, string>> = {
  "1.1": "http://schemas.xmlsoap.org/wsdl/soap/",
  "1.2": "http://schemas.xmlsoap.org/wsdl/soap12/",
};

/** URI that names HTTP as the transport of a binding. */
export const httpTransport = "http://schemas.xmlsoap.org/soap/http";

/** The full name of the service `local` of a description of `namespace`: `"demo"` for `demo` of `urn:demo`. */
export function serviceName(namespace: string, local: string): string {
  const inside = packageOfNamespace(namespace);
  if (inside === local || inside.endsWith("." + local)) return inside;
  return inside === "" ? local : `${inside}.${local}`;
}
