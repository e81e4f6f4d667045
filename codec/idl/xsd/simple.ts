/**
 * Reads simple types of XML Schema (part 2): enumerations, decimals, UUIDs, and what else is a scalar or text.
 *
 * @module
 */
import { decimal, uuid } from "../../schema/logical.ts";
import type { AnyType, Type } from "../../schema/type.ts";
import * as t from "../../schema/words.ts";
import { erpcSchemaNamespace, xsdNamespace } from "./scalar.ts";
import type { QName, XmlNode } from "./node.ts";

/** Pattern of a UUID in lower case, as this library writes it. */
export const uuidPattern = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/** What a simple type is made from. */
export interface SimpleTypes {
  /** The simple type of that name. */
  named(name: QName, at: XmlNode): Type;
  /** The simple type that is defined at `node`, within another. */
  inner(node: XmlNode): Type;
}

/**
 * The type that the simple type `node` stands for; an enumeration of texts is called as `name` says. Lists and unions are their text.
 */
export function simpleType(node: XmlNode, name: () => string, types: SimpleTypes): Type {
  const restriction = node.first(xsdNamespace, "restriction");
  if (!restriction) {
    const known = node.first(xsdNamespace, "list") ?? node.first(xsdNamespace, "union");
    return known ? t.string : node.fail("a simple type is no restriction, list or union");
  }
  const base = baseOf(restriction, types), values = restriction.all(xsdNamespace, "enumeration");
  if (values.length > 0 && base.kind === "string") return enumeration(node, name(), values);
  if (values.length > 0 && base.kind === "enumeration") return base;
  return isDecimal(restriction) ? decimalOf(restriction) ?? base : isUuid(restriction) ? uuid : base;
}

function baseOf(restriction: XmlNode, types: SimpleTypes): AnyType {
  const name = restriction.name("base"), inner = restriction.first(xsdNamespace, "simpleType");
  if (name) return types.named(name, restriction) as AnyType;
  return (inner ? types.inner(inner) : restriction.fail("a restriction has no base")) as AnyType;
}

function enumeration(node: XmlNode, name: string, values: readonly XmlNode[]): Type {
  const numbers = new Map<string, number>(), taken = new Set<number>(), doc = docOf(node);
  let next = 0;
  for (const value of values) {
    const said = value.attribute("number", erpcSchemaNamespace), text = value.required("value");
    const number = said === undefined ? next : /^-?\d{1,10}$/.test(said) ? Number(said) : NaN;
    if (number !== (number | 0)) value.fail(`${said} is no number of an enumeration`);
    if (text === "__proto__") value.fail("a value of an enumeration is named __proto__");
    if (numbers.has(text) || taken.has(number)) {
      value.fail(`the value ${text} or its number ${number} stands twice`);
    }
    numbers.set(text, number);
    taken.add(number);
    next = number + 1;
  }
  return t.enumeration(name, Object.fromEntries(numbers), doc === undefined ? {} : { doc });
}

function isDecimal(restriction: XmlNode): boolean {
  const base = restriction.name("base");
  return base?.namespace === xsdNamespace && base.local === "decimal";
}

/** The decimal that the facets of `restriction` bound; undefined when they don't. */
function decimalOf(restriction: XmlNode): Type | undefined {
  const [precision, scale = 0] = ["totalDigits", "fractionDigits"]
    .map((facet) => restriction.first(xsdNamespace, facet)?.required("value")).map((text) => text && Number(text));
  if (typeof precision !== "number" || typeof scale !== "number") return undefined;
  try {
    return decimal(precision, scale);
  } catch {
    return restriction.fail(`a decimal of ${precision} digits can't have ${scale} of them behind the point`);
  }
}

function isUuid(restriction: XmlNode): boolean {
  return restriction.first(xsdNamespace, "pattern")?.attribute("value") === uuidPattern;
}

/** The documentation of `node`. */
export function docOf(node: XmlNode): string | undefined {
  const text = node.first(xsdNamespace, "annotation")?.first(xsdNamespace, "documentation")?.text.trim();
  return text === "" ? undefined : text;
}
