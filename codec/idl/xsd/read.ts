/**
 * Reads types from XML Schema (W3C Recommendation of October 2004).
 *
 * A complex type becomes a struct whose fields are its elements, numbered in their order unless attributes of
 * `urn:erpc:schema` say other tags (see xsd_write.ts). Elements that repeat are lists, a choice is a group of fields, and one
 * that is all of a type a union. An extension gets the fields of what it extends. Optional attributes are left out.
 * Refused: attributes that must be there, mixed content, sequences that repeat, restrictions of complex types, anything.
 *
 * @module
 */
import type { Field, StructType, Type } from "../../schema/type.ts";
import * as t from "../../schema/words.ts";
import type { NamedType } from "../idl.ts";
import { type Component, type Components, shownName } from "./components.ts";
import {
  checkAttributes,
  defaultText,
  derivedOf,
  fieldOf,
  isAnyNumber,
  makeStruct,
  type Part,
  readDefaults,
  repeatedOf,
  tagOf,
} from "./field.ts";
import { keyOf } from "./key.ts";
import type { QName, XmlNode } from "./node.ts";
import { TypeNames } from "./names.ts";
import { type Member, membersOf } from "./particle.ts";
import { builtInType, erpcSchemaNamespace, typeOfWord, xsdNamespace } from "./scalar.ts";
import { simpleType } from "./simple.ts";

const inProgress = Symbol("inProgress");

/** How deep types may stand in others, and how often one may extend another. */
const maxDepth = 200;
/** Most fields of all structs, with those of the types that they extend. */
const maxFields = 200_000;

/** Reads the types of some schemas, each when it is first asked for. */
export class SchemaReader {
  readonly #types = new Set<NamedType>();
  readonly #components: Components;
  readonly #names: TypeNames;
  readonly #read = new Map<XmlNode, Type | typeof inProgress>();
  #depth = 0;
  #fields = 0;
  /** What reads the defaults when all types are there, and gives what sets them. */
  readonly #defaults: (() => () => void)[] = [];
  /** Types whose extension is being read. */
  readonly #extending = new Set<XmlNode>();

  /** Reads the definitions in `components`. */
  constructor(components: Components) {
    this.#components = components;
    this.#names = new TypeNames(components);
  }

  /** Reads every type that has a name, and returns these with all that were asked for, behind what they contain. */
  readAll(): NamedType[] {
    for (const { name, node } of this.#components.all("complexType")) {
      if (node.attribute("abstract") !== "true") this.#named(name, node);
    }
    for (const { name, node } of this.#components.all("simpleType")) this.#named(name, node);
    for (const give of this.#defaults.splice(0).map((read) => read())) give();
    return [...this.#types];
  }

  /** The type of messages that are the element `name`; a struct has its name. */
  message(name: QName, at: XmlNode): Type {
    const component = this.#components.get("element", name, at);
    if (isUntyped(component.node)) return this.#empty(component);
    const type = this.#ofElement(component);
    // What may be missing as a whole has no name of its own; see rootName in fit.ts.
    if (name.local === "optional" && component.node.attribute("nillable") === "true") return t.optional(type);
    const wanted = this.#names.ofElement(component);
    if (type.kind !== "struct" || (type as StructType).name === wanted) return type;
    const renamed = this.#read.get(component.node) ?? { ...type as StructType, name: wanted };
    if (!this.#read.has(component.node)) this.#types.add(renamed as StructType);
    this.#read.set(component.node, renamed);
    return renamed as StructType;
  }

  /** A message whose element has no type, which may be empty. */
  #empty(component: Component): Type {
    return this.#once(component.node, () => component.node.fail("the type is made of itself"), () => {
      const struct = t.struct(this.#names.ofElement(component), {});
      this.#types.add(struct);
      return struct;
    });
  }

  #ofElement({ node, name }: Component): Type {
    return this.#typeOf(node, () => this.#names.ofElement({ node, name }), true);
  }

  /**
   * The type of the element declared at `node`; what is defined in it is called as `name` says. `inContainer` says whether
   * a list there has an element of its own around it.
   */
  #typeOf(node: XmlNode, name: () => string, inContainer: boolean): Type {
    const type = node.name("type"), complex = node.first(xsdNamespace, "complexType");
    const simple = node.first(xsdNamespace, "simpleType");
    if (type) return this.#worded(node, this.#named(type, node));
    if (complex) return this.#container(complex, name, inContainer) ?? this.#struct(complex, name);
    if (simple) return this.#simple(simple, name);
    return node.fail(`the element ${node.attribute("name")} has no type`);
  }

