/**
 * Full names of the types that schemas define, each once.
 *
 * @module
 */
import type { Component, Components } from "./components.ts";
import { keyOf } from "./key.ts";
import type { QName, XmlNode } from "./node.ts";
import { packageOfNamespace } from "./package.ts";
import { erpcSchemaNamespace, xsdNamespace } from "./scalar.ts";

/**
 * Gives names: elements that define their own type have theirs first, because messages are named after them; then types with
 * a name; what is left gets a number. Types whose attribute `name` of erpc says that they are another one are that.
 */
export class TypeNames {
  readonly #byNode = new Map<XmlNode, string>();
  readonly #taken = new Set<string>();
  /** Types by kind and full name. */
  readonly #types = new Map<string, Component>();

  /** Names the definitions in `components`. */
  constructor(components: Components) {
    for (const element of components.all("element")) if (isNewType(element, components)) this.#name(element);
    const types = [...components.all("complexType"), ...components.all("simpleType")];
    for (const type of types.filter(({ node }) => saidName(node) === undefined)) this.#nameType(type);
    for (const type of types.filter(({ node }) => saidName(node) !== undefined)) this.#nameType(type);
  }

  /** The type that `type` is said to be, when the same one stands in several schemas; else itself. */
  original(type: Component): Component {
    const said = saidName(type.node);
    return said === undefined ? type : this.#types.get(`${type.node.local} ${said}`) ?? type;
  }

  /** The name of a type. */
  ofType({ node }: Component): string {
    return this.#byNode.get(node)!;
  }

  /** The name of messages that are an element. */
  ofElement({ node, name }: Component): string {
    return this.#byNode.get(node) ?? fullName(node, name);
  }

  /** `name`, or one with a number behind it when that is taken. */
  of(name: string): string {
    let free = name;
    for (let n = 2; this.#taken.has(free); n++) free = `${name}_${n}`;
    this.#taken.add(free);
    return free;
  }

  #nameType(type: Component): void {
    if (this.original(type) !== type) return;
    const full = fullName(type.node, type.name);
    this.#name(type, "Type");
    this.#types.set(`${type.node.local} ${full}`, type);
  }

  #name({ node, name }: Component, suffix = ""): void {
    const full = fullName(node, name);
    this.#byNode.set(node, this.of(this.#taken.has(full) ? full + suffix : full));
  }
}

/** Whether an element is no message of a type that has its name already. */
function isNewType({ node, name }: Component, components: Components): boolean {
  const type = node.name("type");
  if (!type) return true;
  if (type.local === name.local && type.namespace === name.namespace) return false;
  return type.namespace !== xsdNamespace && components.find("complexType", type) !== undefined;
}

function fullName(node: XmlNode, { namespace, local }: QName): string {
  const inside = packageOfNamespace(namespace);
  return saidName(node) ?? (inside === "" ? keyOf(local) : `${inside}.${keyOf(local)}`);
}

function saidName(node: XmlNode): string | undefined {
  return node.attribute("name", erpcSchemaNamespace);
}
