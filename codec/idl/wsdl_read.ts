/**
 * Reads WSDL 1.1 (W3C Note of March 2001), document/literal, with XML Schema in it.
 *
 * @module
 */
import { type Service, service, unary } from "../schema/service.ts";
import type { Type } from "../schema/type.ts";
import type { Idl } from "./idl.ts";
import { bindingNamespaces, serviceName, wsdlNamespace } from "./wsdl_name.ts";
import { Components } from "./xsd_components.ts";
import { keyOf } from "./xsd_key.ts";
import { parseXml, type QName, type XmlNode } from "./xsd_node.ts";
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
  readonly #root: XmlNode;
  readonly #namespace: string;
  readonly #schemas: SchemaReader;

  constructor(root: XmlNode) {
    this.#root = root;
    this.#namespace = root.attribute("targetNamespace") ?? "";
    for (const one of root.all(wsdlNamespace, "import")) one.fail("another file can't be read: import");
    const types = root.all(wsdlNamespace, "types");
    this.#schemas = new SchemaReader(new Components(types.flatMap((one) => one.all(xsdNamespace, "schema"))));
  }

  read(): Idl {
    const { local } = this.#root, bindings = this.#bindings(), names = new Set<string>();
    const services = this.#root.all(wsdlNamespace, "portType").map((portType) => {
      const found = this.#service(portType, bindings);
      if (names.has(found.name)) portType.fail(`a second ${local} is named ${found.name}`);
      names.add(found.name);
      return found;
    });
    this.#schemas.readAll();
    return { types: this.#schemas.types, services };
  }

  /** Names of the port types that are bound to SOAP, by those of their bindings; checks that these are document/literal. */
  #bindings(): Map<string, string> {
    const found = new Map<string, string>();
    for (const binding of this.#root.all(wsdlNamespace, "binding")) {
      const soap = Object.values(bindingNamespaces).map((namespace) => binding.first(namespace, "binding"))
        .find((one) => one !== undefined);
      if (!soap) continue;
      checkStyle(soap);
      for (const operation of binding.all(wsdlNamespace, "operation")) checkOperation(operation, soap.namespace);
      const type = binding.name("type") ?? binding.fail("a binding has no attribute type");
      found.set(binding.required("name"), type.local);
    }
    return found;
  }

  #service(portType: XmlNode, bindings: ReadonlyMap<string, string>): Service {
    const local = portType.required("name"), said = portType.attribute("name", erpcSchemaNamespace);
    const idempotent = portType.attribute("idempotent", erpcSchemaNamespace)?.split(" ") ?? [];
    const methods: Record<string, ReturnType<typeof unary>> = {};
    for (const operation of portType.all(wsdlNamespace, "operation")) {
      const name = operation.required("name"), key = keyOf(name);
      if (key === "__proto__" || Object.hasOwn(methods, key)) operation.fail(`a second method is named ${key}`);
      methods[key] = unary(this.#message(operation, "input"), this.#message(operation, "output"), {
        ...docOf(operation),
        idempotent: idempotent.includes(name),
      });
    }
    const name = said ?? serviceName(this.#namespace, keyOf(this.#serviceOf(local, bindings) ?? local));
    try {
      return service(name, methods, docOf(portType));
    } catch (error) {
      return portType.fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** The service of which every port is bound to the port type. */
  #serviceOf(portType: string, bindings: ReadonlyMap<string, string>): string | undefined {
    const only = this.#root.all(wsdlNamespace, "service").filter((service) => {
      const ports = service.all(wsdlNamespace, "port").map((port) => bindings.get(port.name("binding")?.local ?? ""));
      const bound = ports.filter((port) => port !== undefined);
      return bound.length > 0 && bound.every((port) => port === portType);
    });
    return only.length === 1 ? only[0]!.required("name") : undefined;
  }

  #message(operation: XmlNode, direction: "input" | "output"): Type {
    const said = operation.first(wsdlNamespace, direction);
    if (!said) return operation.fail(`the operation ${operation.attribute("name")} has no ${direction}`);
    const name = said.name("message") ?? said.fail(`an ${direction} has no attribute message`);
    const message = this.#find("message", name, said), [part, ...others] = message.all(wsdlNamespace, "part");
    if (!part || others.length > 0) return message.fail("a message has one part, the element in the body");
    const element = part.name("element") ?? part.fail("the part is no element: want document style");
    return this.#schemas.message(element, part);
  }

  #find(kind: string, { namespace, local }: QName, at: XmlNode): XmlNode {
    const found = namespace === this.#namespace
      ? this.#root.all(wsdlNamespace, kind).find((one) => one.attribute("name") === local)
      : undefined;
    return found ?? at.fail(`there is no ${kind} ${local}`);
  }
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
