/**
 * Which structs contain themselves.
 *
 * @module
 */
import { type AnyType, resolved, type StructType, type Type } from "../../schema/type.ts";
import type { NamedType } from "../idl.ts";
import { partsOf } from "../reachable.ts";

/** Those of `all` that contain themselves, directly or in others. */
export function recursiveStructs(all: readonly NamedType[]): ReadonlySet<NamedType> {
  const inside = new Map<NamedType, Set<NamedType>>(), around = new Map<NamedType, Set<NamedType>>();
  const lazy = new Set<NamedType>(), found = new Set<NamedType>();
  for (const outer of all) {
    inside.set(outer, namedIn(outer, lazy));
    for (const inner of inside.get(outer)!) around.set(inner, (around.get(inner) ?? new Set()).add(outer));
  }
  for (const type of lazy) {
    if (found.has(type)) continue;
    const below = reach(type, inside), above = reach(type, around);
    for (const other of below) if (above.has(other)) found.add(other);
  }
  return found;
}

/** The structs and enumerations that are fields, elements or values in `outer`; those of them that are lazy go into `lazy`, too. */
function namedIn(outer: NamedType, lazy: Set<NamedType>): Set<NamedType> {
  const named = new Set<NamedType>(), waiting: Type[] = [...partsOf(outer)];
  for (const type of waiting) {
    const any = resolved(type) as AnyType;
    if (any.kind !== "struct" && any.kind !== "enumeration") waiting.push(...partsOf(any));
    else {
      named.add(any);
      if (type.kind === "lazy") lazy.add(any as StructType);
    }
  }
  return named;
}

/** What is reached from `start` by one step of `next` or more. */
function reach(start: NamedType, next: ReadonlyMap<NamedType, ReadonlySet<NamedType>>): Set<NamedType> {
  const found = new Set(next.get(start));
  for (const type of found) for (const inner of next.get(type) ?? []) found.add(inner);
  return found;
}
