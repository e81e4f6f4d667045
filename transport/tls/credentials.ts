/**
 * Certificates and keys of this end: checked, and read anew for each connection, so that they can be renewed.
 *
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import type { TlsOptions } from "../transport.ts";

/** Certificate chain, its private key, and the authorities that are trusted, as `node:tls` takes them. */
export interface Credentials {
  /** Certificate chain. */
  readonly cert?: string;
  /** Private key. */
  readonly key?: string;
  /** Authorities. */
  readonly ca?: string;
}

/** The credentials of a server, as its `tls` has them at any time. */
export class ServerCredentials {
  #tls: TlsOptions;
  #current: Credentials;
  #complaint = "";

  /** Reads and checks them. Throws TypeError for what a server can't use. */
  constructor(tls: TlsOptions) {
    this.#tls = tls;
    this.#current = ofServer(tls);
    checkServer(this.#current);
  }

  /** Those in use. */
  get current(): Credentials {
    return this.#current;
  }

  /** Takes what `tls` has now and returns it, or null when it is what is in use. What is of no use is told to `tls.onError`. */
  renew(): Credentials | null {
    try {
      const asked = ofServer(this.#tls), { cert, key, ca } = this.#current;
      if (asked.cert === cert && asked.key === key && asked.ca === ca) return null;
      checkServer(asked);
      if ((ca === undefined) !== (asked.ca === undefined)) {
        throw new TypeError("Cannot renew tls: clientCa can't come or go while a server listens");
      }
      this.#complaint = "";
      return this.#current = asked;
    } catch (error) {
      this.#complain(error);
      return null;
    }
  }

  /** Once for the same trouble, however many connections come meanwhile. */
  #complain(error: unknown): void {
    const { onError = console.error } = this.#tls, complaint = String(error);
    if (complaint === this.#complaint) return;
    this.#complaint = complaint;
    onError(error);
  }
}

/** The credentials of a client. Throws TypeError for what a client can't use. */
export function clientCredentials({ cert, key, ca }: TlsOptions): Credentials {
  if ((cert === undefined) !== (key === undefined)) throw new TypeError("Cannot use tls: cert and key belong together");
  if (cert !== undefined) checkPair(cert, key!);
  if (ca !== undefined) read("ca", ca);
  return { ...(cert !== undefined && { cert, key: key! }), ...(ca !== undefined && { ca }) };
}

function ofServer({ cert, key, clientCa }: TlsOptions): Credentials {
  return {
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(clientCa !== undefined && { ca: clientCa }),
  };
}

function checkServer({ cert, key, ca }: Credentials): void {
  if (cert === undefined || key === undefined) {
    throw new TypeError("Cannot listen with TLS: tls needs cert and key (PEM text)");
  }
  checkPair(cert, key);
  if (ca !== undefined) read("clientCa", ca);
}

function checkPair(cert: string, key: string): void {
  const certificate = read("cert", cert);
  let fits = false;
  try {
    fits = certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    throw new TypeError("Cannot use tls: key is no private key as PEM text"); // and what it is stays untold
  }
  if (!fits) throw new TypeError("Cannot use tls: key is not that of cert");
}

function read(option: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new TypeError(`Cannot use tls: ${option} is no certificate as PEM text`);
  }
}
