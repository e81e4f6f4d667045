/**
 * Checking messages beyond their types, with any library that speaks Standard Schema (zod, valibot, arktype, ...).
 *
 * Normative source: https://standardschema.dev, version 1.
 *
 * @module
 */
import { CHECKED, rootName } from "./fit.ts";
import { Misfit, within } from "./misfit.ts";
import { logical } from "./schema/logical.ts";
import { checkType, type LogicalType, type Type } from "./schema/type.ts";
import { keyPath } from "./walk.ts";

/** What such a library's schemas have in common, as far as erpc needs it. */
export interface StandardSchema {
  /** The one property of the standard. */
  readonly "~standard": {
    /** Version of the standard. */
    readonly version: 1;
    /** Name of the library. */
    readonly vendor: string;
    /** Checks a value. */
    validate(value: unknown): StandardResult | Promise<StandardResult>;
    /** Never there at run time: what goes in and comes out. */
    readonly types?: { readonly input: unknown; readonly output: unknown } | undefined;
  };
}

/** What checking gives: the value, or what is wrong with it. */
export interface StandardResult {
  /** What the schema makes of the value, when nothing is wrong. */
  readonly value?: unknown;
  /** What is wrong; undefined when nothing is. */
  readonly issues?: readonly StandardIssue[] | undefined;
}

/** One thing that is wrong. */
export interface StandardIssue {
  /** What, in words. */
  readonly message: string;
  /** Where: keys from the value inwards. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

const maxMessage = 200;

/**
 * `type` with values that `schema` accepts as well; travels as `type` does. Checked on each side: before a value is
 * encoded and after one was decoded. The value itself goes on: what a schema makes of it (defaults, transforms, keys it
 * doesn't know) is not used, so a schema may be about some of the fields only.
 *
 * A value that is refused is an RpcError `invalid_argument` with the path of the first issue, as in "Cannot decode
 * demo.Hello.name: Too small: expected string to have >=1 characters". A schema that checks asynchronously can't be used: the
 * first value gives `internal`, with a TypeError as its cause. Throws TypeError for what is no Standard Schema.
 *
 * @example
 * ```ts
 * import { type StandardSchema, t } from "@erpc/erpc/codec";
 * const short: StandardSchema = { // or z.string().max(20)
 *   "~standard": {
 *     version: 1,
 *     vendor: "example",
 *     validate: (text) => ({ issues: (text as string).length > 20 ? [{ message: "too long" }] : undefined }),
 *   },
 * };
 * const Hello = t.struct("demo.Hello", { name: t.field(1, t.checked(t.string, short)) });
 * console.assert(Hello.fields.length === 1);
 * ```
 */
export function checked<T>(type: Type<T>, schema: StandardSchema): LogicalType<T, T> {
  checkType(type, "a checked type");
  const standard = standardOf(schema, rootName(type));
  const check = (value: T): T => {
    validate(standard, value);
    return value;
  };
  return logical<T, T>(CHECKED, { base: type, toBase: check, fromBase: check });
}

/** What `schema` has of the standard; throws TypeError, for what `name` is, when that is nothing. */
export function standardOf(schema: StandardSchema, name: string): StandardSchema["~standard"] {
  const standard = schema?.["~standard"];
  if (typeof standard?.validate === "function") return standard;
  throw new TypeError(`Cannot check ${name}: want a Standard Schema, which has ~standard.validate`);
}

/** What the schema makes of `value`; throws a Misfit, at its place, for what it refuses. */
export function validate(standard: StandardSchema["~standard"], value: unknown): unknown {
  const result = standard.validate(value);
  if (result instanceof Promise) {
    result.catch(() => {}); // nobody waits for it
    const reason = `the schema of ${standard.vendor} checks asynchronously, want one that doesn't`;
    throw new Misfit(reason, "internal", new TypeError(reason));
  }
  if (result.issues !== undefined) throw misfitOf(result.issues);
  return result.value;
}

/** The first of `issues`, at its place. */
function misfitOf([first, ...others]: readonly StandardIssue[]): Misfit {
  const { message, path = [] } = first ?? { message: "it is refused" };
  const short = message.length > maxMessage ? message.slice(0, maxMessage) + "..." : message;
  let misfit = new Misfit(others.length > 0 ? `${short} (and ${others.length} more)` : short);
  for (const part of path.toReversed()) misfit = within(stepOf(part), misfit);
  return misfit;
}

function stepOf(part: PropertyKey | { readonly key: PropertyKey }): string {
  const key = typeof part === "object" ? part.key : part;
  return typeof key === "string" && /^[\w$]+$/.test(key) ? "." + key : keyPath(key);
}
