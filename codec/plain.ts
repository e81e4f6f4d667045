/**
 * Turns a value of a schema into one that a self-describing codec can write.
 *
 * @module
 */
import { fitter, unfit } from "./fit.ts";
import type { AnyType, EnumType, ScalarKind, StructType, Type } from "./schema/type.ts";
import { type Step, walker } from "./walk.ts";

/** What differs between the self-describing codecs. */
export interface Dialect {
  /** Forms of scalars that are not written as they are; each gets a value that was checked. */
  readonly scalars: Partial<Record<ScalarKind, (value: never) => unknown>>;
  /** Forms of logical types, by name, that are not written as their base is. */
  readonly logicals?: Readonly<Record<string, (value: never) => unknown>>;
  /** Makes the step for a struct or enumeration that has another form than its kind; given the usual one. */
  readonly named?: (type: StructType | EnumType, step: Step) => Step;
  /** Form of a map whose values are in their form already; keys are as the schema says. */
  map(entries: Map<unknown, unknown>): unknown;
}

/**
 * Makes the function that checks a value of `type` and gives its plain form in `dialect`: structs are fresh objects without
 * undefined fields, enumerations their names, undefined elements null.
 *
 * The function throws a Misfit with the path for a value that is not of the type; here, unlike in `conform`, only the
 * type's own JavaScript form is taken. Throws TypeError for a struct with a field `__proto__`.
 */
export function plainer(type: Type, { scalars, logicals = {}, map, named }: Dialect): Step {
  return walker(type as AnyType, {
    isAbsent: (value) => value === undefined,
    absent: null,
    scalar(type) {
      const fit = fitter(type), form = scalars[type.kind as ScalarKind] as Step | undefined;
      return form ? (value) => form(fit(value)) : fit;
    },
    key: fitter,
    enumeration: (type) => (value) => typeof value === "string" && type.numbers.has(value) ? value : unfit(value, type),
    entries: (value, type) => value instanceof Map ? value : unfit(value, type),
    map,
    logical(type, base) {
      const form = Object.hasOwn(logicals, type.name) ? logicals[type.name] as Step : undefined;
      if (!form) return (value) => base(type.toBase(value));
      return (value) => {
        type.toBase(value);
        return form(value);
      };
    },
    ...named ? { named } : {},
    reads: false,
  });
}
