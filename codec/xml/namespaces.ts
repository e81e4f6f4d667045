/**
 * Which namespace each prefix stands for, while elements open and end ("Namespaces in XML 1.0", third edition).
 *
 * @module
 */
import { misfit } from "../misfit.ts";

/** Namespace of the prefix `xml`. */
export const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";
/** Namespace of declarations of namespaces. */
export const XMLNS_NAMESPACE = "http://www.w3.org/2000/xmlns/";

/** Most declarations that may hold at one place. */
export const maxNamespaces = 128;

interface Declaration {
  readonly prefix: string;
  /** Namespace that it hides. */
  readonly hidden: string | undefined;
  readonly depth: number;
}

/** The declarations that hold. */
export class Namespaces {
  /** Namespace of elements without a prefix; "" for none. */
  byDefault = "";
  readonly #held: Declaration[] = [];
  readonly #byPrefix = new Map<string, string>();

  /** Forgets all. */
  clear(): void {
    if (this.#held.length > 0) this.leave(0);
  }

  /** Takes the declaration that `prefix` ("" for elements without one) is of `namespace`, at an element that is `depth` deep. */
  declare(prefix: string, { namespace, depth }: { readonly namespace: string; readonly depth: number }): void {
    if (prefix === "xmlns") misfit("got a declaration of the prefix xmlns");
    if ((prefix === "xml") !== (namespace === XML_NAMESPACE) || namespace === XMLNS_NAMESPACE) {
      misfit(`got the namespace ${namespace.slice(0, 60)} for the prefix "${prefix.slice(0, 24)}"`);
    }
    if (prefix !== "" && namespace === "") misfit(`got no namespace for the prefix ${prefix.slice(0, 24)}`);
    if (this.#held.length >= maxNamespaces) misfit(`more than ${maxNamespaces} namespaces are declared`);
    this.#held.push({ prefix, hidden: this.#byPrefix.get(prefix), depth });
    this.#set(prefix, namespace);
  }

  /** Forgets what was declared at elements that are `depth` deep or deeper. */
  leave(depth: number): void {
    const held = this.#held;
    for (let last = held.at(-1); last !== undefined && last.depth >= depth; last = held.at(-1)) {
      this.#set(last.prefix, last.hidden);
      held.pop();
    }
  }

  #set(prefix: string, namespace: string | undefined): void {
    if (namespace === undefined) this.#byPrefix.delete(prefix);
    else this.#byPrefix.set(prefix, namespace);
    if (prefix === "") this.byDefault = namespace ?? "";
  }

  /** Namespace of `prefix`; undefined when it is not declared. */
  of(prefix: string): string | undefined {
    if (prefix === "") return this.byDefault;
    return prefix === "xml" ? XML_NAMESPACE : this.#byPrefix.get(prefix);
  }
}
