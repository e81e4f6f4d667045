/**
 * MessagePack's timestamp extension (type -1) for JavaScript's Date.
 *
 * @module
 */
import type { Reader, Writer } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";

/** Number of the extension. */
export const timestampType = -1;

/** Appends `date` in the shortest of the three forms; throws a Misfit for an invalid date. */
export function writeTimestamp(w: Writer, date: Date): void {
  const ms = date.getTime();
  if (Number.isNaN(ms)) misfit("got an invalid Date");
  const seconds = Math.floor(ms / 1000), nanos = (ms - seconds * 1000) * 1_000_000, at = w.pos;
  w.reserve(15);
  if (seconds >= 0 && seconds < 2 ** 32 && nanos === 0) {
    w.view.setUint16(at, 0xd6ff);
    w.view.setUint32(at + 2, seconds);
    w.pos = at + 6;
  } else if (seconds >= 0 && seconds < 2 ** 34) {
    w.view.setUint16(at, 0xd7ff);
    w.view.setUint32(at + 2, nanos * 4 + Math.floor(seconds / 2 ** 32));
    w.view.setUint32(at + 6, seconds);
    w.pos = at + 10;
  } else {
    w.view.setUint16(at, 0xc70c);
    w.view.setInt8(at + 2, timestampType);
    w.view.setUint32(at + 3, nanos);
    w.view.setBigInt64(at + 7, BigInt(seconds));
    w.pos = at + 15;
  }
}

/** Reads the `n` bytes of a timestamp; what is finer than a millisecond is cut off. */
export function readTimestamp(r: Reader, n: number): Date {
  const at = r.skip(n);
  if (n === 4) return new Date(r.view.getUint32(at) * 1000);
  if (n === 8) {
    const high = r.view.getUint32(at);
    return dateOf((high & 3) * 2 ** 32 + r.view.getUint32(at + 4), high >>> 2);
  }
  return n === 12
    ? dateOf(Number(r.view.getBigInt64(at + 4)), r.view.getUint32(at))
    : misfit(`got a timestamp of ${n} bytes`);
}

function dateOf(seconds: number, nanos: number): Date {
  const date = new Date(seconds * 1000 + Math.floor(nanos / 1_000_000));
  if (nanos > 999_999_999 || Number.isNaN(date.getTime())) misfit("got a timestamp out of range");
  return date;
}
