/**
 * A few values of any schema type, its edges among them.
 *
 * @module
 */
import { rangeOf } from "../fit.ts";
import { type AnyType, type LogicalType, resolved, type StructType, type Type } from "../schema/type.ts";

/** Types within types after which containers stay empty and optional values away. */
const maxDepth = 4;

/** Samples of one struct, at most. */
const maxSamples = 300;

/**
 * Values of `type`: an ordinary one first, then such as lie at its edges. Deterministic. Empty for a logical type of a
 * user's own that takes none of its base's samples.
 */
export function samplesOf(type: Type, depth = 0): unknown[] {
  const any = resolved(type) as AnyType;
  switch (any.kind) {
    case "struct":
      return structSamples(any, depth + 1);
    case "optional":
      return depth > maxDepth ? [undefined] : [...samplesOf(any.inner, depth), undefined];
    case "list": {
      const elements = depth > maxDepth ? [] : samplesOf(any.element, depth + 1);
      return elements.length > 0 ? [elements.slice(0, 1), elements.slice(0, 20), []] : [[]];
    }
    case "map":
      return mapSamples(samplesOf(any.key), depth > maxDepth ? [] : samplesOf(any.value, depth + 1));
    case "enumeration":
      return [...any.numbers.keys()];
    case "logical":
      return logicalSamples(any, depth);
    default:
      return scalarSamples(any);
  }
}

function mapSamples(keys: readonly unknown[], values: readonly unknown[]): Map<unknown, unknown>[] {
  if (values.length === 0) return [new Map()];
  return [
    new Map([[keys[0], values[0]]]),
    new Map(keys.map((key, i) => [key, values[i % values.length]])),
    new Map(),
  ];
}

function scalarSamples(type: AnyType): unknown[] {
  const range = rangeOf(type);
  if (range) return [1, 0, ...range];
  switch (type.kind) {
    case "bool":
      return [true, false];
    case "int64":
      return [1n, 0n, -(2n ** 63n), 2n ** 63n - 1n];
    case "uint64":
      return [1n, 0n, 2n ** 64n - 1n];
    case "float":
      return [0.5, -2, 2 ** 100];
    case "double":
      return [0.5, -2, Math.PI, 1e300];
    case "string":
      return ["a", "", "é漢😀"];
    default:
      return [Uint8Array.of(97), new Uint8Array(0), Uint8Array.of(0xff, 0)];
  }
}

/** Texts and values of the logical types that come with erpc. */
const known: Readonly<Record<string, readonly unknown[]>> = {
  timestamp: [new Date(1_700_000_000_123), new Date(0)],
  date: ["2026-11-23", "0001-01-01", "9999-12-31"],
  uuid: ["f81d4fae-7dec-11d0-a765-00a0c91e6bf6"],
};

function logicalSamples(type: LogicalType, depth: number): unknown[] {
  if (Object.hasOwn(known, type.name)) return [...known[type.name]!];
  if (type.name === "decimal" && type.parameters) return decimals(type.parameters);
  return samplesOf(type.base, depth).flatMap((base) => {
    try {
      return [type.fromBase(base)];
    } catch {
      return []; // a user's type that is narrower than its base
    }
  });
}

function decimals({ precision = 1, scale = 0 }: Readonly<Record<string, number>>): string[] {
  const whole = "9".repeat(precision - scale) || "0", rest = scale > 0 ? "." + "9".repeat(scale) : "";
  return ["0" + rest.replaceAll("9", "0"), whole + rest, "-" + whole + rest];
}

/** An ordinary record, one without what may be left out, and one for each further sample of each field. */
function structSamples(struct: StructType, depth: number): Record<string, unknown>[] {
  const later = new Set(struct.oneofs?.flatMap(({ keys }) => keys.slice(1)));
  const fields = struct.fields.map(({ key, type }) => ({
    key,
    samples: samplesOf(type, depth),
    later: later.has(key),
  }));
  const usual = recordOf(fields.filter(({ later }) => !later).map(({ key, samples }) => [key, samples[0]]));
  const found = [usual];
  for (const { key, samples, later } of fields) {
    const others = later ? samples : samples.slice(1);
    for (const value of others) found.push(recordOf([...Object.entries(usual), [key, value]]));
  }
  return found.filter((record) => oneOfEach(struct, record)).slice(0, maxSamples);
}

function recordOf(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries([...new Map(entries)].filter(([, value]) => value !== undefined));
}

/** Whether `record` has one field of each group, or none where that may be; the first makes way for a later one. */
function oneOfEach({ oneofs = [] }: StructType, record: Record<string, unknown>): boolean {
  for (const { keys: [first = "", ...others] } of oneofs) {
    if (others.some((key) => record[key] !== undefined)) delete record[first];
  }
  return oneofs.every(({ keys, required }) => !required || keys.some((key) => record[key] !== undefined));
}
