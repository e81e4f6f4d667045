/**
 * What went wrong with QUIC, in words that say what to do. The runtime's errors are of one class; only their text differs.
 *
 * @module
 */

/** Text of the runtime and what it means. `NAME` stands for the name that the certificate was to have. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/UnknownIssuer/, "its certificate is of no authority that this end trusts (UnknownIssuer); tls.ca adds one"],
  [/not valid for name|NotValidForName/, 'its certificate is not valid for name "NAME"; tls.serverName sets another'],
  [/invalid peer certificate: Expired|CertificateExpired/, "its certificate has expired"],
  [/NotValidYet/, "its certificate is not valid yet"],
  [/invalid peer certificate/, "its certificate is not valid"],
  [/known protocol|error 120\b/, "it speaks QUIC, but another protocol in it (ALPN)"],
  [/refused to accept/, "it refuses new connections"],
  [/timed out/, "no answer; is a server there, and may UDP pass?"],
];

/** An error for `error` of a dial that expected the certificate of `name`; the one of the runtime is its cause. */
export function dialFailure(error: unknown, name: string): Error {
  const text = error instanceof Error ? error.message : String(error);
  const meaning = meanings.find(([pattern]) => pattern.test(text))?.[1];
  return new Error(meaning?.replace("NAME", () => name) ?? text, { cause: error });
}
