/**
 * Looking through a type and all that it is made of.
 *
 * @module
 */
import { partsOf } from "../idl/reachable.ts";
import { type AnyType, resolved, type Type } from "../schema/type.ts";

/** Whether `type`, or something in it, passes `test`. */
export function holds(type: Type, test: (type: AnyType) => boolean, seen: Set<Type> = new Set()): boolean {
  const any = resolved(type) as AnyType;
  if (seen.has(any)) return false;
  seen.add(any);
  return test(any) || partsOf(any).some((part) => holds(part, test, seen));
}
