/**
 * Reads Avro's primitive values; see write.ts for their form. Strict: a misfit for an integer of more bits than its type, a
 * negative length, a boolean that is neither 0 nor 1.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";

const twoTo32 = 0x1_0000_0000;

/** Reads an integer of 32 bits. */
export function takeInt(r: Reader): number {
  const bytes = r.bytes, end = r.end;
  let at = r.pos, value = 0;
  for (let shift = 0; shift < 35 && at < end; shift += 7) {
    const byte = bytes[at++]!;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      if (shift === 28 && byte > 15) break;
      r.pos = at;
      return value >>> 1 ^ -(value & 1);
    }
  }
  return badInteger(r, 32);
}

/** Reads an integer of 64 bits as a number; throws a Misfit beyond ±(2^53-1). */
export function takeLong(r: Reader): number {
  const bytes = r.bytes, end = r.end;
  let at = r.pos, value = 0;
  for (let shift = 0; shift < 28 && at < end; shift += 7) {
    const byte = bytes[at++]!;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      r.pos = at;
      return value >>> 1 ^ -(value & 1);
    }
  }
  return takeHalves(r, safeOf);
}

/** Reads an integer of 64 bits as a bigint. */
export function takeBigLong(r: Reader): bigint {
  return takeHalves(r, bigOf);
}

/** Reads an integer of 64 bits as the nearest number. */
export function takeNearLong(r: Reader): number {
  return takeHalves(r, nearOf);
}

/** Reads a zigzag varint and gives what `combine` makes of the integer's halves, the high one with the sign. */
function takeHalves<T>(r: Reader, combine: (low: number, high: number) => T): T {
  const bytes = r.bytes, end = r.end;
  let at = r.pos, low = 0, high = 0;
  for (let shift = 0; shift < 70 && at < end; shift += 7) {
    const byte = bytes[at++]!, bits = byte & 0x7f;
    if (shift < 32) low |= bits << shift;
    if (shift > 31) high |= bits << shift - 32;
    else if (shift === 28) high |= bits >> 4;
    if (byte < 0x80) {
      if (shift === 63 && byte > 1) break;
      r.pos = at;
      const sign = -(low & 1);
      return combine(((low >>> 1 | high << 31) ^ sign) >>> 0, high >>> 1 ^ sign);
    }
  }
  return badInteger(r, 64);
}

function badInteger(r: Reader, bits: number): never {
  return misfit(
    r.end - r.pos < Math.ceil(bits / 7)
      ? "the bytes end within an integer"
      : `got an integer of more than ${bits} bits`,
  );
}

function bigOf(low: number, high: number): bigint {
  const small = high * twoTo32 + low;
  return Number.isSafeInteger(small) ? BigInt(small) : BigInt(high) << 32n | BigInt(low);
}

function nearOf(low: number, high: number): number {
  return Number(bigOf(low, high));
}

function safeOf(low: number, high: number): number {
  const n = high * twoTo32 + low;
  return Number.isSafeInteger(n) ? n : misfit(`got ${bigOf(low, high)}, which is beyond 53 bits`);
}

/** Reads a boolean. */
export function takeBoolean(r: Reader): boolean {
  const byte = r.u8();
  return byte === 1 || byte === 0 ? byte === 1 : misfit(`got a byte ${byte}, want a boolean`);
}

/** Reads an IEEE 754 number of 32 bits. */
export function takeFloat(r: Reader): number {
  return r.view.getFloat32(r.skip(4), true);
}

/** Reads an IEEE 754 number of 64 bits. */
export function takeDouble(r: Reader): number {
  return r.view.getFloat64(r.skip(8), true);
}

/** Reads a length, which the bytes left must have. */
export function takeLength(r: Reader): number {
  const n = takeLong(r);
  return n >= 0 && n <= r.end - r.pos ? n : misfit(`a length of ${n}, with ${r.end - r.pos} bytes left`);
}

/** Reads a length and as many bytes as a copy. */
export function takeBytes(r: Reader): Uint8Array<ArrayBuffer> {
  r.count(1);
  return r.take(takeLength(r));
}

/** Reads a length and as many bytes of UTF-8. */
export function takeText(r: Reader): string {
  return r.text(takeLength(r));
}

/** Reads an index of 0 to `n`-1. */
export function takeIndex(r: Reader, n: number, what: string): number {
  const index = takeLong(r);
  return index >= 0 && index < n ? index : misfit(`got ${what} ${index}, want 0 to ${n - 1}`);
}

/**
 * Where a block ends whose count was `n`: known when `n` is negative, as its size comes next; else -1.
 */
export function takeBlockEnd(r: Reader, n: number): number {
  if (n >= 0) return -1;
  const size = takeLength(r);
  return r.pos + size;
}

/** Checks the count `n` of a block whose elements take `least` bytes or more, and counts them. */
export function checkBlock(r: Reader, n: number, least: number): number {
  const count = Math.abs(n);
  if (count * least > r.end - r.pos) misfit(`a block of ${count}, with ${r.end - r.pos} bytes left`);
  r.count(count);
  return count;
}

/** Throws a Misfit when a block does not end where it said. */
export function endBlock(r: Reader, end: number): void {
  if (end >= 0 && r.pos !== end) misfit("a block is not as long as it says");
}
