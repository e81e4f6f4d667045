/**
 * Which JavaScript values a schema type takes, and the words for those that it doesn't take.
 *
 * @module
 */
import { misfit } from "./misfit.ts";
import {
  type AnyType,
  type NamedField,
  type Oneof,
  resolved,
  type ScalarKind,
  type StructType,
  type Type,
} from "./schema/type.ts";

/** Smallest and largest value of each integer kind that is a number. */
const ranges: Partial<Record<ScalarKind, readonly [min: number, max: number]>> = {
  int8: [-0x80, 0x7f],
  int16: [-0x8000, 0x7fff],
  int32: [-0x8000_0000, 0x7fff_ffff],
  int53: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint8: [0, 0xff],
  uint16: [0, 0xffff],
  uint32: [0, 0xffff_ffff],
};

/** Smallest and largest value of an integer type whose values are numbers; undefined for every other type. */
export function rangeOf({ kind }: AnyType): readonly [min: number, max: number] | undefined {
  return ranges[kind as ScalarKind];
}

const words: Partial<Record<AnyType["kind"], string>> = {
  bool: "a boolean",
  int64: "a bigint of 64 bits",
  uint64: "a bigint of 64 bits that is not negative",
  float: "a number",
  double: "a number",
  string: "a string",
  bytes: "bytes",
  list: "an array",
  map: "a map",
};

/** Name of the logical type of values that a Standard Schema checks: they are called as those of its base. */
export const CHECKED = "checked";

/** What a value of `type` is called in an error message. */
export function want(type: AnyType): string {
  switch (type.kind) {
    case "struct":
    case "enumeration":
      return type.name;
    case "optional":
      return want(type.inner as AnyType);
    case "lazy":
      return want(resolved(type) as AnyType);
    case "logical":
      return type.name === CHECKED ? want(resolved(type.base) as AnyType) : withArticle(type.name);
    default: {
      const range = ranges[type.kind as ScalarKind];
      return words[type.kind] ?? `an integer from ${range?.[0]} to ${range?.[1]}`;
    }
  }
}

/** What `value` is, for an error message; never its content. */
export function got(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (typeof value !== "object") return `a ${typeof value}`;
  return withArticle(tagOf(value).replace(/^(?:Object|Array)$/, (name) => name.toLowerCase()));
}

function withArticle(name: string): string {
  return /^[aeio]/i.test(name) ? `an ${name}` : `a ${name}`;
}

/** Throws the misfit for `value`, which is not of `type`. */
export function unfit(value: unknown, type: AnyType): never {
  misfit(`got ${isNearMiss(value, type) ? String(value).slice(0, 24) : got(value)}, want ${want(type)}`);
}

/** Whether `value` is of the right JavaScript type and only out of range, so that the value itself says more. */
function isNearMiss(value: unknown, { kind }: AnyType): boolean {
  if (kind === "enumeration") return typeof value === "string" || typeof value === "number";
  return kind in ranges ? typeof value === "number" : kind.endsWith("int64") && typeof value === "bigint";
}

/**
 * Makes the check for values of a scalar: returns the value, integers without a negative zero and floats rounded, or throws
 * a Misfit.
 */
export function fitter(type: AnyType): (value: unknown) => unknown {
  switch (type.kind) {
    case "int32":
      return (v) => typeof v === "number" && v === (v | 0) ? v | 0 : unfit(v, type);
    case "uint32":
      return (v) => typeof v === "number" && v === v >>> 0 ? v >>> 0 : unfit(v, type);
    case "int64":
      return (v) => typeof v === "bigint" && BigInt.asIntN(64, v) === v ? v : unfit(v, type);
    case "uint64":
      return (v) => typeof v === "bigint" && BigInt.asUintN(64, v) === v ? v : unfit(v, type);
    case "float":
      return (v) => typeof v === "number" ? Math.fround(v) : unfit(v, type);
    case "double":
      return (v) => typeof v === "number" ? v : unfit(v, type);
    case "bool":
      return (v) => typeof v === "boolean" ? v : unfit(v, type);
    case "string":
      return (v) => typeof v === "string" ? v : unfit(v, type);
    case "bytes":
      return (v) => v instanceof Uint8Array ? v : unfit(v, type);
    default:
      return integerFitter(type);
  }
}

function integerFitter(type: AnyType): (value: unknown) => number {
  const [min, max] = ranges[type.kind as ScalarKind]!;
  return (v) => Number.isInteger(v) && v as number >= min && v as number <= max ? v as number + 0 : unfit(v, type);
}

