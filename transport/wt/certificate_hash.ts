/**
 * Hashes of certificates, by which WebTransport clients know servers that no authority vouches for.
 *
 * @module
 */

/** Hash of a certificate, as the option `serverCertificateHashes` of WebTransport wants it. */
export interface CertificateHash {
  /** The one algorithm there is. */
  readonly algorithm: "sha-256";
  /** Hash of the certificate's DER form. */
  readonly value: Uint8Array<ArrayBuffer>;
}

const certificates = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g;

/**
 * The hashes of the certificates in a PEM text, in order. Browsers take a certificate by its hash only when its key is
 * ECDSA P-256 and it is valid for at most 14 days.
 *
 * @example
 * ```ts
 * import { certificateHashes } from "@erpc/erpc/wt";
 * const [hash] = await certificateHashes(
 *   "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
 * );
 * console.assert(hash!.value.length === 32);
 * ```
 */
export function certificateHashes(pem: string): Promise<CertificateHash[]> {
  return Promise.all(Array.from(pem.matchAll(certificates), async ([, base64]) => {
    const der = Uint8Array.fromBase64(base64!);
    return { algorithm: "sha-256", value: new Uint8Array(await crypto.subtle.digest("SHA-256", der)) };
  }));
}
