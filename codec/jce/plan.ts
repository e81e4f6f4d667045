/**
 * A schema type flattened for the JCE coders: small-integer kinds to switch on and parallel arrays for a struct's fields.
 *
 * @module
 */
import { want } from "../fit.ts";
import type { AnyType, EnumType, StructType, Type } from "../schema/type.ts";

/** Kinds in the order the coders' switches number them: their index is {@linkcode Plan.kind}. */
const kinds: readonly AnyType["kind"][] = [
  "bool",
  "int8",
  "int16",
  "int32",
  "uint8",
  "uint16",
  "uint32",
  "int53",
  "int64",
  "float",
  "double",
  "string",
  "bytes",
  "enumeration",
  "list",
  "map",
  "struct",
  "optional",
];

/** {@linkcode Plan.kind} of a struct. */
export const STRUCT_KIND = 16;
/** {@linkcode Plan.kind} of an optional, which only a root keeps. */
export const OPTIONAL_KIND = 17;

/** One type, flattened. Every plan has every property, so that all have one hidden class. */
export class Plan {
  /** Index of the kind; the switches name each in a comment. */
  readonly kind: number;
  /** The type that was flattened. */
  readonly type: AnyType;
  /** What errors call a value of it. */
  readonly label: string;
  /** Keys of a struct's fields, in tag order. */
  readonly keys: string[] = [];
  /** Tags of a struct's fields, ascending. */
  readonly tags: number[] = [];
  /** Plans of a struct's fields, an optional one's without the optional. */
  readonly plans: Plan[] = [];
  /** Whether each field of a struct is required. */
  readonly required: boolean[] = [];
  /** Makes the empty object that a struct's fields are added to. */
  readonly Record: RecordMaker = recordMaker();
  /** Whether a field has the name of something that every object inherits, such as `"toString"`. */
  shadows = false;
  /** Plan of a map's keys. */
  key: Plan = this;
  /** Plan of a list's elements, a map's values, an optional's value. */
  value: Plan = this;
  /** Numbers of an enumeration by name. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Names of an enumeration by number. */
  readonly names: ReadonlyMap<number, string>;

  /** Flattens `type`, not yet what it contains. */
  constructor(type: AnyType) {
    this.kind = kinds.indexOf(type.kind);
    this.type = type;
    this.label = want(type);
    const { numbers, names } = type.kind === "enumeration" ? type as EnumType : none;
    this.numbers = numbers;
    this.names = names;
  }
}

/** Makes empty plain objects. */
type RecordMaker = new () => Record<string, unknown>;

/**
 * A constructor of plain objects that nothing else uses: the engine then keeps a tree of hidden classes and a size for this
 * struct alone. Adding a field costs 12 ns, to `{}` 16 ns, and overwriting one in a copied template 22 ns.
 */
function recordMaker(): RecordMaker {
  const Record = function () {} as unknown as RecordMaker;
  Record.prototype = Object.prototype;
  return Record;
}

const none: Pick<EnumType, "numbers" | "names"> = { numbers: new Map(), names: new Map() };

/** Flattens `type`; throws TypeError for what JCE cannot express. `known` holds the plans made so far. */
export function planOf(type: Type, known: Map<Type, Plan> = new Map()): Plan {
  let plan = known.get(type);
  if (plan) return plan;
  const any = type as AnyType;
  plan = new Plan(any);
  if (plan.kind < 0) throw new TypeError(`Cannot compile a schema for jce: unknown kind ${any.kind}`);
  known.set(type, plan);
  if (any.kind === "list") plan.value = elementPlan(any.element, "list", known);
  else if (any.kind === "optional") plan.value = planOf(any.inner, known);
  else if (any.kind === "struct") addFields(plan, any, known);
  else if (any.kind === "map") {
    plan.key = elementPlan(any.key, "map", known);
    plan.value = elementPlan(any.value, "map", known);
  }
  return plan;
}

function elementPlan(type: Type, container: string, known: Map<Type, Plan>): Plan {
  if (type.kind === "optional") {
    throw new TypeError(`Cannot compile a schema for jce: a ${container} cannot hold optional values`);
  }
  return planOf(type, known);
}

function addFields(plan: Plan, type: StructType, known: Map<Type, Plan>): void {
  for (const { key, tag, type: fieldType } of type.fields) {
    if (key === "__proto__") throw new TypeError(`Cannot compile ${type.name} for jce: bad field name __proto__`);
    const inner = stripOptional(fieldType);
    plan.keys.push(key);
    plan.tags.push(tag);
    plan.plans.push(planOf(inner, known));
    plan.required.push(inner === fieldType);
    if (key in Object.prototype) plan.shadows = true;
  }
}

function stripOptional(type: Type): Type {
  while (type.kind === "optional") type = (type as Extract<AnyType, { kind: "optional" }>).inner;
  return type;
}
