/**
 * Reads WSDL 1.1 (W3C Note of March 2001), document/literal, with XML Schema in it.
 *
 * @module
 */
import { type Method, type Service, service, unary } from "../../schema/service.ts";
import type { Type } from "../../schema/type.ts";
import type { Idl } from "../idl.ts";
import { type Bindings, bindingsIn, idOf, spaceOf } from "./bindings.ts";
import { Documents } from "./documents.ts";
import { serviceName, wsdlNamespace } from "./name.ts";
import { Components } from "../xsd/components.ts";
import { keyOf } from "../xsd/key.ts";
import type { XmlNode } from "../xsd/node.ts";
import { SchemaReader } from "../xsd/read.ts";
import { erpcSchemaNamespace } from "../xsd/scalar.ts";

/** What reading may need. */
export interface ReadWsdlOptions {
  /**
   * Gives the text of a file that is imported or included, by its path from the description's own folder; undefined when there
   * is none. Default: there are no other files.
   */
  find?(path: string): string | undefined;
}

/**
 * Reads the types and services of a WSDL 1.1 description.
 *
 * A service is a `portType`, named after the `service` whose ports are bound to it; its messages must be document/literal, of
 * one part that is an element and no header, and the struct of a message has that element's name. Throws IdlError, with line
 * and column, for what can't be read: rpc style, encoded use, messages in one direction, and what xsd_read.ts names.
 *
 * Which namespaces the elements are in is not kept: `soapWith` takes the one of the messages, where it isn't `urn:` and the
 * package. It has one for all elements of a message, so it can't speak to services whose messages are of several.
 */
export function readWsdl(text: string, options: ReadWsdlOptions = {}): Idl {
  return new WsdlReader(new Documents(text, (path) => options.find?.(path))).read();
}

class WsdlReader {
  readonly #definitions: readonly XmlNode[];
  readonly #messages: ReadonlyMap<string, XmlNode>;
  readonly #bound: Bindings;
  readonly #schemas: SchemaReader;

  constructor({ definitions, schemas }: Documents) {
    this.#definitions = definitions;
    this.#messages = new Map(
      definitions.flatMap((root) =>
        root.all(wsdlNamespace, "message").map((
          one,
        ) => [idOf({ namespace: spaceOf(root), local: one.required("name") }), one])
      ),
    );
    this.#bound = bindingsIn(definitions);
    this.#schemas = new SchemaReader(new Components(schemas));
  }

  read(): Idl {
    const services = new Map<string, Service>(), { portTypes, services: names } = this.#bound;
    for (const root of this.#definitions) {
      for (const portType of root.all(wsdlNamespace, "portType")) {
        const local = portType.required("name"), id = idOf({ namespace: spaceOf(root), local });
        if (portTypes && !portTypes.has(id)) continue; // one for plain HTTP, say
        const service = this.#service(portType, serviceName(spaceOf(root), keyOf(names.get(id) ?? local)));
        if (services.has(service.name)) portType.fail(`a second service is named ${service.name}`);
        services.set(service.name, service);
      }
    }
    return { types: this.#schemas.readAll(), services: [...services.values()] };
  }

  #service(portType: XmlNode, name: string): Service {
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
      return service(portType.attribute("name", erpcSchemaNamespace) ?? name, methods, docOf(portType));
    } catch (error) {
      return portType.fail(error instanceof Error ? error.message : String(error));
    }
  }

  #message(operation: XmlNode, direction: "input" | "output"): Type {
    const said = operation.first(wsdlNamespace, direction) ??
      operation.fail(`the operation ${operation.attribute("name")} has no ${direction}`);
    const name = said.name("message") ?? said.fail(`the ${direction} has no attribute message`), id = idOf(name);
    const message = this.#messages.get(id) ?? said.fail(`there is no message ${name.local}`);
    const [part, ...others] = message.all(wsdlNamespace, "part")
      .filter((part) => !this.#bound.headers.has(`${id} ${part.attribute("name")}`));
    if (!part || others.length > 0) return message.fail("a message has one part, the element in the body");
    const element = part.name("element") ?? part.fail("the part is no element: want document style");
    return this.#schemas.message(element, part);
  }
}

function docOf(node: XmlNode): { doc?: string } {
  const doc = node.first(wsdlNamespace, "documentation")?.text.trim() ?? "";
  return doc === "" ? {} : { doc };
}
