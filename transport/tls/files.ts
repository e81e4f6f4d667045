/**
 * Certificates in files, which whoever renews them replaces.
 *
 * @module
 */
import type { TlsOptions } from "../transport.ts";

/** Paths of what {@linkcode TlsOptions} has as text; the rest as there. */
export interface TlsFiles extends Omit<TlsOptions, "cert" | "key" | "ca" | "clientCa"> {
  /** Path of the certificate chain of this end. */
  readonly cert?: string;
  /** Path of the private key of `cert`. */
  readonly key?: string;
  /** Path of the authorities to trust instead of the system's; client side. */
  readonly ca?: string;
  /** Path of the authorities of clients; server side. */
  readonly clientCa?: string;
}

/** Files are looked at again when this has passed since the last time. */
const FRESH_MS = 1000;

/**
 * The certificates in `files`: new connections use what stands there now, give or take a second. Throws what reading a file
 * throws; afterwards, a file that can't be read leaves a server at what it has.
 *
 * @example
 * ```ts
 * import { Server, tlsFiles } from "@erpc/erpc";
 * const start = () =>
 *   new Server({ tls: tlsFiles({ cert: "server.pem", key: "server.key", clientCa: "clients.pem" }) }).listen(":8877");
 * console.assert(start.length === 0);
 * ```
 */
export function tlsFiles(files: TlsFiles): TlsOptions {
  const { cert, key, ca, clientCa, ...rest } = files, paths = { cert, key, ca, clientCa };
  const options: TlsOptions = { ...rest };
  for (const [name, path] of Object.entries(paths)) {
    if (path === undefined) continue;
    const file = new TextFile(path);
    Object.defineProperty(options, name, { get: () => file.text, enumerable: true });
  }
  return options;
}

/** The text of a file that may be replaced. */
class TextFile {
  #path: string;
  #text: string;
  #readMs = performance.now();

  constructor(path: string) {
    this.#path = path;
    this.#text = Deno.readTextFileSync(path);
  }

  get text(): string {
    if (performance.now() - this.#readMs >= FRESH_MS) {
      this.#text = Deno.readTextFileSync(this.#path);
      this.#readMs = performance.now();
    }
    return this.#text;
  }
}
