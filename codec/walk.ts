/**
 * The walk over a value along its schema that checking and converting share.
 *
 * @module
 */
import { checkOneofs, type FieldPlan, fieldPlans, isRecord, roomOf, unfit } from "./fit.ts";
import { misfit, within } from "./misfit.ts";
import { recordMaker } from "./plan.ts";
import {
  type AnyType,
  type EnumType,
  type LazyType,
  type ListType,
  type LogicalType,
  type MapType,
  resolved,
  type StructType,
} from "./schema/type.ts";

/** Gives the converted value, or throws a Misfit. */
export type Step = (value: unknown) => unknown;

/** What to do at the leaves and where the forms of a value differ. */
export interface Rules {
  /** Whether `value` stands for an optional value that isn't there. */
  isAbsent(value: unknown): boolean;
  /** What stands for such a value in the result; in a struct the field is left out. */
  readonly absent: undefined | null;
  /** Makes the step for a scalar. */
  scalar(type: AnyType): Step;
  /** Makes the step for keys of a map. */
  key(type: AnyType): Step;
  /** Makes the step for an enumeration. */
  enumeration(type: EnumType): Step;
  /** Entries of a map as pairs; throws a Misfit when `value` is no map. */
  entries(value: unknown, type: MapType): Iterable<readonly [unknown, unknown]>;
  /** Form of a map in the result. */
  map(fresh: Map<unknown, unknown>): unknown;
  /** Makes the step for a logical type, given that for its base. */
  logical(type: LogicalType, base: Step): Step;
  /** Makes the step for a struct or enumeration that has another form than its kind; given the usual one. */
  named?(type: StructType | EnumType, step: Step): Step;
  /** Whether values are read: former keys count, and defaults stand for what is missing. */
  readonly reads: boolean;
  /** Counts parts as {@linkcode Reader.count} does, before they are made. */
  count?(parts: number): void;
}

/** Steps of the structs met so far, so that each is made once. */
type Known = Map<StructType, Step>;

/** How often a type may contain itself: more than any limit of depth in use, less than the stack holds. */
const maxTurns = 500;

/**
 * Makes the step for values of `type`: containers come out fresh, with exactly the schema's fields.
 *
 * Its recursion is bounded by the schema, and by 500 turns through types that contain themselves. Throws TypeError for a
 * struct with a field `__proto__`.
 */
export function walker(type: AnyType, rules: Rules, known: Known = new Map()): Step {
  switch (type.kind) {
    case "optional": {
      const inner = walker(type.inner as AnyType, rules, known);
      return (value) => rules.isAbsent(value) ? rules.absent : inner(value);
    }
    case "struct": {
      const made = known.get(type);
      if (made) return made;
      const step = structStep(type, rules, known), named = rules.named?.(type, step) ?? step;
      known.set(type, named);
      return named;
    }
    case "list":
      return listStep(type, rules, known);
    case "map":
      return mapStep(type, rules, known);
    case "enumeration": {
      const step = rules.enumeration(type);
      return rules.named?.(type, step) ?? step;
    }
    case "lazy":
      return lazyStep(type, rules, known);
    case "logical":
      return rules.logical(type, walker(type.base as AnyType, rules, known));
    default:
      return rules.scalar(type);
  }
}

function structStep(type: StructType, rules: Rules, known: Known): Step {
  const types = type.fields.map((field) => withoutOptional(field.type as AnyType));
  const fields = fieldPlans(type).map((plan, i): StructField => ({ ...plan, step: walker(types[i]!, rules, known) }));
  const Fresh = recordMaker(), room = roomOf(type);
  return (value) => {
    if (!isRecord(value)) unfit(value, type);
    rules.count?.(room);
    const fresh = new Fresh();
    let at = 0;
    try {
      for (; at < fields.length; at++) addField(fresh, fields[at]!, value, rules);
    } catch (error) {
      throw within("." + fields[at]!.key, error);
    }
    if (type.oneofs) checkOneofs(type.oneofs, fresh);
    return fresh;
  };
}

/** What is inside an optional type; a lazy one stays, so that its step is made when it is needed. */
function withoutOptional(type: AnyType): AnyType {
  return type.kind === "optional" ? withoutOptional(type.inner as AnyType) : type;
}

/** A field with the step for its values. */
type StructField = FieldPlan & { readonly step: Step };

function addField(
  fresh: Record<string, unknown>,
  field: StructField,
  value: Record<string, unknown>,
  rules: Rules,
): void {
  const found = rules.reads ? fieldOrFormer(field, value) : field.get(value);
  const isAbsent = field.optional || rules.reads && field.absent ? rules.isAbsent(found) : found === undefined;
  if (!isAbsent) fresh[field.key] = field.step(found);
  else if (rules.reads && field.absent) {
    rules.count?.(field.absentParts);
    fresh[field.key] = field.absent();
  } else if (!field.optional) misfit("it is missing");
}

function fieldOrFormer({ get, aliases }: FieldPlan, value: Record<string, unknown>): unknown {
  const found = get(value);
  if (found !== undefined || !aliases) return found;
  const former = aliases.find((key) => Object.hasOwn(value, key));
  return former === undefined ? undefined : value[former];
}

function lazyStep(type: LazyType, rules: Rules, known: Known): Step {
  let step: Step | undefined, turns = 0;
  return (value) => {
    step ??= walker(resolved(type) as AnyType, rules, known);
    if (turns === maxTurns) misfit(`nesting is deeper than ${maxTurns}`);
    turns++;
    try {
      return step(value);
    } finally {
      turns--;
    }
  };
}

function listStep(type: ListType, rules: Rules, known: Known): Step {
  const step = walker(type.element as AnyType, rules, known);
  return (value) => {
    if (!Array.isArray(value)) unfit(value, type);
    const fresh: unknown[] = [];
    let at = 0;
    try {
      for (; at < value.length; at++) fresh.push(step(value[at]));
    } catch (error) {
      throw within(`[${at}]`, error);
    }
    return fresh;
  };
}

function mapStep(type: MapType, rules: Rules, known: Known): Step {
  const keyStep = rules.key(type.key as AnyType), step = walker(type.value as AnyType, rules, known);
  return (value) => {
    const fresh = new Map<unknown, unknown>();
    for (const [key, inner] of rules.entries(value, type)) {
      try {
        const { size } = fresh;
        if (fresh.set(keyStep(key), step(inner)).size === size) misfit("it stands twice");
      } catch (error) {
        throw within(keyPath(key), error);
      }
    }
    return rules.map(fresh);
  };
}

/** The step of an error's path for a map's `key`. */
export function keyPath(key: unknown): string {
  return `[${
    typeof key === "string" ? JSON.stringify(key.slice(0, 40)) : typeof key === "object" ? "?" : String(key)
  }]`;
}

/** The step of an error's path for the field `key`: quoted unless it is a plain name, because it may be anybody's text. */
export function stepOf(key: string): string {
  if (key === "") return "";
  return /^[\w$]+$/.test(key) ? "." + key : keyPath(key);
}
