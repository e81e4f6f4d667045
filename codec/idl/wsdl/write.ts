/**
 * Writes WSDL 1.1 (W3C Note of March 2001), document/literal, with the XML Schema of all types.
 *
 * @module
 */
import { rootName } from "../../fit.ts";
import type { Method, Service } from "../../schema/service.ts";
import type { Type } from "../../schema/type.ts";
import { localOf, namespaceOf, packageOf, urnOf } from "../../soap/namespace.ts";
import type { SoapVersion } from "../../soap/version.ts";
import { nameOf } from "../../xml/name.ts";
import type { Idl } from "../idl.ts";
import { bindingNamespaces, httpTransport, serviceName, wsdlNamespace } from "./name.ts";
import { keyOf } from "../xsd/key.ts";
import { documentOf, element, type Markup } from "../xsd/markup.ts";
import { erpcSchemaNamespace } from "../xsd/scalar.ts";
import { SchemaWriter } from "../xsd/write.ts";

/** What a description says beside the contract. */
export interface WsdlOptions {
  /** URL at which the service is. */
  readonly address: string;
  /** Namespace of the description. Default `urn:` and the service's name. */
  readonly namespace?: string;
  /** Versions of SOAP it is bound to, the preferred first. Default both, 1.1 first. */
  readonly versions?: readonly SoapVersion[];
}

/**
 * The WSDL 1.1 of a service, or of all services and types of an interface definition, as codec `soap` speaks it.
 *
 * Each message is the element that is named after its struct. Throws TypeError for a method with a stream, for two types of
 * one name, for names with characters that XML does not have, and when there is no service.
 *
 * @example
 * ```ts
 * import { service, t, unary } from "@erpc/erpc/codec";
 * const Hello = t.struct("demo.Hello", { name: t.field(1, t.string) });
 * const Reply = t.struct("demo.Reply", { msg: t.field(1, t.string) });
 * const text = writeWsdl(service("demo", { hello: unary(Hello, Reply) }), { address: "http://127.0.0.1:8080/demo" });
 * ```
 */
export function writeWsdl(source: Service | Idl, options: WsdlOptions): string {
  const { types, services } = "methods" in source ? { types: [], services: [source] } : source;
  const [first] = services;
  if (!first) throw new TypeError("Cannot write a WSDL: there is no service");
  const writer = new WsdlWriter(options.namespace ?? urnOf(first.name), options);
  for (const type of types) writer.schema(urnOf(packageOf(type.name))).add(type);
  for (const service of services) writer.addService(service);
  return documentOf(writer.markup(nameOf(localOf(first.name))));
}

class WsdlWriter {
  readonly #namespace: string;
  readonly #address: string;
  readonly #versions: readonly SoapVersion[];
  readonly #schemas = new Map<string, SchemaWriter>();
  /** Names of the services in the description. */
  readonly #locals = new Set<string>();
  readonly #messages: Markup[] = [];
  readonly #portTypes: Markup[] = [];
  readonly #bindings: Markup[] = [];
  readonly #services: Markup[] = [];

  constructor(namespace: string, { address, versions = ["1.1", "1.2"] }: WsdlOptions) {
    this.#namespace = namespace;
    this.#address = address;
    this.#versions = versions;
  }

  /** The schema of `namespace`. */
  schema(namespace: string): SchemaWriter {
    let schema = this.#schemas.get(namespace);
    if (!schema) this.#schemas.set(namespace, schema = new SchemaWriter(namespace));
    return schema;
  }

