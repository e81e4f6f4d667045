/**
 * Clients for the free function `call`, whose options may ask for any codec, address or registry: one client for each
 * combination that was asked for.
 *
 * @module
 */
import { Client } from "./client.ts";
import type { AnyCallOptions, ClientOptions } from "./options.ts";

const clientKeys = [
  "address",
  "registry",
  "center",
  "codec",
  "compress",
  "compressThreshold",
  "balancer",
  "retry",
  "interceptors",
  "tls",
  "stages",
  "limits",
  "timing",
  "pool",
  "transports",
  "wheel",
  "holdProcess",
] as const satisfies readonly (keyof ClientOptions)[];

/** The clients of one program. */
export class ClientFamily implements AsyncDisposable {
  #plain: Client | null = null;
  #special = new Map<string, Client>();
  #numbers = new WeakMap<object, number>();
  #count = 0;

  /** The client for these options. */
  get(options?: AnyCallOptions | ClientOptions): Client {
    const key = options === undefined ? "" : this.#key(options);
    if (key === "") return this.#plain ??= new Client();
    return this.#special.getOrInsertComputed(key, () => {
      const asked = clientKeys.filter((name) => options![name] !== undefined).map((name) => [name, options![name]]);
      return new Client(Object.fromEntries(asked));
    });
  }

  /** Closes every client; later calls make new ones. */
  async [Symbol.asyncDispose](): Promise<void> {
    const clients = [...this.#special.values(), ...this.#plain === null ? [] : [this.#plain]];
    this.#special.clear();
    this.#plain = null;
    await Promise.all(clients.map((client) => client.close()));
  }

  #key(options: AnyCallOptions | ClientOptions): string {
    let key = "";
    for (const name of clientKeys) {
      const value = options[name];
      if (value !== undefined) key += `${name}=${this.#text(value)};`;
    }
    return key;
  }

  /**
   * Text for lists and plain objects, by what they hold, since options are mostly written where a call is made; a number for
   * what only has an identity.
   */
  #text(value: unknown): string {
    if (typeof value === "string") return JSON.stringify(value);
    if (typeof value !== "object" && typeof value !== "function" || value === null) return String(value);
    if (Array.isArray(value)) return `[${value.map((item) => this.#text(item))}]`;
    const object: object = value;
    if (isData(object)) return `{${Object.entries(object).map(([name, item]) => `${name}:${this.#text(item)}`)}}`;
    if (!this.#numbers.has(object)) this.#numbers.set(object, ++this.#count);
    return `#${this.#numbers.get(object)}`;
  }
}

/** Whether an object is nothing but named numbers and texts, as limits and certificates are. */
function isData(object: object): boolean {
  if (typeof object !== "object" || Object.getPrototypeOf(object) !== Object.prototype) return false;
  return Object.values(object).every((item) => typeof item !== "object" && typeof item !== "function");
}
