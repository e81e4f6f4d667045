/**
 * Avro's fixed: values of a certain number of bytes, written without a length.
 *
 * @module
 */
import { bytes } from "../schema/words.ts";
import type { LogicalType } from "../schema/type.ts";
import { logical } from "../schema/logical.ts";
import type { AvroFixed } from "./schema.ts";

/** A type whose values Avro writes as a fixed. */
export interface AvroFixedType<T = unknown, B = unknown> extends LogicalType<T, B> {
  /** How. */
  readonly schema: AvroFixed;
}

/**
 * Exactly `size` bytes, which Avro writes as the fixed `name`; every other codec as bytes. With a decimal or uuid as `type`,
 * its values in that many bytes. Throws RangeError for a size that is no number of bytes, TypeError for another type.
 *
 * @example
 * ```ts
 * import { avroFixed } from "@erpc/erpc/avro";
 * import { t } from "@erpc/erpc/codec";
 * const Digest = avroFixed("demo.Digest", 16);
 * const Price = avroFixed("demo.Price", 8, t.decimal(15, 2));
 * const Item = t.struct("demo.Item", { digest: t.field(1, Digest), price: t.field(2, Price) });
 * ```
 */
export function avroFixed(name: string, size: number): AvroFixedType<Uint8Array, Uint8Array>;
/** A decimal or uuid that Avro writes as the fixed `name` of `size` bytes. */
export function avroFixed<T, B>(name: string, size: number, type: LogicalType<T, B>): AvroFixedType<T, B>;
export function avroFixed(name: string, size: number, type?: LogicalType): AvroFixedType {
  if (!Number.isInteger(size) || size < 0) throw new RangeError(`Cannot use a fixed of ${size} bytes`);
  if (!type) return { ...sized(size), schema: { type: "fixed", name, size } } as AvroFixedType;
  const { precision, scale = 0 } = type.parameters ?? {};
  if (type.name === "uuid" && size === 16) {
    return { ...type, schema: { type: "fixed", name, size, logical: { name: "uuid" } } };
  }
  if (type.name === "decimal" && precision !== undefined) {
    return { ...type, schema: { type: "fixed", name, size, logical: { name: "decimal", precision, scale } } };
  }
  throw new TypeError(`Cannot use ${type.name} as a fixed of ${size} bytes: want a decimal, or a uuid in 16`);
}

function sized(size: number): LogicalType<Uint8Array, Uint8Array> {
  const check = (value: Uint8Array) => {
    if (!(value instanceof Uint8Array)) throw new TypeError(`got a ${typeof value}, want ${size} bytes`);
    if (value.length !== size) throw new TypeError(`got ${value.length} bytes, want ${size}`);
    return value;
  };
  return logical("fixed", { base: bytes, toBase: check, fromBase: check, parameters: { size } });
}

/** Whether `type` is an {@linkcode AvroFixedType}. */
export function isFixed(type: LogicalType): type is AvroFixedType {
  return "schema" in type;
}