  addService({ name, methods, doc }: Service): void {
    const local = this.#localOf(name), entries = Object.entries(methods);
    const idempotent = entries.filter(([, method]) => method.idempotent).map(([key]) => nameOf(key));
    const operations = entries.map(([key, method]) => this.#operation(local, key, method));
    this.#portTypes.push(element("wsdl:portType", {
      name: local,
      "erpc:name": serviceName(this.#namespace, keyOf(local)) === name ? undefined : name,
      "erpc:idempotent": idempotent.length > 0 ? idempotent.join(" ") : undefined,
    }, [...documentation(doc), ...operations]));
    const ports = this.#versions.map((version) => {
      const prefix = prefixOf(version), port = `${local}${version === "1.1" ? "Soap" : "Soap12"}`;
      this.#bindings.push(bindingOf(port, { local, prefix, namespace: this.#namespace, keys: Object.keys(methods) }));
      return element("wsdl:port", { name: port, binding: `tns:${port}` }, [
        element(`${prefix}:address`, { location: this.#address }),
      ]);
    });
    this.#services.push(element("wsdl:service", { name: local }, ports));
  }

  /** What a service is called within the description. */
  #localOf(name: string): string {
    const local = nameOf(localOf(name)), free = this.#locals.has(local) ? nameOf(name) : local;
    if (this.#locals.has(free)) throw new TypeError(`Cannot write a WSDL: two services are named ${name}`);
    this.#locals.add(free);
    return free;
  }

  #operation(service: string, key: string, { kind, request, response, doc }: Method): Markup {
    if (kind !== "unary") throw new TypeError(`Cannot write a WSDL of ${service}: method ${key} has a stream`);
    const message = `${service}.${nameOf(key)}`;
    return element("wsdl:operation", { name: nameOf(key) }, [
      ...documentation(doc),
      element("wsdl:input", { message: this.#message(`${message}Request`, request) }),
      element("wsdl:output", { message: this.#message(`${message}Response`, response) }),
    ]);
  }

  #message(name: string, type: Type): string {
    const namespace = namespaceOf(type), root = nameOf(localOf(rootName(type)));
    this.schema(namespace).addMessage(root, type);
    const part = element("wsdl:part", { "xmlns:m": namespace, name: "parameters", element: `m:${root}` });
    this.#messages.push(element("wsdl:message", { name }, [part]));
    return `tns:${name}`;
  }

  markup(name: string): Markup {
    const attributes = {
      name,
      targetNamespace: this.#namespace,
      "xmlns:tns": this.#namespace,
      "xmlns:wsdl": wsdlNamespace,
      ...Object.fromEntries(this.#versions.map((v) => [`xmlns:${prefixOf(v)}`, bindingNamespaces[v]])),
      "xmlns:erpc": erpcSchemaNamespace,
    };
    return element("wsdl:definitions", attributes, [
      element("wsdl:types", {}, [...this.#schemas.values()].map((schema) => schema.markup())),
      ...this.#messages,
      ...this.#portTypes,
      ...this.#bindings,
      ...this.#services,
    ]);
  }
}

function documentation(doc: string | undefined): Markup[] {
  return doc === undefined ? [] : [element("wsdl:documentation", {}, doc)];
}

function prefixOf(version: SoapVersion): string {
  return version === "1.1" ? "soap" : "soap12";
}

interface Bound {
  readonly local: string;
  readonly prefix: string;
  readonly namespace: string;
  /** Keys of the methods. */
  readonly keys: readonly string[];
}

function bindingOf(name: string, { local, prefix, namespace, keys }: Bound): Markup {
  const body = () => [element(`${prefix}:body`, { use: "literal" })];
  const operations = keys.map((key) =>
    element("wsdl:operation", { name: nameOf(key) }, [
      element(`${prefix}:operation`, { soapAction: soapActionOf(namespace, key), style: "document" }),
      element("wsdl:input", {}, body()),
      element("wsdl:output", {}, body()),
    ])
  );
  return element("wsdl:binding", { name, type: `tns:${local}` }, [
    element(`${prefix}:binding`, { style: "document", transport: httpTransport }),
    ...operations,
  ]);
}

/** What a request says in its SOAPAction header, or its media type's action, to call the method `key`. */
function soapActionOf(namespace: string, key: string): string {
  return `${namespace}#${encodeURIComponent(key.toWellFormed())}`;
}
