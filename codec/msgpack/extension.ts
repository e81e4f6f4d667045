/**
 * MessagePack's extensions: those of erpc, for data that MessagePack has no form for, and those of users.
 *
 * @module
 */
import type { Writer } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";

/** A form for values that MessagePack has none for, such as instances of a class. */
export interface MsgpackExtension<T = unknown> {
  /** Its number: 0-119. Negative ones are MessagePack's own, 120-127 erpc's. */
  readonly type: number;
  /** Whether `value` is one of its values: asked for each object before any other form is thought of. */
  is(value: object): boolean;
  /** The bytes that travel for `value`. */
  encode(value: T): Uint8Array;
  /** The value for `bytes`, which it may keep; throws an Error that says why when there is none. */
  decode(bytes: Uint8Array): T;
}

/** How values travel that are not MessagePack's own. */
export interface Extensions {
  /**
   * Whether every value comes back as it was, by erpc's extensions. Else undefined is nil and any Map a map, for a schema
   * to tell them apart.
   */
  readonly isExact: boolean;
  /** The users' ones. */
  readonly own: readonly MsgpackExtension[];
}

/** erpc's extensions; the format of each is in `../msgpack.ts`. */
export const UNDEFINED_TYPE = 120, MAP_TYPE = 121, SET_TYPE = 122, BIGINT_TYPE = 123;

/** Room left for a head when the length is not known yet: that of up to 255 bytes. */
const guess = 3;

/** Appends an extension whose content `write` appends. */
export function writeExtension(w: Writer, type: number, write: () => void): void {
  const start = w.pos;
  w.reserve(guess);
  w.pos = start + guess;
  write();
  const n = w.pos - start - guess, head = headSize(n);
  if (head > guess) w.reserve(head - guess);
  if (head !== guess) w.bytes.copyWithin(start + head, start + guess, w.pos);
  w.pos += head - guess;
  putHead(w, start, n);
  w.view.setInt8(start + head - 1, type);
}

function isFixed(n: number): boolean {
  return n <= 16 && n > 0 && (n & n - 1) === 0;
}

function headSize(n: number): number {
  if (isFixed(n)) return 2;
  return n < 0x100 ? 3 : n < 0x1_0000 ? 4 : 6;
}

/** Puts the format and the length. */
function putHead({ bytes, view }: Writer, at: number, n: number): void {
  if (isFixed(n)) bytes[at] = 0xd4 + 31 - Math.clz32(n);
  else if (n < 0x100) {
    bytes[at] = 0xc7;
    bytes[at + 1] = n;
  } else if (n < 0x1_0000) {
    bytes[at] = 0xc8;
    view.setUint16(at + 1, n);
  } else {
    bytes[at] = 0xc9;
    view.setUint32(at + 1, n);
  }
}

/** Appends a bigint of more than 64 bits. */
export function writeLargeBigInt(w: Writer, n: bigint): void {
  let digits = (n < 0n ? ~n : n).toString(16);
  if (digits.length % 2 !== 0) digits = "0" + digits;
  const bytes = Uint8Array.fromHex(digits[0]! >= "8" ? "00" + digits : digits);
  if (n < 0n) flip(bytes);
  writeExtension(w, BIGINT_TYPE, () => w.raw(bytes));
}

/** The bigint of more than 64 bits that `bytes` are, which it may change; throws a Misfit for a smaller one. */
export function largeBigIntOf(bytes: Uint8Array): bigint {
  const first = bytes[0] ?? 0, isNegative = first >= 0x80;
  if (bytes.length <= 8 || (first === 0 || first === 0xff) && bytes[1]! >= 0x80 === isNegative) notShortest();
  if (isNegative) flip(bytes);
  const n = BigInt("0x" + bytes.toHex());
  if (isNegative) return ~n;
  return BigInt.asUintN(64, n) === n ? notShortest() : n;
}

function flip(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) bytes[i]! ^= 0xff;
}

function notShortest(): never {
  misfit("got a bigint in more bytes than it needs");
}
