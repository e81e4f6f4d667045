/**
 * The forms that values of a schema have in JSON: those of proto3's JSON mapping.
 *
 * @module
 */
import type { Dialect } from "../plain.ts";

/** Texts of logical types that are not written as their base is, by name: a timestamp as RFC 3339 has it. */
export const logicals: Readonly<Record<string, (value: never) => string>> = {
  timestamp: (value: Date) => value.toISOString(),
};

/** What JSON has no form for: `int64` is decimal text, bytes are base64, a map is an object. */
export const dialect: Dialect = {
  scalars: {
    int64: String,
    uint64: String,
    float: floatForm,
    double: floatForm,
    bytes: (value: Uint8Array) => value.toBase64(),
  },
  logicals,
  map(entries) {
    const object: Record<string, unknown> = Object.create(null);
    for (const [key, value] of entries) object[String(key)] = value;
    return object;
  },
};

/** The number itself, or the text that stands for one that JSON has no number for: `NaN`, the infinities and `-0`. */
export function floatForm(n: number): number | string {
  if (Number.isFinite(n) && !Object.is(n, -0)) return n;
  return n === 0 ? "-0" : String(n);
}
