/**
 * Reads what a complex type of XML Schema contains: the elements of its sequences, choices and groups (part 1, section 3.8).
 *
 * @module
 */
import { erpcSchemaNamespace, xsdNamespace } from "./scalar.ts";
import type { QName, XmlNode } from "./node.ts";

/** An element that a complex type contains. */
export interface Member {
  /** Where it is declared. */
  readonly node: XmlNode;
  /** Whether it may be left out. */
  readonly optional: boolean;
  /** Whether there may be several. */
  readonly repeated: boolean;
  /** The choice it belongs to. */
  readonly choice: Choice | undefined;
}

/** A choice, of which at most one element is there. */
export interface Choice {
  /** Its name, when it has one. */
  readonly name: string | undefined;
  /** Whether one must be there. */
  readonly required: boolean;
}

/** Where a particle stands. */
interface Context {
  /** Whether all around it may be left out. */
  readonly optional: boolean;
  /** Whether a choice around it repeats. */
  readonly repeated: boolean;
  readonly choice: Choice | undefined;
  readonly depth: number;
  /** How many particles may still come. */
  readonly budget: { left: number };
}

/** Most particles that one complex type may contain, with those of its groups. */
const maxParticles = 20_000, maxDepth = 64;

/** Gives the group of that name. */
type Groups = (name: QName, at: XmlNode) => XmlNode;

/** The elements that `node`, a sequence, all, choice or group, contains. */
export function membersOf(node: XmlNode, groups: Groups): Member[] {
  const members: Member[] = [];
  const budget = { left: maxParticles };
  collect(node, { optional: false, repeated: false, choice: undefined, depth: 0, budget }, members, groups);
  return members;
}

function collect(node: XmlNode, context: Context, into: Member[], groups: Groups): void {
  if (context.budget.left-- === 0) node.fail(`a type contains more than ${maxParticles} elements and groups`);
  if (context.depth > maxDepth) node.fail(`groups are nested deeper than ${maxDepth}`);
  if (node.namespace !== xsdNamespace) return;
  const { optional, repeated } = occurrences(node), inner = { ...context, depth: context.depth + 1 };
  inner.optional ||= optional;
  switch (node.local) {
    case "element":
      if (node.attribute("maxOccurs") === "0") return;
      into.push(memberOf(node, { ...inner, repeated: context.repeated || repeated }));
      return;
    case "sequence":
    case "all":
      if (repeated) node.fail(`a ${node.local} that repeats is no struct`);
      return collectAll(node, outOfChoice(node, inner), into, groups);
    case "choice":
      return collectAll(node, choiceIn(node, inner, repeated), into, groups);
    case "group": {
      if (repeated) node.fail("a group that repeats is no struct");
      const name = node.name("ref") ?? node.fail("a group has no attribute ref"), group = groups(name, node);
      return collectAll(group, inner, into, groups);
    }
  }
}

/** Elements that repeat belong to no choice, because a list in a choice would be one element around others. */
function memberOf(node: XmlNode, { optional, repeated, choice }: Context): Member {
  return { node, optional, repeated, choice: repeated ? undefined : choice ?? namedChoice(node) };
}

function collectAll(node: XmlNode, context: Context, into: Member[], groups: Groups): void {
  for (const child of node.children) collect(child, context, into, groups);
}

/** A sequence within a choice: one element is chosen like any other, several are only optional. */
function outOfChoice(node: XmlNode, context: Context): Context {
  const several = node.children.filter(({ local }) => local !== "annotation").length > 1;
  return several && context.choice ? { ...context, optional: true, choice: undefined } : context;
}

/** What is in a choice: one of its elements, or any number of each when it repeats. */
function choiceIn(node: XmlNode, context: Context, repeated: boolean): Context {
  if (repeated || context.repeated) return { ...context, optional: true, repeated: true, choice: undefined };
  if (context.choice) return context;
  const choice = { name: node.attribute("oneof", erpcSchemaNamespace), required: !context.optional };
  return { ...context, optional: true, choice };
}

/** The choices of which writers of schemas can't put the elements side by side. */
function namedChoice(node: XmlNode): Choice | undefined {
  const name = node.attribute("oneof", erpcSchemaNamespace);
  return name === undefined ? undefined : { name, required: false };
}

function occurrences(node: XmlNode): { optional: boolean; repeated: boolean } {
  const least = node.attribute("minOccurs")?.trim() ?? "1", most = node.attribute("maxOccurs")?.trim() ?? "1";
  for (const text of [least, most]) {
    if (!/^(?:\d+|unbounded)$/.test(text)) node.fail(`${text} is no number of elements`);
  }
  return { optional: least === "0", repeated: most !== "0" && most !== "1" };
}
