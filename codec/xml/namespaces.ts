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
  readonly namespace: string;
  readonly depth: number;
}

/** The declarations that hold. */
export class Namespaces {
  /** Namespace of elements without a prefix; "" for none. */
  byDefault = "";
  readonly #held: Declaration[] = [];

  /** Forgets all. */
  clear(): void {
    this.byDefault = "";
    this.#held.length = 0;
  }

  /** Takes the declaration of `prefix` ("" for elements without one) at an element that is `depth` deep. */
  declare(prefix: string, declaration: Omit<Declaration, "prefix">): void {
    const { namespace } = declaration;
    if (prefix === "xmlns") misfit("got a declaration of the prefix xmlns");
    if ((prefix === "xml") !== (namespace === XML_NAMESPACE) || namespace === XMLNS_NAMESPACE) {
      misfit(`got the namespace ${namespace.slice(0, 60)} for the prefix "${prefix.slice(0, 24)}"`);
    }
    if (prefix !== "" && namespace === "") misfit(`got no namespace for the prefix ${prefix.slice(0, 24)}`);
    if (this.#held.length >= maxNamespaces) misfit(`more than ${maxNamespaces} namespaces are declared`);
    this.#held.push({ prefix, ...declaration });
    if (prefix === "") this.byDefault = namespace;
  }

  /** Forgets what was declared at elements that are `depth` deep or deeper. */
  leave(depth: number): void {
    const held = this.#held;
    if (held.length === 0 || held.at(-1)!.depth < depth) return;
    while (held.length > 0 && held.at(-1)!.depth >= depth) held.pop();
    this.byDefault = held.findLast(({ prefix }) => prefix === "")?.namespace ?? "";
  }

  /** Namespace of `prefix`; undefined when it is not declared. */
  of(prefix: string): string | undefined {
    if (prefix === "xml") return XML_NAMESPACE;
    if (prefix === "") return this.byDefault;
    return this.#held.findLast((one) => one.prefix === prefix)?.namespace;
  }
}
