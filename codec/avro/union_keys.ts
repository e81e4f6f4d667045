/**
 * What the branches of an Avro union are called as the fields of an erpc union.
 *
 * @module
 */
import { type AvroSchema, type AvroUnion, branchId, simpleName } from "./schema.ts";

/**
 * The key of each branch; null for the branch null, and where only one other branch stands beside it, as that is no union
 * in erpc but an optional.
 *
 * A branch with a name is called by its last part, such as `Point`, or by all of it with `_` for each dot, where another
 * branch has the same last part; every other branch by its type, such as `string` or `array`.
 */
export function memberKeys({ branches }: AvroUnion): (string | null)[] {
  const others = branches.filter(({ type }) => type !== "null");
  if (others.length === 1 && branches.length === 2) return branches.map(() => null);
  const seen = new Set<string>(), twice = new Set<string>();
  for (const key of others.map((branch) => simpleName(branchId(branch)))) (seen.has(key) ? twice : seen).add(key);
  return branches.map((branch) => branch.type === "null" ? null : keyOf(branch, twice));
}

function keyOf(branch: AvroSchema, twice: ReadonlySet<string>): string {
  const id = branchId(branch), key = simpleName(id);
  return twice.has(key) ? id.replaceAll(".", "_") : key;
}
