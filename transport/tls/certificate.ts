/**
 * Reading X.509 certificates (RFC 5280): who they are for. Only of certificates whose signatures were checked.
 *
 * The runtime gives alternative names as one text in which a name with a comma looks like two, so they are read from the
 * certificate itself.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Identity } from "../../protocol/mod.ts";

const SEQUENCE = 0x30, OID = 0x06, OCTETS = 0x04, BMP_TEXT = 0x1e, EXTENSIONS = 0xa3, VERSION = 0xa0;
/** Common name, 2.5.4.3, and subject alternative name, 2.5.29.17. */
const COMMON_NAME = "550403", ALTERNATIVE_NAME = "551d11";
/** Alternative names that are texts, RFC 5280 section 4.2.1.6, and those that are IP addresses. */
const textNames: ReadonlyMap<number, string> = new Map([[0x81, "email"], [0x82, "DNS"], [0x86, "URI"]]), IP_NAME = 0x87;

interface Element {
  readonly tag: number;
  readonly body: Uint8Array;
}

/** Whom the certificate in `der` is for. Throws TypeError for what is no certificate. */
export function identityOf(der: Uint8Array): Identity {
  const fingerprint = createHash("sha256").update(der).digest("hex");
  const [certificate] = elements(der, SEQUENCE), [tbs] = elements(certificate!.body, SEQUENCE);
  const fields = elements(tbs!.body).filter(({ tag }) => tag !== VERSION), subject = fields[4];
  if (subject?.tag !== SEQUENCE) throw bad();
  const extensions = fields.find(({ tag }) => tag === EXTENSIONS);
  return {
    commonName: commonName(subject.body),
    altNames: extensions === undefined ? [] : altNames(extensions.body),
    fingerprint,
  };
}

/** The last one, which is the most specific. */
function commonName(subject: Uint8Array): string {
  const attributes = elements(subject).flatMap(({ body }) => elements(body)).map(({ body }) => elements(body));
  const values = attributes.filter(([type]) => isOid(type, COMMON_NAME)).map(([, value]) => textOf(value));
  return values.at(-1) ?? "";
}

function altNames(extensions: Uint8Array): string[] {
  const [list] = elements(extensions, SEQUENCE);
  const parts = elements(list!.body).map(({ body }) => elements(body));
  const value = parts.find(([type]) => isOid(type, ALTERNATIVE_NAME))?.at(-1);
  if (value === undefined) return [];
  if (value.tag !== OCTETS) throw bad();
  return elements(elements(value.body, SEQUENCE)[0]!.body).flatMap(({ tag, body }) => {
    if (tag === IP_NAME) return [`IP:${ipText(body)}`];
    const kind = textNames.get(tag);
    return kind === undefined ? [] : [`${kind}:${latin(body)}`];
  });
}

function isOid(element: Element | undefined, hex: string): boolean {
  return element?.tag === OID && element.body.toHex() === hex;
}

function textOf(value: Element | undefined): string {
  if (value === undefined) throw bad();
  if (value.tag === BMP_TEXT) return new TextDecoder("utf-16be").decode(value.body);
  return new TextDecoder().decode(value.body);
}

function latin(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) throw bad();
  const groups = bytes.toHex().match(/.{4}/g)!.join(":");
  return URL.parse(`http://[${groups}]`)!.hostname.slice(1, -1);
}

/** The DER elements (X.690) that stand one after the other in `bytes`; the first has the tag `first`, when that is given. */
function elements(bytes: Uint8Array, first?: number): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at]!, short = bytes[at + 1] ?? 0, extra = short < 0x80 ? 0 : short & 0x7f;
    if (extra > 3) throw bad();
    let length = extra === 0 ? short : 0;
    for (let i = 0; i < extra; i++) length = length << 8 | (bytes[at + 2 + i] ?? 0);
    const from = at + 2 + extra;
    if (from + length > bytes.length) throw bad();
    found.push({ tag, body: bytes.subarray(from, from + length) });
    at = from + length;
  }
  if (first !== undefined && found[0]?.tag !== first) throw bad();
  return found;
}

function bad(): TypeError {
  return new TypeError("Cannot read the certificate: it is not X.509 in DER");
}
