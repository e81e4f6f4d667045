/**
 * Keeping fields that the schema doesn't know: their bytes, with their heads, in the order they came in.
 *
 * @module
 */
import { type Reader, Writer } from "../../protocol/mod.ts";
import { unknownFields } from "../schema/type.ts";
import type { Values } from "./plan.ts";
import { putVarint32, putVarint53 } from "./varint.ts";
import { VARINT } from "./wire.ts";

/**
 * Adds `bytes[from..to)` to what is kept in `values`. Fields may come one by one, each between known ones: what is kept
 * grows in a buffer that doubles, so that this takes linear time.
 */
function keep(values: Values, bytes: Uint8Array, from: number, to: number): void {
  const old = values[unknownFields] as Uint8Array<ArrayBuffer> | undefined, n = to - from;
  if (old === undefined) values[unknownFields] = bytes.slice(from, to);
  else {
    const length = old.length + n;
    let all = new Uint8Array(old.buffer);
    if (all.length < length) {
      all = new Uint8Array(2 * length);
      all.set(old);
    }
    all.set(bytes.subarray(from, to), old.length);
    values[unknownFields] = all.subarray(0, length);
  }
}

/** Keeps the field that `r` has just read, from its head at `start` on. */
export function keepField(r: Reader, start: number, values: Values): void {
  r.count(1);
  keep(values, r.bytes, start, r.pos);
}

/** Keeps `n`, out of a packed list in field `number`, as an element of its own. */
export function keepNumber(values: Values, number: number, n: number): void {
  const w = new Writer(16);
  putVarint32(w, number * 8 + VARINT);
  putVarint53(w, n);
  keep(values, w.bytes, 0, w.pos);
}
