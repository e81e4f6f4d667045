/**
 * The documents that a description is made of: itself, and those that it imports and includes.
 *
 * @module
 */
import type { SchemaDocument } from "../xsd/components.ts";
import { parseXml, type XmlNode } from "../xsd/node.ts";
import { xsdNamespace } from "../xsd/scalar.ts";
import { wsdlNamespace } from "./name.ts";

/** Gives the text of another file; undefined when there is none. */
export type Find = (path: string) => string | undefined;

/** Most other files. */
const maxFiles = 1000;

/** Reads a description and what it imports. */
export class Documents {
  /** The descriptions; the one that is read is the first. */
  readonly definitions: XmlNode[] = [];
  /** The schemas, with the namespaces that they define. */
  readonly schemas: SchemaDocument[] = [];
  readonly #find: Find;
  /** Paths and texts of what was read. */
  readonly #seen = new Set<string>();
  /** Namespaces that stand in a description itself. */
  readonly #inside = new Set<string>();
  /** Imports of schemas, with the path of the file that says so. */
  readonly #imports: (readonly [node: XmlNode, path: string])[] = [];

  /** Reads `text`; throws IdlError, for a place in another file with its path and at what mentions that. */
  constructor(text: string, find: Find) {
    this.#find = find;
    this.#seen.add(text);
    this.#addDefinitions(parseXml(text), "");
    for (const [node, path] of this.#imports) this.#addImport(node, path);
  }

  #addDefinitions(root: XmlNode, path: string): void {
    if (root.namespace !== wsdlNamespace || root.local !== "definitions") {
      root.fail(`the root is <${root.local.slice(0, 40)}>, want <definitions> of ${wsdlNamespace}`);
    }
    this.definitions.push(root);
    for (const types of root.all(wsdlNamespace, "types")) {
      for (const schema of types.all(xsdNamespace, "schema")) {
        this.#inside.add(schema.attribute("targetNamespace") ?? "");
        this.#addSchema(schema, path, "");
      }
    }
    for (const one of root.all(wsdlNamespace, "import")) {
      const found = this.#open(one, one.required("location"), path);
      if (!found) continue;
      if (isSchema(found.root)) this.#addSchema(found.root, found.path, "");
      else this.#addDefinitions(found.root, found.path);
    }
  }

  /** Adds a schema and those that it includes; one without a namespace defines `outer`, that of the one that includes it. */
  #addSchema(node: XmlNode, path: string, outer: string): void {
    const namespace = node.attribute("targetNamespace") ?? outer;
    this.schemas.push({ node, namespace });
    for (const one of node.all(xsdNamespace, "redefine")) one.fail("types that are redefined can't be read");
    for (const one of node.all(xsdNamespace, "include")) {
      const found = this.#open(one, one.required("schemaLocation"), path);
      if (found) this.#addSchema(schemaOf(found.root), found.path, namespace);
    }
    for (const one of node.all(xsdNamespace, "import")) this.#imports.push([one, path]);
  }

  /** Adds an imported schema, unless one of its namespace stands in the description. */
  #addImport(node: XmlNode, path: string): void {
    const location = node.attribute("schemaLocation"), namespace = node.attribute("namespace") ?? "";
    if (location === undefined || namespace !== "" && this.#inside.has(namespace)) return;
    const found = this.#open(node, location, path);
    if (found) this.#addSchema(schemaOf(found.root), found.path, "");
  }

  /** The file at `location`, as the one at `path` says; undefined when it was read before. */
  #open(at: XmlNode, location: string, path: string): { root: XmlNode; path: string } | undefined {
    const place = besides(path, location);
    if (this.#seen.has(place)) return undefined;
    if (this.#seen.size >= 2 * maxFiles) at.fail(`more than ${maxFiles} files are imported`);
    const text = this.#find(place) ?? at.fail(`there is no file "${place.slice(0, 200)}" to ${at.local}`);
    if (this.#seen.add(place).has(text)) return undefined;
    this.#seen.add(text);
    return { root: parseXml(text, { path: place, at }), path: place };
  }
}

function isSchema(root: XmlNode): boolean {
  return root.namespace === xsdNamespace && root.local === "schema";
}

function schemaOf(root: XmlNode): XmlNode {
  return isSchema(root)
    ? root
    : root.fail(`the root is <${root.local.slice(0, 40)}>, want <schema> of ${xsdNamespace}`);
}

/** The path of `location`, which the file at `path` mentions. */
function besides(path: string, location: string): string {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(location)) return location;
  const parts = [...path.split("/").slice(0, -1), ...location.split("/")], kept: string[] = [];
  for (const part of parts) {
    if (part === ".." && kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (part !== "." && part !== "") kept.push(part);
  }
  return kept.join("/");
}
