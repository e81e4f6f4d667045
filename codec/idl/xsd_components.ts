/**
 * The global definitions of the schemas in one document, by name.
 *
 * @module
 */
import type { QName, XmlNode } from "./xsd_node.ts";
import { xsdNamespace } from "./xsd_scalar.ts";

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

/** All global definitions of some schemas. */
export class Components {
  readonly #found = new Map<string, Component>();

  /** Indexes `schemas`; throws IdlError for what stands elsewhere and what stands twice. */
  constructor(schemas: readonly XmlNode[]) {
    const namespaces = new Set(schemas.map((schema) => schema.attribute("targetNamespace") ?? ""));
    for (const schema of schemas) {
      for (const child of schema.children) {
        if (child.namespace === xsdNamespace) this.#add(child, schema.attribute("targetNamespace") ?? "", namespaces);
      }
    }
  }

  /** The definition of `kind` named `name`, which is mentioned at `at`. */
  get(kind: ComponentKind, name: QName, at: XmlNode): Component {
    return this.find(kind, name) ?? at.fail(`there is no ${kind} ${shownName(name)}`);
  }

  /** The definition of `kind` named `name`; undefined when there is none. */
  find(kind: ComponentKind, name: QName): Component | undefined {
    return this.#found.get(idOf(kind, name));
  }

  /** All definitions of `kind`, in the order of the source. */
  all(kind: ComponentKind): Component[] {
    return [...this.#found.values()].filter(({ node }) => node.local === kind);
  }

  #add(node: XmlNode, namespace: string, namespaces: ReadonlySet<string>): void {
    if (node.local === "include" || node.local === "redefine") node.fail(`another file can't be read: ${node.local}`);
    if (node.local === "import") checkImport(node, namespaces);
    const kind = kinds.find((kind) => kind === node.local);
    if (!kind) return;
    const name = { namespace, local: node.required("name") }, id = idOf(kind, name);
    if (this.#found.has(id)) node.fail(`the ${kind} ${name.local} stands twice`);
    this.#found.set(id, { node, name });
  }
}

function checkImport(node: XmlNode, namespaces: ReadonlySet<string>): void {
  const location = node.attribute("schemaLocation");
  if (location === undefined || namespaces.has(node.attribute("namespace") ?? "")) return;
  node.fail(`another file can't be read: the schema at ${location.slice(0, 100)} has to stand in this one`);
}

function idOf(kind: ComponentKind, { namespace, local }: QName): string {
  return `${kind} ${namespace} ${local}`;
}

/** `name` for an error message. */
export function shownName({ namespace, local }: QName): string {
  return namespace === "" ? local : `${local} of ${namespace}`;
}
