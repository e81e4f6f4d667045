/**
 * What goes wrong in TLS, in words for whom it happens to. None of them holds anything of a key.
 *
 * @module
 */

const NO_AUTHORITY = "no authority trusted here vouches for its certificate; tls.ca names one";

/** Words for the codes of `node:tls`. */
const words: ReadonlyMap<string, string> = new Map(Object.entries({
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "it speaks no version of TLS that this end does",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: NO_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: NO_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: NO_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NO_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NO_AUTHORITY,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "it wants a certificate of this end (options tls.cert and tls.key)",
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: "it does not trust the certificate of this end",
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: "it does not take the certificate of this end",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: "the certificate of this end has expired",
}));

/** The error of a TLS connection in clear words; one that has nothing to do with TLS stays as it is. */
export function explained(error: Error): Error {
  const { code = "" } = error as { code?: string }, found = words.get(code);
  return found === undefined ? error : new Error(`${found} (${error.message})`, { cause: error });
}

/** The error of a handshake that did not end well. */
export function unshaken(error: Error): Error {
  const { code = "" } = error as { code?: string };
  if (code !== "ECONNRESET" && code !== "EPIPE") return explained(error);
  return new Error("it ended the TLS handshake; perhaps it does not speak TLS", { cause: error });
}