/** Whether `value` can be a struct: a plain object or an instance of a class that isn't built in. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype || tagOf(value) === "Object";
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** A field as the codecs walk it. */
export interface FieldPlan {
  /** Key in the object. */
  readonly key: string;
  /** Key after the struct's name, for errors. */
  readonly name: string;
  /** Its type; what is inside, for an optional one. */
  readonly type: AnyType;
  /** Whether it may be left out. */
  readonly optional: boolean;
  /** Reads the field of `record`; never something that every object inherits, such as `constructor`. */
  readonly get: (record: Record<string, unknown>) => unknown;
  /** Former keys, or undefined. */
  readonly aliases: readonly string[] | undefined;
  /** Makes what stands for the field when it is missing; undefined when nothing does. */
  readonly absent: (() => unknown) | undefined;
  /** How many parts of {@linkcode Reader.count} that is. */
  readonly absentParts: number;
}

/** The fields of `struct` to walk; throws TypeError for a key that would reach a prototype. */
export function fieldPlans(struct: StructType): FieldPlan[] {
  const former = formerKeys(struct);
  return struct.fields.map((field, place) => {
    const aliases = field.aliases?.filter((old) => former.get(old) === place);
    return fieldPlan(struct, { ...field, ...aliases && { aliases } });
  });
}

/**
 * Former keys of the fields of `struct` with the place of each field. One that is the key of a field now is that field's, and
 * one that two fields had is the first one's.
 */
export function formerKeys({ fields }: StructType): Map<string, number> {
  const keys = new Set(fields.map(({ key }) => key)), former = new Map<string, number>();
  fields.forEach(({ aliases = [] }, place) => {
    for (const old of aliases) if (!keys.has(old) && !former.has(old)) former.set(old, place);
  });
  return former;
}

function fieldPlan(struct: StructType, field: NamedField): FieldPlan {
  const { key, type, aliases } = field, inner = stripped(type);
  if (key === "__proto__") throw new TypeError(`Cannot use struct ${struct.name}: a field is named __proto__`);
  return {
    key,
    name: `${struct.name}.${key}`,
    type: inner,
    optional: type.kind === "optional",
    get: key in Object.prototype ? (record) => valueOf(record, key) : (record) => record[key],
    aliases,
    absent: absentOf(field),
    absentParts: defaultParts(field.default),
  };
}

/** `type` without optional and lazy around it. */
export function stripped(type: Type): AnyType {
  let inner = type as AnyType;
  while (inner.kind === "optional" || inner.kind === "lazy") {
    inner = (inner.kind === "lazy" ? resolved(inner) : inner.inner) as AnyType;
  }
  return inner;
}

/** Makes what stands for `field` when it is missing, a fresh one each time; undefined when nothing does. */
export function absentOf(field: NamedField): (() => unknown) | undefined {
  const value: unknown = field.default;
  if (value === undefined) return undefined;
  return typeof value === "object" && value !== null ? copierOf(value) : () => value;
}

/** How many fields take the memory of one part. */
const fieldsAPart = 16;

/** How many parts of {@linkcode Reader.count} the fields of a struct are by themselves: what a reader makes has room for all. */
export function roomOf({ fields }: StructType): number {
  return Math.floor(fields.length / fieldsAPart);
}

/** How many parts of {@linkcode Reader.count} `value` is, a default. */
export function defaultParts(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if (value instanceof Uint8Array) return 1;
  const inner = value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : Object.values(value);
  return inner.reduce((sum: number, one) => sum + 1 + defaultParts(one), value instanceof Map ? 2 : 1);
}

/** Makes copies of `value`: without structuredClone, which takes 3 us, where that is easy. */
function copierOf(value: object): () => unknown {
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return () => [...value];
  if (value instanceof Map && value.size === 0) return () => new Map();
  return value instanceof Uint8Array ? () => value.slice() : () => structuredClone(value);
}

/** The field `key` of `record`, not what every object inherits. */
function valueOf(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return !(key in Object.prototype) || Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Throws a Misfit when more than one field of a group is there, or none of a group that must have one. */
export function checkOneofs(oneofs: readonly Oneof[], record: Readonly<Record<string, unknown>>): void {
  for (const { name, keys, required } of oneofs) {
    const there = keys.filter((key) => valueOf(record, key) !== undefined);
    if (there.length > 1) misfit(`got ${there.slice(0, 4).join(" and ")}, want one of ${name}`);
    if (there.length === 0 && required) misfit(`got none of ${keys.slice(0, 4).join(", ")}`);
  }
}

/** What a value of `type` as a whole is called: the name of a struct or enumeration, else the kind. */
export function rootName(type: Type): string {
  const any = resolved(type) as AnyType;
  if (any.kind === "logical" && (any.name === CHECKED || stripped(any.base).kind === "struct")) {
    return rootName(any.base);
  }
  return "name" in any ? any.name : any.kind;
}
