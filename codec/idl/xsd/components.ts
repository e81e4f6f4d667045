/**
 * The global definitions of the schemas in one document, by name.
 *
 * @module
 */
import type { QName, XmlNode } from "./node.ts";
import { xsdNamespace } from "./scalar.ts";

const kinds = ["element", "complexType", "simpleType", "group"] as const;

/** Kinds of definitions that others mention by name. */
export type ComponentKind = typeof kinds[number];

/** A definition with the namespace of its schema. */
export interface Component {
  /** Where it is defined. */
  readonly node: XmlNode;
  /** Its name. */
  readonly name: QName;
}

/** A schema. */
export interface SchemaDocument {
  /** Its element. */
  readonly node: XmlNode;
  /** The namespace of what it defines. */
  readonly namespace: string;
}

/** All global definitions of some schemas. */
export class Components {
  readonly #found = new Map<string, Component>();
  /** Namespaces of schemas that don't say theirs themselves. */
  readonly #borrowed = new Set<string>();

  /** Indexes `schemas`; throws IdlError for what stands twice. */
  constructor(schemas: readonly SchemaDocument[]) {
    for (const { node, namespace } of schemas) {
      if (node.attribute("targetNamespace") === undefined) this.#borrowed.add(namespace);
      for (const child of node.children) if (child.namespace === xsdNamespace) this.#add(child, namespace);
    }
  }

  /** The definition of `kind` named `name`, which is mentioned at `at`. */
  get(kind: ComponentKind, name: QName, at: XmlNode): Component {
    return this.find(kind, name) ?? at.fail(`there is no ${kind} ${shownName(name)}`);
  }

  /** The definition of `kind` named `name`; undefined when there is none. */
  find(kind: ComponentKind, name: QName): Component | undefined {
    const found = this.#found.get(idOf(kind, name));
    if (found || name.namespace !== "") return found;
    for (const namespace of this.#borrowed) {
      const borrowed = this.#found.get(idOf(kind, { ...name, namespace }));
      if (borrowed) return borrowed;
    }
    return undefined;
  }

  /** All definitions of `kind`, in the order of the source. */
  all(kind: ComponentKind): Component[] {
    return [...this.#found.values()].filter(({ node }) => node.local === kind);
  }

  #add(node: XmlNode, namespace: string): void {
    const kind = kinds.find((kind) => kind === node.local);
    if (!kind) return;
    const name = { namespace, local: node.required("name") }, id = idOf(kind, name);
    if (this.#found.has(id)) node.fail(`the ${kind} ${name.local} stands twice`);
    this.#found.set(id, { node, name });
  }
}

function idOf(kind: ComponentKind, { namespace, local }: QName): string {
  return `${kind} ${namespace} ${local}`;
}

/** `name` for an error message. */
export function shownName({ namespace, local }: QName): string {
  return namespace === "" ? local : `${local} of ${namespace}`;
}