  /** `type`, or what the attribute `type` of erpc says that it is. */
  #worded(node: XmlNode, type: Type): Type {
    const word = node.attribute("type", erpcSchemaNamespace);
    if (word === undefined) return type;
    return typeOfWord(word) ?? node.fail(`erpc has no type ${word.slice(0, 40)}`);
  }

  #named(name: QName, at: XmlNode): Type {
    if (name.namespace === xsdNamespace) {
      return builtInType(name.local) ?? at.fail(`the type ${name.local} of XML Schema stands for anything`);
    }
    const complex = this.#components.find("complexType", name);
    if (complex) return this.#original(complex, (node, name) => this.#struct(node, name));
    const simple = this.#components.find("simpleType", name);
    if (simple) return this.#original(simple, (node, name) => this.#simple(node, name));
    return at.fail(`there is no type ${shownName(name)}`);
  }

  #original(component: Component, read: (node: XmlNode, name: () => string) => Type): Type {
    const original = this.#names.original(component);
    return read(original.node, () => this.#names.ofType(original));
  }

  #simple(node: XmlNode, name: () => string): Type {
    return this.#once(node, () => node.fail("the type is made of itself"), () => {
      const type = simpleType(node, name, {
        named: (name, at) => this.#named(name, at),
        inner: (inner) => this.#simple(inner, name),
      });
      if (type.kind === "enumeration") this.#types.add(type as NamedType);
      return type;
    });
  }

  #struct(node: XmlNode, name: () => string): Type {
    const base = node.first(xsdNamespace, "simpleContent");
    if (base) return this.#simpleContent(node, base);
    return this.#once(node, () => t.lazy(() => this.#read.get(node) as Type), () => {
      if (node.attribute("abstract") === "true") node.fail("an abstract type stands for others");
      const full = name(), struct = this.#structOf(node, full);
      this.#types.add(struct);
      return struct;
    });
  }

  /** Runs `read` once for `node`; `again` gives what stands for the type while it is being read. */
  #once(node: XmlNode, again: () => Type, read: () => Type): Type {
    const known = this.#read.get(node);
    if (known === inProgress) return again();
    if (known) return known;
    if (++this.#depth > maxDepth) node.fail(`types are nested deeper than ${maxDepth}`);
    this.#read.set(node, inProgress);
    const type = read();
    this.#read.set(node, type);
    this.#depth--;
    return type;
  }

  /** A type that is only text, and attributes that are left out. */
  #simpleContent(node: XmlNode, content: XmlNode): Type {
    const derived = content.first(xsdNamespace, "extension") ?? content.first(xsdNamespace, "restriction") ??
      content.fail("the content extends nothing");
    checkAttributes(derived);
    return this.#once(node, () => node.fail("the type is made of itself"), () => {
      return this.#named(derived.name("base") ?? derived.fail("it has no attribute base"), derived);
    });
  }

  #structOf(node: XmlNode, name: string): StructType {
    const parts: Part[] = [], members = this.#members(node), keys = new Set<string>();
    if ((this.#fields += members.length) > maxFields) node.fail(`the structs have more than ${maxFields} fields`);
    let next = 1;
    for (const member of members) {
      const { node } = member, ref = node.name("ref"), key = keyOf(ref?.local ?? node.required("name"));
      if (key === "__proto__") node.fail("a field is named __proto__");
      if (keys.has(key)) node.fail(`a second field is named ${key}`);
      keys.add(key);
      const tag = tagOf(node) ?? next;
      next = tag + 1;
      parts.push({ key, member, field: this.#field(member, tag, () => this.#names.of(`${name}_${key}`)) });
    }
    const struct = makeStruct(node, name, parts);
    this.#defaults.push(() => readDefaults(struct, parts));
    return struct;
  }

  #members(node: XmlNode): Member[] {
    if (node.attribute("mixed") === "true") node.fail("text between elements is no struct");
    checkAttributes(node);
    const complex = node.first(xsdNamespace, "complexContent"), content = complex ? derivedOf(complex) : node;
    const base = complex ? this.#baseMembers(content) : [];
    checkAttributes(content);
    const groups = (name: QName, at: XmlNode) => this.#components.get("group", name, at).node;
    return [...base, ...content.all(xsdNamespace).flatMap((child) => membersOf(child, groups))];
  }

  #baseMembers(extension: XmlNode): Member[] {
    const name = extension.name("base") ?? extension.fail("it has no attribute base");
    if (name.namespace === xsdNamespace && name.local === "anyType") return [];
    const { node } = this.#components.get("complexType", name, extension);
    if (this.#extending.has(node)) extension.fail("a type extends itself");
    if (this.#extending.size >= maxDepth) extension.fail(`types extend others more than ${maxDepth} times`);
    this.#extending.add(node);
    const members = this.#members(node);
    this.#extending.delete(node);
    return members;
  }

  #field({ node, optional, repeated, choice }: Member, tag: number, name: () => string): Field {
    const ref = node.name("ref"), component = ref && this.#components.get("element", ref, node);
    const isNillable = node.attribute("nillable") === "true";
    const mayLack = !repeated && (optional || isNillable || choice !== undefined);
    const inner = component ? this.#ofElement(component) : this.#typeOf(node, name, repeated || mayLack);
    let type: Type = repeated ? repeatedOf(node, isNillable ? t.optional(inner) : inner) : inner;
    const saysOptional = node.attribute("optional", erpcSchemaNamespace) === "true";
    if (choice || saysOptional || mayLack && defaultText(node) === undefined) type = t.optional(type);
    return fieldOf(node, tag, type);
  }

  /** A list or map within a list or map, which has no name; undefined when `node` is neither. */
  #container(node: XmlNode, name: () => string, inContainer: boolean): Type | undefined {
    const [only, ...others] = node.first(xsdNamespace, "sequence")?.all(xsdNamespace) ?? [];
    if (!only || others.length > 0 || only.local !== "element" || !isAnyNumber(only)) return undefined;
    if (only.attribute("name") === "item" && inContainer) return repeatedOf(only, this.#value(only, name));
    const entry = only.attribute("name") === "entry" ? only.first(xsdNamespace, "complexType") : undefined;
    const [key, value, ...rest] = entry?.first(xsdNamespace, "sequence") ? this.#members(entry) : [];
    if (key?.node.attribute("name") !== "key" || value?.node.attribute("name") !== "value") return undefined;
    if (rest.length > 0) return undefined;
    const keyType = this.#field(key, 1, name).type, valueType = this.#field(value, 2, name).type;
    try {
      return t.map(keyType, valueType);
    } catch {
      return key.node.fail(`${keyType.kind} is no type for the keys of a map`);
    }
  }

  /** The type of the elements of a list or the values of a map, which are declared at `node`. */
  #value(node: XmlNode, name: () => string): Type {
    const type = this.#typeOf(node, name, true);
    return node.attribute("nillable") === "true" ? t.optional(type) : type;
  }
}

function isUntyped(node: XmlNode): boolean {
  return node.attribute("type") === undefined && node.children.every(({ local }) => local === "annotation");
}
