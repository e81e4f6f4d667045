/**
 * What a value of one schema type is in another: what a reader with the other type should get.
 *
 * @module
 */
import { absentOf, rangeOf, stripped, want } from "../fit.ts";
import { misfit, within } from "../misfit.ts";
import type { AnyType, EnumType, NamedField, StructType, Type } from "../schema/type.ts";

/**
 * `value` of type `from` as a value of `to`: fields go together by tag, or else by name; numbers keep their value, enumerations
 * their number. Throws a Misfit that says where and why when there is no such value.
 */
export function project(value: unknown, from: Type, to: Type): unknown {
  if (value === undefined) return to.kind === "optional" ? undefined : misfit("it may be left out, and must be there");
  return convert(value, stripped(from), stripped(to));
}

function convert(value: unknown, from: AnyType, to: AnyType): unknown {
  if (from.kind === "logical" && to.kind === "logical" && from.name === to.name) return to.fromBase(to.toBase(value));
  if (from.kind === "logical") return project(from.toBase(value), from.base, to);
  if (to.kind === "logical") return to.fromBase(project(value, from, to.base));
  if (from.kind === "struct" && to.kind === "struct") return record(value as Record<string, unknown>, from, to);
  if (from.kind === "list" && to.kind === "list") {
    return (value as unknown[]).map((element, i) => at(`[${i}]`, () => project(element, from.element, to.element)));
  }
  if (from.kind === "map" && to.kind === "map") {
    const entries = [...value as Map<unknown, unknown>];
    return new Map(
      entries.map(([key, inner]) => [project(key, from.key, to.key), project(inner, from.value, to.value)]),
    );
  }
  if (from.kind === "enumeration" && to.kind === "enumeration") return renamed(value as string, from, to);
  return scalar(value, from, to);
}

/** What `step` gives; its misfits are at `place`. */
function at<T>(place: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw within(place, error);
  }
}

function record(value: Record<string, unknown>, from: StructType, to: StructType): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const field of to.fields) {
    const old = counterpart(field, from), given = old && value[old.key];
    const result = at(
      "." + field.key,
      () => given === undefined ? absent(field) : project(given, old!.type, field.type),
    );
    if (result !== undefined) found[field.key] = result;
  }
  return found;
}

/** The field of `struct` that `field` is, or was. */
function counterpart({ tag, key, aliases = [] }: NamedField, { fields }: StructType): NamedField | undefined {
  return fields.find((old) => old.tag === tag) ?? fields.find((old) => old.key === key || aliases.includes(old.key));
}

function absent(field: NamedField): unknown {
  const make = absentOf(field);
  if (make) return make();
  return field.type.kind === "optional" ? undefined : misfit("it may be missing");
}

function renamed(name: string, from: EnumType, to: EnumType): string {
  const number = from.numbers.get(name)!;
  return to.names.get(number) ?? misfit(`${name} (${number}) is not in ${to.name}`);
}

function scalar(value: unknown, from: AnyType, to: AnyType): unknown {
  if (from.kind === to.kind) return value;
  const number = typeof value === "boolean" ? Number(value) : value;
  if (typeof number !== "number" && typeof number !== "bigint") return misfit(`${want(from)} became ${want(to)}`);
  if (to.kind === "double") return Number(number);
  if (to.kind === "float") return Math.fround(Number(number));
  return integer(number, from, to);
}

function integer(number: number | bigint, from: AnyType, to: AnyType): unknown {
  const range = rangeOf(to);
  if (from.kind === "bool" || typeof number === "number" && !Number.isInteger(number)) {
    return misfit(`${want(from)} became ${want(to)}`);
  }
  if (range) return number >= range[0] && number <= range[1] ? Number(number) : misfit(`${number} is not ${want(to)}`);
  const wide = BigInt(number);
  if (to.kind === "int64" && BigInt.asIntN(64, wide) === wide) return wide;
  if (to.kind === "uint64" && BigInt.asUintN(64, wide) === wide) return wide;
  return misfit(`${want(from)} became ${want(to)}`);
}
