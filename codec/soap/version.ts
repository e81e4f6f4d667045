/**
 * What differs between SOAP 1.1 (W3C Note of May 2000) and SOAP 1.2 (W3C Recommendation of April 2007).
 *
 * @module
 */

/** A version of SOAP. */
export type SoapVersion = "1.1" | "1.2";

/** Namespace of the envelope, by version (SOAP 1.1 section 3, SOAP 1.2 part 1 section 1.1). */
export const envelopeNamespaces: Readonly<Record<SoapVersion, string>> = {
  "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
  "1.2": "http://www.w3.org/2003/05/soap-envelope",
};

/** Media type of an envelope over HTTP, by version (SOAP 1.1 section 6, RFC 3902). */
export const soapMediaTypes: Readonly<Record<SoapVersion, string>> = {
  "1.1": "text/xml; charset=utf-8",
  "1.2": "application/soap+xml; charset=utf-8",
};

const versions: ReadonlyMap<string, SoapVersion> = new Map(
  Object.entries(envelopeNamespaces).map(([version, namespace]) => [namespace, version as SoapVersion]),
);

/** The version whose envelope has `namespace`; undefined when none has. */
export function versionOf(namespace: string): SoapVersion | undefined {
  return versions.get(namespace);
}

/**
 * Actors and roles whose headers are for whoever reads the body: nobody named, the next one, and the last one
 * (SOAP 1.1 section 4.2.2, SOAP 1.2 part 1 section 2.2).
 */
export const ownRoles: ReadonlySet<string> = new Set([
  "",
  "http://schemas.xmlsoap.org/soap/actor/next",
  "http://www.w3.org/2003/05/soap-envelope/role/next",
  "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
]);
