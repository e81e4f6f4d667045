/**
 * What the declarations of XML Schema, and erpc's attributes on them, say about the fields of a struct.
 *
 * @module
 */
import { conformer } from "../../conform.ts";
import type { Field, StructType, Type } from "../../schema/type.ts";
import * as t from "../../schema/words.ts";
import { keyOf } from "./key.ts";
import type { XmlNode } from "./node.ts";
import type { Choice, Member } from "./particle.ts";
import { erpcSchemaNamespace, xsdNamespace } from "./scalar.ts";
import { docOf } from "./simple.ts";

const maxTag = 2 ** 29 - 1;

/** The tag that the element declared at `node` says its field has. */
export function tagOf(node: XmlNode): number | undefined {
  const text = node.attribute("tag", erpcSchemaNamespace);
  if (text === undefined) return undefined;
  return /^\d{1,9}$/.test(text) && Number(text) <= maxTag ? Number(text) : node.fail(`${text.slice(0, 40)} is no tag`);
}

/** The list or set that an element of type `element` that repeats is. */
export function repeatedOf(node: XmlNode, element: Type): Type {
  return node.attribute("set", erpcSchemaNamespace) === "true" ? t.set(element) : t.list(element);
}

/** Whether an element is declared to be there any number of times. */
export function isAnyNumber(node: XmlNode): boolean {
  return node.attribute("minOccurs") === "0" && node.attribute("maxOccurs") === "unbounded";
}

/** The field with `tag` and `type` declared at `node`, without its default. */
export function fieldOf(node: XmlNode, tag: number, type: Type): Field {
  const doc = docOf(node), aliases = node.attribute("aliases", erpcSchemaNamespace)?.split(" ").map(keyOf);
  return t.field(tag, type, { ...aliases && { aliases }, ...doc !== undefined && { doc } });
}

/**
 * Reads the defaults that erpc says the fields of `struct` have, and returns the function that gives them to these. All are to
 * be read before one is given, so that none is put into another's.
 */
export function readDefaults(struct: StructType, parts: readonly Part[]): () => void {
  const found = parts.flatMap(({ key, member: { node } }) => {
    const text = defaultText(node);
    if (text === undefined) return [];
    const field = struct.fields.find((field) => field.key === key)!;
    return [{ field, value: { default: defaultOf(node, field.type, text) } }];
  });
  return () => found.forEach(({ field, value }) => Object.assign(field, value));
}

/** The default that erpc says the field declared at `node` has, as JSON. */
export function defaultText(node: XmlNode): string | undefined {
  return node.attribute("default", erpcSchemaNamespace);
}

function defaultOf(node: XmlNode, type: Type, text: string): unknown {
  try {
    return conformer(type)(JSON.parse(text));
  } catch (error) {
    return node.fail(`the default does not fit: ${error instanceof Error ? error.message : error}`);
  }
}

/** Refuses attributes that must be there; others are left out. */
export function checkAttributes(node: XmlNode): void {
  for (const attribute of node.all(xsdNamespace, "attribute")) {
    if (attribute.attribute("use") !== "required") continue;
    attribute.fail(`attributes are no fields: ${attribute.attribute("name") ?? attribute.attribute("ref")}`);
  }
}

/** The extension in complex content. */
export function derivedOf(content: XmlNode): XmlNode {
  return content.first(xsdNamespace, "extension") ?? content.fail("a restriction of another type is no struct");
}

/** What a struct is made of. */
export interface Part {
  readonly key: string;
  readonly field: Field;
  /** The element that it is. */
  readonly member: Member;
}

/** The struct or union `name`, which is defined at `node`. */
export function makeStruct(node: XmlNode, name: string, parts: readonly Part[]): StructType {
  const fields = Object.fromEntries(parts.map(({ key, field }) => [key, field]));
  const groups = groupsOf(parts), doc = docOf(node);
  const said = doc === undefined ? {} : { doc };
  try {
    const [only] = groups;
    if (only?.choice.required && only.keys.length === parts.length) return t.union(name, bare(fields), said);
    const oneofs = Object.fromEntries(groups.map(({ choice, keys }, i) => [choice.name ?? `choice${i + 1}`, keys]));
    const keepUnknown = node.attribute("keepUnknown", erpcSchemaNamespace) === "true";
    return t.struct(name, fields, {
      ...groups.length > 0 && { oneofs },
      ...keepUnknown && { keepUnknown },
      ...said,
    });
  } catch (error) {
    return node.fail(error instanceof Error ? error.message : String(error));
  }
}

/** The fields of a union, which makes them optional itself. */
function bare(fields: Readonly<Record<string, Field>>): Record<string, Field> {
  const inner = (type: Type) => (type as Type & { readonly inner: Type }).inner;
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, { ...field, type: inner(field.type) }]));
}

/** Choices with the keys of their fields; those of one name are one. */
function groupsOf(parts: readonly Part[]): { choice: Choice; keys: string[] }[] {
  const groups: { choice: Choice; keys: string[] }[] = [];
  for (const { key, member: { choice } } of parts) {
    if (!choice) continue;
    const group = groups.find((one) =>
      one.choice === choice || one.choice.name !== undefined && one.choice.name === choice.name
    );
    if (group) group.keys.push(key);
    else groups.push({ choice, keys: [key] });
  }
  return groups;
}
