/**
 * Writes the XML Schema (W3C Recommendation of October 2004) of what codec soap writes for types.
 *
 * What XML Schema has no words for stands in attributes of the namespace `urn:erpc:schema`, each only where a reader would
 * take something else: `tag`, `number` (of a name of an enumeration), `name` (of a type), `type` (a word such as `int53`),
 * `set`, `optional`, `oneof`, `default` (JSON), `aliases`, `keepUnknown`. A logical type of one's own is written as its base.
 *
 * @module
 */
import { stripped } from "../../fit.ts";
import { dialect } from "../../json/dialect.ts";
import { plainer } from "../../plain.ts";
import type {
  AnyType,
  EnumType,
  ListType,
  LogicalType,
  NamedField,
  Oneof,
  ScalarType,
  StructType,
  Type,
} from "../../schema/type.ts";
import { localOf, packageOf } from "../../soap/namespace.ts";
import { nameOf } from "../../xml/name.ts";
import type { NamedType } from "../idl.ts";
import { element, type Markup } from "./markup.ts";
import { packageOfNamespace } from "./package.ts";
import { erpcSchemaNamespace, wordOf, xsdNameOf, xsdNamespace } from "./scalar.ts";
import { uuidPattern } from "./simple.ts";

/** What says the type of an element: its attributes, or a definition in it. */
interface Content {
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly children: readonly Markup[];
}

/** Writes the schema of one namespace. */
export class SchemaWriter {
  readonly #namespace: string;
  /** Names in the schema by type, in the order of their definitions. */
  readonly #names = new Map<NamedType, string>();
  readonly #taken = new Map<string, NamedType>();
  readonly #roots = new Map<string, Markup>();

  /** Starts the schema of `namespace`. */
  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** Adds a type that nothing else may mention. */
  add(type: NamedType): void {
    this.#reference(type);
  }

  /** Adds the element that a message of `type` is, which has the name `name`. */
  addMessage(name: string, type: Type): void {
    const { attributes, children } = this.#content(stripped(type));
    const nillable = type.kind === "optional" ? "true" : undefined;
    const root = element("xsd:element", { name, nillable, ...attributes }, children), before = this.#roots.get(name);
    if (before && JSON.stringify(before) !== JSON.stringify(root)) {
      throw new TypeError(`Cannot write a schema of ${this.#namespace}: two messages are elements named ${name}`);
    }
    this.#roots.set(name, root);
  }

