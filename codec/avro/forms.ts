/**
 * Avro's forms of the logical types whose values are text in erpc: date, decimal, uuid.
 *
 * Format: Apache Avro 1.12 specification, "Logical Types".
 *
 * @module
 */
import { misfit } from "../misfit.ts";

const dayMs = 86_400_000;
/** Days since 1970 of 0000-01-01 and 9999-12-31. */
const firstDay = -719_528, lastDay = 2_932_896;

/** Days since 1970 of a date such as `"2026-11-23"`. */
export function daysOf(date: string): number {
  return Date.parse(date + "T00:00:00Z") / dayMs;
}

/** The date `days` after 1970-01-01; throws a Misfit beyond the years 0000 to 9999. */
export function dateOf(days: number): string {
  if (days < firstDay || days > lastDay) misfit(`got day ${days}, want one of the years 0000 to 9999`);
  return new Date(days * dayMs).toISOString().slice(0, 10);
}

/**
 * The number of a decimal without its point, big-endian in two's complement: in as few bytes as it fits, or in `size` when
 * that is not 0. Throws a Misfit when it doesn't fit.
 */
export function unscaledOf(decimal: string, size = 0): Uint8Array<ArrayBuffer> {
  const n = BigInt(decimal.replace(".", "")), least = bytesFor(n);
  if (size > 0 && least > size) misfit(`got a decimal of ${least} bytes, want at most ${size}`);
  const bytes = new Uint8Array(size || least);
  const hex = BigInt.asUintN(bytes.length * 8, n).toString(16).padStart(bytes.length * 2, "0");
  bytes.setFromHex(hex);
  return bytes;
}

/** How many bytes `n` takes in two's complement. */
function bytesFor(n: bigint): number {
  const digits = (n < 0n ? ~n : n).toString(16);
  return Math.floor((digits.length * 4 - Math.clz32(parseInt(digits[0]!, 16)) + 28) / 8) + 1;
}

/** The decimal with `scale` digits behind the point whose number these bytes are; a Misfit beyond `precision` digits. */
export function decimalOf(bytes: Uint8Array, precision: number, scale: number): string {
  const isNegative = bytes.length > 0 && bytes[0]! > 127, sign = isNegative ? 255 : 0;
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === sign) start++;
  // 10 bits hold 3 digits, so this is more than the digits need, and little enough to convert at once.
  if ((bytes.length - start) * 8 > precision * 10 / 3 + 24) misfit(`got a decimal of more than ${precision} digits`);
  const hex = bytes.subarray(start).toHex(), unsigned = BigInt(`0x0${hex}`);
  const n = isNegative ? unsigned - (1n << BigInt(hex.length * 4)) : unsigned;
  const digits = (n < 0n ? -n : n).toString().padStart(scale + 1, "0"), point = digits.length - scale;
  return `${n < 0n ? "-" : ""}${digits.slice(0, point)}${scale > 0 ? "." : ""}${digits.slice(point)}`;
}

/** The 16 bytes of a UUID. */
export function bytesOfUuid(uuid: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(uuid.replaceAll("-", ""));
}

/** The UUID of 16 bytes. */
export function uuidOf(bytes: Uint8Array): string {
  return bytes.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
