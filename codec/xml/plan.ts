/**
 * A schema type as elements of XML: a {@linkcode Plan} with the tags that its fields have.
 *
 * A struct's field is an element with the field's key as its name; a required list without a default is that element once
 * for each of its own elements. Every other list is one element with an `item` for each, and a map one element with an
 * `entry` for each, which is a struct of `key` and `value`.
 *
 * @module
 */
import { formerKeys, rootName, stripped } from "../fit.ts";
import { LOGICAL_KIND, type Plan, planOf } from "../plan.ts";
import type { MapType, StructType, Type } from "../schema/type.ts";
import { nameOf } from "./name.ts";
import { writeAttribute } from "./writer.ts";
import { Writer } from "../../protocol/mod.ts";

/** Numbers of the kinds that {@linkcode XmlPlan.kind} has beside those of `Plan.kind`: logical types with a text of their own. */
export const TIMESTAMP_KIND = 20, TEXT_FORM_KIND = 21;

const utf8 = new TextEncoder();

/** A start and an end tag, as bytes. */
export class Tag {
  /** Such as `<name>`. */
  readonly open: Uint8Array;
  /** Such as `</name>`. */
  readonly close: Uint8Array;

  /** Makes the tags for `name`. */
  constructor(name: string) {
    this.open = utf8.encode(`<${name}>`);
    this.close = utf8.encode(`</${name}>`);
  }
}

/** Tags of the elements of lists that aren't repeated elements, and of the entries of maps. */
export const itemTag: Tag = new Tag("item"), entryTag: Tag = new Tag("entry");

/** One type, with its tags. Every plan has every property, so that all have one hidden class. */
export class XmlPlan {
  /** As {@linkcode Plan.kind}, or one of those above. */
  readonly kind: number;
  /** The plan without tags. */
  readonly plan: Plan;
  /** Namespace of all elements; "" for none. */
  readonly namespace: string;
  /** Tags of a struct's fields. */
  readonly tags: Tag[] = [];
  /** Plans of what each of these elements contains. */
  readonly fields: XmlPlan[] = [];
  /** For each field whether it is a list that is one element for each of its elements. */
  readonly repeated: boolean[] = [];
  /** How many are. */
  lists = 0;
  /** Places of those repeated fields that are values of a logical type. */
  readonly logicals: number[] = [];
  /** Place in those arrays of each name of an element, former names among them. */
  readonly places: Map<string, number> = new Map();
  /** Plan of a list's elements, an optional's value, a logical type's base. */
  value: XmlPlan = this;
  /** Plan of a map's entries, as structs of `key` and `value`. */
  entry: XmlPlan = this;

  /** Takes over `plan`, not yet what it contains. */
  constructor(plan: Plan, namespace: string) {
    this.kind = kindOf(plan);
    this.plan = plan;
    this.namespace = namespace;
  }
}

const textForms: ReadonlySet<string> = new Set(["date", "decimal", "uuid"]);

function kindOf({ kind, logical }: Plan): number {
  if (kind !== LOGICAL_KIND || logical === null) return kind;
  const base = stripped(logical.base).kind;
  if (logical.name === "timestamp" && base === "int53") return TIMESTAMP_KIND;
  return textForms.has(logical.name) && base === "string" ? TEXT_FORM_KIND : kind;
}

/** A type with the element that a whole value of it is. */
export interface XmlRoot {
  /** Name of the element. */
  readonly name: string;
  /** Its start tag, which declares the namespace. */
  readonly open: Uint8Array;
  /** Its end tag. */
  readonly close: Uint8Array;
  /** What it contains. */
  readonly plan: XmlPlan;
}

/** How elements are named. */
export interface XmlNames {
  /** Namespace of all elements. Default "", which is none. */
  readonly namespace?: string;
  /** Name of the root element. Default the last part of a struct's or enumeration's name, else the kind. */
  readonly root?: string;
}

/** The plan of `type`; throws TypeError for what no codec can use. */
export function xmlRootOf(type: Type, names: XmlNames = {}): XmlRoot {
  const { namespace = "", root = rootName(type).replace(/^.*\./s, "") } = names;
  const name = nameOf(root), into = new Writer(64);
  into.text(`<${name}`);
  if (namespace !== "") writeAttribute(into, "xmlns", namespace);
  into.text(">");
  return { name, open: into.slice(), close: new Tag(name).close, plan: new XmlPlans(namespace).of(type) };
}

/** Makes the plans of one namespace, each once. */
class XmlPlans {
  readonly #namespace: string;
  readonly #types = new Map<Type, Plan>();
  readonly #known = new Map<Plan, XmlPlan>();

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  of(type: Type): XmlPlan {
    return this.#from(planOf(type, this.#types));
  }

  #from(plan: Plan): XmlPlan {
    const known = this.#known.get(plan);
    if (known) return known;
    const made = new XmlPlan(plan, this.#namespace), { type } = plan;
    this.#known.set(plan, made);
    if (type.kind === "struct") this.#addFields(made, type);
    else if (type.kind === "map") made.entry = this.of(entryOf(type));
    else if (plan.value !== plan) made.value = this.#from(plan.value);
    return made;
  }

  #addFields(made: XmlPlan, struct: StructType): void {
    const { fields } = struct;
    fields.forEach((field, place) => {
      const plan = made.plan.plans[place]!, list = listIn(plan);
      const isRepeated = list !== undefined && made.plan.required[place]! && field.default === undefined;
      made.tags.push(new Tag(nameOf(field.key)));
      made.fields.push(this.#from(isRepeated ? list.value : plan));
      made.repeated.push(isRepeated);
      if (isRepeated) made.lists++;
      if (isRepeated && list !== plan) made.logicals.push(place);
    });
    for (const [old, place] of formerKeys(struct)) made.places.set(nameOf(old), place);
    fields.forEach(({ key }, place) => made.places.set(nameOf(key), place));
  }
}

function entryOf({ key, value }: MapType): StructType {
  return {
    kind: "struct",
    name: "entry",
    fields: [{ key: "key", tag: 1, type: key }, { key: "value", tag: 2, type: value }],
  };
}

/** The plan of a list: `plan` itself or the base of a logical type; undefined when it is none. */
function listIn(plan: Plan): Plan | undefined {
  let inner = plan;
  while (inner.logical) inner = inner.value;
  return inner.type.kind === "list" ? inner : undefined;
}