  /** The schema of all that was added and what it mentions. */
  markup(): Markup {
    const definitions: Markup[] = [];
    // Definitions mention types that are added behind them on the way.
    for (const [type, name] of this.#names) {
      definitions.push(type.kind === "struct" ? this.#complexType(type, name) : this.#simpleType(type, name));
    }
    const attributes = {
      "xmlns:xsd": xsdNamespace,
      "xmlns:erpc": erpcSchemaNamespace,
      "xmlns:tns": this.#namespace,
      targetNamespace: this.#namespace,
      elementFormDefault: "qualified",
    };
    return element("xsd:schema", attributes, [...definitions, ...this.#roots.values()]);
  }

  #reference(type: NamedType): string {
    let name = this.#names.get(type);
    if (name === undefined) {
      name = [nameOf(localOf(type.name)), nameOf(type.name)].find((name) => !this.#taken.has(name));
      if (name === undefined || this.#taken.get(nameOf(localOf(type.name)))?.name === type.name) {
        throw new TypeError(`Cannot write a schema of ${this.#namespace}: two types are named ${type.name}`);
      }
      this.#taken.set(name, type);
      this.#names.set(type, name);
    }
    return `tns:${name}`;
  }

  #complexType(type: StructType, name: string): Markup {
    return element("xsd:complexType", {
      name,
      "erpc:name": this.#ownName(type),
      "erpc:keepUnknown": type.keepUnknown ? "true" : undefined,
    }, [...annotation(type.doc), element("xsd:sequence", {}, this.#particles(type))]);
  }

  #simpleType(type: EnumType, name: string): Markup {
    let next = 0;
    const values = [...type.numbers].map(([value, number]) => {
      const said = number === next ? undefined : String(number);
      next = number + 1;
      return element("xsd:enumeration", { value, "erpc:number": said });
    });
    const restriction = element("xsd:restriction", { base: "xsd:string" }, values);
    return element("xsd:simpleType", { name, "erpc:name": this.#ownName(type) }, [
      ...annotation(type.doc),
      restriction,
    ]);
  }

  /** The full name of a type where the namespace and its local name would make another one. */
  #ownName({ name }: NamedType): string | undefined {
    const inNamespace = packageOf(name) === packageOfNamespace(this.#namespace);
    const isLocal = this.#taken.get(nameOf(localOf(name)))?.name === name;
    return inNamespace && isLocal ? undefined : name;
  }

  #particles({ fields, oneofs = [] }: Pick<StructType, "fields" | "oneofs">): Markup[] {
    const particles: Markup[] = [];
    let next = 1;
    for (let i = 0; i < fields.length;) {
      const group = oneofs.find(({ keys }) => keys.includes(fields[i]!.key));
      const isWhole = group?.keys.every((_, n) => group.keys.includes(fields[i + n]?.key ?? "")) ?? false;
      const members = fields.slice(i, i + (isWhole ? group!.keys.length : 1)).map((field) => {
        const extra = {
          tag: field.tag === next ? undefined : String(field.tag),
          oneof: isWhole ? undefined : group?.name,
        };
        next = field.tag + 1;
        return this.#field(field, { ...extra, isChosen: isWhole });
      });
      particles.push(...isWhole ? [choice(group!, members)] : members);
      i += members.length;
    }
    return particles;
  }

  #field(field: NamedField, { tag, oneof, isChosen }: Said): Markup {
    const { key, type } = field, inner = stripped(type), isOptional = type.kind === "optional";
    const hasDefault = field.default !== undefined, list = isOptional || hasDefault ? undefined : listIn(inner);
    const { attributes, children } = list ? this.#items(inner, list) : this.#content(inner);
    return element("xsd:element", {
      name: nameOf(key),
      minOccurs: !isChosen && (isOptional || hasDefault) ? "0" : undefined,
      ...attributes,
      "erpc:tag": tag,
      "erpc:oneof": oneof,
      "erpc:optional": isOptional && hasDefault ? "true" : undefined,
      "erpc:default": defaultOf(field),
      "erpc:aliases": field.aliases?.map(nameOf).join(" "),
    }, [...annotation(field.doc), ...children]);
  }

  /** What an element says that stands for each element of `list`, the base of `type` or itself. */
  #items(type: AnyType, list: ListType): Content {
    const { attributes, children } = this.#content(stripped(list.element));
    return {
      attributes: {
        minOccurs: "0",
        maxOccurs: "unbounded",
        nillable: list.element.kind === "optional" ? "true" : undefined,
        ...attributes,
        "erpc:set": isSet(type) ? "true" : undefined,
      },
      children,
    };
  }

  /** What an element says that contains one value of `type`. */
  #content(type: AnyType): Content {
    const list = listIn(type);
    if (list) {
      const { attributes, children } = this.#items(type, list);
      return {
        attributes: {},
        children: [sequence([element("xsd:element", { name: "item", ...attributes }, children)])],
      };
    }
    switch (type.kind) {
      case "struct":
      case "enumeration":
        return { attributes: { type: this.#reference(type) }, children: [] };
      case "map": {
        const entry = { fields: [{ key: "key", tag: 1, type: type.key }, { key: "value", tag: 2, type: type.value }] };
        const attributes = { name: "entry", minOccurs: "0", maxOccurs: "unbounded" };
        const entries = element("xsd:element", attributes, [sequence(this.#particles(entry))]);
        return { attributes: {}, children: [sequence([entries])] };
      }
      case "logical":
        return logicalContent(type) ?? this.#content(stripped(type.base));
      default:
        return scalarContent(type as ScalarType);
    }
  }
}

/** What the place of a field adds to it. */
interface Said {
  readonly tag: string | undefined;
  /** The group it belongs to, where the schema doesn't show that. */
  readonly oneof: string | undefined;
  /** Whether it stands in a choice. */
  readonly isChosen: boolean;
}

function choice({ name, required }: Oneof, members: readonly Markup[]): Markup {
  return element("xsd:choice", required ? {} : { minOccurs: "0", "erpc:oneof": name }, members);
}

function sequence(parts: readonly Markup[]): Markup {
  return element("xsd:complexType", {}, [element("xsd:sequence", {}, parts)]);
}

function annotation(doc: string | undefined): Markup[] {
  return doc === undefined ? [] : [element("xsd:annotation", {}, [element("xsd:documentation", {}, doc)])];
}

/** The list that values of `type` travel as; undefined when they don't. */
function listIn(type: AnyType): ListType | undefined {
  while (type.kind === "logical") type = stripped(type.base);
  return type.kind === "list" ? type : undefined;
}

function isSet(type: AnyType): boolean {
  return type.kind === "logical" && type.name === "set";
}

function scalarContent(type: ScalarType): Content {
  return { attributes: { type: `xsd:${xsdNameOf(type)}`, "erpc:type": wordOf(type) }, children: [] };
}

/** What an element says whose logical type has a form of its own in XML; undefined for any other. */
function logicalContent({ name, base, parameters = {} }: LogicalType): Content | undefined {
  const baseKind = stripped(base).kind;
  if (name === "timestamp" && baseKind === "int53") return { attributes: { type: "xsd:dateTime" }, children: [] };
  if (baseKind !== "string") return undefined;
  if (name === "date") return { attributes: { type: "xsd:date" }, children: [] };
  if (name === "uuid") return restricted("xsd:string", { pattern: uuidPattern });
  if (name !== "decimal") return undefined;
  const { precision, scale } = parameters;
  return restricted("xsd:decimal", { totalDigits: String(precision), fractionDigits: String(scale) });
}

function restricted(base: string, facets: Readonly<Record<string, string>>): Content {
  const children = Object.entries(facets).map(([facet, value]) => element(`xsd:${facet}`, { value }));
  return {
    attributes: {},
    children: [element("xsd:simpleType", {}, [element("xsd:restriction", { base }, children)])],
  };
}

/** A field's default, as JSON that codec json would write. */
function defaultOf({ type, key, default: value }: NamedField): string | undefined {
  if (value === undefined) return undefined;
  try {
    return JSON.stringify(plainer(type, dialect)(value));
  } catch (error) {
    throw new TypeError(`Cannot write a schema: the default of ${key} does not fit`, { cause: error });
  }
}
