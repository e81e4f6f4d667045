/**
 * Reads WSDL 1.1 (W3C Note of March 2001), document/literal, with XML Schema in it.
 *
 * @module
 */
import { type Method, type Service, service, unary } from "../schema/service.ts";
import type { Type } from "../schema/type.ts";
import type { Idl } from "./idl.ts";
import { bindingNamespaces, serviceName, wsdlNamespace } from "./wsdl_name.ts";
import { Components } from "./xsd_components.ts";
import { keyOf } from "./xsd_key.ts";
import { parseXml, type XmlNode } from "./xsd_node.ts";
import { SchemaReader } from "./xsd_read.ts";
import { erpcSchemaNamespace, xsdNamespace } from "./xsd_scalar.ts";

/**
 * Reads the types and services of a WSDL 1.1 description.
 *
 * A service is a `portType`, named after the `service` whose ports are bound to it; its messages must be document/literal, of
 * one part that is an element, and the struct of a message has that element's name. Throws IdlError, with line and column,
 * for what can't be read: other files, rpc style, encoded use, messages in one direction, and what xsd_read.ts names.
 */
export function readWsdl(text: string): Idl {
  const root = parseXml(text);
  if (root.namespace !== wsdlNamespace || root.local !== "definitions") {
    root.fail(`the root is <${root.local.slice(0, 40)}>, want <definitions> of ${wsdlNamespace}`);
  }
  return new WsdlReader(root).read();
}

class WsdlReader {
  readonly #namespace: string;
  readonly #portTypes: readonly XmlNode[];
  readonly #messages: ReadonlyMap<string, XmlNode>;
  readonly #bound: Bound;
  readonly #schemas: SchemaReader;

  constructor(root: XmlNode) {
    for (const one of root.all(wsdlNamespace, "import")) one.fail("another file can't be read: import");
    this.#namespace = root.attribute("targetNamespace") ?? "";
    this.#portTypes = root.all(wsdlNamespace, "portType");
    this.#messages = new Map(root.all(wsdlNamespace, "message").map((one) => [one.required("name"), one]));
    this.#bound = boundIn(root);
    const types = root.all(wsdlNamespace, "types");
    this.#schemas = new SchemaReader(new Components(types.flatMap((one) => one.all(xsdNamespace, "schema"))));
  }

  read(): Idl {
    const services = new Map<string, Service>(), { portTypes, services: names } = this.#bound;
    for (const portType of this.#portTypes) {
      const local = portType.required("name");
      if (portTypes && !portTypes.has(local)) continue; // one for plain HTTP, say
      const service = this.#service(portType, names.get(local) ?? local);
      if (services.has(service.name)) portType.fail(`a second service is named ${service.name}`);
      services.set(service.name, service);
    }
    return { types: this.#schemas.readAll(), services: [...services.values()] };
  }

  #service(portType: XmlNode, local: string): Service {
    const said = portType.attribute("name", erpcSchemaNamespace);
    const idempotent = new Set(portType.attribute("idempotent", erpcSchemaNamespace)?.split(" "));
    const methods: Record<string, Method> = {};
    for (const operation of portType.all(wsdlNamespace, "operation")) {
      const name = operation.required("name"), key = keyOf(name);
      if (key === "__proto__") operation.fail("a method is named __proto__");
      if (Object.hasOwn(methods, key)) operation.fail(`a second method is named ${key}`);
      const request = this.#message(operation, "input"), response = this.#message(operation, "output");
      methods[key] = unary(request, response, { ...docOf(operation), idempotent: idempotent.has(name) });
    }
    try {
      return service(said ?? serviceName(this.#namespace, keyOf(local)), methods, docOf(portType));
    } catch (error) {
      return portType.fail(error instanceof Error ? error.message : String(error));
    }
  }

  #message(operation: XmlNode, direction: "input" | "output"): Type {
    const said = operation.first(wsdlNamespace, direction) ??
      operation.fail(`the operation ${operation.attribute("name")} has no ${direction}`);
    const { namespace, local } = said.name("message") ?? said.fail(`the ${direction} has no attribute message`);
    const message = namespace === this.#namespace ? this.#messages.get(local) : undefined;
    if (!message) return said.fail(`there is no message ${local}`);
    const [part, ...others] = message.all(wsdlNamespace, "part");
    if (!part || others.length > 0) return message.fail("a message has one part, the element in the body");
    const element = part.name("element") ?? part.fail("the part is no element: want document style");
    return this.#schemas.message(element, part);
  }
}

/** What is bound to SOAP. */
interface Bound {
  /** Names of the port types; undefined when nothing is bound to anything. */
  readonly portTypes: ReadonlySet<string> | undefined;
  /** Names of the services that are one port type, by that. */
  readonly services: ReadonlyMap<string, string>;
}

/** Reads the bindings, which must be document/literal. */
function boundIn(root: XmlNode): Bound {
  const bindings = root.all(wsdlNamespace, "binding"), portTypes = new Map<string, string>();
  for (const binding of bindings) {
    const soap = Object.values(bindingNamespaces).map((namespace) => binding.first(namespace, "binding"))
      .find((one) => one !== undefined);
    if (!soap) continue;
    checkStyle(soap);
    for (const operation of binding.all(wsdlNamespace, "operation")) checkOperation(operation, soap.namespace);
    const type = binding.name("type") ?? binding.fail("a binding has no attribute type");
    portTypes.set(binding.required("name"), type.local);
  }
  const services = new Map<string, string>(), several = new Set<string>();
  for (const service of root.all(wsdlNamespace, "service")) {
    const ports = service.all(wsdlNamespace, "port").map((port) => portTypes.get(port.name("binding")?.local ?? ""));
    const [only, ...others] = new Set(ports.filter((port) => port !== undefined));
    if (only === undefined || others.length > 0) continue;
    if (services.has(only)) several.add(only);
    services.set(only, service.required("name"));
  }
  for (const portType of several) services.delete(portType);
  return { portTypes: bindings.length > 0 ? new Set(portTypes.values()) : undefined, services };
}

function docOf(node: XmlNode): { doc?: string } {
  const doc = node.first(wsdlNamespace, "documentation")?.text.trim() ?? "";
  return doc === "" ? {} : { doc };
}

function checkStyle(node: XmlNode): void {
  const style = node.attribute("style") ?? "document";
  if (style !== "document") node.fail(`the style is ${style.slice(0, 20)}, want document`);
}

function checkOperation(operation: XmlNode, namespace: string): void {
  const said = operation.first(namespace, "operation");
  if (said) checkStyle(said);
  for (const direction of ["input", "output"]) {
    const body = operation.first(wsdlNamespace, direction)?.first(namespace, "body"), use = body?.attribute("use");
    if (body && use !== undefined && use !== "literal") body.fail(`the use is ${use.slice(0, 20)}, want literal`);
  }
}
