/**
 * Types whose values travel as those of another type: dates, decimals, sets, and a user's own.
 *
 * @module
 */
import { checkType, type LogicalType, type ScalarType, type Type } from "./type.ts";

/** What a logical type is made of. */
export interface LogicalOptions<T, B> {
  /** Type of the values that travel. */
  readonly base: Type<B>;
  /** The value that travels for `value`; throws an Error that says what it got and wants when that is none. */
  toBase(value: T): B;
  /** The value for what travelled; throws an Error that says why when there is none. */
  fromBase(base: B): T;
  /** Numbers that belong to the type, such as a decimal's `precision` and `scale`. */
  readonly parameters?: Readonly<Record<string, number>>;
}

/**
 * A type of your own whose values travel as those of `base`. Throws TypeError for a base that is optional: the logical type is
 * what may be.
 *
 * @example
 * ```ts
 * import { t } from "@erpc/erpc/codec";
 * const Link = t.logical<URL, string>("url", { base: t.string, toBase: (url) => url.href, fromBase: (text) => new URL(text) });
 * const Page = t.struct("demo.Page", { link: t.field(1, Link) });
 * ```
 */
export function logical<T, B>(name: string, options: LogicalOptions<T, B>): LogicalType<T, B> {
  checkType(options.base, name);
  if (options.base.kind === "optional") {
    throw new TypeError(`Cannot define ${name}: its base is optional; want t.optional around all of it`);
  }
  return { ...options, kind: "logical", name };
}

const int53: ScalarType<number> = { kind: "int53" }, string: ScalarType<string> = { kind: "string" };

/** First and last millisecond of the years 1 to 9999, which every format can write. */
const firstMs = -62_135_596_800_000, lastMs = 253_402_300_799_999;

/**
 * A point in time of whole milliseconds in the years 1 to 9999, as a Date; travels as milliseconds since 1970 where a codec
 * has no better form.
 */
export const timestamp: LogicalType<Date, number> = logical<Date, number>("timestamp", {
  base: int53,
  toBase(value) {
    const ms = value instanceof Date ? value.getTime() : NaN;
    return ms >= firstMs && ms <= lastMs ? ms : refuse(value, "a Date of the years 1 to 9999");
  },
  fromBase: (ms) =>
    ms >= firstMs && ms <= lastMs ? new Date(ms) : refuse(ms, "milliseconds within the years 1 to 9999"),
});

const datePattern = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** A day without a time, as text such as `"2026-11-23"`, of the years 1 to 9999. */
export const date: LogicalType<string, string> = text("date", isDate, 'a date such as "2026-11-23"');

function isDate(value: string): boolean {
  if (!datePattern.test(value) || value < "0001") return false;
  const ms = Date.parse(value + "T00:00:00Z");
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(value);
}

const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A UUID as text in lower case, such as `"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"` (RFC 9562). */
export const uuid: LogicalType<string, string> = text(
  "uuid",
  (value) => uuidPattern.test(value),
  'a UUID in lower case such as "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"',
);

/**
 * A decimal number of up to `precision` digits, `scale` of them behind the point, as text such as `"-12.50"`: exact, for
 * money. Its text has exactly `scale` digits behind the point. Throws RangeError unless 0 <= scale <= precision and
 * precision is 1-1000.
 */
export function decimal(precision: number, scale = 0): LogicalType<string, string> {
  if (
    !(Number.isInteger(precision) && Number.isInteger(scale) && 0 <= scale && scale <= precision && precision >= 1 &&
      precision <= 1000)
  ) {
    throw new RangeError(`Cannot define a decimal of precision ${precision} and scale ${scale}`);
  }
  const pattern = scale > 0 ? new RegExp(`^-?(?:0|[1-9]\\d*)\\.\\d{${scale}}$`) : /^-?(?:0|[1-9]\d*)$/;
  const fits = (value: string) =>
    pattern.test(value) && value.replace(/^-?(?:0\.)?|\./g, "").length <= precision && !/^-[0.]+$/.test(value);
  const wanted = `a decimal of ${precision} digits, ${scale} of them behind the point`;
  return { ...text("decimal", fits, wanted), parameters: { precision, scale } };
}

/** A `Set` of `element`s; a list where a codec has no sets. What travels twice comes back once. */
export function set<T>(element: Type<T>): LogicalType<Set<T>, T[]> {
  checkType(element, "a set");
  return logical<Set<T>, T[]>("set", {
    base: { kind: "list", element } as Type<T[]>,
    toBase: (value) => value instanceof Set ? [...value] : refuse(value, "a Set"),
    fromBase: (list) => new Set(list),
  });
}

function text(name: string, fits: (value: string) => boolean, wanted: string): LogicalType<string, string> {
  const check = (value: string) => typeof value === "string" && fits(value) ? value : refuse(value, wanted);
  return logical(name, { base: string, toBase: check, fromBase: check });
}

function refuse(value: unknown, wanted: string): never {
  const got = typeof value === "string"
    ? JSON.stringify(value.slice(0, 40))
    : value === null
    ? "null"
    : `a ${typeof value}`;
  throw new TypeError(`got ${got}, want ${wanted}`);
}
