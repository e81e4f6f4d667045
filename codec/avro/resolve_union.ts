/**
 * Resolution where the writer, the reader or both have a union.
 *
 * @module
 */
import type { Plan } from "../plan.ts";
import { Mismatch, mismatch } from "./mismatch.ts";
import { Node, opOf } from "./node.ts";
import type { Pair, Resolver } from "./resolve.ts";
import { type AvroSchema, type AvroUnion, branchId, nameOf } from "./schema.ts";

/** The node for a writer's union: the one of the branch that comes. */
export function resolveFromUnion(resolver: Resolver, pair: Pair & { wire: AvroUnion }): Node {
  const { wire, own, optional = false } = pair;
  const isOne = own.type === "union" && own.members !== undefined;
  if (!isOne) return optional && wire.branches.length === 2 ? twoBranches(resolver, pair) : branches(resolver, pair);
  return resolver.once("union", pair, (node) => fill(node, branchNodes(resolver, pair), pair));
}

/** A union of null and one other, for an optional: the commonest, and read without a table. */
function twoBranches(resolver: Resolver, pair: Pair & { wire: AvroUnion }): Node {
  const { wire, plan } = pair, nullAt = wire.branches.findIndex(({ type }) => type === "null");
  if (nullAt < 0) return branches(resolver, pair);
  const node = new Node("optional", wire, plan);
  node.nullAt = nullAt;
  node.valueAt = 1 - nullAt;
  node.nodes = [resolver.resolve({ ...pair, wire: wire.branches[1 - nullAt]! })];
  return node;
}

function branches(resolver: Resolver, pair: Pair & { wire: AvroUnion }): Node {
  const node = new Node("union", pair.wire, pair.plan);
  fill(node, branchNodes(resolver, pair), pair);
  return node;
}

/** The node of each branch; one that fails for a branch that doesn't match. At least one must match. */
function branchNodes(resolver: Resolver, pair: Pair & { wire: AvroUnion }): Node[] {
  const failures: string[] = [];
  const nodes = pair.wire.branches.map((branch) => {
    try {
      if (branch.type === "null") {
        return pair.optional ? new Node("null", branch, pair.plan) : mismatch(branch, pair.own);
      }
      return resolver.resolve({ ...pair, wire: branch });
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      failures.push(error.message);
      const node = new Node("fail", branch, pair.plan);
      node.label = error.message;
      return node;
    }
  });
  return nodes.length > failures.length ? nodes : mismatch(failures[0] ?? "got a union of nothing");
}

/** Gives `node` the nodes of its branches, and what decides which branch is written. */
function fill(node: Node, nodes: Node[], { wire, own, plan }: Pair & { wire: AvroUnion }): void {
  node.nodes = nodes;
  node.nullAt = wire.branches.findIndex(({ type }, i) => type === "null" && nodes[i]!.op === opOf("null"));
  const targets = own.type === "union" ? own.branches : [own], members = own.type === "union" ? own.members : undefined;
  if (!members) node.valueAt = bestBranch(nodes, wire, targets.find(({ type }) => type !== "null")!);
  else {
    const entries = targets.map((target, i): [string, number] => {
      const key = members[i]!;
      return [key, bestBranch(nodes.map((node) => node.keys[0] === key ? node : undefined), wire, target)];
    });
    node.indexes = new Map(entries.filter(([key, at]) => key !== null && at >= 0));
  }
  node.label = plan.label;
}

/** Which branch of `wire` to write a value of `own` as: of those with a node that works the same kind, else the first. */
function bestBranch(nodes: readonly (Node | undefined)[], wire: AvroUnion, own: AvroSchema): number {
  const works = (i: number) => nodes[i] !== undefined && nodes[i].op !== opOf("fail") && nodes[i].op !== opOf("null");
  const exact = wire.branches.findIndex((branch, i) => works(i) && branchId(branch) === branchId(own));
  return exact >= 0 ? exact : wire.branches.findIndex((_, i) => works(i));
}

/** The node for a writer's `wire`, which is no union, where the reader has one. */
export function resolveIntoUnion(resolver: Resolver, pair: Pair & { own: AvroUnion }): Node {
  const { wire, own, plan, optional = false } = pair;
  if (wire.type === "null" && optional) return new Node("null", wire, plan);
  const exact = own.branches.findIndex((branch) => branch.type === wire.type && branchId(branch) === branchId(wire));
  const order = [...own.branches.keys()].sort((a, b) => Number(b === exact) - Number(a === exact));
  const failures: string[] = [];
  for (const i of order) {
    if (own.branches[i]!.type === "null") continue;
    try {
      return branchNode(resolver, pair, i);
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      failures.push(error.message);
    }
  }
  return mismatch(failures.length === 1 ? failures[0]! : `got ${nameOf(wire)}, want one of ${plan.label}`);
}

function branchNode(resolver: Resolver, { wire, own, plan }: Pair & { own: AvroUnion }, i: number): Node {
  const branch = own.branches[i]!, key = own.members?.[i];
  if (key === undefined || key === null) return resolver.resolve({ wire, own: branch, plan });
  const node = new Node("member", wire, plan);
  node.keys = [key];
  node.nodes = [resolver.resolve({ wire, own: branch, plan: planOfMember(plan, key) })];
  return node;
}

function planOfMember({ keys, plans }: Plan, key: string): Plan {
  return plans[keys.indexOf(key)]!;
}
