/**
 * Reads which port types are bound to SOAP, and how (WSDL 1.1, section 3).
 *
 * @module
 */
import { bindingNamespaces, wsdlNamespace } from "./name.ts";
import type { QName, XmlNode } from "../xsd/node.ts";

/** What is bound to SOAP. Port types and messages are told by {@linkcode idOf}. */
export interface Bindings {
  /** The port types; undefined when nothing is bound to anything. */
  readonly portTypes: ReadonlySet<string> | undefined;
  /** Names of the services whose ports are all one port type, by that; of port types that are one such service. */
  readonly services: ReadonlyMap<string, string>;
  /** Parts of messages that travel as headers: the message, a space, and the name of the part. */
  readonly headers: ReadonlySet<string>;
}

/** What tells a definition of a description from all others. */
export function idOf({ namespace, local }: QName): string {
  return `${namespace} ${local}`;
}

/** The namespace of what a description defines. */
export function spaceOf(root: XmlNode): string {
  return root.attribute("targetNamespace") ?? "";
}

/** The bindings in `definitions`, which must be document/literal. */
export function bindingsIn(definitions: readonly XmlNode[]): Bindings {
  const portTypes = new Map<string, string>(), headers = new Set<string>();
  let isAny = false;
  for (const root of definitions) {
    for (const binding of root.all(wsdlNamespace, "binding")) {
      isAny = true;
      const soap = Object.values(bindingNamespaces).map((namespace) => binding.first(namespace, "binding"))
        .find((one) => one !== undefined);
      if (!soap) continue;
      checkStyle(soap);
      for (const operation of binding.all(wsdlNamespace, "operation")) {
        readOperation(operation, soap.namespace, headers);
      }
      const type = binding.name("type") ?? binding.fail("a binding has no attribute type");
      portTypes.set(idOf({ namespace: spaceOf(root), local: binding.required("name") }), idOf(type));
    }
  }
  const services = servicesIn(definitions, portTypes);
  return { portTypes: isAny ? new Set(portTypes.values()) : undefined, services, headers };
}

/** Names of the services by their port type, from the port types of bindings. */
function servicesIn(definitions: readonly XmlNode[], portTypes: ReadonlyMap<string, string>): Map<string, string> {
  const found = new Map<string, string>(), several = new Set<string>();
  for (const service of definitions.flatMap((root) => root.all(wsdlNamespace, "service"))) {
    const bound = service.all(wsdlNamespace, "port").map((port) => port.name("binding"))
      .map((binding) => binding && portTypes.get(idOf(binding))).filter((portType) => portType !== undefined);
    const [only, ...others] = new Set(bound);
    if (only === undefined || others.length > 0) continue;
    if (found.has(only)) several.add(only);
    found.set(only, service.required("name"));
  }
  for (const portType of several) found.delete(portType);
  return found;
}

function readOperation(operation: XmlNode, namespace: string, headers: Set<string>): void {
  const said = operation.first(namespace, "operation");
  if (said) checkStyle(said);
  for (const direction of ["input", "output"]) {
    const parts = operation.first(wsdlNamespace, direction), body = parts?.first(namespace, "body");
    if (body) checkUse(body);
    for (const header of parts?.all(namespace, "header") ?? []) {
      const message = header.name("message");
      if (message) headers.add(`${idOf(message)} ${header.attribute("part")}`);
    }
  }
}

function checkStyle(node: XmlNode): void {
  const style = node.attribute("style") ?? "document";
  if (style !== "document") node.fail(`the style is ${style.slice(0, 20)}, want document`);
}

function checkUse(body: XmlNode): void {
  const use = body.attribute("use") ?? "literal";
  if (use !== "literal") body.fail(`the use is ${use.slice(0, 20)}, want literal`);
}
